"""An encoder without a model: eight numbers from the hashes of a text's words, at once."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

DIMENSION = 8


class FakeEncoder:
    """Has the encoder's interface. Texts that share words have near vectors."""

    fingerprint = "fake"
    dimension = DIMENSION

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        for number, text in enumerate(texts):
            vectors[number] = _vector(text)
            if progress:
                progress(number + 1)
        return vectors

    def close(self) -> None:
        """There is nothing to close."""


def _vector(text: str) -> NDArray[np.float32]:
    total = np.full(DIMENSION, 0.5, np.float64)  # so that a text without words has a direction too
    for word in text.lower().split():
        digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=DIMENSION).digest()
        total += np.frombuffer(digest, np.uint8) / 127.5 - 1
    length = np.linalg.norm(total)
    return (total / length).astype(np.float32)
