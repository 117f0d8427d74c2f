"""The limits within which files are read: sizes, counts and times. Only `max_bytes` is a setting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """A file that exceeds a limit is skipped and reported.

    `max_bytes` is the size of the file in the folder. The others limit its content: `articles` counts rows
    or members, `unpacked_bytes` is their total size, `depth` counts archives within archives, `seconds` is
    the CPU time for one text, and ten times that for an archive. `day_order` is how 03/04/2021 is read:
    "dmy", "mdy", or "" not at all.
    """

    max_bytes: int = 20_000_000
    articles: int = 10_000
    unpacked_bytes: int = 200_000_000
    depth: int = 2
    pages: int = 2_000
    seconds: int = 30
    memory_bytes: int = 2_000_000_000
    day_order: str = ""

    @property
    def fingerprint(self) -> str:
        """Changes when a rejected file might now be read, or the other way round.

        Without `max_bytes`, which every sync checks for every file.
        """
        return (
            f"{self.articles}/{self.unpacked_bytes}/{self.depth}/{self.pages}/{self.seconds}"
            f"/{self.memory_bytes}"
        )


USUAL = Limits()
