"""Figures of another dimension than the one asked for are told apart; doubtful ones are not."""

import pytest

from bot.reading.dimension import (
    Dimension,
    asked_dimensions,
    dimension_of,
    has_other_dimension,
)
from index.text.article import Span


def span(sentence: str, words: str) -> Span:
    start = sentence.index(words)
    return Span(start, start + len(words))


@pytest.mark.parametrize(
    ("sentence", "words", "dimension"),
    [
        ("Ada Pell, 42, runs the harbour.", "42", Dimension.AGE),
        ("The 82-year-old lives there.", "82", Dimension.AGE),
        ("She is 9 years old.", "9", Dimension.AGE),
        ("A man aged 31 was hurt.", "31", Dimension.AGE),
        ("He lives at 12 Elm Street.", "12", Dimension.ADDRESS),
        ("It flew at 40,000 feet.", "40,000", Dimension.LENGTH),
        ("a 240-foot balloon", "240", Dimension.LENGTH),
        ("It covers 30 square miles.", "30", Dimension.AREA),
        ("at 90 miles per hour", "90", Dimension.SPEED),
        ("It weighs two tonnes.", "two", Dimension.WEIGHT),
        ("It was 40 degrees.", "40", Dimension.TEMPERATURE),
        ("worth $2.6 billion", "2.6", Dimension.MONEY),
        ("some 30 million euros", "30", Dimension.MONEY),
        ("up 12 percent", "12", Dimension.SHARE),
        ("after four weeks", "four", Dimension.DURATION),
        ("at 2:39 p.m. on Friday", "2", Dimension.CLOCK),
        ("on March 12", "12", Dimension.DATE),
        ("on 12 March", "12", Dimension.DATE),
        ("in 2015", "2015", Dimension.DATE),
        ("17 people were hurt", "17", Dimension.COUNT),
        ("17 were hurt", "17", None),
        ("It weighed 184 pounds.", "184", None),
        ("She was 42 when it began.", "42", None),
        ("The shop has 1,200 of them.", "1,200", None),
    ],
)
def test_the_words_around_a_number_tell_its_dimension(sentence, words, dimension):
    assert dimension_of(sentence, span(sentence, words)) is dimension


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How old is the man?", "Paul Hart, who lives at 12 Elm Street, called.", "12 Elm Street"),
        ("How fast was it flying?", "It flew at 40,000 feet.", "40,000 feet"),
        ("How high did it fly?", "It fell for 20 minutes.", "20 minutes"),
        ("How much did the bridge cost?", "It is 30 metres high.", "30 metres"),
        ("How many people died?", "The siege lasted seven weeks.", "seven weeks"),
        ("How many people died when it fell?", "On October 31 it fell.", "31"),
        ("How many miles is it?", "It took two hours.", "two hours"),
        ("What time did it start?", "It began four days later.", "four days later"),
        ("How long did it last?", "It hurt 83 people.", "83 people"),
        ("When did it open?", "It cost $3 million.", "$3 million"),
        ("What percentage voted?", "He has 3,000 votes.", "3,000 votes"),
        ("What is the mayor's age?", "The mayor owns 3 cars.", "3 cars"),
    ],
)
def test_a_figure_of_another_dimension_does_not_answer(question, sentence, answer):
    assert has_other_dimension(asked_dimensions(question), sentence, span(sentence, answer))


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How old is Ada Pell?", "Ada Pell was 42 when she left.", "42"),
        ("How high is the tower?", "It rises 164 metres.", "164 metres"),
        ("How long is the bridge?", "It is 3 km long.", "3 km"),
        ("How long did it last?", "It lasted nine days.", "nine days"),
        ("How long has it been shut?", "It has been shut since 2015.", "since 2015"),
        ("How many of them voted?", "Only 61 percent voted.", "61 percent"),
        ("How many dollars is it?", "It cost $3 million.", "$3 million"),
        ("How much did it fall?", "It fell 3 percent.", "3 percent"),
        ("What time did it start?", "It began at dawn.", "dawn"),
        ("When did it open?", "It opened two weeks ago.", "two weeks ago"),
        ("How much more pay did they get?", "They got 3 percent more.", "3 percent"),
        ("Who opened it?", "It was opened by 3 mayors.", "3 mayors"),
        ("How many were hurt?", "It hurt 17 in Perth.", "17"),
        ("How high was the turnout?", "Turnout was 61 percent.", "61 percent"),
    ],
)
def test_a_figure_that_may_fit_is_left_alone(question, sentence, answer):
    asked = asked_dimensions(question)
    assert not has_other_dimension(asked, sentence, span(sentence, answer))
