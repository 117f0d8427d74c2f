"""Other names for the same thing, so that a question about ISIS finds a text about Daesh.

They are read from aliases.json; a user's own file adds to it.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from index.errors import SettingsError

BUILT_IN = Path(__file__).with_name("aliases.json")
EXPECTED = (
    'expected JSON such as {"others": {"ecb": ["european central bank"]}}; see docs/settings.md'
)
_Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\w")]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W_]+$")]


class _File(BaseModel):
    """One file: short name → other names, for nations and for everything else, and cities among them.

    A name with a space or hyphen is a phrase. A name in capitals ("IS") counts only in capitals.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    nations: dict[_Word, list[_Name]] = {}
    others: dict[_Word, list[_Name]] = {}
    cities: list[_Name] = []


class Aliases:
    """The aliases in use, by the short name that stands for all of them."""

    def __init__(self, *files: Path) -> None:
        """Read `files`; a later one adds to the earlier. Raises SettingsError."""
        self.words: dict[str, str] = {}
        self.capitals: dict[str, str] = {}
        self.phrases: dict[re.Pattern[str], str] = {}
        self.nations: frozenset[str] = frozenset()
        # A city stands for its country, and for itself if question and text both name it.
        self.cities: frozenset[str] = frozenset()
        for file in files:
            self._add(_read(file))

    def _add(self, file: _File) -> None:
        self.nations |= {short.lower() for short in file.nations}
        self.cities |= {city.lower() for city in file.cities}
        for short, names in (*file.nations.items(), *file.others.items()):
            for name in (short.lower(), *names):
                if re.search(r"[\s-]", name):
                    phrase = r"\s+".join(map(re.escape, name.split()))
                    self.phrases[re.compile(rf"\b{phrase}\b", re.IGNORECASE)] = short.lower()
                elif name.isupper():
                    self.capitals[name] = short.lower()
                else:
                    self.words[name.lower()] = short.lower()


def _read(path: Path) -> _File:
    try:
        return _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"BYLINE_ALIASES={path}: {error.strerror}; {EXPECTED}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise SettingsError(f"BYLINE_ALIASES={path}: {place}: {first['msg']}; {EXPECTED}") from None
