"""The recipe: what decides, beside the files themselves, what an index of them holds."""

from dataclasses import dataclass
from importlib.metadata import version

from index.formats.limits import Limits
from index.reading.articles import READING_VERSION

# What texts are taken out of files with: another version may read them differently.
LIBRARIES = ("trafilatura", "charset-normalizer", "lxml", "pypdfium2", "python-docx")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How articles become passages and vectors; when it changes, every article is done again."""

    passage_words: int
    overlap_words: int
    limits: Limits

    def fingerprint(self, encoder: str) -> str:
        """Changes exactly when the same files would give another index."""
        libraries = "/".join(f"{name} {version(name)}" for name in LIBRARIES)
        return f"{READING_VERSION}/{self.passage_words}/{self.overlap_words}/{libraries}/{encoder}"
