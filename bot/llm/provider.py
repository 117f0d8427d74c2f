"""The one place where a language model is chosen: `BYLINE_LLM` becomes a LlamaIndex `LLM`.

It knows how each integration wants to be set up and what can be wrong before a question is asked;
it sends nothing. An integration is imported when it is chosen, and only then.
"""

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from llama_index.core.llms import LLM

from bot.llm.choice import Choice, parse_choice
from bot.llm.connections import HOOKS
from index.errors import LanguageModelError

OLLAMA = "http://localhost:11434"
MAX_TOKENS = 1024  # several times what a short cited answer takes
# Eight passages, a conversation and the answer; Ollama is set to the same.
CONTEXT_TOKENS = 8192
# stream_text reports its own time-out; the client's comes a little later, to free its thread.
LATER_S = 1.0
NO_KEY = "none"  # the client requires a key, a local server does not


class Key(str):
    """A key, which no `repr` shows."""

    def __repr__(self) -> str:
        return "'…'"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Settings of a client: seconds it waits for each byte, tokens of an answer, its key."""

    timeout_s: float
    max_tokens: int
    key: Key


@dataclass(frozen=True, slots=True)
class Provider:
    """An integration: its module, its class and what pip installs it from.

    `key` is the variable that holds its key, `keyless` what stands in for one that is not set, if
    anything may; `options` are the class's arguments.
    """

    module: str
    name: str
    requirements: str
    key: str
    keyless: str | None
    options: Callable[[Choice, Bounds], dict[str, Any]]


def open_llm(
    choice: str,
    timeout_s: float,
    max_tokens: int = MAX_TOKENS,
    variables: Mapping[str, str] | None = None,
) -> LLM:
    """The language model that `choice` names, at temperature 0, its client without retries of its own.

    `timeout_s` is how long, in seconds, it may take to reply; `max_tokens` bounds an answer; its key is
    looked for in `variables`, which are the environment's unless given.
    Raises LanguageModelError for a malformed choice, a package or key that is missing, or a model
    that the integration does not know. Whether the server runs is seen when it is first asked.
    The object's `repr` does not show the key; its fields do, as LlamaIndex has them.
    """
    parsed = parse_choice(choice)
    provider = PROVIDERS[parsed.provider]
    key = _key(parsed, provider, os.environ if variables is None else variables)
    bounds = Bounds(timeout_s + LATER_S, max_tokens, key)
    make = _integration(parsed, provider)
    try:
        llm = make(**provider.options(parsed, bounds))
        _finish(llm, key)
        known = llm.metadata.is_chat_model
    except ValueError:  # its text may list a hundred models, or show the key
        known = False
    if not known:
        raise LanguageModelError(
            f"BYLINE_LLM={choice!r}: expected a chat model that the installed integration knows, found "
            f"{parsed.model!r}; check its spelling, or change BYLINE_LLM"
        )
    return llm


def close_llm(llm: LLM) -> None:
    """Closes the connections that the client of `llm` keeps; LlamaIndex has no method for it."""
    client = getattr(llm, "_client", None)
    if client is not None:
        client.close()


def _integration(choice: Choice, provider: Provider) -> Callable[..., LLM]:
    try:
        module = importlib.import_module(provider.module)
    except ImportError as error:
        raise LanguageModelError(
            f"BYLINE_LLM={choice.text!r}: the package {error.name or provider.module} is not installed; "
            f"install it with `pip install {provider.requirements}`"
        ) from None
    found: Callable[..., LLM] = getattr(module, provider.name)
    return found


def _key(choice: Choice, provider: Provider, variables: Mapping[str, str]) -> Key:
    """The key among `variables`. Raises LanguageModelError, which never shows it."""
    key = variables.get(provider.key, "").strip() or provider.keyless
    if key is None:
        raise LanguageModelError(
            f"BYLINE_LLM={choice.text!r}: expected a key in the environment variable {provider.key}, "
            f"found none; set it with `export {provider.key}=…`, or with a line {provider.key}=… in .env"
        )
    # Nothing else is legal in a header, and the client's error would repeat the key.
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise LanguageModelError(
            f"{provider.key}: expected a key of ASCII characters without spaces; copy it again"
        )
    return Key(key)


def _finish(llm: Any, key: Key) -> None:
    """Set what no option can."""
    if hasattr(llm, "api_key"):
        llm.api_key = key  # LlamaIndex turned it into plain text, which its repr shows
    if llm.class_name() == "Anthropic_LLM":
        llm._client._client.event_hooks = HOOKS  # it accepts no client of ours


def _ollama(choice: Choice, bounds: Bounds) -> dict[str, Any]:
    address = choice.address or OLLAMA
    client = importlib.import_module("ollama").Client
    headers = {"authorization": f"Bearer {bounds.key}"} if bounds.key else {}
    return {
        "model": choice.model,
        "base_url": address,
        "client": client(address, timeout=bounds.timeout_s, headers=headers, event_hooks=HOOKS),
        "request_timeout": bounds.timeout_s,
        "temperature": 0.0,
        "context_window": CONTEXT_TOKENS,  # unset, the integration asks the server for it first
        "thinking": False,  # it would spend the answer's tokens and time
        "additional_kwargs": {"num_predict": bounds.max_tokens},
    }


def _openai(choice: Choice, bounds: Bounds) -> dict[str, Any]:
    return _common(choice, bounds) | {
        "http_client": httpx.Client(event_hooks=HOOKS, follow_redirects=True)
    }


def _openai_like(choice: Choice, bounds: Bounds) -> dict[str, Any]:
    return _openai(choice, bounds) | {
        "api_base": choice.address,
        "context_window": CONTEXT_TOKENS,
        "is_chat_model": True,
    }


def _common(choice: Choice, bounds: Bounds) -> dict[str, Any]:
    return {
        "model": choice.model,
        "api_key": bounds.key,
        "temperature": 0.0,
        "max_tokens": bounds.max_tokens,
        "timeout": bounds.timeout_s,
        "max_retries": 0,  # stream_text retries; both together would multiply
    }


_LLM = "-r requirements-llm.txt"
# Its extras for other clouds conflict with Byline's pinned packages; nothing here uses them.
_ANTHROPIC = "--no-deps -r requirements-anthropic.txt"
_BASE = "llama_index.llms"
PROVIDERS = {
    "ollama": Provider(f"{_BASE}.ollama", "Ollama", _LLM, "OLLAMA_API_KEY", "", _ollama),
    "openai": Provider(f"{_BASE}.openai", "OpenAI", _LLM, "OPENAI_API_KEY", None, _openai),
    "openai-like": Provider(
        f"{_BASE}.openai_like", "OpenAILike", _LLM, "OPENAI_API_KEY", NO_KEY, _openai_like
    ),
    "anthropic": Provider(
        f"{_BASE}.anthropic", "Anthropic", _ANTHROPIC, "ANTHROPIC_API_KEY", None, _common
    ),
}
