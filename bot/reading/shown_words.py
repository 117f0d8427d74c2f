"""What of a sentence is shown as the answer: the words found, grown to a phrase of the kind asked for.

It knows nothing of models and passages.
"""

from bot.english.answer_kind import AnswerKind, counted, find_occasion
from bot.english.phrases import add_noun, complete
from bot.english.question import Question
from bot.reading.tables import Row
from index.text.article import Span

# Of 324 such questions on held-out news with the passage given, 229 are answered so, and 211 with every
# sentence whole.
LONGEST_SENTENCE = 35  # words of a sentence that answers as a whole
FEWEST_WORDS = 3  # of a part that answers


def shown_words(question: Question, sentence: str, inside: Span) -> Span:
    """What of the sentence is shown as the answer."""
    if question.kind is AnswerKind.SENTENCE:
        part = None if question.is_yes_no else _part(sentence, inside)
        return part or Span(0, len(sentence))
    is_said = question.kind is AnswerKind.PLACE and bool(question.speakers)
    # Where somebody said something is an occasion before it is a town.
    if is_said and (occasion := find_occasion(sentence)):
        return occasion
    # Two towns in a row are both where it was; of two people in a row only one may have done it.
    answer = complete(sentence, inside, whole_row=question.kind is AnswerKind.PLACE)
    if question.kind is AnswerKind.NUMBER:
        return add_noun(sentence, answer, counted(question.form))
    return answer


def _part(sentence: str, inside: Span) -> Span | None:
    """The words found in a sentence that is too long for an answer, if they are enough for one."""
    found = complete(sentence, inside, whole_row=True)
    is_long = len(sentence.split()) > LONGEST_SENTENCE
    return found if is_long and len(found.of(sentence).split()) >= FEWEST_WORDS else None


def shown_cell(question: Question, text: str, row: Row, inside: Span) -> Span:
    """The same for words found in a row of a table: within one cell, read with its heading."""
    first, last = row.cell_at(inside.start), row.cell_at(max(inside.start, inside.end - 1))
    number = last if question.kind.is_figure else first
    cell, (before, behind) = row.cells[number], row.around(text, number)
    found = _within(inside, cell)
    moved = len(before) - cell.start
    sentence = before + cell.of(text) + behind
    shown = shown_words(question, sentence, (found or cell).shifted(moved))
    return _within(shown.shifted(-moved), cell) or cell


def _within(span: Span, cell: Span) -> Span:
    start = min(max(span.start, cell.start), cell.end)
    return Span(start, min(max(span.end, start), cell.end))
