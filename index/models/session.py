"""Open a model's folder for onnxruntime: one single-threaded session and its tokenizer.

It knows how a model file can be missing, damaged or of another kind, but not what the model computes.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import onnxruntime
from tokenizers import Tokenizer

from index.errors import ModelError

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class ModelKind:
    """The expected model: its name in messages, its inputs, and the module that creates it."""

    name: str
    inputs: tuple[str, ...]
    maker: str


def open_session(
    folder: Path, kind: ModelKind, threads: int = 1
) -> tuple[onnxruntime.InferenceSession, str]:
    """The session of `folder`/model.onnx and the sha256 of the file. Raises ModelError.

    `threads` share one run; runs in parallel are fastest with one each.
    """
    path, model = folder / MODEL_FILE, _read(folder, MODEL_FILE, kind)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4  # errors are raised
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common base class
        raise _damaged(path, "an ONNX model") from error
    inputs = [value.name for value in session.get_inputs()]
    if inputs != list(kind.inputs):
        expected = f"whose one input is {kind.inputs[0]}"
        if len(kind.inputs) > 1:
            expected = f"whose inputs are {', '.join(kind.inputs)}"
        raise ModelError(
            f"{path}: expected a model {expected}, found {', '.join(inputs)}; "
            f"make it with `python -m {kind.maker}`"
        )
    return session, hashlib.sha256(model).hexdigest()


def open_tokenizer(folder: Path, kind: ModelKind) -> Tokenizer:
    """The tokenizer of `folder`, without padding or truncation. Raises ModelError."""
    content = _read(folder, TOKENIZER_FILE, kind)
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # tokenizers raises bare Exception
        raise _damaged(folder / TOKENIZER_FILE, "a tokenizer") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def special_tokens(tokenizer: Tokenizer) -> tuple[int, int]:
    """The ids of [CLS] and [SEP]."""
    return int(tokenizer.token_to_id("[CLS]") or 0), int(tokenizer.token_to_id("[SEP]") or 0)


def clean(text: str, longest: int) -> str:
    """`text` as a tokenizer accepts it: at most `longest` characters, no lone surrogates, same offsets."""
    return text[:longest].encode("utf-8", "replace").decode("utf-8")


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS or Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read(folder: Path, name: str, kind: ModelKind) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(
            f"{folder / name}: expected the {kind.name}'s {name}, found {error.strerror}; "
            f"restore it with `git checkout models` or set BYLINE_MODELS to the folder of the models"
        ) from error


def _damaged(path: Path, expected: str) -> ModelError:
    return ModelError(
        f"{path}: expected {expected}, found a damaged file; restore it with `git checkout models`"
    )
