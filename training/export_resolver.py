"""Makes the trained resolver a small int8 ONNX file.

    python -m training.export_resolver --data FOLDER --work FOLDER [--out FOLDER]

Calibrated on training turns, as the reader is on pairs.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.tagging import RESOLVER, Feeder
from index.errors import BylineError, ModelError, SettingsError
from index.runtime import open_tokenizer
from training.export_embedder import check_weights, find_checkpoint, save_tokenizer
from training.turns import held_out, turns

ROOT = Path(__file__).resolve().parents[1]
CALIBRATION = 400  # training turns
LARGEST_FILE = 25_000_000  # bytes


def export(checkpoint: Path, data: Path, work: Path, out: Path) -> None:
    """Write the model and its tokenizer to `out`."""
    # Here, not above: a wrong flag or file is told before PyTorch's seconds of loading.
    import torch

    from training.calibration import linear_inputs
    from training.export_reader import write_model
    from training.minilm import Int8
    from training.reader import SpanNetwork

    out.mkdir(parents=True, exist_ok=True)
    save_tokenizer(checkpoint, out)
    feeder = Feeder(open_tokenizer(out, RESOLVER))
    network = SpanNetwork(checkpoint).eval()
    network.load_state_dict(torch.load(work / "resolver.pt"))
    torch.set_num_threads(1)  # sums in one order: the same bytes every time
    rows = [row for row in turns(data) if row["history"] and not held_out(row)]
    feeds = []
    for row in rows[:: max(1, len(rows) // CALIBRATION)]:
        feed = feeder.feed(row["history"], row["question"])
        tokens = {"input_ids": feed.ids, "token_type_ids": feed.segments}
        feeds.append({name: torch.tensor([values]) for name, values in tokens.items()})
    precision = Int8(linear_inputs(network.encoder, feeds))
    write_model(network, precision, out, ("needed", "stands"))


def main(argv: Sequence[str] | None = None) -> int:
    """0 good, 1 too large, 2 something is missing."""
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
        state = options.work / "resolver.pt"
        if not state.is_file():
            raise ModelError(f"{state}: expected weights; run `python -m training.resolver`")
        checkpoint = find_checkpoint()
        check_weights(checkpoint)
        export(checkpoint, options.data, options.work, options.out)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if (options.out / "model.onnx").stat().st_size <= LARGEST_FILE else 1


if __name__ == "__main__":
    raise SystemExit(main())
