"""Which rows of a table a question asks about. It does not know the model."""

import re

from bot.english.numbers import written_numbers
from bot.english.question import Question
from bot.reading.tables import Row

SHORTEST_SUBJECT = 3  # characters of a first cell that a question can name


def is_chosen(question: Question, text: str, row: Row) -> bool | None:
    """True if the question names this row of the table in `text`, False if it names another; else None.

    It names a row by its first cell, or by a name or figure in it unless the rows are facts about one thing.
    """
    own, whole = row.span.of(text), "" if row.is_fact else row.table.of(text)
    names = [name for name in question.names if name in whole]
    figures = set(question.figures)
    figures = figures & set(written_numbers(whole)) if figures else figures
    subjects = {
        cell.of(text)
        for cell in row.subjects
        if len(cell) >= SHORTEST_SUBJECT and _is_in(cell.of(text), question.text)
    }
    if not (names or figures or subjects):
        return None
    return (
        all(name in own for name in names)
        and figures <= set(written_numbers(own))
        and (not subjects or row.cells[0].of(text) in subjects)
    )


def _is_in(words: str, text: str) -> bool:
    # most are not, and a pattern for each of hundreds of rows would take long
    near = words.casefold() in text.casefold()
    return near and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))
