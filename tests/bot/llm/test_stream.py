"""An answer as it is written, over real HTTP with the real integrations, and every way it can fail."""

import gc
import logging
import os
import socket
import threading
import time
import traceback
from contextlib import closing
from importlib.util import find_spec
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage, CompletionResponse, CustomLLM, LLMMetadata

from bot.llm.provider import LATER_S, close_llm, open_llm
from bot.llm.stream import StreamLimits, stream_text
from index.errors import LanguageModelError
from tests.bot.llm.llm_server import (
    STALL,
    Cut,
    End,
    Endless,
    Error,
    Hush,
    Raw,
    Say,
    Status,
    Think,
    Wait,
    answer,
    assert_nothing_is_left,
    closed_port,
    serve,
)

KEY = "sk-recognisable-4711"
QUESTION = [
    ChatMessage(role="system", content="Be short."),
    ChatMessage(role="user", content="Where was she?"),
]
LIMITS = StreamLimits(total_s=5, first_s=5, pause_s=0.01)
GOOD = answer("In ", "Geneva [1].")
OPENED = []
CLAUDE = "anthropic:claude-sonnet-4-5"


@pytest.fixture(autouse=True, scope="module")
def warm():
    """The clients are used once: the first time, OpenAI's imports for a second, on the answer's time."""
    with pytest.MonkeyPatch.context() as patch, serve(answer("Yes.")) as server:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("ANTHROPIC_BASE_URL", server.url)
        patch.setenv("ANTHROPIC_API_KEY", KEY)
        choices = [f"ollama:m@{server.url}", f"openai-like:m@{server.url}/v1"]
        if find_spec("anthropic"):
            choices.append(CLAUDE)
        for choice in choices:
            llm = open_llm(choice, 60)
            assert list(stream_text(llm, QUESTION, StreamLimits(60, 60))) == ["Yes."]
            close_llm(llm)


@pytest.fixture(autouse=True)
def environment(monkeypatch, caplog):
    """A key that is easy to find again, and every log at its most talkative."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "set by open_at, and then no longer")
    caplog.set_level(logging.DEBUG)
    yield
    while OPENED:
        close_llm(OPENED.pop())


@pytest.fixture(params=["ollama", "openai-like", "anthropic"])
def kind(request):
    if request.param == "anthropic":
        pytest.importorskip("anthropic", reason="see requirements-anthropic.txt")
    return request.param


# What the stream does itself, whichever client it reads from.
of_one_kind = pytest.mark.parametrize("kind", ["openai-like"], indirect=True)


def open_at(kind, url, timeout_s=5.0):
    path = "/v1" if kind == "openai-like" else ""
    choice = f"{kind}:llama3.2@{url}{path}"
    if kind == "anthropic":
        os.environ["ANTHROPIC_BASE_URL"] = url  # it is never given an address
        choice = CLAUDE
    OPENED.append(open_llm(choice, timeout_s))
    return OPENED[-1]


def called(kind, url):
    """The model as messages name it."""
    model = CLAUDE.partition(":")[2] if kind == "anthropic" else f"at {url}"
    return f"the language model {model}"


class Heard:
    """What of an answer arrived, with what error, after how many seconds."""

    def __init__(self, llm, limits=LIMITS):
        self.pieces, self.error, began = [], None, time.monotonic()
        try:
            for piece in stream_text(llm, QUESTION, limits):
                self.pieces.append(piece)
        except LanguageModelError as error:
            self.error = error
        self.seconds = time.monotonic() - began
        self.text = "".join(self.pieces)


def failed(llm, limits=LIMITS, caplog=None):
    """The failure's one line, which never holds the key, nor does what is behind it."""
    heard = Heard(llm, limits)
    message = str(heard.error)
    assert heard.error is not None, f"no error, but {heard.text!r}"
    assert "\n" not in message and len(message) < 200
    assert KEY not in "".join(traceback.format_exception(heard.error))
    assert heard.error.__cause__ is None and heard.error.__context__ is None
    if caplog is not None:
        assert caplog.text and KEY not in caplog.text
    return heard, message


def test_the_pieces_come_as_they_are_sent(kind):
    with serve(answer("In ", "Gene", "va", " {x} [1].")) as server:
        heard = Heard(open_at(kind, server.url))
    assert heard.error is None
    assert heard.pieces == ["In ", "Gene", "va", " {x} [1]."]
    (request,) = server.requests
    assert request.body["stream"] is True
    system, user = ({"role": m.role.value, "content": m.content} for m in QUESTION)
    if kind == "anthropic":
        assert request.body["system"] == system["content"]
        user["content"] = [{"type": "text", "text": user["content"]}]
        assert request.body["messages"] == [user]
    else:
        assert request.body["messages"] == [system, user]


def test_a_piece_is_there_before_the_next_is_sent(kind):
    with serve((Say("In "), STALL)) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, LIMITS)
        assert next(pieces) == "In "
        pieces.close()


@of_one_kind
def test_nothing_is_asked_until_the_first_piece_is_taken(kind):
    with serve(GOOD) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, LIMITS)
        time.sleep(0.05)
        assert server.requests == []
        assert "".join(pieces) == "In Geneva [1]."


def test_what_a_model_thinks_is_no_part_of_its_answer(kind):
    with serve((Think("She may have "), Think("been away."), *GOOD)) as server:
        assert Heard(open_at(kind, server.url)).text == "In Geneva [1]."


@of_one_kind
@pytest.mark.parametrize(
    "pieces",
    [
        ("<think>Paris?</think>", "In ", "Geneva [1]."),
        ("<thi", "nk>Pa", "ris?</th", "ink>In ", "Geneva [1]."),
        tuple("<reasoning>Paris? <think></reasoning>In Geneva [1]."),
    ],
)
def test_what_it_thinks_aloud_is_none_either(kind, pieces):
    with serve(answer(*pieces)) as server:
        heard = Heard(open_at(kind, server.url))
    assert (heard.text, heard.error) == ("In Geneva [1].", None)
    assert all(heard.pieces)


@of_one_kind
def test_thought_without_an_answer_is_an_error(kind, caplog):
    with serve(answer("<think>", "Was it Paris?")) as server:
        heard, message = failed(open_at(kind, server.url), caplog=caplog)
    assert "answered with nothing but its reasoning; turn that off" in message
    assert (heard.pieces, len(server.requests)) == ([], 1)


@of_one_kind
def test_thought_that_uses_up_the_tokens_says_so(kind):
    with serve((Say("<think>Was it"), End("length"))) as server:
        heard, message = failed(open_at(kind, server.url))
    assert "used up its tokens" in message and heard.pieces == []


@of_one_kind
def test_an_endless_thought_ends_with_the_time(kind):
    with serve((Say("<think>"), Endless(Say("hm " * 100), pause=0.01))) as server:
        heard, message = failed(open_at(kind, server.url), StreamLimits(0.5, 0.5, chars=1000))
        assert server.left.wait(2), "the connection is still open"
    assert "took longer than 0.5 s" in message and heard.pieces == []


@of_one_kind
def test_what_only_looks_like_thought_is_not_held_up(kind):
    with serve((Say("1 <"), Say(" 2 <think"), Say(" so"), STALL)) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, LIMITS)
        assert [next(pieces) for _ in range(3)] == ["1 ", "< 2 ", "<think so"]
        pieces.close()


def test_one_model_answers_several_at_once(kind):
    with serve(answer(*"abcdefgh", pause=0.01)) as server:
        llm, texts = open_at(kind, server.url), []
        threads = [threading.Thread(target=lambda: texts.append(Heard(llm).text)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert texts == ["abcdefgh"] * 6


@pytest.mark.parametrize(
    "code, clause",
    [
        (400, "answered 400: it did not take the request"),
        (401, "answered 401: check the key"),
        (403, "answered 403: check the key"),
        (404, "answered 404: it has no such model"),
        (418, "answered 418: check BYLINE_LLM"),
    ],
)
def test_what_will_not_pass_is_told_at_once(kind, code, clause, caplog):
    with serve((Status(code),), GOOD) as server:
        heard, message = failed(open_at(kind, server.url), caplog=caplog)
    assert message.startswith(f"{called(kind, server.url)} {clause}")
    assert (heard.text, len(server.requests)) == ("", 1)


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(kind, code):
    with serve((Status(code),), (Status(code),), GOOD) as server:
        heard = Heard(open_at(kind, server.url))
    assert (heard.text, heard.error, len(server.requests)) == ("In Geneva [1].", None, 3)


@pytest.mark.parametrize("code", [429, 500])
def test_what_does_not_pass_is_told_after_the_last_try(kind, code, caplog):
    with serve((Status(code),)) as server:
        _, message = failed(open_at(kind, server.url), caplog=caplog)
    assert f"answered {code}: " in message
    assert len(server.requests) == 1 + LIMITS.retries


@of_one_kind
def test_the_pauses_between_grow_and_end_in_time(kind):
    with serve((Status(503),)) as server:
        limits = StreamLimits(total_s=5, first_s=5, retries=2, pause_s=0.1)
        heard, _ = failed(open_at(kind, server.url), limits)
        assert heard.seconds >= 0.8 * (0.1 + 0.2)
        # A pause that would outlast the time is not begun: the failure is told instead.
        heard, message = failed(open_at(kind, server.url), StreamLimits(2, 2, pause_s=30))
    assert heard.seconds < 2 and "answered 503" in message
    assert len(server.requests) == 3 + 1


@pytest.mark.parametrize(
    "kind, code, asked, least",
    [
        ("ollama", 429, "0.4", 0.4),
        ("anthropic", 429, "0.4", 0.4),
        ("openai-like", 429, "0.8", 0.8),
        ("openai-like", 503, 2.0, 1),
        ("openai-like", 503, -60.0, 0),
        ("openai-like", 529, "0", 0),
    ],
    indirect=["kind"],
)
def test_a_server_that_asks_to_wait_is_left_alone_for_so_long(kind, code, asked, least):
    with serve((Status(code, asked),), GOOD) as server:
        heard = Heard(open_at(kind, server.url))
    assert (heard.text, heard.error, len(server.requests)) == ("In Geneva [1].", None, 2)
    assert least <= heard.seconds < least + 2


@of_one_kind
@pytest.mark.parametrize("code, asked, told", [(429, "5400", "5,400"), (503, 90.0, "90")])
def test_a_wait_for_which_there_is_no_time_is_told_at_once(kind, code, asked, told, caplog):
    with serve((Status(code, asked),), GOOD) as server:
        heard, message = failed(open_at(kind, server.url), caplog=caplog)
    assert f"answered {code}: " in message
    assert message.endswith(f"it asks to wait {told} s, longer than is left of 5 s")
    assert heard.seconds < 2 and len(server.requests) == 1


@of_one_kind
def test_a_wait_is_told_after_the_last_try_too(kind):
    with serve((Status(429, "0.1"),)) as server:
        _, message = failed(open_at(kind, server.url))
    assert message.endswith("too many requests, or the quota is used up; it asks to wait 1 s")
    assert len(server.requests) == 1 + LIMITS.retries


@of_one_kind
@pytest.mark.parametrize("asked", ["", "soon", "1e3"])
def test_a_wait_that_is_none_is_passed_over(kind, asked):
    with serve((Status(503, asked),), GOOD) as server:
        heard = Heard(open_at(kind, server.url))
    assert heard.text == "In Geneva [1]." and heard.seconds < 2


@of_one_kind
def test_what_will_not_pass_is_not_waited_for(kind):
    with serve((Status(401, "1"),), GOOD) as server:
        heard, message = failed(open_at(kind, server.url))
    assert message.endswith("answered 401: check the key")
    assert heard.seconds < 1 and len(server.requests) == 1


def test_a_refused_connection_is_told(kind, caplog):
    url = f"http://127.0.0.1:{closed_port()}"
    _, message = failed(open_at(kind, url), caplog=caplog)
    assert message.startswith(f"{called(kind, url)} refused the connection; start it")


@of_one_kind
def test_a_server_that_is_started_meanwhile_is_found(kind):
    port = closed_port()
    limits = StreamLimits(total_s=5, first_s=5, retries=6, pause_s=0.02)
    llm, heard = open_at(kind, f"http://127.0.0.1:{port}"), []
    thread = threading.Thread(target=lambda: heard.append(Heard(llm, limits)))
    thread.start()
    time.sleep(0.1)
    with serve(GOOD, port=port):
        thread.join(10)
    assert [h.text for h in heard] == ["In Geneva [1]."]


def test_a_host_that_does_not_exist_is_told(kind, monkeypatch):
    def unknown(*arguments, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # asking a real resolver may take long
    url = "http://no-such-host.invalid:1"
    _, message = failed(open_at(kind, url))
    assert f"{called(kind, url)} could not be found: no such host" in message


def test_a_server_without_tls_is_not_asked_with_it(kind):
    with serve(GOOD) as server:
        _, message = failed(open_at(kind, server.url.replace("http:", "https:")))
    assert "could not be reached safely" in message
    assert server.requests == []


@of_one_kind
def test_a_server_that_never_begins_is_left_in_time(kind, caplog):
    with serve((STALL,)) as server:
        limits = StreamLimits(total_s=0.3, first_s=0.3)
        heard, message = failed(open_at(kind, server.url), limits, caplog)
    assert "took longer than 0.3 s; raise BYLINE_LLM_TIMEOUT_S" in message
    assert 0.3 <= heard.seconds < 1.3
    assert len(server.requests) == 1


@of_one_kind
def test_an_attempt_that_does_not_begin_in_time_gives_way_to_another(kind):
    limits = StreamLimits(total_s=5, first_s=0.8, retries=1, pause_s=0.01)
    with serve((STALL,), GOOD) as server:
        heard = Heard(open_at(kind, server.url), limits)
        assert (heard.text, heard.error, len(server.requests)) == ("In Geneva [1].", None, 2)
    with serve((STALL,)) as server:
        heard, message = failed(open_at(kind, server.url), limits)
    assert "took longer than 0.8 s to begin its answer" in message
    assert len(server.requests) == 2 and heard.seconds < 2.6


def test_headers_without_an_answer_are_no_beginning(kind):
    with serve((Think("Hm."), STALL), GOOD) as server:
        limits = StreamLimits(total_s=5, first_s=0.8, pause_s=0.01)
        assert Heard(open_at(kind, server.url), limits).text == "In Geneva [1]."


def test_a_stall_in_the_middle_does_not_hold_us(kind, caplog):
    with serve((Say("In "), STALL)) as server:
        heard, message = failed(open_at(kind, server.url, 60), StreamLimits(0.8, 0.8), caplog)
        assert heard.pieces == ["In "]
        assert "took longer than 0.8 s;" in message
        assert 0.8 <= heard.seconds < 1.8
        # The connection goes at once, long before the client's own time-out.
        assert server.left.wait(2), "the connection is still open"
        assert len(server.requests) == 1  # what had begun is not begun again


def test_a_server_that_never_begins_is_let_go_at_the_clients_time_out(kind):
    with serve((STALL,)) as server:
        failed(open_at(kind, server.url, 0.1 - LATER_S + 0.2), StreamLimits(0.1, 0.1))
        assert server.left.wait(2), "the connection is still open"


@pytest.mark.parametrize(
    "kind, step",
    [
        ("ollama", Say("a ")),
        ("ollama", Think("hm ")),
        ("openai-like", Say("a ")),
        ("openai-like", Think("hm ")),
        ("openai-like", Raw(b": still here\n\n")),  # a comment, of which the client says nothing
    ],
)
def test_an_answer_that_trickles_does_not_hold_us(kind, step):
    with serve((Endless(step, pause=0.02),)) as server:
        heard, message = failed(open_at(kind, server.url), StreamLimits(0.3, 0.3))
        assert server.left.wait(2), "the connection is still open"
    assert "took longer than 0.3 s" in message
    assert heard.seconds < 1.3


def test_an_endless_answer_is_cut(kind, caplog):
    with serve((Endless(Say("and so on ")),)) as server:
        limits = StreamLimits(total_s=30, first_s=30, chars=1000)
        heard, message = failed(open_at(kind, server.url), limits, caplog)
        assert server.left.wait(5), "the connection is still open"
    assert "wrote more than 1,000 characters and was cut off" in message
    assert heard.text == "and so on " * 100


@of_one_kind
def test_an_answer_may_be_as_long_as_the_bound(kind):
    with serve(answer("12345", "67890")) as server:
        llm = open_at(kind, server.url)
        assert Heard(llm, StreamLimits(5, 5, chars=10)).text == "1234567890"
        assert failed(llm, StreamLimits(5, 5, chars=9))[0].pieces == ["12345"]


@of_one_kind
@pytest.mark.parametrize("steps", [(End(),), (Say(""), End()), (Say(" \n"), Say(" "), End())])
def test_an_empty_answer_is_an_error(kind, steps, caplog):
    with serve(steps) as server:
        _, message = failed(open_at(kind, server.url), caplog=caplog)
    assert "answered with nothing" in message
    assert len(server.requests) == 1


def test_a_connection_cut_in_the_middle_is_an_error(kind, caplog):
    with serve((Say("In "), Cut()), GOOD) as server:
        heard, message = failed(open_at(kind, server.url), caplog=caplog)
    assert (heard.pieces, len(server.requests)) == (["In "], 1)
    assert "broke off the connection" in message


def test_a_connection_cut_before_the_answer_is_tried_again(kind):
    with serve((Cut(),), GOOD) as server:
        assert Heard(open_at(kind, server.url)).text == "In Geneva [1]."


def test_an_answer_without_its_end_is_an_error(kind):
    with serve((Say("In "), Hush())) as server:
        heard, message = failed(open_at(kind, server.url))
    assert heard.pieces == ["In "] and "broke off in the middle of its answer" in message


@pytest.mark.parametrize(
    "reason, clause", [("length", "used up its tokens"), ("content_filter", "declined to answer")]
)
def test_an_answer_that_was_cut_by_the_server_is_an_error(kind, reason, clause):
    with serve((Say("In Gen"), End(reason))) as server:
        heard, message = failed(open_at(kind, server.url))
    assert heard.pieces == ["In Gen"] and clause in message


@pytest.mark.parametrize(
    "data",
    [b"data: {broken\n\n", b'data: {"choices": 7}\n\n', b'data: [1]\n\n', b"data: \xff\xfe{\n\n"],
)  # fmt: skip
@pytest.mark.parametrize("before", [(), (Say("In "),)])
def test_a_malformed_chunk_is_an_error(kind, data, before, caplog):
    if kind == "ollama":
        data = data.removeprefix(b"data: ").replace(b"\n\n", b"\n").replace(b"choices", b"message")
    if kind == "anthropic":
        # Its client passes over an event that is no object.
        data = b"event: content_block_delta\n" + data.replace(b"[1]", b'{"delta": [1]}')
    with serve((*before, Raw(data), End())) as server:
        heard, message = failed(open_at(kind, server.url), caplog=caplog)
    assert "sent an unexpected response" in message
    assert (heard.text, len(server.requests)) == ("In " if before else "", 1)


def test_a_page_instead_of_an_answer_is_an_error(kind):
    with serve((Raw(b"<html>\n\n<p>Welcome</p>\n\n</html>\n\n"),)) as server:
        failed(open_at(kind, server.url))


def test_an_error_told_in_the_stream_is_an_error_without_its_words(kind, caplog):
    with serve((Say("In "), Error())) as server:
        heard, message = failed(open_at(kind, server.url), caplog=caplog)
    assert heard.pieces == ["In "]
    assert "reported an error instead of an answer" in message


def test_closing_stops_the_reading(kind):
    with serve((Endless(Say("and so on "), pause=0.01),)) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, LIMITS)
        assert next(pieces) == "and so on "
        pieces.close()
        assert server.left.wait(3), "the connection is still open"
    assert list(pieces) == []


def leave_by_closing(pieces):
    pieces.close()


def leave_by_an_error(pieces):
    with pytest.raises(ZeroDivisionError), closing(pieces):
        1 / 0  # noqa: B018


@pytest.mark.parametrize("leave", [leave_by_closing, leave_by_an_error])
@pytest.mark.parametrize("then", [STALL, Endless(Say("and so on "), pause=0.01)])
def test_who_stops_listening_leaves_nothing_behind(kind, leave, then):
    with serve((Say("In "), then)) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, LIMITS)
        assert next(pieces) == "In "
        gc.disable()  # nothing may depend on it
        try:
            leave(pieces)
            assert_nothing_is_left(server)
        finally:
            gc.enable()


@of_one_kind
def test_a_slow_listener_still_hears_what_has_arrived(kind):
    with serve(answer("In ", "Geneva ", "[1].")) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, StreamLimits(0.8, 0.8))
        first = next(pieces)
        time.sleep(0.9)
        assert first + "".join(pieces) == "In Geneva [1]."


@of_one_kind
def test_a_slow_listener_does_not_wait_for_more_when_the_time_is_up(kind):
    with serve((Say("In "), STALL)) as server:
        pieces = stream_text(open_at(kind, server.url), QUESTION, StreamLimits(0.8, 0.8))
        assert next(pieces) == "In "
        time.sleep(0.9)
        began = time.monotonic()
        with pytest.raises(LanguageModelError, match=r"took longer than 0\.8 s"):
            next(pieces)
        assert time.monotonic() - began < 1


def test_no_thread_is_left_when_all_is_said(kind):
    with serve(GOOD) as server:
        Heard(open_at(kind, server.url))
        deadline = time.monotonic() + 3
        while any(t.name == "language-model" for t in threading.enumerate()):
            assert time.monotonic() < deadline, "a thread is still reading"
            time.sleep(0.01)


def test_openai_itself_is_read_the_same_way(monkeypatch, caplog):
    with serve(GOOD, (Status(401),)) as server:
        monkeypatch.setenv("OPENAI_API_BASE", f"{server.url}/v1")
        llm = open_llm("openai:gpt-4o-mini", 5)
        OPENED.append(llm)
        assert Heard(llm).text == "In Geneva [1]."
        _, message = failed(llm, caplog=caplog)
    assert message == f"the language model at {server.url} answered 401: check the key"


class Parrot(CustomLLM):
    """A LlamaIndex model of no server: whatever takes that seat can be read."""

    says: Any

    @property
    def metadata(self):
        return LLMMetadata(model_name="parrot", is_chat_model=True)

    def complete(self, prompt, formatted=False, **options):
        raise NotImplementedError

    def stream_complete(self, prompt, formatted=False, **options):
        if not self.says:
            raise RuntimeError(f"my key is {KEY}")
        return (CompletionResponse(text=text, delta=text) for text in self.says)


def test_any_other_model_of_llamaindex_is_read_too():
    assert Heard(Parrot(says=["In ", "Geneva."])).pieces == ["In ", "Geneva."]
    _, message = failed(Parrot(says=[]))
    assert message.startswith("the language model parrot failed with RuntimeError")


def test_a_model_of_no_server_is_stopped_too():
    class Endless:
        """Words without end, and whether it was let go."""

        let_go = threading.Event()

        def __iter__(self):
            try:
                while True:
                    time.sleep(0.01)
                    yield "word "
            finally:
                self.let_go.set()

    pieces = stream_text(Parrot(says=Endless()), QUESTION, StreamLimits(30, 30, chars=10**6))
    assert next(pieces) == "word "
    pieces.close()
    assert Endless.let_go.wait(3), "it is still being read"


@of_one_kind
def test_a_wait_before_the_first_piece_is_no_failure(kind):
    with serve((Wait(0.2), *GOOD)) as server:
        assert Heard(open_at(kind, server.url)).text == "In Geneva [1]."
