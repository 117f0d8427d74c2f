"""Embeds texts the way Chroma's default embedding function does, as the yardstick of the bench.

Every text is padded to 256 tokens, 32 texts make a batch, onnxruntime chooses its own threads, and
the float32 model's token vectors are averaged and normalised. Knows nothing of our encoder.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError

LENGTH = 256
BATCH = 32


class ChromaDefault:
    """The procedure of chromadb's `ONNXMiniLM_L6_V2` on a model file of ours.

    The file takes `input_ids`, `attention_mask` and, where it has that input, `token_type_ids`; its
    first output is the token vectors (batch, length, width), or pooled vectors (batch, width).
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        """Raises ModelError when either file is missing or damaged."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise ModelError(
                f"{model} with {tokenizer}: cannot be loaded ({error}); make them again with "
                "python -m training.export_embedder"
            ) from error
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._tokenizer.enable_truncation(max_length=LENGTH)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]", length=LENGTH)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), width), each row of length 1."""
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return np.concatenate([self._batch(batch) for batch in batches])

    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = [self._tokenizer.encode(text) for text in texts]
        ids = np.array([each.ids for each in encoded], np.int64)
        mask = np.array([each.attention_mask for each in encoded], np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        known = {name: value for name, value in feeds.items() if name in self._inputs}
        output = self._session.run(None, known)[0]
        if output.ndim == 3:
            weights = np.broadcast_to(mask[:, :, None], output.shape)
            output = np.sum(output * weights, axis=1) / np.clip(weights.sum(1), 1e-9, None)
        norms = np.linalg.norm(output, axis=1, keepdims=True)
        vectors: NDArray[np.float32] = (output / np.maximum(norms, 1e-12)).astype(np.float32)
        return vectors
