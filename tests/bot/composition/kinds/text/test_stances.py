import pytest

from bot.composition.kinds.text.stances import family, find_stances
from tests.bot.checks import make_article

HEAD = "Council meets\n\nMayor Ada Pell opened the meeting with her deputy, Tom Reed.\n\n"


def stances(text: str, verb: str = "criticised") -> list[tuple[str, str]]:
    found = find_stances(make_article(HEAD + text), family(verb))
    return [(one.quote.speaker, one.towards.strip(" .")) for one in found]


@pytest.mark.parametrize(
    ("text", "speaker", "towards"),
    [
        ("Reed criticised the plan for a bridge.", "Reed", "the plan for a bridge"),
        ("Reed has sharply condemned the plan.", "Reed", "the plan"),
        ("Tom Reed, her deputy, denounced the plan.", "Tom Reed", "the plan"),
        ("The plan was criticised by the deputy Tom Reed.", "Tom Reed", "The plan was"),
        (
            "Reed came in. He criticised the plan, and “all who wrote it”.",
            "Reed",
            "the plan, and “all who wrote it”",
        ),
    ],
)
def test_who_acts_and_towards_what(text: str, speaker: str, towards: str) -> None:
    assert stances(text) == [(speaker, towards)]


@pytest.mark.parametrize(
    "text",
    [
        "Reed never criticised the plan.",
        "A friend of Reed criticised the plan.",
        "Pell and Reed criticised the plan.",
        "“Reed criticised the plan,” a man said.",
        "Reed praised the plan.",
        "The plan criticised by many was Reed’s.",
    ],
)
def test_nobody_is_named_in_doubt(text: str) -> None:
    assert stances(text) == []


def test_each_family_has_its_own_verbs() -> None:
    assert stances("Reed rejected the plan.", "opposed") == [("Reed", "the plan")]
    assert stances("Reed rejected the plan.", "praised") == []
