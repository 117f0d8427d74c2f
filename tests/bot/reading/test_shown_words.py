"""What of a sentence is shown: a short one whole where it explains, of a long one the words that do."""

import pytest

from bot.english.question import Question
from bot.reading.shown_words import LONGEST_SENTENCE, shown_words
from index.text.article import Span

SHORT = "The ferry stopped because of a strike of its crew."
LONG = (
    "After a week in which the harbour had been full of lorries and the hotels of passengers who could not "
    "go on, the ferry stopped again on Monday because of a strike of its crew, as the company said in a "
    "letter to the town."
)
WHY = Question.of("Why did the ferry stop?")


def shown(question: Question, sentence: str, words: str) -> str:
    start = sentence.index(words)
    return shown_words(question, sentence, Span(start, start + len(words))).of(sentence)


def test_a_short_sentence_answers_why_as_a_whole() -> None:
    assert shown(WHY, SHORT, "a strike of its crew") == SHORT


def test_of_a_long_sentence_the_words_found_answer() -> None:
    assert len(LONG.split()) > LONGEST_SENTENCE
    assert shown(WHY, LONG, "because of a strike of its crew") == "because of a strike of its crew"


@pytest.mark.parametrize(
    ("question", "words"),
    [(WHY, "strike"), (Question.of("Did the ferry stop?"), "the ferry stopped again on Monday")],
)
def test_one_word_explains_nothing_and_yes_or_no_needs_the_sentence(
    question: Question, words: str
) -> None:
    assert shown(question, LONG, words) == LONG
