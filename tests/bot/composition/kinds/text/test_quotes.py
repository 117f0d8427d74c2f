import pytest

from bot.composition.kinds.text.quotes import find_quotes, same_speaker
from bot.composition.kinds.text.speaker_names import is_person, named_fully, plain_name
from tests.bot.checks import make_article

HEAD = "Council meets\n\nMayor Ada Pell opened the meeting on Monday with her deputy, Tom Reed.\n\n"


def speakers(text: str) -> list[str]:
    return [quote.speaker for quote in find_quotes(make_article(HEAD + text))]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The bridge is safe and open to all,” Pell said.", "Pell"),
        ("“The bridge is safe and open to all,” said Mayor Ada Pell on Monday.", "Ada Pell"),
        ("Pell, in her own speech, said the bridge is safe.", "Pell"),
        ("According to Tom Reed, the bridge is safe.", "Tom Reed"),
        ("Reed called the plan “a gift to nobody at all”.", "Reed"),
        ("Mayor Ada Pell, who warned of floods, said that the bridge is safe.", "Ada Pell"),
        ("Said Mayor Pell: “The bridge is safe and open to all.”", "Pell"),
        (
            "Tom Reed, her deputy and once the head of a club for swimmers, said it was late.",
            "Tom Reed",
        ),
        ("“The bridge is old,” Tom Reed, her deputy, told Post News in an email.", "Tom Reed"),
        (
            "Described as “a gift to nobody” by Tom Reed in the Post, the bridge is safe.",
            "Tom Reed",
        ),
        ("According to the Post’s writer Tom Reed, the bridge is safe.", "Tom Reed"),
        ("“The bridge is old,” the Department of Works stated.", "Department of Works"),
        ("“The bridge is old and must go,” tweeted Whig Rep. Tom Reed.", "Tom Reed"),
        ("Tom Reed of Oban said the bridge is safe.", "Tom Reed"),
    ],
)
def test_the_sentence_names_its_speaker(text: str, speaker: str) -> None:
    assert speakers(text) == [speaker]


def test_a_pronoun_stands_for_the_last_person_that_spoke() -> None:
    text = "“The bridge is safe,” Reed said. It would stay open all week, he added."
    assert speakers(text) == ["Reed", "Reed"]


def test_a_quotation_that_goes_on_has_the_same_speaker() -> None:
    text = "“The bridge is safe,” Reed said. “It will stay open for the whole week.”"
    assert speakers(text) == ["Reed", "Reed"]


def test_who_is_named_in_a_part_of_a_quotation_speaks_all_of_it() -> None:
    text = (
        "“The bridge is safe. It is open. We paid for it,” Reed said. It rained.\n\nThe sun came."
    )
    assert speakers(text) == ["Reed"] * 3


def test_a_quotation_goes_on_in_the_paragraph_that_opens_with_a_mark() -> None:
    text = "Reed said: “The bridge is safe.\n\n“It is open to all.”\n\nIt rained."
    assert speakers(text) == ["Reed", "Reed"]


def test_a_quotation_that_is_never_closed_ends_with_its_sentence() -> None:
    assert speakers("Reed said: “The bridge is safe. It rained all day on the old town.") == [
        "Reed"
    ]


def test_it_stands_for_the_group_that_spoke_and_for_nobody_else() -> None:
    assert speakers("The NTSB said it is safe. It added that it is old.") == ["NTSB", "NTSB"]
    assert speakers("Reed said it is safe. It added that it is old.")[0] == "Reed"


def test_the_king_is_the_one_king_of_the_text() -> None:
    text = (
        "King Charles III came to Oban. “The bridge is safe,” the King said. He added: “It is old.”"
    )
    assert speakers(text) == ["Charles III", "Charles III"]
    assert not any(speakers("“The bridge is safe and open to all,” the president said."))


def test_he_is_the_subject_and_not_the_paper_behind_it() -> None:
    text = "He came late, according to Tom Reed. “I am sorry for it,” he said."
    assert speakers(f"Mayor Ada Pell and Bob Hill ran. Bob Hill slept. {text}")[-1] == "Bob Hill"


@pytest.mark.parametrize(
    "text",
    [
        "They read “The House of the Rising Sun” in the evening.",
        "Reed would not say whether it is safe.",
        "# 'The bridge is not safe at all'",
        "This, given what he told the paper, is enough.",
        "Pell’s reports on the bridge are long.",
    ],
)
def test_titles_headings_and_what_nobody_says_are_no_quotations(text: str) -> None:
    assert not speakers(text)


@pytest.mark.parametrize(
    "text",
    [
        "A lawyer for Pell said the bridge is not safe at all.",
        "“The bridge is not safe at all, I know it,” a passer-by said.",
        "“The bridge is not safe at all, I know it,” according to a Pell spokesman.",
        "Pell and Reed said the bridge is not safe at all.",
    ],
)
def test_in_doubt_nobody_is_named(text: str) -> None:
    assert not any(speakers(text))


def test_a_firm_is_not_who_he_refers_to() -> None:
    text = "Binora fell by half. “We are doing fine, as everybody knows,” he said in the evening."
    assert "Binora" not in speakers(text)


def test_he_is_not_somebody_named_before_a_name_that_may_be_a_band() -> None:
    text = "Reed said it is safe. Later Binora came to Oban. “We love this town,” he said."
    assert speakers(text)[-1] == ""


def test_what_somebody_said_or_wrote_is_no_statement() -> None:
    assert not speakers("It is easy to laugh at what Reed said. Reed wrote many articles.")


def test_names_are_compared_by_their_last_word_and_first_name() -> None:
    article = make_article("Two Obamas\n\nMichelle Obama spoke. “Go on and vote,” Obama said.")
    (quote,) = find_quotes(article)
    assert named_fully(quote.speaker, article) == "Michelle Obama"
    assert same_speaker("Obama", quote)
    assert not same_speaker("Barack Obama", quote)


def test_titles_are_no_part_of_a_name() -> None:
    assert plain_name("Russian Foreign Minister Sergei Lavrov") == "Sergei Lavrov"
    assert plain_name("Culture Secretary Ada Pell") == "Ada Pell"
    assert plain_name("Washington Post") == "Washington Post"
    assert plain_name("") == ""
    assert not is_person("White House")
    assert is_person("Sergei Lavrov")
