"""Reads and embeds groups of files in a process of its own, wherever that runs; the model is loaded once."""

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.errors import BylineError
from index.models.encoder import Encoder
from index.sync.index_config import IndexConfig
from index.sync.work.batches import ReadFile, read_file
from index.sync.work.messages import Stamp, Work

ROOT = Path(__file__).resolve().parents[3]
# Lengths and characters of several kinds, so that a processor that computes otherwise shows it.
PROBES = (
    "The bridge opens in May.",
    "The minister of works told the council that 1.5 million euros would not be enough. " * 12,
    "Größere Städte, 東京, and a name: O’Neill",
)


class Worker:
    """An actor. What the user can mend is returned as a line instead of raised."""

    def prepare(self, models: str, expected: Stamp, config: IndexConfig) -> str:
        """Load the model in the folder `models`; "" when everything is as `expected`."""
        try:
            self._encoder = Encoder(ROOT / models, 1)
        except BylineError as error:
            return str(error)
        return _difference(stamp(self._encoder, config), expected)

    def read(self, work: bytes) -> bytes | str:
        """The files of a pickled `Work`, read and embedded: a pickled list of `ReadFile`."""
        try:
            return pickle.dumps(self.read_files(pickle.loads(work)), pickle.HIGHEST_PROTOCOL)
        except BylineError as error:
            return str(error)

    def read_files(self, work: Work) -> list[ReadFile]:
        """The files, read and embedded."""
        read = [read_file(file, work.config) for file in work.files]
        vectors = self._encoder.encode([text for file in read for text in file.texts])
        ends = np.cumsum([len(file.texts) for file in read])[:-1]
        return [
            replace(file, vectors=rows)
            for file, rows in zip(read, np.split(vectors, ends), strict=True)
        ]


def stamp(encoder: Encoder, config: IndexConfig) -> Stamp:
    """The stamp of this process."""
    code = hashlib.sha256()
    for file in sorted((ROOT / "index").rglob("*.py")):
        code.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    vectors = encoder.encode(PROBES).tobytes()
    return Stamp(code.hexdigest(), config.fingerprint(encoder.fingerprint), vectors)


def place_of(models: Path) -> str:
    """The folder of the model as a worker finds it: within Byline's folder, or at the same place."""
    return str(models.relative_to(ROOT) if models.is_relative_to(ROOT) else models)


def _difference(found: Stamp, expected: Stamp) -> str:
    """What differs, and how to mend it."""
    if found.versions != expected.versions:
        pairs = zip(
            found.versions.split("/"), [*expected.versions.split("/"), *[""] * 99], strict=False
        )
        one, other = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
        return (
            f"has {one[:60]!a}, expected {other[:60]!a}: "
            "install the same Byline, packages and models"
        )
    if found.code != expected.code:
        return f"has another Byline in {ROOT}: install the same one and start Ray again"
    if found.vectors != expected.vectors:
        return "computes other vectors: expected the kind of processor of the machine that syncs"
    return ""
