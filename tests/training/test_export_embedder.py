"""Making the embedding model: what is refused before work begins, and what the card says of it."""

import hashlib
import re

import pytest

from index.errors import ModelError
from training import export_embedder
from training.export_embedder import ROOT, Fidelity, card, check_weights, main

FOLDER = ROOT / "models" / "embedder"


def test_other_weights_are_refused_in_one_line(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match="expected the official weights") as caught:
        check_weights(tmp_path)
    message = str(caught.value)
    assert export_embedder.WEIGHTS_SHA256 in message
    assert hashlib.sha256(b"other weights").hexdigest() in message
    assert "\n" not in message


def test_the_expected_weights_are_taken(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    check_weights(tmp_path, expected=hashlib.sha256(b"weights").hexdigest())


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ModelError, match=r"model\.safetensors: expected the weights"):
        check_weights(tmp_path)


def test_a_missing_data_folder_is_refused_before_anything_is_written(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["--data", str(tmp_path / "none"), "--out", str(out)]) == 2
    assert "expected a folder that holds news/" in capsys.readouterr().err
    assert not out.exists()


def test_a_missing_package_is_refused_with_the_command_that_installs_it(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(export_embedder, "PACKAGE", "no_such_package")
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "pip install -r requirements-train.txt" in capsys.readouterr().err


def test_data_is_required(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "--data" in capsys.readouterr().err


def test_the_card_is_of_the_model_beside_it():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    model = (FOLDER / "model.onnx").read_bytes()
    assert hashlib.sha256(model).hexdigest() in text
    assert f"{len(model) / 1e6:.1f} MB" in text
    assert export_embedder.WEIGHTS_SHA256 in text
    assert "Apache-2.0" in text


def test_the_model_is_as_near_to_its_original_as_required():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    means = re.findall(r"\| (\d\.\d{4}) \| \d\.\d{4} \|", text)
    assert len(means) == 3
    assert all(float(mean) >= export_embedder.REQUIRED_COSINE for mean in means)


def test_a_card_holds_every_figure_it_is_given(tmp_path):
    model = tmp_path / "model.onnx"
    model.write_bytes(b"m" * 1_500_000)
    text = card(model, [Fidelity("old news", (0.99, 0.97))])
    assert "| old news | 2 | 0.9800 | 0.9700 |" in text
    assert "1.5 MB" in text
    assert hashlib.sha256(model.read_bytes()).hexdigest() in text
