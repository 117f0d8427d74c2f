"""A copy of a corpus with a real index and engine over it, which stay while the files of the copy change.

Knows nothing of what is done to the files.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.answer import Answer
from bot.build import build_engine
from bot.engine import Engine
from eval.cases.case import Case
from eval.robustness.changes import restore
from eval.runs.run import CitationChecker, in_conversation
from index.settings import Settings
from index.sync.corpus import sync_corpus
from index.sync.survey import survey
from index.text.article import Article


class ChangingCorpus:
    """Files that change, and the answers there are to what they are now."""

    def __init__(self, original: Path, files: tuple[str, ...], settings: Settings) -> None:
        """`settings` are those of the copy, which begins with the `files` of the folder `original`."""
        self.files = files
        self.limits = settings.limits
        self._original = original
        self._settings = settings
        self._engine: Engine | None = None
        self._checker = CitationChecker(settings.corpus, settings.limits)

    @property
    def folder(self) -> Path:
        """The copy."""
        return self._settings.corpus

    def restored(self) -> Path:
        """The folder, with every file as it was at first; call `sync` after changing it."""
        restore(self._original, self.files, self.folder)
        return self.folder

    def sync(self) -> None:
        """Bring the index in line with the files. Raises BylineError."""
        sync_corpus(self._settings)
        # it keeps what it has read
        self._checker = CitationChecker(self.folder, self.limits)

    def ask(self, case: Case) -> Answer:
        """The answer to a case now, asked in its conversation. Raises BylineError."""
        return self._opened().answer(case.question, in_conversation(self._opened(), case.history))

    def articles(self) -> tuple[Article, ...]:
        """Every article that is indexed now, ordered by path."""
        return self._opened().library.catalog.articles.all()

    def misquoted(self, answer: Answer) -> str:
        """What is wrong with a citation of `answer`, compared with the current files; "" for nothing."""
        shown = (*answer.citations, *answer.differing, *answer.closest)
        wrong = [citation.file for citation in shown if not self._checker.valid(citation)]
        return f"a citation of {wrong[0]} is not what the file says now" if wrong else ""

    def close(self) -> None:
        """Release the index and the models."""
        if self._engine:
            self._engine.close()

    def _opened(self) -> Engine:
        """One engine for all changes: an answer that outlives its file would be seen."""
        if self._engine is None:
            self._engine = build_engine(self._settings)
        return self._engine


@contextmanager
def changing(
    settings: Settings, work: Path, write: Callable[[Path], None] | None = None
) -> Iterator[ChangingCorpus]:
    """A copy of the corpus of `settings` in the folder `work`, indexed there; all of it goes at the end.

    `write` puts the files into the copy's folder; by default as they are. Raises BylineError.
    """
    found = survey(settings.corpus, settings.storage, settings.limits.max_bytes)
    copied = settings.model_copy(update={"corpus": work / "corpus", "storage": work / "index"})
    copied.corpus.mkdir(parents=True)
    corpus = ChangingCorpus(settings.corpus, tuple(sorted(found.files)), copied)
    try:
        with closing(corpus):
            if write:
                write(corpus.folder)
            else:
                corpus.restored()
            corpus.sync()
            yield corpus
    finally:
        shutil.rmtree(work, ignore_errors=True)
