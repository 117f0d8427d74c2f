"""RGB: a question a line, with passages that answer it and passages that do not."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import Node, load_rows


def load_rgb(paths: Sequence[Path]) -> Imported:
    """The questions of RGB's files, each passage an article, whether it answers or not.

    A passage that stands with several questions is one article. Passages made false on purpose
    (`positive_wrong`) are left out. Raises EvaluationError for a damaged file.
    """
    found, files = Gathering(), {}
    several = len(paths) > 1
    for path in paths:
        for row in load_rows(path):
            id = f"{path.stem}-{row.at('id').text()}" if several else row.at("id").text()
            positive = list(_passages(row, "positive"))
            for number, text in enumerate([*positive, *_passages(row, "negative")], 1):
                if text not in files:
                    # nothing in the name may tell which passages answer
                    files[text] = found.add_document(f"{id}-{number}", "", text)
            for _ in _passages(row, "positive_wrong"):
                found.leave_out("passages made false on purpose (positive_wrong)")
            answers, patterns = _accepted(row.at("answer"))
            known = [files[text] for text in positive]
            found.add_case(id, row.at("query").text(), answers, known, patterns=patterns)
    return found.imported()


def _passages(row: Node, key: str) -> Iterator[str]:
    """The passages of a list, or of the lists in it, as the integration set has them."""
    for item in row.items_at(key):
        inner = item.items() if isinstance(item.value, list) else [item]
        yield from (one.text().strip() for one in inner)


def _accepted(answer: Node) -> tuple[list[str], list[str]]:
    """The accepted answers, and the pattern of an answer that has several parts.

    As RGB's own script judges: of a list every item has to be there, of a list in it any one.
    """
    parts = list(answer.items()) if isinstance(answer.value, list) else [answer]
    either = [
        [one.text().strip() for one in (part.items() if isinstance(part.value, list) else [part])]
        for part in parts
    ]
    wanted = [words for part in either if (words := [word for word in part if word])]
    if len(wanted) < 2:
        return [word for words in wanted for word in words], []
    each = (f"(?=.*(?:{'|'.join(map(re.escape, words))}))" for words in wanted)
    return [], [rf"(?s)\A{''.join(each)}"]
