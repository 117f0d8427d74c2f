"""Which sets can be run: the named ones whose articles are here, and files of one's own.

A set of one's own asks the articles that are served. Knows nothing of engines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.cases.case import Case, check_files, load_cases
from eval.cases.named import CORPORA, SETS
from index.errors import EvaluationError, NoSuchError


@dataclass(frozen=True, slots=True)
class Offered:
    """A set that can be run: its name, its file, and the folder of the articles it asks."""

    name: str
    path: Path
    corpus: Path

    def cases(self) -> tuple[Case, ...]:
        """Its cases. Raises EvaluationError, without the way to its folders, when it is damaged."""
        try:
            cases = load_cases(self.path)
            check_files(cases, self.corpus, self.path)
        except EvaluationError as error:
            line = str(error).replace(str(self.path), self.path.name)
            raise EvaluationError(line.replace(str(self.corpus), self.corpus.name)) from error
        return cases


def offered_sets(own: Path, corpus: Path) -> dict[str, Offered]:
    """The sets by name: the named ones, then the .jsonl files in the folder `own`, asked of `corpus`.

    A file of one's own that bears a named set's name is told apart by "(own)".
    """
    found = {
        name: Offered(name, SETS / f"{name}.jsonl", articles)
        for name, articles in CORPORA.items()
        if articles.is_dir()
    }
    for path in sorted(own.glob("*.jsonl")):
        if path.is_file() and path.stem.isprintable():  # a name can only be asked for as text
            name = f"{path.stem} (own)" if path.stem in CORPORA else path.stem
            found[name] = Offered(name, path, corpus)
    return found


def find_set(name: str, offered: Mapping[str, Offered]) -> Offered:
    """The set of that name. Raises NoSuchError, which names those there are."""
    if name in offered:
        return offered[name]
    if name in CORPORA:
        raise NoSuchError(
            f"set {name!r}: its articles are not here; expected them in the folder "
            f"{CORPORA[name].parent.name}/{CORPORA[name].name} beside this project"
        )
    raise NoSuchError(
        f"no set is called {name[:80]!r}; expected {', '.join(offered) or 'none yet'}"
    )
