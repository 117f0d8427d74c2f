"""What several suites share: the real model, the five real articles, and small folders of articles."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.models.encoder import Encoder

ROOT = Path(__file__).resolve().parents[1]
REAL_CORPUS = ROOT.parent / "shared" / "corpus"

# On a busy machine an example may take long without anything being wrong.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("byline", _PATIENT)
# One commit gets one verdict; new examples are for the developer's runs and for `make soak`.
settings.register_profile("repeatable", _PATIENT, derandomize=True, database=None)
settings.register_profile("soak", _PATIENT, max_examples=1_000)
settings.load_profile("repeatable" if os.environ.get("CI") else "byline")


@pytest.fixture(scope="session")
def encoder() -> Iterator[Encoder]:
    """The embedding model, loaded once."""
    encoder = Encoder(ROOT / "models" / "embedder")
    yield encoder
    encoder.close()


@pytest.fixture(scope="session")
def real_corpus() -> Path:
    """The folder of the five real articles; their text is not part of the project."""
    if not REAL_CORPUS.is_dir():
        pytest.skip("no ../shared/corpus: the five real articles are not here")
    return REAL_CORPUS


@pytest.fixture
def make_corpus(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of articles: `make_corpus({"a/b.txt": "text", "c.txt": b"bytes"})`."""

    def make(files: dict[str, str | bytes], name: str = "corpus") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return make
