"""Models that are asked the same thing once: while rules are switched off in turn, most inputs stay the same.

Each model treats every text alone, so what it says of one depends on nothing else.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

import bot.build
from bot.reading.model import Found, SpanModel
from bot.resolution.tagger import Tagging, TermTagger
from eval.ablation.rule import replaced
from index.models.encoder import Encoder, Vectors


@contextmanager
def asked_once() -> Iterator[None]:
    """Within this context the three models remember what they said; all engines must use the same files.

    Readers have no cache of their own then, so that every question is really read.
    """
    with (
        replaced(bot.build, "CachingReader", lambda reader: reader),
        replaced(SpanModel, "read", _reading(SpanModel.read)),
        replaced(Encoder, "encode", _encoding(Encoder.encode)),
        replaced(TermTagger, "tag", _tagging(TermTagger.tag)),
    ):
        yield


def _reading(read: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[object, ...], tuple[Found, ...]] = {}

    def remembered(
        model: SpanModel,
        question: str,
        passages: Sequence[str],
        count: int = 3,
        heads: Sequence[int] | None = None,
        history: Sequence[str] = (),
    ) -> list[tuple[Found, ...]]:
        asked = question, tuple(history), count
        keys = [
            (*asked, *pair) for pair in zip(passages, heads or [0] * len(passages), strict=True)
        ]
        if new := [key for key in dict.fromkeys(keys) if key not in known]:
            texts, starts = [str(key[-2]) for key in new], [key[-1] for key in new]
            known.update(
                zip(new, read(model, question, texts, count, starts, history), strict=True)
            )
        return [known[key] for key in keys]

    return remembered


def _encoding(encode: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[str, Vectors] = {}

    def remembered(model: Encoder, texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, encode(model, new), strict=True))
        return np.stack([known[text] for text in texts]) if texts else encode(model, texts)

    return remembered


def _tagging(tag: Callable[..., Tagging]) -> Callable[..., Tagging]:
    known: dict[tuple[tuple[str, ...], str], Tagging] = {}

    def remembered(model: TermTagger, history: Sequence[str], question: str) -> Tagging:
        key = tuple(history), question
        if key not in known:
            known[key] = tag(model, history, question)
        return known[key]

    return remembered
