"""Saved runs: one JSON file each, with settings, figures and the result of every question.

Knows nothing of engines.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from eval.runs.json import check_finite, report_from_json, report_to_json
from eval.runs.report import Figure, Report
from index.errors import EvaluationError, NoSuchError
from index.state.replacing import replacing

KEPT = 50  # runs; the oldest go
_ID: Final = re.compile(r"[0-9]{8}-[0-9]{9}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in a line: `figures` without intervals, and `error` where its file is damaged."""

    id: str
    set: str
    when: str
    figures: Mapping[str, Figure]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A report with an id of its own, when it was made (UTC, ISO 8601) and under which settings."""

    id: str
    when: str
    settings: Mapping[str, str | int]
    report: Report


_SUMMARY: Final = TypeAdapter(Summary)
_SETTINGS: Final = TypeAdapter(dict[str, str | int])


def new_run(report: Report, settings: Mapping[str, str | int]) -> Run:
    """`report` as a run of this moment; ids sort by time."""
    now = datetime.now(UTC)
    stamp = f"{now:%Y%m%d-%H%M%S}{now.microsecond // 1000:03}"
    return Run(f"{stamp}-{secrets.token_hex(4)}", f"{now:%Y-%m-%dT%H:%M:%SZ}", settings, report)


class Runs:
    """The runs in a folder, `keep` at most. Safe to use from several threads."""

    def __init__(self, folder: Path, keep: int = KEPT) -> None:
        self._folder = folder
        self._keep = keep

    def save(self, run: Run) -> None:
        """Keep a run, and let the oldest go. Raises EvaluationError when it cannot be written."""
        path = self._path(run.id)
        # A lone surrogate (a file's name need not be text) must not fail the run.
        content = json.dumps(_to_json(run), ensure_ascii=False).encode("utf-8", "replace")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with replacing(path) as fresh:
                fresh.write_bytes(content)
            for old in self._ids()[self._keep :]:
                self._path(old).unlink(missing_ok=True)
        except OSError as error:
            raise EvaluationError(
                f"run {run.id}: cannot be kept ({error.strerror}); make room in the folder of runs"
            ) from error

    def load(self, id_: str) -> Run:
        """The run of that id. Raises NoSuchError, or EvaluationError for a damaged file."""
        raw = self._read(id_)
        try:
            return _from_json(raw)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(id_) from error

    def summaries(self) -> tuple[Summary, ...]:
        """Every run that is kept, the newest first; a damaged one with a line that says so."""
        return tuple(map(self._summary, self._ids()))

    def _summary(self, id_: str) -> Summary:
        try:
            return _summary(self._read(id_))
        except EvaluationError as error:
            return Summary(id_, "", "", {}, str(error))
        except (ValueError, KeyError):
            return Summary(id_, "", "", {}, str(_damaged(id_)))

    def _ids(self) -> list[str]:
        """The ids of all runs, the newest first."""
        ids = [path.stem for path in self._folder.glob("*.json") if _ID.fullmatch(path.stem)]
        return sorted(ids, reverse=True)

    def _read(self, id_: str) -> dict[str, Any]:
        try:
            raw = json.loads(self._path(id_).read_bytes())
        except FileNotFoundError:
            raise NoSuchError(f"run {id_}: not kept any more; pick one of the list") from None
        except (OSError, ValueError, RecursionError) as error:
            raise _damaged(id_) from error
        if not isinstance(raw, dict) or raw.get("id") != id_:
            raise _damaged(id_)
        return raw

    def _path(self, id_: str) -> Path:
        if not _ID.fullmatch(id_):
            raise NoSuchError(f"run {id_[:40]!r}: no run is called so; pick one of the list")
        return self._folder / f"{id_}.json"


def _to_json(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "when": run.when,
        "settings": dict(run.settings),
        **report_to_json(run.report),
        "figures": run.report.all_figures,
    }


def _summary(raw: Mapping[str, Any]) -> Summary:
    """Raises ValueError or KeyError for anything else."""
    found = _SUMMARY.validate_python({name: raw[name] for name in ("id", "set", "when", "figures")})
    check_finite(value for value in found.figures.values() if value is not None)
    return found


def _from_json(raw: Mapping[str, Any]) -> Run:
    """Raises ValueError, KeyError, TypeError or AttributeError for anything else."""
    summary, report = _summary(raw), report_from_json(raw)
    settings = _SETTINGS.validate_python(raw["settings"])
    return Run(summary.id, summary.when, settings, report)


def _damaged(id_: str) -> EvaluationError:
    return EvaluationError(
        f"run {id_}: its file is damaged; expected JSON as the evaluation keeps it: delete {id_}.json"
    )
