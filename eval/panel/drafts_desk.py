"""The drafts of a page: proposed from the articles it serves, decided on there, kept beside the own sets.

What is accepted goes into a set of one's own; what was rejected is not proposed again. Everybody who uses
the page shares them, as they share the sets.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.cases.drafts.draft import Draft, load_drafts, write_drafts
from eval.cases.drafts.pile import Pile, edited
from eval.cases.drafts.propose import propose
from index.catalog.catalog import Catalog
from index.catalog.selection import EVERYTHING
from index.errors import EvaluatingError, EvaluationError

SET = "drafted"  # the name of the own set
AT_ONCE = 24  # drafts that one more proposal adds
MOST_ARTICLES = (
    300  # the newest, read for it; of more no twins, which only all articles together allow
)


class DraftsDesk:
    """Proposes, accepts and rejects. Safe to use from several threads of one program."""

    def __init__(self, folder: Path, catalog: Callable[[], Catalog]) -> None:
        """`folder` holds what people leave behind; its `sets` are the own sets."""
        self._folder, self._catalog = folder, catalog
        self._waiting = folder / "drafts" / "waiting.drafts.jsonl"
        self._rejected = folder / "drafts" / "rejected.drafts.jsonl"
        self._set = folder / "sets" / f"{SET}.jsonl"
        self._lock = threading.Lock()
        self._proposing = threading.Lock()

    def waiting(self) -> list[Draft]:
        """Those that nobody has decided on. Raises EvaluationError when a file is damaged."""
        with self._opened() as pile:
            return pile.drafts

    def propose(self) -> tuple[list[Draft], str]:
        """Adds at most AT_ONCE to those that wait; all that wait, and a line about it.

        Raises EvaluatingError while somebody else's proposal is made.
        """
        if not self._proposing.acquire(blocking=False):
            raise EvaluatingError("drafts are being proposed; wait a moment, then look again")
        try:
            catalog = self._catalog()
            listed, total = catalog.browsing.browse(EVERYTHING, "newest", 0, MOST_ARTICLES)
            articles = [article for one in listed if (article := catalog.load(one.id))]
            made = propose(articles, twins=total <= MOST_ARTICLES)
        finally:
            self._proposing.release()
        with self._opened() as pile:
            known = {draft.id for draft in (*pile.drafts, *self._load(self._rejected))}
            known |= pile.accepted_ids
            fresh = [draft for draft in made if draft.id not in known][:AT_ONCE]
            pile.add(fresh)
            return pile.drafts, _line(len(fresh), len(made), total)

    def accept(self, id_: str, question: str, answers: list[str]) -> list[Draft]:
        """Put one into the own set as it was edited; those that still wait.

        Raises NoSuchError for an unknown one and EvaluationError when it cannot be a case like that.
        """
        with self._opened() as pile:
            pile.accept(edited(pile.find(id_), question, answers))
            return pile.drafts

    def reject(self, id_: str) -> list[Draft]:
        """Take one away for good; those that still wait. Raises NoSuchError for an unknown one."""
        with self._opened() as pile:
            draft = pile.find(id_)
            write_drafts(self._rejected, [*self._load(self._rejected), draft])
            pile.reject(draft)
            return pile.drafts

    @contextmanager
    def _opened(self) -> Iterator[Pile]:
        """The pile, for one thread at a time; an error says nothing of the way to the folder."""
        with self._lock:
            try:
                for file in (self._waiting, self._set):
                    file.parent.mkdir(parents=True, exist_ok=True)
                if not self._waiting.exists():
                    write_drafts(self._waiting, [])
                yield Pile(self._waiting, self._set)
            except OSError as error:
                raise EvaluationError(f"the drafts cannot be kept ({error.strerror})") from error
            except EvaluationError as error:
                line = str(error).replace(f"{self._folder}/", "")
                raise type(error)(line) from error

    def _load(self, path: Path) -> tuple[Draft, ...]:
        return load_drafts(path) if path.exists() else ()


def _line(fresh: int, made: int, articles: int) -> str:
    if fresh:
        return f"{fresh} proposed from {articles} articles."
    if made:
        return "Nothing more could be proposed: all that the articles give was shown before."
    return (
        f"Nothing could be proposed from {articles} articles: no sentence says in plain English how many, "
        "when, where or who, and none quotes anybody by name."
    )
