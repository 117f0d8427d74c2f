"""Everything besides the files themselves that determines the content of an index."""

from dataclasses import dataclass, field, replace
from importlib.metadata import version

from index.formats.limits import Limits
from index.text.version import READING_VERSION

# Libraries that extract text: another version may extract it differently.
LIBRARIES = (
    *(
        "trafilatura",
        "charset-normalizer",
        "lxml",
        "pypdfium2",
        "python-docx",
        "striprtf",
        "warcio",
    ),
    *("dateparser", "PyYAML"),
)


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """How articles become passages: about `passage_words` each, with `overlap_words` shared by neighbours.

    A change makes the next sync index every article again.
    """

    passage_words: int = 160
    overlap_words: int = 40
    limits: Limits = field(default_factory=Limits)

    def with_order(self, order: str) -> "IndexConfig":
        """The same, with dates that can be two days read in `order`."""
        return replace(self, limits=replace(self.limits, day_order=order))

    def fingerprint(self, encoder: str) -> str:
        """Changes exactly when the same files would give another index; `encoder` is the model's."""
        libraries = "/".join(f"{name} {version(name)}" for name in LIBRARIES)
        order = f"{self.limits.day_order}/" if self.limits.day_order else ""
        return f"{READING_VERSION}/{order}{self.passage_words}/{self.overlap_words}/{libraries}/{encoder}"
