"""Turns texts into vectors with the int8 ONNX model in models/embedder: onnxruntime and nothing else.

Every text is run alone and unpadded, so its vector never depends on what else is in the batch.
It knows nothing of articles, passages, LlamaIndex or where vectors are stored.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.errors import ModelError

MAX_TOKENS = 256
MAX_CHARACTERS = 20_000  # far beyond 256 tokens of any prose; bounds the tokeniser's work
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

Vectors = NDArray[np.float32]


class Encoder:
    """The embedding model of one folder, loaded when constructed and safe to call from any thread.

    One single-threaded session serves one Python thread per core, the fastest arrangement measured
    on short unpadded texts: `threads` is how many, by default the cores this process may use.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load `folder`/model.onnx and tokenizer.json, or raise ModelError."""
        if threads is not None and threads < 1:
            raise ValueError(f"threads {threads}: expected at least 1")
        model = _read(folder, MODEL_FILE)
        self._session = _session(folder / MODEL_FILE, model)
        self._tokenizer = _tokenizer(folder / TOKENIZER_FILE, _read(folder, TOKENIZER_FILE))
        self.fingerprint = hashlib.sha256(model).hexdigest()
        self.dimension = int(self._session.get_outputs()[0].shape[1])
        self._pool = ThreadPoolExecutor(threads or _cores(), thread_name_prefix="encoder")
        self._closed = False

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of `texts`, in their order: (n, dimension) float32, rows of length 1.

        A text counts up to its first 256 tokens. `progress` is called in this thread with the
        number of texts done so far, after each.
        """
        if self._closed:
            raise ModelError("encoder: expected it open, found it closed; make a new one")
        vectors = np.empty((len(texts), self.dimension), np.float32)
        encodings = self._tokenizer.encode_batch_fast([_clean(text) for text in texts])
        for done, (i, vector) in enumerate(self._runs(encodings), start=1):
            vectors[i] = vector
            if progress:
                progress(done)
        return vectors

    def close(self) -> None:
        """Stop the threads; the encoder encodes no more."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)

    def _runs(self, encodings: Sequence[Encoding]) -> Iterator[tuple[int, Vectors]]:
        if len(encodings) == 1:  # a question: no thread to wake
            yield 0, self._run(encodings[0])
            return
        # longest first: no core is left alone with a long text at the end
        order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
        running = {self._pool.submit(self._run, encodings[i]): i for i in order}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:  # the caller may stop in mid-way
            for future in running:
                future.cancel()

    def _run(self, encoding: Encoding) -> Vectors:
        ids = np.array([encoding.ids], np.int64)
        vector: Vectors = self._session.run(None, {"input_ids": ids})[0][0]
        return vector


def _clean(text: str) -> str:
    """What the tokeniser can take: bounded, and without the lone surrogates UTF-8 has no bytes for."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS or Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(
            f"{folder / name}: expected the embedding model's {name}, found {error.strerror}; "
            f"restore it with `git checkout models` or set BYLINE_EMBEDDER to its folder"
        ) from error


def _session(path: Path, model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # what goes wrong is raised
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no base of their own
        raise _damaged(path, "an ONNX model") from error
    inputs = [value.name for value in session.get_inputs()]
    if inputs != ["input_ids"]:
        raise ModelError(
            f"{path}: expected a model whose one input is input_ids, found {', '.join(inputs)}; "
            "make it with `python -m training.export_embedder`"
        )
    return session


def _tokenizer(path: Path, content: bytes) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # tokenizers raises bare Exception
        raise _damaged(path, "a tokenizer") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _damaged(path: Path, expected: str) -> ModelError:
    return ModelError(
        f"{path}: expected {expected}, found a damaged file; restore it with `git checkout models`"
    )
