"""Descriptions of people, found beside their names, and what looks like one and is none."""

import pytest

from bot.english.descriptions import described_name, find_description


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Ada Pell?", "Ada Pell"),
        ("who was Pell", "Pell"),
        ("And who is Bashar al-Reed?", "Bashar al-Reed"),
        ("Who is she? (Ada Pell)", "Ada Pell"),  # a follow-up, with the words taken from before
        ("Who is she? (Ada Pell, museum)", "Ada Pell"),
        ("Who is he? (Scottish First Minister Tom Reed)", "Tom Reed"),
        ("Who was Mr Reed?", "Reed"),
        ("Who is the mayor of Oban?", ""),
        ("Who is Ada Pell married to?", ""),
        ("Who did Ada Pell meet?", ""),
        ("Where is Ada Pell?", ""),
    ],
)
def test_a_question_for_a_person_is_told_from_others(question: str, name: str) -> None:
    assert described_name(question) == name


@pytest.mark.parametrize(
    ("sentence", "description"),
    [
        ("Scottish First Minister Ada Pell left early.", "Scottish First Minister Ada Pell"),
        ("After President Ada Pell left, it rained.", "President Ada Pell"),
        ("They met the opposition leader Ada Pell on Monday.", "the opposition leader Ada Pell"),
        ("A letter to Secretary of State Ada Pell was found.", "Secretary of State Ada Pell"),
        ("Ada Pell, a judge from Oban, said no.", "a judge from Oban"),
        ("Ada Pell, 45, a judge from Oban, said no.", "a judge from Oban"),
        ("“No,” said Pell, who is the head of the court.", "the head of the court"),
        ("Ada Pell, director of the museum, said no.", "director of the museum"),
        ("Ada Pell is a judge from Oban.", "a judge from Oban"),
        ("The museum's director, Ada Pell, said no.", "The museum's director"),
    ],
)
def test_the_words_beside_a_name_describe_the_person(sentence: str, description: str) -> None:
    found = find_description(sentence, "Ada Pell")
    assert found is not None and found.of(sentence) == description


@pytest.mark.parametrize(
    "sentence",
    [
        "Ada Pell left early.",
        "He told Ada Pell to leave.",
        "Reporters asked Ms Pell about it.",
        "A friend of the mayor met Ada Pell.",
        "The singers were Ada Pell, the Old Bells, and two others.",
        "The judge Tom Pell said no.",
        "The judge, he said after Ada Pell left, was late.",
        "Mayor Reed met Ada Pell.",
        "",
    ],
)
def test_what_tells_nothing_of_the_person_is_no_description(sentence: str) -> None:
    assert find_description(sentence, "Ada Pell") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "A spokesman of Ada Pell said no.",
        "The coach of Ada Pell was there.",
        "Ada Pell, together with her brother, founded the firm.",
        "Ada Pell, elected mayor for four years, left.",
        "Ada Pell, later with the Guardian, agreed.",
    ],
)
def test_other_people_and_adverbs_describe_nobody(sentence: str) -> None:
    assert find_description(sentence, "Ada Pell") is None


@pytest.mark.parametrize(
    ("sentence", "description"),
    [
        ("Ada Pell, chief editor at the Courier, agreed.", "chief editor at the Courier"),
        ("It was sent to her agent, Ada Pell, on Monday.", "her agent"),
        (
            "Courier Vice President of Public Affairs Ada Pell agreed.",
            "Courier Vice President of Public Affairs Ada Pell",
        ),
    ],
)
def test_offices_with_more_words_describe_the_person(sentence: str, description: str) -> None:
    found = find_description(sentence, "Ada Pell")
    assert found is not None and found.of(sentence) == description
