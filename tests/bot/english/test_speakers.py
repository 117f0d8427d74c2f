import pytest
from hypothesis import given

from bot.english.speakers import asked_speakers, find_speakers
from bot.english.words import stem
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(HOSTILE)
def test_any_text_names_speakers_or_none(text: str) -> None:
    assert all(asked_speakers(text))
    assert all(find_speakers(text))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Sergei Lavrov say about the talks?", "Lavrov"),
        ("What has Angus Reid told the town?", "Reid"),
        ("Who did Reid openly blame?", "Reid"),
        ("What did harbour master Mary Boyd announce?", "Boyd"),
        ("Why does al-Bahr want a bridge?", "al-Bahr"),
    ],
)
def test_the_one_whose_words_are_asked_for_is_known_by_the_last_name(
    question: str, name: str
) -> None:
    assert asked_speakers(question) == {stem(name)}


@pytest.mark.parametrize(
    "question",
    [
        "What was said about Reid?",
        "What did the minister say?",
        "What does he say?",
        "Who is Angus Reid?",
        "Where did Reid live?",
        "",
    ],
)
def test_nobody_s_words_are_asked_for_without_a_name_and_a_verb_of_saying(question: str) -> None:
    assert asked_speakers(question) == frozenset()


@pytest.mark.parametrize(
    ("sentence", "told_by"),
    [
        ("Angus Reid said the ferry was late.", {"Reid"}),
        ("“The ferry was late,” said Angus Reid.", {"Reid"}),
        ("The ferry was late, said the harbour master Mary Boyd.", {"Boyd"}),
        ("Angus Reid, the mayor of Oban, told reporters so.", {"Reid"}),
        ("Reid had warned of it; Boyd denied it.", {"Reid", "Boyd"}),
        ("Reid later added that it sank.", {"Reid"}),
        ("It was Mary Boyd who said it sank.", {"Boyd"}),
        ("It was harbour master Mary Boyd who had warned of it.", {"Boyd"}),
        ("Angus Reid was the one who told the town.", {"Reid"}),
    ],
)
def test_a_sentence_tells_whose_words_it_gives(sentence: str, told_by: set[str]) -> None:
    assert find_speakers(sentence) == {stem(name) for name in told_by}


@pytest.mark.parametrize(
    "sentence",
    ["The ferry was late.", "He said it was late.", "Angus Reid met Mary Boyd in Oban.", ""],
)
def test_a_sentence_that_gives_nobody_s_words_names_no_speaker(sentence: str) -> None:
    assert find_speakers(sentence) == frozenset()


def test_the_name_asked_for_and_the_name_told_meet() -> None:
    asked = asked_speakers("What did deputy harbour master Mary Boyd say?")
    assert asked and asked == find_speakers("Boyd said it was late.")


def test_two_may_be_asked_for_at_once() -> None:
    both = {stem("Reid"), stem("Boyd")}
    assert asked_speakers("What did Angus Reid and Mary Boyd say about it?") == both
    assert asked_speakers("What did Angus Reid, and Boyd, say?") <= both
