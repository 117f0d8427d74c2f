"""Which language model a choice opens, how its client is set up, and how a wrong choice is refused."""

import logging
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from llama_index.core.llms import ChatMessage, MockLLM

import index.settings
from bot.llm.choice import ADDRESS
from bot.llm.provider import LATER_S, MAX_TOKENS, PROVIDERS, close_llm, open_llm
from index.errors import BylineError, LanguageModelError
from index.settings import load_variables
from tests.bot.llm.llm_server import STALL, Status, answer, serve

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-recognisable-4711"
CLAUDE = pytest.param(
    "anthropic:claude-sonnet-4-5",
    marks=pytest.mark.skipif(not find_spec("anthropic"), reason="see requirements-anthropic.txt"),
)
QUESTION = [ChatMessage(role="user", content="Who?")]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """A key that is easy to find again, and nothing else that a client would listen to."""
    clouds = ("OPENAI_API_BASE", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", *clouds):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def opened():
    """Opens a model, and closes it when the test is over."""
    models = []

    def make(*choice, **bounds):
        models.append(open_llm(*choice, **bounds))
        return models[-1]

    yield make
    for model in models:
        close_llm(model)


def refused(choice):
    with pytest.raises(LanguageModelError) as caught:
        open_llm(choice, 1)
    assert isinstance(caught.value, BylineError)
    message = str(caught.value)
    assert "\n" not in message and KEY not in message
    return message


def test_every_provider_has_its_form_and_its_integration():
    assert list(PROVIDERS) == list(ADDRESS)


@pytest.mark.parametrize(
    "choice, missing, remedy",
    [
        ("ollama:m", "llama_index.llms.ollama", "-r requirements-llm.txt"),
        ("openai:gpt-4o", "llama_index.llms.openai", "-r requirements-llm.txt"),
        ("openai-like:m@http://h/v1", "llama_index.llms.openai_like", "-r requirements-llm.txt"),
        ("anthropic:m", "llama_index.llms.anthropic", "--no-deps -r requirements-anthropic.txt"),
    ],
)
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch, choice, missing, remedy
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setitem(sys.modules, missing, None)  # as if it were not there
    message = refused(choice)
    assert f"the package {missing} is not installed" in message
    assert f"`pip install {remedy}`" in message
    assert (ROOT / remedy.split()[-1]).is_file()


def test_a_package_below_the_integration_may_be_the_missing_one(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("llama_index.llms.ollama")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ollama", None)
    assert "the package ollama is not installed" in refused("ollama:m")


@pytest.mark.parametrize(
    "choice, variable",
    [("openai:gpt-4o", "OPENAI_API_KEY"), ("anthropic:claude-sonnet-4-5", "ANTHROPIC_API_KEY")],
)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_key_is_named_by_its_variable(monkeypatch, choice, variable, value):
    monkeypatch.delenv(variable, raising=False)
    if value is not None:
        monkeypatch.setenv(variable, value)
    assert f"environment variable {variable}" in refused(choice)


@pytest.mark.parametrize("key", [f"{KEY}\u2028x", f"{KEY} x", f"{KEY}\nx", f"{KEY}é"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(monkeypatch, key):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert refused("openai:gpt-4o").startswith("OPENAI_API_KEY: expected ")


@pytest.mark.parametrize("model", ["gpt-99-imaginary", "babbage-002", "gpt-5.4-pro"])
def test_a_model_that_cannot_chat_through_the_integration_is_refused(model):
    message = refused(f"openai:{model}")
    assert f"found {model!r}" in message and len(message) < 300


def test_ollama_is_asked_as_intended(opened):
    with serve(answer("At noon ", "[1].")) as server:
        llm = opened(f"ollama:llama3.2@{server.url}", 5, max_tokens=77)
        said = llm.chat(QUESTION)
    assert said.message.content == "At noon [1]."
    # Nothing but the question itself: the integration would ask for the model's details first.
    (request,) = server.requests
    assert request.path == "/api/chat"
    assert request.body["model"] == "llama3.2"
    assert request.body["messages"] == [{"role": "user", "content": "Who?"}]
    assert request.body["options"] == {"temperature": 0.0, "num_ctx": 8192, "num_predict": 77}
    assert request.body["think"] is False
    assert KEY not in str(request.headers)


@pytest.mark.parametrize("kind", ["openai", "openai-like"])
def test_openai_and_its_like_are_asked_as_intended(opened, monkeypatch, kind):
    with serve(answer("At noon ", "[1].")) as server:
        choice = "openai:gpt-4o-mini"
        if kind == "openai":
            monkeypatch.setenv("OPENAI_API_BASE", f"{server.url}/v1")
        else:
            choice = f"openai-like:gpt-4o-mini@{server.url}/v1"
        said = opened(choice, 5, max_tokens=77).chat(QUESTION)
    assert said.message.content == "At noon [1]."
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "Who?"}],
        "temperature": 0.0,
        "max_tokens": 77,
        "stream": False,
    }


@pytest.fixture
def env_file(monkeypatch, tmp_path):
    """A `.env` of our own, and no key in the environment."""
    monkeypatch.setattr(index.settings, "ENV_FILE", tmp_path / ".env")
    for name in ("OPENAI_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".env"


@pytest.mark.parametrize(
    "choice, name",
    [("ollama:m@{}", "OLLAMA_API_KEY"), ("openai-like:m@{}/v1", "OPENAI_API_KEY"),
     ("openai:gpt-4o-mini", "OPENAI_API_KEY")],
)  # fmt: skip
def test_a_key_may_stand_in_the_env_file_and_the_environment_goes_first(
    opened, env_file, monkeypatch, caplog, choice, name
):
    caplog.set_level(logging.DEBUG)
    env_file.write_text(f"BYLINE_PORT=1\nexport {name}='{KEY}'\nno line of a file = {KEY}\n")
    with serve(answer("Yes.")) as server:
        monkeypatch.setenv("OPENAI_API_BASE", f"{server.url}/v1")
        opened(choice.format(server.url), 5, variables=load_variables()).chat(QUESTION)
        monkeypatch.setenv(name, "sk-other")
        opened(choice.format(server.url), 5, variables=load_variables()).chat(QUESTION)
    sent = [{name.lower(): value for name, value in r.headers.items()} for r in server.requests]
    assert [headers["authorization"] for headers in sent] == [f"Bearer {KEY}", "Bearer sk-other"]
    assert KEY not in caplog.text


def test_a_key_that_stands_nowhere_is_asked_for_in_both_places(env_file):
    env_file.write_text("OPENAI_API_KEY=\n")
    with pytest.raises(LanguageModelError, match=r"`export OPENAI_API_KEY=…`, .* in \.env"):
        open_llm("openai:gpt-4o", 1, variables=load_variables())


@pytest.mark.parametrize(
    "choice", ["ollama:m", "openai:gpt-4o", "openai-like:m@http://h/v1", CLAUDE]
)
def test_a_model_does_not_show_its_key(opened, monkeypatch, choice):
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    llm = opened(choice, 1)
    assert KEY not in repr(llm) and KEY not in str(llm) and KEY not in f"{[llm]}"


@pytest.mark.parametrize("choice", [CLAUDE])
def test_anthropic_is_asked_as_intended(opened, monkeypatch, choice):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serve(answer("At noon ", "[1]."), (Status(529),)) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        llm = opened(choice, 5, max_tokens=77)
        assert llm.chat(QUESTION).message.content == "At noon [1]."
        with pytest.raises(Exception, match="529"):
            llm.chat(QUESTION)
    request, _ = server.requests  # the client itself does not try again
    assert request.path == "/v1/messages"
    assert request.headers["X-Api-Key"] == KEY and "Authorization" not in request.headers
    assert request.body["model"] == choice.partition(":")[2]
    assert (request.body["max_tokens"], request.body["temperature"]) == (77, 0.0)


def test_a_server_of_ones_own_needs_no_key(opened, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with serve(answer("Yes.")) as server:
        opened(f"openai-like:m@{server.url}/v1", 5).chat(QUESTION)
    assert server.requests[0].headers["Authorization"] == "Bearer none"


def test_a_key_may_end_with_a_line_feed(opened, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    with serve(answer("Yes.")) as server:
        opened(f"openai-like:m@{server.url}/v1", 5).chat(QUESTION)
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("choice", ["ollama:m@{}", "openai-like:m@{}/v1"])
@pytest.mark.parametrize("code", [429, 503])
def test_the_client_itself_does_not_try_again(opened, choice, code):
    with serve((Status(code),)) as server:
        llm = opened(choice.format(server.url), 5)
        with pytest.raises(Exception, match=str(code)):
            llm.chat(QUESTION)
    assert len(server.requests) == 1


@pytest.mark.parametrize("choice", ["ollama:m@{}", "openai-like:m@{}/v1"])
def test_the_client_leaves_a_server_that_does_not_answer(opened, choice):
    with serve((STALL,)) as server:
        llm = opened(choice.format(server.url), 0.1 - LATER_S)
        with pytest.raises(Exception, match="timed out"):
            next(iter(llm.stream_chat(QUESTION)))
        assert server.left.wait(2)


def test_the_clients_time_out_comes_after_the_one_that_is_told(opened):
    assert opened("ollama:m", 7).request_timeout == 7 + LATER_S
    assert opened("openai:gpt-4o", 7).timeout == 7 + LATER_S
    assert opened("openai:gpt-4o", 7).max_tokens == MAX_TOKENS


@pytest.mark.parametrize("choice", ["ollama:m@{}", "openai-like:m@{}/v1", CLAUDE])
def test_closing_a_model_closes_its_connections(monkeypatch, choice):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serve(answer("Yes.")) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        llm = open_llm(choice.format(server.url), 5)
        assert llm.chat(QUESTION).message.content == "Yes."
        assert server.connections == 1
        close_llm(llm)
        deadline = time.monotonic() + 3
        while server.connections:
            assert time.monotonic() < deadline, "the connection is still open"
            time.sleep(0.01)


def test_a_model_without_a_client_is_closed_without_a_word():
    close_llm(MockLLM())


def test_importing_imports_no_integration_and_choosing_imports_only_one():
    code = """
import sys
heavy = lambda: sorted({".".join(n.split(".")[:3]) for n in sys.modules
                 if n.startswith("llama_index.llms") or n in ("ollama", "openai", "anthropic")})
import bot.llm.provider, bot.llm.stream
print(heavy())
bot.llm.provider.open_llm("ollama:m", 1)
print(heavy())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    before, after = done.stdout.splitlines()
    assert before == str(["llama_index.llms"])  # the empty package they share
    assert after == str(["llama_index.llms", "llama_index.llms.ollama", "ollama"])
