"""The embedding model: the same vector alone or in a batch, for any text, without a network."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ModelError
from index.models.encoder import Encoder

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "models" / "embedder"
TEXTS = (
    "The harbour bridge will close for repairs on Monday.",
    "Repairs shut the bridge over the harbour from Monday.",
    "The central bank left its interest rate at two per cent.",
    "",
    "rain",
    "Long. " + "The council met again and put off the vote on the new tram line. " * 40,
    "Ünïcödé, “quotes” and 東京 in one line.",
)


@pytest.fixture(scope="module")
def encoder():
    encoder = Encoder(FOLDER, threads=2)
    yield encoder
    encoder.close()


@pytest.fixture(scope="module")
def alone(encoder):
    return [encoder.encode([text])[0] for text in TEXTS]


@given(order=st.lists(st.sampled_from(range(len(TEXTS))), max_size=12))
def test_a_vector_never_depends_on_its_batchmates(encoder, alone, order):
    batch = encoder.encode([TEXTS[i] for i in order])
    assert batch.shape == (len(order), 384)
    assert batch.dtype == np.float32
    for row, i in zip(batch, order, strict=True):
        assert row.tobytes() == alone[i].tobytes()


@given(text=st.text(st.characters(), max_size=300))
def test_any_text_becomes_a_vector_of_length_one(encoder, text):
    vector = encoder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 a lone surrogate \udfff",
        "\x00\x01\x1b[31m\x7f\u202e control characters",
        "\N{GRINNING FACE}" * 5_000,
        "word " * 20_000,
        "x" * 100_000,
        " " * 100_000,
        "\u0301" * 100_000,
        "[CLS] [SEP] [PAD] [MASK] [UNK]",
    ],
    ids=["surrogate", "control", "emoji", "words", "one word", "spaces", "accents", "special"],
)
def test_hostile_text_does_no_harm_to_its_neighbours(encoder, alone, text):
    vectors = encoder.encode([TEXTS[0], text, TEXTS[1]])
    assert np.isfinite(vectors).all()
    assert vectors[0].tobytes() == alone[0].tobytes()
    assert vectors[2].tobytes() == alone[1].tobytes()


def test_two_encoders_give_the_same_bytes_on_any_number_of_threads(alone):
    for threads in (1, 3):
        other = Encoder(FOLDER, threads=threads)
        assert other.encode(TEXTS).tobytes() == np.array(alone).tobytes()
        other.close()


def test_threads_may_share_one_encoder(encoder, alone):
    with ThreadPoolExecutor(4) as callers:
        for vectors in callers.map(encoder.encode, [TEXTS] * 8):
            assert vectors.tobytes() == np.array(alone).tobytes()


def test_a_paraphrase_is_nearer_than_another_subject(alone):
    assert alone[0] @ alone[1] > 0.7
    assert alone[0] @ alone[2] < 0.3


def test_a_question_is_nearest_to_the_sentence_that_answers_it(encoder):
    question, *sentences = encoder.encode(
        [
            "When does the new museum open?",
            "The new museum opens its doors on 3 May.",
            "The old theatre was sold to a bank last year.",
            "Ticket prices at the stadium went up again.",
        ]
    )
    assert int(np.argmax(sentences @ question)) == 0


def test_only_the_first_256_tokens_count(encoder):
    head = "tram " * 254  # the model adds a token at either end
    same, longer, shorter = encoder.encode([head, head + "election result", "tram " * 253])
    assert same.tobytes() == longer.tobytes()
    assert same.tobytes() != shorter.tobytes()


def test_no_texts_give_no_rows(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimension) == (0, 384)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_progress_counts_every_text(encoder, count):
    seen = []
    encoder.encode(TEXTS[:count], seen.append)
    assert seen == list(range(1, count + 1))


def test_an_error_in_progress_reaches_the_caller(encoder, alone):
    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode(TEXTS, stop)
    assert encoder.encode(TEXTS[:1]).tobytes() == alone[0].tobytes()


def test_a_missing_file_is_named_with_the_remedy(tmp_path):
    with pytest.raises(ModelError, match=r"model\.onnx: expected .* BYLINE_MODELS"):
        Encoder(tmp_path / "nowhere")
    shutil.copy(FOLDER / "model.onnx", tmp_path)
    with pytest.raises(ModelError, match=r"tokenizer\.json: expected") as caught:
        Encoder(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", [b"", b"not a model", None], ids=["empty", "junk", "cut short"])
def test_a_damaged_file_is_named_with_the_remedy(tmp_path, name, damage):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    content = (FOLDER / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2] if damage is None else damage)
    with pytest.raises(ModelError, match="damaged") as caught:
        Encoder(tmp_path)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_kind_of_model_is_refused(tmp_path):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    model = (FOLDER / "model.onnx").read_bytes()
    (tmp_path / "model.onnx").write_bytes(model.replace(b"input_ids", b"input_xyz"))
    with pytest.raises(ModelError, match="input_ids"):
        Encoder(tmp_path)


def test_zero_threads_are_refused():
    with pytest.raises(ValueError, match="threads 0: expected at least 1"):
        Encoder(FOLDER, threads=0)


def test_a_closed_encoder_says_so():
    encoder = Encoder(FOLDER, threads=1)
    encoder.close()
    with pytest.raises(ModelError, match="closed"):
        encoder.encode(["one"])


def test_it_loads_and_runs_without_pytorch_or_the_network():
    script = f"""
import socket, sys
from pathlib import Path
def refuse(*_, **__): raise OSError("the network was used")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
sys.path.insert(0, {str(ROOT)!r})
from index.models.encoder import Encoder
assert Encoder(Path({str(FOLDER)!r})).encode(["a", "b"]).shape == (2, 384)
assert not {{"torch", "transformers", "onnx", "chromadb"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
