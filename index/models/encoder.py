"""Turn texts into vectors with the int8 ONNX model in models/embedder: onnxruntime and nothing else.

Every text is run alone and unpadded, so its vector never depends on what else is in the batch.
It knows nothing of articles, passages, LlamaIndex or where vectors are stored.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from index.errors import ModelError
from index.models.session import ModelKind, clean, cores, open_session, open_tokenizer

MAX_TOKENS = 256
MAX_CHARACTERS = 20_000  # far more than 256 tokens of any prose; limits the tokenizer's work
EMBEDDER = ModelKind("embedding model", ("input_ids",), "training.export_embedder")

Vectors = NDArray[np.float32]


class Encoder:
    """The embedding model of one folder, loaded when constructed and safe to call from any thread.

    One single-threaded session serves one Python thread per core, which was fastest on short unpadded
    texts. `threads` is their number, by default the cores that this process may use.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load `folder`/model.onnx and tokenizer.json, or raise ModelError."""
        if threads is not None and threads < 1:
            raise ValueError(f"threads {threads}: expected at least 1")
        self._session, self.fingerprint = open_session(folder, EMBEDDER)
        self._tokenizer = open_tokenizer(folder, EMBEDDER)
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.dimension = int(self._session.get_outputs()[0].shape[1])
        self._pool = ThreadPoolExecutor(threads or cores(), thread_name_prefix="encoder")
        self._closed = False

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of `texts`, in their order: (n, dimension) float32, rows of length 1.

        Only the first 256 tokens of a text count. `progress` is called in this thread after each text, with
        the number of texts done.
        """
        if self._closed:
            raise ModelError("encoder: expected it open, found it closed; create a new one")
        vectors = np.empty((len(texts), self.dimension), np.float32)
        encodings = self._tokenizer.encode_batch_fast(
            [clean(text, MAX_CHARACTERS) for text in texts]
        )
        for done, (i, vector) in enumerate(self._runs(encodings), start=1):
            vectors[i] = vector
            if progress:
                progress(done)
        return vectors

    def close(self) -> None:
        """Stop the threads; the encoder cannot be used afterwards."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)

    def _runs(self, encodings: Sequence[Encoding]) -> Iterator[tuple[int, Vectors]]:
        if len(encodings) == 1:  # a question: no need for a thread
            yield 0, self._run(encodings[0])
            return
        # longest first, so that no core is left with a long text at the end
        order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
        running = {self._pool.submit(self._run, encodings[i]): i for i in order}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:  # the caller may stop early
            for future in running:
                future.cancel()

    def _run(self, encoding: Encoding) -> Vectors:
        ids = np.array([encoding.ids], np.int64)
        vector: Vectors = self._session.run(None, {"input_ids": ids})[0][0]
        return vector
