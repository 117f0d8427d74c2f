"""The forms a choice of language model may have, and how any other is refused."""

import pytest

from bot.llm.choice import ADDRESS, FORMS, parse_choice
from index.errors import BylineError, LanguageModelError


def refused(text):
    with pytest.raises(LanguageModelError) as caught:
        parse_choice(text)
    assert isinstance(caught.value, BylineError)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "text, parts",
    [
        ("ollama:llama3.2", ("ollama", "llama3.2", None)),
        ("ollama:llama3.2:3b", ("ollama", "llama3.2:3b", None)),
        ("ollama:hf.co/a/b:Q4@http://10.0.0.2:11434", ("ollama", "hf.co/a/b:Q4", "http://10.0.0.2:11434")),
        ("openai:gpt-4o-mini", ("openai", "gpt-4o-mini", None)),
        ("anthropic:claude-sonnet-4-5", ("anthropic", "claude-sonnet-4-5", None)),
        ("openai-like:q@q4_k_m@https://[::1]:8/v1", ("openai-like", "q@q4_k_m", "https://[::1]:8/v1")),
    ],
)  # fmt: skip
def test_a_choice_is_a_provider_a_model_and_perhaps_an_address(text, parts):
    parsed = parse_choice(text)
    assert (parsed.provider, parsed.model, parsed.address) == parts
    assert parsed.text == text


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", FORMS),
        ("llama3.2", FORMS),
        ("ollama", FORMS),
        ("ollama:", FORMS),
        ("Ollama:llama3.2", FORMS),
        ("gemini:pro", FORMS),
        ("ollama:two words", FORMS),
        ("ollama:m\nn", FORMS),
        ("ollama:@http://h:1", "http://"),
        ("ollama:llama3.2@localhost:11434", "expected an address that begins with http://"),
        ("ollama:m@http://", "http://"),
        ("ollama:m@http://:11434", "such as http://HOST:PORT"),
        ("ollama:m@http://host:99999", "such as http://HOST:PORT"),
        ("ollama:m@http://[::1", "such as http://HOST:PORT"),
        ("ollama:m@http://host:0", "such as http://HOST:PORT"),
        ("ollama:m@http://host/?a=b", "such as http://HOST:PORT"),
        ("openai-like:m", "openai-like:MODEL@http://HOST:PORT/v1"),
        ("openai:gpt-4o@http://host/v1", "for another server use openai-like"),
        ("anthropic:claude@http://host/v1", "for another server use openai-like"),
    ],
)
def test_a_malformed_choice_is_refused_with_what_was_expected(text, expected):
    message = refused(text)
    assert message.startswith(f"BYLINE_LLM={text!r}: expected ")
    assert expected in message


def test_a_password_in_an_address_is_refused_and_not_repeated():
    message = refused("openai-like:m@http://me:hunter2@host:1/v1")
    assert "openai-like:m@http://…@host:1/v1" in message
    assert "without a user name" in message
    assert "hunter2" not in message


def test_every_form_is_named_where_the_forms_are():
    assert all(f"{name}:MODEL" in FORMS for name in ADDRESS)
