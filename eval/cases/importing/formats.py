"""The formats that can be imported: the one place that maps a format's name to its loader."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eval.cases.importing.beir import load_beir
from eval.cases.importing.conversations import load_canard, load_cast
from eval.cases.importing.imported import Imported
from eval.cases.importing.squad import load_squad

Load = Callable[[Sequence[Path]], Imported]  # the paths of the command line, at least one
FORMATS: Mapping[str, Load] = {
    "beir": load_beir,
    "canard": load_canard,
    "cast": load_cast,
    "squad": load_squad,
}
