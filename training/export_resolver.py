"""Makes models/resolver: the trained resolver as a small int8 ONNX file, with its model card.

    python -m training.export_resolver --data FOLDER --work FOLDER [--out FOLDER]

It mixes the averaged weights of a run of `training.resolver`, early and final, and measures the file with
the whole resolver on conversations that the run never saw. The final weights have better recall, the early
ones better precision; the mixture is better than either (Wortsman et al. 2022, model soups).
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.resolution.resolver import Resolver
from bot.resolution.tagger import RESOLVER, Feeder, TermTagger
from eval.cases.turns import turn_case
from eval.parts.followups import ResolutionReport, as_conversation, evaluate_turns
from index.errors import BylineError, ModelError, SettingsError
from index.models.session import open_tokenizer
from training.data.turns import OUTPUTS, held_out, turns
from training.export_embedder import (
    WEIGHTS_SHA256,
    check_weights,
    find_checkpoint,
    save_tokenizer,
    sha256,
)
from training.networks.work import EARLY, STATE

ROOT = Path(__file__).resolve().parents[1]
CALIBRATION = 400  # training turns
EARLY_WEIGHT = 0.6  # of the early weights in the mixture
LARGEST_FILE = 25_000_000  # bytes
LEAST_F1 = 0.4  # of terms, on the first set; a lower value means that something went wrong
SETS = {"canard_dev": "CANARD dev, a fifth of its conversations", "cast2021": "TREC CAsT 2021"}


def export(checkpoint: Path, data: Path, work: Path, out: Path) -> dict[str, ResolutionReport]:
    """Write the model, its tokenizer and its card to `out`; return its report for each set."""
    # Imported here, because PyTorch takes seconds to load: report a wrong flag or file first.
    import torch

    from training.export_reader import write_model
    from training.networks.calibration import linear_inputs
    from training.networks.minilm import Int8
    from training.networks.network import SpanNetwork

    out.mkdir(parents=True, exist_ok=True)
    save_tokenizer(checkpoint, out)
    feeder = Feeder(open_tokenizer(out, RESOLVER))
    network = SpanNetwork(checkpoint).eval()
    early, end = (torch.load(work / name)["average"] for name in (EARLY, STATE))
    network.load_state_dict(
        {name: torch.lerp(end[name], early[name], EARLY_WEIGHT) for name in end}
    )
    torch.set_num_threads(1)  # sums in one order: the same bytes every time
    rows = [row for row in turns(data) if row["history"] and not held_out(row)]
    feeds = []
    for row in rows[:: max(1, len(rows) // CALIBRATION)]:
        feed = feeder.feed(row["history"], row["question"])
        tokens = {"input_ids": feed.ids, "token_type_ids": feed.segments}
        feeds.append({name: torch.tensor([values]) for name, values in tokens.items()})
    precision = Int8(linear_inputs(network.encoder, feeds))
    write_model(network, precision, out, OUTPUTS)
    measured = measure(out, data)
    (out / "README.md").write_text(card(out / "model.onnx", measured), encoding="utf-8")
    return measured


def measure(folder: Path, data: Path) -> dict[str, ResolutionReport]:
    """Resolves every held-out turn with the model in `folder`, by the name of its set."""
    resolver = Resolver(TermTagger(folder))
    kept = [row for row in turns(data) if held_out(row)]
    return {
        title: evaluate_turns(
            [turn_case(row) for row in kept if row["source"] == source],
            lambda question, history: resolver.resolve(question, as_conversation(history)).text,
        )
        for source, title in SETS.items()
    }


def card(model: Path, measured: dict[str, ResolutionReport]) -> str:
    """The model card, in Markdown."""
    template = (ROOT / "training" / "cards" / "resolver.md").read_text(encoding="utf-8")
    alone = " and ".join(str(report.figures["standalone_turns"]) for report in measured.values())
    return template.format(
        weights=WEIGHTS_SHA256,
        model=sha256(model),
        megabytes=f"{model.stat().st_size / 1e6:.1f}",
        calibration=CALIBRATION,
        alone=alone,
        figures="\n".join(row(title, report) for title, report in measured.items()),
    )


def row(title: str, report: ResolutionReport) -> str:
    """One row of the model card's table."""
    names = "term_precision", "term_recall", "term_f1", "left_alone", "rouge_1"
    cells = [f"{report.figures[name] or 0.0:.3f}" for name in names]
    return f"| {' | '.join([title, str(report.figures['turns']), *cells])} |"


def main(argv: Sequence[str] | None = None) -> int:
    """0 good, 1 too large or not accurate enough, 2 for a missing file."""
    parser = argparse.ArgumentParser(prog="training.export_resolver", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that holds conversation/*.jsonl.xz"
    )
    parser.add_argument("--work", type=Path, required=True, help="folder of a training run")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "resolver")
    options = parser.parse_args(argv)
    try:
        if not options.data.is_dir():
            raise SettingsError(
                f"--data {options.data}: expected a folder that holds conversation/"
            )
        for state in (options.work / EARLY, options.work / STATE):
            if not state.is_file():
                raise ModelError(f"{state}: expected weights; run `python -m training.resolver`")
        checkpoint = find_checkpoint()
        check_weights(checkpoint)
        measured = export(checkpoint, options.data, options.work, options.out)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    for title, report in measured.items():
        print(row(title, report))
    small = (options.out / "model.onnx").stat().st_size <= LARGEST_FILE
    first = next(iter(measured.values())).figures["term_f1"] or 0.0
    return 0 if small and first >= LEAST_F1 else 1


if __name__ == "__main__":
    raise SystemExit(main())
