"""Finds the words of a passage that answer a question, with the int8 ONNX model in models/reader.

Every pair of question and window of text is run alone and unpadded, one per core, so that what is found
never depends on what else is read. It knows nothing of articles, citations or probabilities.
"""

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from index.errors import ModelError
from index.models.session import (
    ModelKind,
    clean,
    cores,
    open_session,
    open_tokenizer,
    special_tokens,
)
from index.text.article import Span

READER = ModelKind("reading model", ("input_ids", "token_type_ids"), "training.export_reader")
# Tokens of question, head and passage that are run together: as many as in training. In longer texts the
# margins of right answers fall: that of one, from -0.3 among 40 words to -5.0 among 240.
WINDOW = 176
LEAST = 112  # tokens of the passage itself, also behind a long question and history
OVERLAP = 48  # tokens that two windows of a long passage share: more than the longest answer
MAX_QUESTION_TOKENS = 64
MAX_HEAD_TOKENS = 48  # of title and day
MAX_HISTORY_TOKENS = 48  # of the earlier turns, separators included
MAX_ANSWER_TOKENS = 40
MAX_CHARACTERS = 200_000  # bounds the tokeniser's work; far beyond any passage

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a passage that may answer.

    `span` is in code points of the passage as it was given. `margin` is how far its score, start plus
    end logit, is above that of "no answer here": higher is surer, comparable between passages.
    """

    span: Span
    margin: float


class SpanModel:
    """The reading model of one folder, loaded when constructed and safe to call from any thread."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load `folder`/model.onnx and tokenizer.json, or raise ModelError."""
        if threads is not None and threads < 1:
            raise ValueError(f"threads {threads}: expected at least 1")
        self._session, self.fingerprint = open_session(folder, READER)
        self._tokenizer = open_tokenizer(folder, READER)
        self._first, self._between = special_tokens(self._tokenizer)
        self._pool = ThreadPoolExecutor(threads or cores(), thread_name_prefix="reader")
        self._closed = False

    def read(
        self,
        question: str,
        passages: Sequence[str],
        count: int = 3,
        heads: Sequence[int] | None = None,
        history: Sequence[str] = (),
    ) -> list[tuple[Found, ...]]:
        """For each passage its `count` best spans that do not overlap, best first.

        A passage without words gives none. A passage longer than a window is read in several. `heads` says
        for each how many of its first characters are read with each window but hold no answer. `history`
        holds the earlier turns, the latest first; what exceeds MAX_HISTORY_TOKENS is not read.
        """
        if self._closed:
            raise ModelError("reader: expected it open, found it closed; make a new one")
        encoded = self._encoded(passages)
        ids = self._asked(question, history)
        behind = [
            sum(left < head for left, _ in encoding.offsets)
            for encoding, head in zip(encoded, heads or [0] * len(encoded), strict=True)
        ]
        windows = [
            (n, start, end)
            for n, encoding in enumerate(encoded)
            for start, end in _windows(
                behind[n], len(encoding.ids), max(LEAST, WINDOW - len(ids) - behind[n] - 2)
            )
        ]
        # longest first: no core is left alone with a long window at the end
        windows.sort(key=lambda window: window[1] - window[2])

        def run(window: tuple[int, int, int]) -> list[Found]:
            n, start, end = window
            head = encoded[n].ids[: min(behind[n], MAX_HEAD_TOKENS)]
            return self._run([*ids, *head], len(ids), encoded[n], start, end, count)

        found: list[list[Found]] = [[] for _ in passages]
        for (n, _, _), some in zip(windows, self._pool.map(run, windows), strict=True):
            found[n].extend(some)
        return [tuple(_best(some, count)) for some in found]

    def close(self) -> None:
        """Stop the threads; the model reads no more."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)

    def _encoded(self, texts: Sequence[str]) -> list[Encoding]:
        plain = [clean(text, MAX_CHARACTERS) for text in texts]
        return self._tokenizer.encode_batch(plain, add_special_tokens=False)

    def _asked(self, question: str, history: Sequence[str]) -> list[int]:
        """The question's tokens and those of the turns that fit, a separator behind each."""
        asked, *turns = (encoding.ids for encoding in self._encoded([question, *history]))
        ids = [*asked[:MAX_QUESTION_TOKENS], self._between]
        for turn in turns:
            if len(ids) + len(turn) + 1 > MAX_QUESTION_TOKENS + MAX_HISTORY_TOKENS:
                break
            ids += [*turn, self._between]
        return ids

    def _run(
        self,
        before: Sequence[int],
        asked: int,
        passage: Encoding,
        start: int,
        end: int,
        count: int,
    ) -> list[Found]:
        """Tokens `start` to `end` of the passage behind the question, `asked` tokens, and the head."""
        base = len(before) + 1
        ids = [self._first, *before, *passage.ids[start:end], self._between]
        segments = np.zeros((1, len(ids)), np.int64)
        segments[0, asked + 1 :] = 1
        feed = {"input_ids": np.array([ids], np.int64), "token_type_ids": segments}
        # by name: the file has a verdict on yes and no as its third output, which is not good enough yet
        starts, ends = (scores[0] for scores in self._session.run(["start", "end"], feed))
        none = float(starts[0] + ends[0])
        # Word pieces ("##…") neither begin nor follow an answer: only whole words are found.
        words, offsets = [None, *passage.word_ids, None], passage.offsets
        around = words[start : end + 2]  # with the word before the window and the one behind it
        changes = np.array([one != next_one for one, next_one in itertools.pairwise(around)])
        opens, closes = changes[:-1], changes[1:]
        spans = best_spans(
            np.where(opens, starts[base:-1], -np.inf),
            np.where(closes, ends[base:-1], -np.inf),
            count,
        )
        return [
            Found(Span(offsets[start + left][0], offsets[start + right][1]), score - none)
            for left, right, score in spans
        ]


def best_spans(
    starts: Scores, ends: Scores, count: int, longest: int = MAX_ANSWER_TOKENS
) -> Iterator[tuple[int, int, float]]:
    """The `count` best (first, last, score) with first <= last < first + longest, none overlapping.

    `starts` and `ends` are scores of shape (n,), -inf where an answer cannot begin or end; score is
    their sum. Best first; of equal spans the earlier and shorter one.
    """
    size = len(starts)
    width = min(longest, size)
    if not size:
        return
    padded = np.append(ends, np.full(width, -np.inf, np.float32))
    # sums[i, k] is the score of the span from token i to token i + k
    sums = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, width)[:size]
    for _ in range(count):
        left, length = divmod(int(sums.argmax()), width)
        score = float(sums[left, length])
        if score == -np.inf:
            return
        right = left + length
        yield left, right, score
        sums[left : right + 1] = -np.inf
        for first in range(max(0, left - width + 1), left):
            sums[first, left - first :] = -np.inf


def _windows(first: int, last: int, room: int) -> list[tuple[int, int]]:
    """Token ranges of at most `room` that together cover `first` to `last`, neighbours sharing OVERLAP."""
    if first >= last:
        return []
    starts = range(first, max(first + 1, last - OVERLAP), room - OVERLAP)
    return [(start, min(start + room, last)) for start in starts]


def _best(found: Sequence[Found], count: int) -> list[Found]:
    """The best of what overlapping windows found: each place once."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (-one.margin, one.span)):
        if not any(one.span.overlaps(other.span) for other in kept):
            kept.append(one)
    return kept[:count]
