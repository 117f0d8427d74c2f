"""How large, how many and how long: the bounds within which files are read. They come from settings.

It knows numbers and the names of their settings, not formats.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file of the corpus may cost; a file beyond any of these is skipped and named.

    `max_bytes` is the size of the file as it lies in the folder. The others hold for what comes out of
    it: `articles` are its rows or members, `unpacked_bytes` all that it unpacks to, `depth` counts
    archives within archives, `seconds` is the processor's time for one text, ten times that for an archive.
    """

    max_bytes: int = 20_000_000
    articles: int = 10_000
    unpacked_bytes: int = 200_000_000
    depth: int = 2
    pages: int = 2_000
    seconds: int = 30
    memory_bytes: int = 2_000_000_000

    @property
    def fingerprint(self) -> str:
        """Changes when a file that was refused might now be read, or the other way round.

        Without `max_bytes`, which every sync holds every file against anyway.
        """
        return (
            f"{self.articles}/{self.unpacked_bytes}/{self.depth}/{self.pages}/{self.seconds}"
            f"/{self.memory_bytes}"
        )


USUAL = Limits()
