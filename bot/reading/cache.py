"""Caches: a question on the same passages is read once, a sentence embedded once.

The same input always gives the same result, and a changed file gives new passages, so no entry goes stale.
Citations are checked against the file each time. It knows no index and no person.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
from bot.english.question import Question
from bot.reading.reader import Embed, Reader

VECTORS = 4096  # of sentences: about 8 MB
QUESTIONS = 256  # cached; their results keep in memory at most their passages' articles

_Key = tuple[str, str, tuple[str, ...], tuple[Candidate, ...]]
_Found = tuple[Evidence, ...]


class CachingReader:
    """A caching wrapper with the reader's interface. Safe to call from several threads."""

    def __init__(self, reader: Reader, size: int = QUESTIONS) -> None:
        self._reader = reader
        self._size = size
        self._known: OrderedDict[_Key, Future[_Found]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, question: Question, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """What the reader finds. Who asks while it is being found waits for it; a failure is not kept."""
        key = question.text, question.asked, question.history, tuple(candidates)
        with self._lock:
            found = self._known.get(key)
            mine = found is None
            if found is None:
                found = self._known[key] = Future()
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
        if not mine:
            return found.result()
        try:
            found.set_result(self._reader.read(question, candidates))
        except BaseException as error:
            with self._lock:
                self._known.pop(key, None)
            found.set_exception(error)
            raise
        return found.result()

    def close(self) -> None:
        """Releases the reader."""
        self._reader.close()


class CachingEmbed:
    """A caching wrapper around the function that embeds texts. Safe to call from several threads."""

    def __init__(self, embed: Embed, size: int = VECTORS) -> None:
        self._embed = embed
        self._size = size
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of `texts`, of shape (n, dimension); only what is not known is embedded."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        if not texts:
            return self._embed(texts)
        if new := [text for text in dict.fromkeys(texts) if text not in found]:
            found.update(zip(new, self._embed(new), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([found[text] for text in texts])
