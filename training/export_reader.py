"""Makes models/reader: the trained reader as a small int8 ONNX file, with its model card.

    python -m training.export_reader --data FOLDER --work FOLDER [--with FOLDER --share S] [--out FOLDER]

It takes the averaged weights of a run of `training.reader`, or mixes those of two runs, and measures how
close int8 is to them on questions that no run ever saw.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.reading.model import SpanModel
from eval.metrics.calibration import best_threshold
from eval.metrics.metrics import exact_match, mean, token_f1
from eval.parts.reader_cases import ReaderCase
from index.errors import BylineError, ModelError, SettingsError
from training.data.pairs import KEPT_BACK
from training.data.records import records
from training.export_embedder import (
    WEIGHTS_SHA256,
    check_weights,
    find_checkpoint,
    save_tokenizer,
    sha256,
)
from training.networks.work import STATE

ROOT = Path(__file__).resolve().parents[1]
CALIBRATION = 600  # training pairs
SHARE = 0.5  # of the other run, when two are mixed
LARGEST_LOSS = 0.005  # of F1 that int8 may lose
LARGEST_FILE = 25_000_000  # bytes


@dataclass(frozen=True)
class Measured:
    """One model on one validation set, by the reader's margin alone, before any calibration.

    `exact` and `f1` are over the answerable questions, always answering; `best` is the mean F1 over
    all questions at the best threshold for the set, where refusing an unanswerable question
    counts 1.
    """

    of: str
    exact: float
    f1: float
    best: float
    threshold: float

    @property
    def row(self) -> str:
        """One row of the model card's table."""
        return f"| {self.of} | {self.exact:.3f} | {self.f1:.3f} | {self.best:.3f} at {self.threshold:.2f} |"


def validation_sets(data: Path) -> dict[str, list[dict[str, Any]]]:
    """The questions that no training run uses, by the set's name."""
    kept_back = [r for r in records(data, "reader/squad2_dev_part") if r["title"] in KEPT_BACK]
    return {
        "valid_wiki": list(records(data, "reader/valid_wiki")),
        "squad2_dev_part, kept-back articles": kept_back,
    }


def measure(folder: Path, of: str, rows: Sequence[dict[str, Any]]) -> Measured:
    """Asks the model in `folder` every question of a set."""
    model = SpanModel(folder)
    cases = [ReaderCase("", r["question"], r["context"], tuple(r["answers"])) for r in rows]
    margins, answers = [], []
    for case in cases:
        found = model.read(case.question, [case.context], 1)[0]
        margins.append(found[0].margin if found else float("-inf"))
        answers.append(found[0].span.of(case.context) if found else "")
    model.close()
    always = [case.score(token_f1, text) for case, text in zip(cases, answers, strict=True)]
    best = best_threshold(margins, always, [case.score(token_f1, "") for case in cases])
    asked = [(case, text) for case, text in zip(cases, answers, strict=True) if case.answerable]
    return Measured(
        of,
        mean(case.score(exact_match, text) for case, text in asked) or 0.0,
        mean(case.score(token_f1, text) for case, text in asked) or 0.0,
        best.score if best else 0.0,
        best.value if best else 0.0,
    )


@dataclass(frozen=True)
class Runs:
    """The run to export, and another whose averaged weights count for `share` of the result.

    The mean of two fine-tuned models is often better than either (Wortsman et al. 2022, "Model soups").
    """

    work: Path
    other: Path | None = None
    share: float = SHARE

    def check(self) -> None:
        """Raises ModelError for a run without a checkpoint, SettingsError for a share outside 0 to 1."""
        for work in filter(None, (self.work, self.other)):
            if not (work / STATE).is_file():
                raise ModelError(
                    f"{work / STATE}: expected a checkpoint; run `python -m training.reader`"
                )
        if self.other is None and self.share != SHARE:
            raise SettingsError(f"--share {self.share}: expected --with FOLDER beside it")
        if not 0 <= self.share <= 1:
            raise SettingsError(f"--share {self.share}: expected a number from 0 to 1")

    def weights(self) -> dict[str, Any]:
        """The weights by name."""
        import torch

        weights: dict[str, Any] = torch.load(self.work / STATE)["average"]
        if self.other is None:
            return weights
        other = torch.load(self.other / STATE)["average"]
        return {name: torch.lerp(one, other[name], self.share) for name, one in weights.items()}


def export(
    checkpoint: Path, data: Path, runs: Runs, out: Path, fp32: Path
) -> list[tuple[Measured, Measured]]:
    """Write the model, its tokenizer and its card to `out`; return (float32, int8) for every set."""
    # Imported here, because PyTorch takes seconds to load: report a wrong flag or file first.
    import torch

    from training.data.examples import Tokens
    from training.networks.calibration import linear_inputs
    from training.networks.minilm import Float32, Int8, Precision
    from training.networks.network import SpanNetwork
    from training.networks.work import kept_pairs

    network = SpanNetwork(checkpoint).eval()
    network.load_state_dict(runs.weights())
    tokens, rng = Tokens(checkpoint), random.Random(0)
    torch.set_num_threads(1)  # sums in one order: the same bytes every time
    feeds = []
    for pair in rng.sample(kept_pairs(runs.work), CALIBRATION):
        if example := tokens.example(pair, rng):
            ids = torch.tensor([example.ids])
            segments = (torch.arange(ids.shape[1]) >= example.base).long()[None]
            feeds.append({"input_ids": ids, "token_type_ids": segments})
    precisions: tuple[tuple[Path, Precision], ...] = (
        (out, Int8(linear_inputs(network.encoder, feeds))),
        (fp32, Float32()),
    )
    for folder, precision in precisions:
        folder.mkdir(parents=True, exist_ok=True)
        write_model(network, precision, folder, with_verdict=True)
        save_tokenizer(checkpoint, folder)
    sets = validation_sets(data).items()
    measured = [(measure(fp32, of, rows), measure(out, of, rows)) for of, rows in sets]
    (out / "README.md").write_text(
        card(out / "model.onnx", [after for _, after in measured]), encoding="utf-8"
    )
    return measured


def write_model(
    network: Any,
    precision: Any,
    folder: Path,
    names: tuple[str, str] = ("start", "end"),
    *,
    with_verdict: bool = False,
) -> None:
    """Writes `folder`/model.onnx: a `SpanNetwork`, its two logits called `names`."""
    import onnx

    from training.networks.minilm import MiniLM

    weights = {name: value.numpy() for name, value in network.encoder.state_dict().items()}
    head = network.head.weight.detach().numpy().T, network.head.bias.detach().numpy()
    judge = network.verdict
    verdict = (
        (judge.weight.detach().numpy().T, judge.bias.detach().numpy()) if with_verdict else None
    )
    onnx.save(MiniLM(weights, precision).reader(*head, names, verdict), folder / "model.onnx")


def card(model: Path, measured: Sequence[Measured]) -> str:
    """The model card, in Markdown, with the figures of the file itself."""
    template = (ROOT / "training" / "cards" / "reader.md").read_text(encoding="utf-8")
    return template.format(
        weights=WEIGHTS_SHA256,
        model=sha256(model),
        megabytes=f"{model.stat().st_size / 1e6:.1f}",
        calibration=CALIBRATION,
        second=" | ".join(f"{100 * figure:.1f}" for figure in _headline(measured)),
        kept_back=", ".join(sorted(name.replace("_", " ") for name in KEPT_BACK)),
        int8="\n".join(one.row for one in measured),
    )


def _headline(measured: Sequence[Measured]) -> tuple[float, float]:
    """F1 of the shipped file on the first set, always answering, and its best F1 on the last."""
    return measured[0].f1, measured[-1].best


def main(argv: Sequence[str] | None = None) -> int:
    """Export and measure; 0 good, 1 too large or too far from float32, 2 for a missing file."""
    parser = argparse.ArgumentParser(prog="training.export_reader", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that holds reader/*.jsonl.xz"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--with", type=Path, dest="other", help="another run, to mix in")
    parser.add_argument("--share", type=float, default=SHARE, help=f"its share (default {SHARE})")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "reader")
    parser.add_argument("--fp32", type=Path, help="also keep the float32 model in this folder")
    options = parser.parse_args(argv)
    try:
        if not options.data.is_dir():
            raise SettingsError(f"--data {options.data}: expected a folder that holds reader/")
        runs = Runs(options.work, options.other, options.share)
        runs.check()
        checkpoint = find_checkpoint()
        check_weights(checkpoint)
        with TemporaryDirectory() as temporary:
            fp32 = options.fp32 or Path(temporary)
            measured = export(checkpoint, options.data, runs, options.out, fp32)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    for before, after in measured:
        print("float32", before.row)
        print("int8   ", after.row)
    small = (options.out / "model.onnx").stat().st_size <= LARGEST_FILE
    return 0 if small and all(b.f1 - a.f1 <= LARGEST_LOSS for b, a in measured) else 1


if __name__ == "__main__":
    raise SystemExit(main())
