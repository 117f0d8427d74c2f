"""The formats that can be imported: the one place that maps a format's name to its loader."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eval.importing.beir import load_beir
from eval.importing.conversations import load_canard, load_cast
from eval.importing.imported import Imported
from eval.importing.multihop import load_multihop
from eval.importing.realtimeqa import load_realtimeqa
from eval.importing.rgb import load_rgb
from eval.importing.squad import load_squad

Load = Callable[[Sequence[Path]], Imported]  # the paths of the command line, at least one
FORMATS: Mapping[str, Load] = {
    "beir": load_beir,
    "canard": load_canard,
    "cast": load_cast,
    "multihop-rag": load_multihop,
    "realtimeqa": load_realtimeqa,
    "rgb": load_rgb,
    "squad": load_squad,
}
