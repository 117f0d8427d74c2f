"""What may happen to files: removed, edited, reprinted, added to, renamed, written in another order.

Functions of folders and bytes; what is changed is a copy, never the corpus itself. Knows nothing of indexes.
"""

import filecmp
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from eval.robustness.substitutes import Swap
from index.errors import UnreadableError
from index.formats.limits import Limits
from index.reading.articles import parse_article

PAGES = (".html", ".htm")
PLAIN = (".txt", ".md")
OLDEST = (
    1_000_000_000  # seconds since 1970: the time of the first file that is written in another order
)


def restore(corpus: Path, files: Iterable[str], folder: Path) -> None:
    """Make `folder` hold the `files` of `corpus` as they are there, and nothing else.

    A file is written only where size or time differ from the original.
    """
    wanted = set(files)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder).as_posix() not in wanted:
            path.unlink()
    for name in sorted(wanted):
        target = folder / name
        if not (target.is_file() and filecmp.cmp(corpus / name, target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(corpus / name, target)


def remove(folder: Path, files: Iterable[str]) -> None:
    """Take `files` out of `folder`."""
    for name in files:
        (folder / name).unlink()


def rename(folder: Path, files: Iterable[str]) -> dict[str, str]:
    """Give every file another name of the same suffix; new names by old ones."""
    names = {}
    for number, name in enumerate(files, start=1):
        old = PurePosixPath(name)
        names[name] = old.with_name(f"renamed-{number}{old.suffix}").as_posix()
        (folder / name).rename(folder / names[name])
    return names


def write_in_order(corpus: Path, files: Sequence[str], folder: Path) -> None:
    """Write `files` of `corpus` into `folder` one after the other, each a day older than the next."""
    for number, name in enumerate(files):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(corpus / name, target)
        os.utime(target, (OLDEST + 86_400 * number,) * 2)


def edited(path: str, data: bytes, swap: Swap, limits: Limits) -> bytes | None:
    """The bytes of the file that holds the article `path`, with every word of `swap` another.

    None where that cannot be done in the bytes of its format, seen by reading the article again.
    """
    for old, new in zip(swap.old, swap.new, strict=True):
        data = whole_words(old.encode(), data, new.encode())
    try:
        text = parse_article(path, data, limits).text
    except UnreadableError:
        return None
    done = any(stands(new, text) for new in swap.new)
    return data if done and not any(stands(old, text) for old in swap.old) else None


def whole_words(old: bytes, data: bytes, new: bytes) -> bytes:
    """`data` with `new` for `old` wherever it is no part of a longer word or figure."""
    inner = rb"(?:\w|(?<=\d)[.,](?=\d))"
    pattern = rb"(?<!\w)(?<!\d[.,])" + re.escape(old) + rb"(?!%s)" % inner
    return re.sub(pattern, lambda _: new, data)


def stands(word: str, text: str) -> bool:
    """True when `word` stands in `text` and is no part of a longer word or figure."""
    raw = text.encode("utf-8", "replace")
    return whole_words(word.encode(), raw, b"") != raw


def reprint(folder: Path, file: str, title: str, limits: Limits) -> str:
    """Put beside `file` a copy whose `title` says more; the copy's name.

    Where the title cannot be changed in the bytes of its format, the copy is exact.
    """
    old = PurePosixPath(file)
    name = old.with_name(f"{old.stem}-reprint{old.suffix}").as_posix()
    data = (folder / file).read_bytes()
    words = rb"\s+".join(re.escape(word.encode("utf-8", "replace")) for word in title.split())
    changed = re.sub(words, lambda found: found.group() + b": a reprint", data)
    try:
        parse_article(name, changed, limits)
    except UnreadableError:  # a format whose bytes are not its words, or a file of several articles
        changed = data
    (folder / name).write_bytes(changed)
    return name


def inject(folder: Path, sentences: Mapping[str, str]) -> tuple[str, ...]:
    """Write into each file a sentence of its own, at the story's end; the files whose format allows it."""
    done = []
    for name, sentence in sentences.items():
        data = (folder / name).read_bytes()
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in PAGES:
            said = f"<p>{sentence}</p>".encode()
            ends = [data.lower().rfind(end) for end in (b"</article>", b"</body>", b"</html>")]
            at = next((end for end in ends if end >= 0), len(data))
            changed = data[:at] + said + data[at:]
        elif suffix in PLAIN:
            changed = data.rstrip() + f"\n\n{sentence}\n".encode()
        else:
            continue
        (folder / name).write_bytes(changed)
        done.append(name)
    return tuple(done)
