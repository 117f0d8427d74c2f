"""A folder fits on a screen and a file is read in one go."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "index", "eval")
FOLDERS = (*PACKAGES, "tests")
MOST_ENTRIES = 14
MOST_LINES = 250
# What may be larger for now; meant to stay empty.
KNOWN: set[str] = set()


def test_folders_and_files_are_small() -> None:
    large = {}
    for package in FOLDERS:
        for path in [ROOT / package, *(ROOT / package).rglob("*")]:
            name = path.relative_to(ROOT).as_posix()
            if "__pycache__" in path.parts:
                continue
            if path.is_dir():
                entries = sum(entry.name != "__pycache__" for entry in path.iterdir())
                if entries > MOST_ENTRIES:
                    large[name] = f"{name}: {entries} entries; expected at most {MOST_ENTRIES}"
            elif path.suffix == ".py" and package in PACKAGES:
                lines = len(path.read_text(encoding="utf-8").splitlines())
                if lines > MOST_LINES:
                    large[name] = f"{name}: {lines} lines; expected at most {MOST_LINES}"
    assert not large.keys() - KNOWN, "\n".join(large[name] for name in large.keys() - KNOWN)
