"""What several suites share: the real model, the five real articles, and small folders of articles."""

import inspect
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.models.encoder import Encoder

ROOT = Path(__file__).resolve().parents[1]
REAL_CORPUS = ROOT.parent / "shared" / "corpus"

# On a busy machine an example may take long without anything being wrong.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# One commit gets one verdict; new examples are for `make soak` and for runs by hand.
_REPEATABLE = settings(_PATIENT, derandomize=True, database=None)
settings.register_profile("byline", _PATIENT, max_examples=25)
settings.register_profile("test", _REPEATABLE, max_examples=25)
settings.register_profile("full", _REPEATABLE, max_examples=100)
settings.register_profile("soak", _PATIENT, max_examples=1_000)
settings.load_profile("test" if os.environ.get("CI") else "byline")

# Markers by folder or file, so that no test can lack its own. The longest path that fits counts.
MARKERS = {
    "tests/browser": ("browser", "slow"),
    "tests/browser/test_smoke.py": ("browser", "smoke"),
    "tests/faults": ("slow",),
    "tests/app/fleet": ("slow", "fleet"),
    "tests/app/fleet/test_page.py": ("slow", "fleet", "browser"),
    "tests/app/llm": ("slow",),
    "tests/app/packaging/test_linters.py": ("slow",),
    "tests/bot/page/people/postgres": ("slow",),
    "tests/index/catalog/postgres": ("slow",),
    "tests/eval/bench": ("slow",),
    "tests/eval/test_pipelines.py": ("slow",),
    "tests/index/chroma/test_server.py": ("slow",),
    "tests/index/formats/test_hostile.py": ("slow",),
    "tests/index/sync/work/test_ray.py": ("slow",),
    "tests/index/reading/objects": ("slow",),
    "tests/app/test_app.py": ("slow",),
    "tests/app/test_journey.py": ("slow",),
    "tests/app/test_login.py": ("slow",),
    "tests/app/test_offline.py": ("slow",),
    "tests/app/test_proxy.py": ("slow",),
    "tests/app/test_watch.py": ("slow",),
}
# What asserts how long something took: another test on the same cores may make it fail.
_TIMED = re.compile(r"(?:monotonic|perf_counter|process_time)\(\) - \w+ <")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the markers."""
    for name, what in {
        "slow": "only in `make full`",
        "browser": "drives Chromium",
        "fleet": "many processes and a server: only in `make fleet-test`",
        "smoke": "the page as a whole, in `make test` after the other tests",
        "timing": "asserts a duration: run with nothing beside it",
    }.items():
        config.addinivalue_line("markers", f"{name}: {what}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts on the markers of each test's folder or file."""
    for item in items:
        path = item.path.relative_to(ROOT)
        fitting = [str(one) for one in (path, *path.parents) if str(one) in MARKERS]
        for name in MARKERS[fitting[0]] if fitting else ():
            item.add_marker(name)
        function = getattr(item, "function", None)
        if function is not None and _TIMED.search(_source(inspect.unwrap(function))):
            item.add_marker("timing")


@cache
def _source(function: Callable[..., object]) -> str:
    """The code of a test."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


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
