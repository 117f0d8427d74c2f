"""A value of `BYLINE_LLM` is parsed: provider, model and address."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.errors import LanguageModelError

FORMS = (
    "ollama:MODEL, ollama:MODEL@http://HOST:PORT, openai:MODEL, anthropic:MODEL "
    "or openai-like:MODEL@http://HOST:PORT/v1"
)
# Whether a provider may, must or never has an address.
ADDRESS = {"ollama": "may", "openai": "never", "openai-like": "must", "anthropic": "never"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A language model as it was chosen; `text` is the value that was typed."""

    text: str
    provider: str
    model: str
    address: str | None


def parse_choice(text: str) -> Choice:
    """The parts of a value of BYLINE_LLM. Raises LanguageModelError, naming what was expected."""
    provider, _, rest = text.partition(":")
    parts = re.fullmatch(r"(?P<model>\S+?)(?:@(?P<address>https?://\S+))?", rest)
    if provider not in ADDRESS or parts is None:
        raise _malformed(text, FORMS)
    model, address = parts["model"], parts["address"]
    if address is not None:
        _check(f"{provider}:{model}", address)
        if ADDRESS[provider] == "never":
            raise _malformed(
                text, f"no address after {provider}:MODEL; for another server use openai-like"
            )
    elif ADDRESS[provider] == "must":
        raise _malformed(text, f"an address: {provider}:MODEL@http://HOST:PORT/v1")
    # LM Studio's names have an @, the others' do not: there it is an address without http://.
    if "@" in model and provider != "openai-like":
        raise _malformed(text, f"an address that begins with http://: {FORMS}")
    return Choice(text, provider, model, address)


def _check(before: str, address: str) -> None:
    """Raises LanguageModelError unless it is a base address; a password in it is not repeated."""
    scheme, _, place = address.partition("://")
    host, slash, path = place.partition("/")
    if "@" in host:
        shown = f"{before}@{scheme}://…@{host.rpartition('@')[2]}{slash}{path}"
        raise _malformed(shown, "an address without a user name; a key goes into OPENAI_API_KEY")
    try:
        url = urlsplit(address)
        good = bool(url.hostname) and url.port != 0 and not (url.query or url.fragment)
    except ValueError:  # of a port, or of brackets
        good = False
    if not good:
        raise _malformed(f"{before}@{address}", "an address such as http://HOST:PORT")


def _malformed(shown: str, expected: str) -> LanguageModelError:
    return LanguageModelError(f"BYLINE_LLM={shown!r}: expected {expected}")
