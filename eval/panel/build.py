"""The one place where the evaluation's parts are chosen from settings and put together."""

from functools import partial
from pathlib import Path

from eval.runs.asking import SearchableEngine, engine_opener, measured_with
from eval.runs.kept import Runs
from eval.runs.runner import Runner
from eval.runs.sets import available_sets
from index.settings import Settings


def build_runner(settings: Settings, engine: SearchableEngine, folder: Path) -> tuple[Runner, Runs]:
    """What runs the sets for a page over `engine`, and keeps the runs in `folder`."""
    runs = Runs(folder / "runs")
    runner = Runner(
        runs,
        partial(available_sets, folder / "sets", settings.corpus),
        engine_opener(engine, settings, folder / "evaluation"),
        partial(measured_with, settings),
        settings.limits,
    )
    return runner, runs
