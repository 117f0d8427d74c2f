"""A prompt is what its file says now, and says so when the file is not as expected."""

import pytest

import prompts
import prompts.loader
from index.errors import BylineError, PromptError
from prompts.loader import load_prompt

TWO = ("history", "question")


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of a prompt called `own`."""
    monkeypatch.setattr(prompts.loader, "FOLDER", tmp_path)
    return tmp_path / "own.md"


def refused(placeholders=TWO):
    with pytest.raises(PromptError) as caught:
        load_prompt("own", placeholders)
    assert isinstance(caught.value, BylineError)
    message = str(caught.value)
    assert "\n" not in message and "git checkout prompts" in message
    return message


@pytest.mark.parametrize(
    "name, placeholders", [("answer", prompts.ANSWER), ("condense", prompts.CONDENSE)]
)
def test_the_prompts_that_come_along_are_as_expected(name, placeholders):
    template = load_prompt(name, placeholders)
    assert set(template.template_vars) == set(placeholders)
    filled = template.format(**{key: f"«{key}»" for key in placeholders})
    assert all(filled.count(f"«{key}»") == 1 for key in placeholders)
    assert "{" not in filled and "}" not in filled


def test_an_edit_counts_at_once(file):
    file.write_text("Be short. {question} {history}")
    first = load_prompt("own", TWO).format(question="Who?", history="-")
    file.write_text("Be curt! {question} {history}\n")  # as long, and perhaps in the same tick
    second = load_prompt("own", TWO).format(question="Who?", history="-")
    assert (first, second) == ("Be short. Who? -", "Be curt! Who? -")


@pytest.mark.parametrize(
    "text",
    ["{question}", "{history}", "{{question}}", "{x", "a } b {", "{0}", "{}", "{question!r}", "\\1 \\g<0>"],
)  # fmt: skip
def test_what_is_put_in_is_put_in_as_it_is(file, text):
    file.write_text("H: {history} Q: {question}")
    template = load_prompt("own", TWO)
    assert template.format(history=text, question="Who?") == f"H: {text} Q: Who?"
    assert template.format(question=text, history="-") == f"H: - Q: {text}"
    (message,) = template.format_messages(history=text, question="Who?")
    assert (message.role, message.content) == ("user", f"H: {text} Q: Who?")
    assert template.partial_format(history=text).format(question=text) == f"H: {text} Q: {text}"


@pytest.mark.parametrize(
    "text, brace",
    [
        ("{history} {question} {passage}", "'{passage}'"),
        ("{history} {question} { question }", "'{ question }'"),
        ("{history} {Question}", "'{Question}'"),
        ("{history} {question} {}", "'{}'"),
        ("{history} {{question}}", "'{'"),
        ("{history} {question", "'{'"),
        ("{history} {question} as }", "'}'"),
    ],
)
def test_an_unknown_placeholder_is_refused(file, text, brace):
    file.write_text(text)
    message = refused()
    assert message.startswith(
        f"{file}: {brace} is unknown; expected only {{history}}, {{question}}"
    )


@pytest.mark.parametrize("text", ["{history}", "{history} (question)", "{history}{history}"])
def test_a_missing_placeholder_is_refused(file, text):
    file.write_text(text)
    message = refused()
    assert message.startswith(
        f"{file}: '{{question}}' is missing; expected {{history}}, {{question}}"
    )


def test_a_file_that_is_missing_or_no_text_is_refused(file):
    assert refused().startswith(f"{file}: expected a prompt, found No such file")
    file.write_bytes(b"{history} {question} \xff")
    assert refused().startswith(f"{file}: expected a prompt, found text that is not UTF-8")


def test_a_byte_order_mark_is_no_part_of_a_prompt(file):
    file.write_bytes(b"\xef\xbb\xbfBe short. {question} {history}\r\n")
    assert load_prompt("own", TWO).template == "Be short. {question} {history}"


def test_the_answer_prompt_says_what_the_answer_is_checked_for():
    text = load_prompt("answer", prompts.ANSWER).template
    assert text.index("{passages}") < text.index("{question}")
    for said in ("no orders", "[1]", "double quotes", "differ", "nothing else", "{refusal}"):
        assert said in text
