"""The instructions of the Dockerfile, and which files .dockerignore leaves for it."""

import json
import re
import shlex
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from index.settings import ROOT


def instructions(name: str) -> list[str]:
    """What stands behind each instruction of this name."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    return re.findall(rf"^{name}\s+(.+)$", text.replace("\\\n", " "), re.MULTILINE)


def environment() -> dict[str, str]:
    """The variables that the image sets."""
    pairs = (pair.partition("=") for line in instructions("ENV") for pair in shlex.split(line))
    return {name: value for name, _, value in pairs}


def command(line: str) -> list[str]:
    """The words of a command in exec form."""
    words: list[str] = json.loads(line[line.index("[") :])
    return words


def copied() -> list[str]:
    """Every source of COPY."""
    return [source.rstrip("/") for line in instructions("COPY") for source in line.split()[:-1]]


def is_sent(path: str) -> bool:
    """True for a path that the builder receives: the last pattern that fits it or a folder above decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and _fits(path, pattern.removeprefix("!")):
            sent = pattern.startswith("!")
    return sent


def _fits(path: str, pattern: str) -> bool:
    anywhere, parts = pattern.startswith("**/"), PurePosixPath(pattern.removeprefix("**/")).parts
    whole = PurePosixPath(path).parts
    starts = range(len(whole)) if anywhere else (0,)
    return any(
        len(whole) >= start + len(parts)
        and all(map(fnmatchcase, whole[start : start + len(parts)], parts))
        for start in starts
    )
