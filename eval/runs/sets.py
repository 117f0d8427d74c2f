"""The sets that the page can run: the project's own whose articles are available, and the user's files.

A user's set asks the articles that are served. Knows nothing of engines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.cases.case import Case, check_files, load_cases
from eval.cases.draft import draft_file
from eval.cases.named import CORPORA, SETS
from index.errors import EvaluationError, NoSuchError


@dataclass(frozen=True, slots=True)
class AvailableSet:
    """A set that can be run: its name, its file, and the folder of the articles it asks.

    `own` is True for a set of the user's.
    """

    name: str
    path: Path
    corpus: Path
    own: bool = False

    def asks(self, corpus: Path) -> bool:
        """True if it asks the articles in the folder `corpus`."""
        return self.corpus.resolve() == corpus.resolve()

    def cases(self) -> tuple[Case, ...]:
        """Its cases. Raises EvaluationError, without the way to its folders, when it is damaged."""
        try:
            cases = load_cases(self.path)
            check_files(cases, self.corpus, self.path)
        except EvaluationError as error:
            line = str(error).replace(str(self.path), self.path.name)
            raise EvaluationError(line.replace(str(self.corpus), self.corpus.name)) from error
        return cases


def available_sets(own: Path, corpus: Path) -> dict[str, AvailableSet]:
    """The sets by name: the named ones, then the .jsonl files in the folder `own`, asked of `corpus`.

    A file of one's own that bears a named set's name gets the suffix "(own)"; drafts are no sets yet.
    """
    found = {
        name: AvailableSet(name, SETS / f"{name}.jsonl", articles)
        for name, articles in CORPORA.items()
        if articles.is_dir()
    }
    for path in sorted(own.glob("*.jsonl")):
        if path == draft_file(path):
            continue
        if path.is_file() and path.stem.isprintable():  # a name can only be asked for as text
            name = f"{path.stem} (own)" if path.stem in CORPORA else path.stem
            found[name] = AvailableSet(name, path, corpus, own=True)
    return found


def find_set(name: str, chosen: Mapping[str, AvailableSet]) -> AvailableSet:
    """The set of that name. Raises NoSuchError, which names those there are."""
    if name in chosen:
        return chosen[name]
    if name in CORPORA:
        raise NoSuchError(
            f"set {name!r}: its articles are not here; expected them in the folder "
            f"{CORPORA[name].parent.name}/{CORPORA[name].name} beside this project"
        )
    raise NoSuchError(f"no set is called {name[:80]!r}; expected {', '.join(chosen) or 'none yet'}")
