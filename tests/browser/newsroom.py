"""A small newsroom to drive the page over: outlets, dates, figures that differ, boilerplate, a PDF."""

from pathlib import Path

from tests.index.formats.makers import make_pdf

STORIES = {
    "daily.md": (
        "The Daily",
        "2021-10-10",
        "Blast at the harbour of Brimley",
        "An explosion at the harbour of Brimley killed 86 people on Saturday, the health minister said. "
        "The mayor of Brimley, Ann Dole, asked for help.",
    ),
    "post.md": (
        "Evening Post",
        "2021-10-11",
        "Brimley mourns",
        "The explosion at the harbour of Brimley killed 95 people, officials said on Sunday. Flags flew "
        "at half-mast in the town.",
    ),
    "courier.md": (
        "The Courier",
        "2021-10-12",
        "Toll of the Brimley blast rises",
        "The explosion at the harbour of Brimley killed 97 people, the government said on Monday. "
        "Thousands marched through the capital. On Tuesday, Ann Dole promised to rebuild the harbour.",
    ),
    "storm-courier.md": (
        "The Courier",
        "2021-02-11",
        "Storm hits Oban",
        "A storm in the harbour of Oban sank 14 boats. The council asked for money.",
    ),
    "storm-daily.md": (
        "The Daily",
        "2021-02-13",
        "Oban counts its boats",
        "In the harbour of Oban 14 boats were sunk by the storm. Nobody was hurt.",
    ),
}
TOLL = "How many people were killed in the explosion at Brimley?"
BOATS = "How many boats were sunk by the storm in Oban?"
BRIDGE = "When did the bridge of Leith open?"
MAYOR = "Who is the mayor of Brimley?"


def write_newsroom(folder: Path) -> Path:
    """Writes the articles into `folder` and gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (publisher, day, title, text) in STORIES.items():
        head = f"---\ntitle: {title}\npublisher: {publisher}\ndate: {day}\n---\n\n"
        # other words in each, or one article would be taken for a reprint of the other
        letters = [f"Letter {n} to {publisher} of {day} is about parking.\n\n" for n in range(40)]
        filler = "".join(letters)
        (folder / name).write_text(f"{head}{filler}{text}\n\n{filler}", "utf-8")
    pages = [
        "Nothing of note happened in the town.",
        "",
        "The bridge of Leith opened on 3 March 2021.",
    ]
    (folder / "bridge.pdf").write_bytes(make_pdf(pages, title="A bridge for Leith"))
    return folder
