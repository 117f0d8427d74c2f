"""Weights read back out of a model file: what went in comes out, but for the rounding to int8."""

import numpy as np
import onnx
import pytest

from index.errors import ModelError
from index.settings import ROOT
from training.networks.minilm import LAYERS, WIDTH, Int8, MiniLM
from training.networks.quantise import Inputs
from training.networks.restore import restore, restore_verdict

RNG = np.random.default_rng(0)


def drawn(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def made_up_weights():
    shapes = {"word": (50, WIDTH), "position": (20, WIDTH), "token_type": (2, WIDTH)}
    weights = {f"embeddings.{n}_embeddings.weight": drawn(*s) for n, s in shapes.items()}
    norms = ["embeddings."]
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        sizes = dict.fromkeys(("query", "key", "value"), (WIDTH, WIDTH))
        sizes = {f"attention.self.{name}": size for name, size in sizes.items()}
        sizes |= {"attention.output.dense": (WIDTH, WIDTH)}
        sizes |= {"intermediate.dense": (4 * WIDTH, WIDTH), "output.dense": (WIDTH, 4 * WIDTH)}
        for name, size in sizes.items():
            weights[f"{layer}{name}.weight"] = drawn(*size)
            weights[f"{layer}{name}.bias"] = drawn(size[0])
        norms += [f"{layer}attention.output.", f"{layer}output."]
    for name in norms:
        weights |= {f"{name}LayerNorm.{part}": drawn(WIDTH) for part in ("weight", "bias")}
    return weights


@pytest.mark.parametrize("smoothed", [False, True])
def test_every_weight_comes_back_but_for_its_rounding(tmp_path, smoothed):
    weights, head = made_up_weights(), (drawn(WIDTH, 2), drawn(2))
    seen = Inputs(np.abs(drawn(WIDTH)) + 0.5, np.eye(WIDTH))
    inputs = {"encoder.layer.3.attention.self": seen} if smoothed else {}
    onnx.save(MiniLM(weights, Int8(inputs)).reader(*head), tmp_path / "model.onnx")
    found, (weight, bias) = restore(tmp_path / "model.onnx")
    assert found.keys() == weights.keys()
    # segment 0 is folded into the positions, which changes no sum of the two
    segments = weights["embeddings.token_type_embeddings.weight"]
    weights["embeddings.position_embeddings.weight"] += segments[0]
    weights["embeddings.token_type_embeddings.weight"] = segments - segments[0]
    for name, value in weights.items():
        # half a step of 1/63 of a column's largest weight, and a little more where smoothing stretched it
        loose = 0.15 if value.ndim == 2 else 1e-6
        assert np.abs(found[name] - value).max() <= loose, name
        assert found[name].dtype == np.float32
    assert np.array_equal(weight, head[0]) and np.array_equal(bias, head[1])


def test_the_shipped_reader_can_be_gone_on_from():
    weights, (weight, bias) = restore(ROOT / "models" / "reader" / "model.onnx")
    assert weights["embeddings.word_embeddings.weight"].shape == (30522, WIDTH)
    assert len([name for name in weights if name.endswith("intermediate.dense.weight")]) == LAYERS
    assert weight.shape == (WIDTH, 2) and bias.shape == (2,)


@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_what_is_no_reader_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"^[^\n]*expected a reader written by[^\n]*$"):
        restore(path)


def test_the_embedder_is_no_reader():
    with pytest.raises(ModelError, match="expected a reader"):
        restore(ROOT / "models" / "embedder" / "model.onnx")


def test_the_verdict_head_comes_back_and_leaves_the_others_as_they_are(tmp_path):
    weights, head = made_up_weights(), (drawn(WIDTH, 2), drawn(2))
    verdict = drawn(WIDTH, 3), drawn(3)
    model = MiniLM(weights, Int8({})).reader(*head, verdict=verdict)
    onnx.save(model, tmp_path / "model.onnx")
    weight, bias = restore_verdict(tmp_path / "model.onnx")
    assert np.array_equal(weight, verdict[0]) and np.array_equal(bias, verdict[1])
    assert np.array_equal(restore(tmp_path / "model.onnx")[1][0], head[0])


def test_a_reader_without_a_verdict_has_none(tmp_path):
    onnx.save(MiniLM(made_up_weights(), Int8({})).reader(drawn(WIDTH, 2), drawn(2)), tmp_path / "m")
    assert restore_verdict(tmp_path / "m") is None
