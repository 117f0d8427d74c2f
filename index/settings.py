"""The one frozen object of settings: environment variables `BYLINE_…`, a `.env` file, or command-line flags.

Only the programs (app.py, the `__main__`s) and `bot/build.py` see it; everything else takes plain values.
It knows the names and ranges of settings, not what they do.
"""

import difflib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.chroma.server import Server, parse_server
from index.errors import SettingsError
from index.formats.limits import Limits
from index.sync.recipe import Recipe

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
PATHS = frozenset(("corpus", "storage", "embedder", "reader", "resolver", "auth"))
PREFIX = "BYLINE_"


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))


def _file(text: str) -> str:
    return str(_absolute(Path(text))) if text.strip() else ""


def _address(text: str) -> str:
    return str(parse_server(text) or "")


Folder = Annotated[Path, AfterValidator(_absolute)]


def _default_storage(values: dict[str, Any]) -> Path:
    """Each corpus has an index of its own, so asking another folder never rebuilds the first one's."""
    corpus = values.get("corpus", ROOT / "corpus")
    digest = hashlib.sha256(os.fsencode(os.path.realpath(corpus))).hexdigest()[:8]
    return ROOT / "storage" / f"{corpus.name or 'root'}-{digest}"


class Settings(BaseSettings):
    """Everything that can be set.

    Relative paths count from the working directory they are typed in; those in `.env` from its folder.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    corpus: Folder = Field(ROOT / "corpus", description="Folder of articles")
    storage: Folder = Field(
        default_factory=_default_storage,
        description="Folder of the index (default: one under `storage/` for each corpus)",
    )
    embedder: Folder = Field(
        ROOT / "models" / "embedder", description="Folder of the embedding model"
    )
    reader: Folder = Field(ROOT / "models" / "reader", description="Folder of the reading model")
    resolver: Folder = Field(
        ROOT / "models" / "resolver", description="Folder of the model that completes follow-ups"
    )
    chroma: Annotated[str, AfterValidator(_address)] = Field(
        "", description="Chroma server, such as `http://127.0.0.1:8000`; empty means none is needed"
    )
    strictness: Literal["lenient", "balanced", "strict"] = Field(
        "balanced", description="How sure an answer must be: `lenient`, `balanced` or `strict`"
    )
    threads: int = Field(0, ge=0, le=256, description="Model threads; 0 means one for each core")
    passage_words: int = Field(160, ge=40, le=400, description="Words a passage aims at")
    overlap_words: int = Field(40, ge=0, le=200, description="Words that neighbours share")
    max_file_mb: float = Field(20.0, gt=0, le=2048, description="Larger files are skipped, in MB")
    max_articles: int = Field(
        10_000, ge=1, le=1_000_000, description="Rows or members that one file may hold"
    )
    max_unpacked_mb: float = Field(
        200.0, gt=0, le=8192, description="What one file may unpack to, in MB"
    )
    max_depth: int = Field(
        2, ge=1, le=10, description="Archives within archives, the first included"
    )
    max_pages: int = Field(2_000, ge=1, le=100_000, description="Pages that a PDF may have")
    max_seconds: int = Field(
        30, ge=1, le=3600, description="Seconds of the processor that reading one file may take"
    )
    max_memory_mb: int = Field(
        2_000, ge=500, le=65_536, description="Memory that reading one file may take, in MB"
    )
    candidates: int = Field(8, ge=1, le=100, description="Passages that are read for a question")
    max_question_chars: int = Field(
        2000, ge=10, le=100_000, description="Longer questions are refused with a clear line"
    )
    llm: str = Field("", description="Language model that writes the answers; empty means none")
    llm_timeout_s: float = Field(
        30.0, ge=1, le=600, description="Seconds in which the language model must have answered"
    )
    unsupported: Literal["mark", "drop"] = Field(
        "mark",
        description="What becomes of a written sentence that no article supports: `mark` or `drop`",
    )
    judge: str = Field(
        "", description="Language model that judges the answers of `eval run`; empty means none"
    )
    host: str = Field("127.0.0.1", description="Address the page is served at")
    auth: Annotated[str, AfterValidator(_file)] = Field(
        "", description="File of the accounts that may log in; empty means there is no login"
    )
    port: int = Field(7860, ge=0, le=65535, description="Port the page is served at")

    @property
    def limits(self) -> Limits:
        """What one file may cost."""
        return Limits(
            max_bytes=int(self.max_file_mb * 1_000_000),
            articles=self.max_articles,
            unpacked_bytes=int(self.max_unpacked_mb * 1_000_000),
            depth=self.max_depth,
            pages=self.max_pages,
            seconds=self.max_seconds,
            memory_bytes=self.max_memory_mb * 1_000_000,
        )

    @property
    def recipe(self) -> Recipe:
        """What an index depends on beside its files."""
        return Recipe(self.passage_words, self.overlap_words, self.limits)

    @property
    def server(self) -> Server | None:
        """The Chroma server, where there is one."""
        return parse_server(self.chroma)


def load_settings(**flags: Any) -> Settings:
    """Settings from flags, then the environment, then `.env`; a flag that is None counts as not given.

    Raises SettingsError, in one line, for an unknown `BYLINE_` name or a value out of range.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    in_file = _read_env_file()
    _refuse_unknown([*os.environ, *in_file])
    for name, value in in_file.items():
        field = name.upper().removeprefix(PREFIX).lower()
        if name.upper().startswith(PREFIX) and name.upper() not in os.environ:
            given.setdefault(field, _in_file(value) if field in PATHS and value.strip() else value)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _in_file(path: str) -> str:
    return str(ENV_FILE.parent / Path(path).expanduser())


def load_variables() -> dict[str, str]:
    """What others have put into the environment and, where that is silent or empty, into `.env`: keys.

    Raises SettingsError when `.env` cannot be read. Keys belong in no message and no log.
    """
    return _read_env_file() | {name: value for name, value in os.environ.items() if value.strip()}


def _read_env_file() -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(ENV_FILE).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{ENV_FILE}: {error}; expected lines of NAME=value in UTF-8") from None


def read_assignments(lines: Iterable[str]) -> dict[str, str]:
    """Lines such as `BYLINE_CANDIDATES=4` as flags of `load_settings`, which looks at the values.

    Raises SettingsError, in one line, for a line of another form or an unknown name.
    """
    flags = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if not equals:
            raise SettingsError(f"{line!r}: expected NAME=VALUE, such as {PREFIX}CANDIDATES=4")
        _refuse_unknown([name], only_ours=False)
        flags[name.upper().removeprefix(PREFIX).lower()] = value
    return flags


def _refuse_unknown(names: list[str], *, only_ours: bool = True) -> None:
    """`only_ours` passes over names without the prefix: the environment is full of others'."""
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    for name in names:
        if only_ours and not name.upper().startswith(PREFIX):
            continue
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), 1, 0.0)[0]
            raise SettingsError(f"{name}: no such setting; the nearest is {near}")


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    return f"{PREFIX}{name.upper()}={first.get('input')!r}: {first['msg']}"
