"""The settings, one frozen object, from `BYLINE_…` variables, a `.env` file and command-line flags.

Only the programs (app.py, the `__main__`s) and `bot/build.py` see it; everything else takes plain values.
It knows the names and ranges of settings, not what they do.
"""

import difflib
import hashlib
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.catalog.postgres.address import Address, parse_address, valid_address
from index.chroma.server import Server, parse_server, valid_server
from index.errors import SettingsError
from index.formats.limits import Limits
from index.reading.address import ObjectFolder, parse_objects, without_file
from index.sync.index_config import IndexConfig

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
PATHS = frozenset(("corpus", "storage", "models", "aliases", "auth"))
PREFIX = "BYLINE_"
PGVECTOR = "pgvector"  # the vectors are searched in the catalog's own database


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))


def _file(text: str) -> str:
    return str(_absolute(Path(text))) if text.strip() else ""


def _place_of_vectors(text: str, others: ValidationInfo) -> str:
    if text.strip() != PGVECTOR:
        return valid_server(text)
    if not others.data.get("database", "wrong"):
        raise ValueError("needs BYLINE_DATABASE, the PostgreSQL database with pgvector")
    return PGVECTOR


def _default_index(place: str, name: str) -> Path:
    """A folder for each corpus, so that switching between corpora never rebuilds an index."""
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:8]
    return ROOT / "storage" / f"{name or 'root'}-{digest}"


Folder = Annotated[Path, AfterValidator(_absolute)]


def _default_storage(values: dict[str, Any]) -> Path:
    corpus = values.get("corpus", ROOT / "corpus")
    return _default_index(os.path.realpath(corpus), corpus.name)


class Settings(BaseSettings):
    """Everything that can be set.

    Relative paths are relative to the working directory; in `.env` to the folder of that file.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    corpus: Folder = Field(
        ROOT / "corpus", description="Folder of articles, or one such as `s3://bucket/folder`"
    )
    storage: Folder = Field(
        default_factory=_default_storage,
        description="Folder of the index (default: one under `storage/` for each corpus)",
    )
    models: Folder = Field(
        ROOT / "models", description="Folder of the models: `embedder/`, `reader/` and `resolver/`"
    )
    database: Annotated[str, AfterValidator(valid_address)] = Field(
        "",
        repr=False,
        description="PostgreSQL, such as `postgresql://byline@127.0.0.1/byline`; empty means files",
    )
    chroma: Annotated[str, AfterValidator(_place_of_vectors)] = Field(
        "",
        repr=False,
        description="Chroma server, such as `http://127.0.0.1:8000`, or `pgvector`; empty means files",
    )
    aliases: Annotated[str, AfterValidator(_file)] = Field(
        "", description="JSON file with further names of the same thing; empty means none"
    )
    strictness: Literal["lenient", "balanced", "strict"] = Field(
        "balanced", description="How sure an answer must be: `lenient`, `balanced` or `strict`"
    )
    threads: int = Field(0, ge=0, le=256, description="Model threads; 0 means one for each core")
    max_file_mb: float = Field(20.0, gt=0, le=2048, description="Larger files are skipped, in MB")
    day_order: Literal["", "dmy", "mdy"] = Field(
        "", description="How 03/04/2021 is read: `dmy`, `mdy`, or empty: as no date"
    )
    candidates: int = Field(8, ge=1, le=100, description="Passages read for a question")
    llm: str = Field("", description="Language model that writes the answers; empty means none")
    llm_timeout_s: float = Field(
        30.0, ge=1, le=600, description="Seconds until the language model must have answered"
    )
    unsupported: Literal["mark", "drop"] = Field(
        "mark",
        description="What to do with a written sentence that no article supports: `mark` or `drop`",
    )
    judge: str = Field(
        "", description="Language model that judges the answers of `eval run`; empty means none"
    )
    host: str = Field("127.0.0.1", description="Address that the page is served at")
    root_path: str = Field(
        "",
        description="Path or address at which a proxy serves the page, such as `/news`; empty means none",
    )
    auth: Annotated[str, AfterValidator(_file)] = Field(
        "", description="File with the accounts that may log in; empty means no login"
    )
    port: int = Field(7860, ge=0, le=65535, description="Port that the page is served at")
    workers: int = Field(
        1, ge=1, le=64, description="Web processes, at ports from BYLINE_PORT on; needs a database"
    )

    _objects: ObjectFolder | None = PrivateAttr(None)

    @model_validator(mode="wrap")
    @classmethod
    def _with_copy(cls, values: Any, made: ModelWrapValidatorHandler[Self]) -> Self:
        """The corpus of an address in object storage is a copy in the folder of the index."""
        given = str(values.get("corpus", ""))
        try:
            place = parse_objects(given)
        except ValueError as error:
            raise SettingsError(f"{PREFIX}CORPUS: {error}") from None  # its value may hold a key
        if place is None:
            return made(values | {"corpus": without_file(given)} if given else values)
        own = values.get("storage") or _default_index(str(place), place.name)
        corpus = _absolute(Path(own)) / "objects" / place.name
        settings = made({**values, "storage": own, "corpus": corpus})
        settings._objects = place
        return settings

    @property
    def objects(self) -> ObjectFolder | None:
        """The folder in object storage that the corpus is a copy of, if any."""
        copied = self._objects and self.storage / "objects" / self._objects.name == self.corpus
        return self._objects if copied else None

    @property
    def embedder(self) -> Path:
        """The folder of the embedding model."""
        return self.models / "embedder"

    @property
    def reader(self) -> Path:
        """The folder of the reading model and its calibration."""
        return self.models / "reader"

    @property
    def resolver(self) -> Path:
        """The folder of the model that completes follow-ups."""
        return self.models / "resolver"

    @property
    def limits(self) -> Limits:
        """The limits within which a file is read."""
        return Limits(max_bytes=int(self.max_file_mb * 1_000_000), day_order=self.day_order)

    @property
    def index_config(self) -> IndexConfig:
        """How articles become passages."""
        return IndexConfig(limits=self.limits)

    @property
    def server(self) -> Server | Address | None:
        """The Chroma server, or the database with pgvector; None for files in the folder of the index."""
        if self.chroma == PGVECTOR:
            return self.catalog_database
        return parse_server(self.chroma)

    @property
    def catalog_database(self) -> Address | None:
        """The PostgreSQL database, if any."""
        return parse_address(self.database)


def load_settings(**flags: Any) -> Settings:
    """Settings from flags, then the environment, then `.env`; a flag of None is ignored.

    Raises SettingsError, in one line, for an unknown `BYLINE_` name or a value out of range.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    in_file = _read_env_file()
    _refuse_unknown([*os.environ, *in_file])
    for name, value in in_file.items():
        field = name.upper().removeprefix(PREFIX).lower()
        if name.upper().startswith(PREFIX) and name.upper() not in os.environ:
            is_path = field in PATHS and value.strip() and ":/" not in value  # an address
            path = ENV_FILE.parent / Path(value).expanduser() if is_path else value
            given.setdefault(field, str(path))
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def load_variables() -> dict[str, str]:
    """All variables of the environment and `.env`, such as API keys; the environment wins unless empty.

    Raises SettingsError when `.env` cannot be read. Never print or log a key.
    """
    return _read_env_file() | {name: value for name, value in os.environ.items() if value.strip()}


def _read_env_file() -> dict[str, str]:
    try:
        return {name: value for name, value in dotenv_values(ENV_FILE).items() if value is not None}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{ENV_FILE}: {error}; expected lines of NAME=value in UTF-8") from None


def _refuse_unknown(names: list[str]) -> None:
    """Names without the prefix are skipped: the environment has many other variables."""
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    for name in names:
        if not name.upper().startswith(PREFIX):
            continue
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), 1, 0.0)[0]
            raise SettingsError(f"{name}: no such setting; the nearest is {near}")


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    given = f"={first.get('input')!r}"
    if name == "database" or (name == "chroma" and "@" in given):  # it may hold a password
        given = ""
    return f"{PREFIX}{name.upper()}{given}: {first['msg'].removeprefix('Value error, ')}"
