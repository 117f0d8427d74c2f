"""The sample's articles with a hostile one among them, an engine over them, and a small set to ask."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.build import build_engine
from bot.engine import Engine
from eval.runs.asking import engine_opener, measured_with
from eval.runs.kept import Runs
from eval.runs.runner import Runner
from eval.runs.sets import AvailableSet, available_sets
from index.settings import ROOT, Settings, load_settings
from index.sync.corpus import sync_corpus

Put = Callable[..., Path]
HOSTILE = '<img src=x onerror="alert(1)">'
CASES: list[dict[str, object]] = [
    {
        "id": "where",
        "question": "Where did Obama say Assad must go?",
        "answers": ["United Nations General Assembly"],
        "files": ["obama-says-assad-must-go.md"],
    },
    {"id": "moon", "question": "Which rocket flew to Neptune?", "answers": [], "files": []},
    {
        "id": "hostile",
        "question": f"Who baked the bread of Ostwick {HOSTILE}?",
        "answers": ["nobody at all"],
        "files": ["hostile.txt"],
    },
]
ARTICLE = (
    f"Bread {HOSTILE} wins\n\nThe bread of Ostwick was baked by Ada Pell {HOSTILE} on Monday.\n"
)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over an index of the articles."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    (folder / "corpus" / "hostile.txt").write_text(ARTICLE, encoding="utf-8")
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    sync_corpus(settings)
    return settings


@pytest.fixture(scope="session")
def engine(served: Settings) -> Iterator[Engine]:
    """The page's engine."""
    engine = build_engine(served)
    yield engine
    engine.close()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """What people leave behind: a set of their own, `few`."""
    own = tmp_path / "people" / "sets"
    own.mkdir(parents=True)
    (own / "few.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    return own.parent


@pytest.fixture
def runs(people: Path) -> Runs:
    """The runs that are kept."""
    return Runs(people / "runs")


@pytest.fixture
def runner(engine: Engine, served: Settings, people: Path, runs: Runs) -> Iterator[Runner]:
    """Runs sets with the page's engine, wired as the page wires it."""

    def sets() -> dict[str, AvailableSet]:
        return available_sets(people / "sets", served.corpus)

    opener = engine_opener(engine, served, people / "evaluation")
    runner = Runner(runs, sets, opener, lambda: measured_with(served), served.limits)
    yield runner
    runner.close()


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file: a text as it is, lists to `….jsonl` one item a line, anything else as JSON."""

    def write(name: str, content: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list) and name.endswith(".jsonl"):
            content = "".join(json.dumps(item) + "\n" for item in content)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write
