"""A folder of small articles that changes at random, with a record of the content of every file over time."""

import random
import time
from pathlib import Path

from tests.index.workshop import story


class Town:
    """The articles of one folder. It makes and records every change of a file."""

    def __init__(self, folder: Path, dice: random.Random, articles: int) -> None:
        self.folder = folder
        self._dice = dice
        # path → (start of the change, end of the change, content since)
        self._past: dict[str, list[tuple[float, float, str | None]]] = {}
        self._next = 0
        folder.mkdir(parents=True)
        for _ in range(articles):
            self.add()

    def paths(self) -> list[str]:
        return sorted(path for path, past in self._past.items() if past[-1][2] is not None)

    def add(self) -> None:
        number, self._next = self._next, self._next + 1
        self._put(f"{number % 5}/{number}.txt", story(number, self._dice.randrange(3, 14)))

    def edit(self) -> None:
        path = self._dice.choice(self.paths())
        number = int(Path(path).stem.rstrip("abcdefghijklmnopqrstuvwxyz"))
        self._put(
            path, story(number, self._dice.randrange(3, 14)) + f"\n\nLate word {time.time()}."
        )

    def remove(self) -> None:
        self._put(self._dice.choice(self.paths()), None)

    def rename(self) -> None:
        path = self._dice.choice(self.paths())
        text = self._past[path][-1][2]
        self._put(path, None)
        self._put(f"{path.removesuffix('.txt')}{self._dice.choice('abcdef')}.txt", text)

    def spoil(self) -> None:
        """A file that was an article is binary now."""
        self._put(self._dice.choice(self.paths()), None, b"\0\1\2" * 50)

    def change(self, times: int) -> None:
        """Make `times` changes; the number of articles stays about the same."""
        for _ in range(times):
            self._dice.choice((self.add, self.add, self.add, self.edit, self.edit, self.remove,
                               self.rename, self.spoil))()  # fmt: skip

    def had(self, path: str, quote: str, start: int, since: float, until: float) -> bool:
        """True when the file contained `quote` at `start` at some time between `since` and `until`."""
        past = self._past.get(path, [])
        ends = [done for _, done, _ in past[1:]] + [float("inf")]
        return any(
            text is not None
            and begun <= until
            and since <= ended
            and text[start : start + len(quote)] == quote
            for (begun, _, text), ended in zip(past, ends, strict=False)
        )

    def _put(self, path: str, text: str | None, data: bytes | None = None) -> None:
        """Write, replace or remove a file; until that is done, the old content may be read."""
        file = self.folder / path
        begun = time.monotonic()
        if text is None and data is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(exist_ok=True)
            new = file.with_name(f".{file.name}.new")
            new.write_bytes(text.encode() if text is not None else data or b"")
            new.replace(file)
        self._past.setdefault(path, []).append((begun, time.monotonic(), text))
