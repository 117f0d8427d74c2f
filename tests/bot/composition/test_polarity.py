import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.composition.polarity import verdict
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text
QUESTION = "Did the council approve the bridge?"
PLAIN = "The council approved the bridge on Monday."


@given(HOSTILE, HOSTILE)
def test_any_question_and_sentence_give_yes_no_or_nothing(question: str, sentence: str) -> None:
    assert verdict(question, sentence) in ("Yes", "No", None)
    assert verdict(question, f"{sentence}?") is None


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        (QUESTION, PLAIN, "Yes"),
        (QUESTION, "The council did not approve the bridge.", "No"),
        (QUESTION, "The council never approved the bridge.", "No"),
        ("Is the council opposed to the bridge?", "The council is opposed to the bridge.", "Yes"),
        ("Did it approve the bridge? (the council)", "The council approved the bridge.", "Yes"),
        ("Did it approve the bridge? (Leith)", "The council approved the bridge.", None),
        ("Will the bridge open?", "The bridge won’t open.", "No"),
        ("Does Reid want to leave Oban?", "Reid wants to leave Oban.", "Yes"),
        ("Does Reid want to leave Oban?", "Reid does not want to leave Oban.", "No"),
        ("Did nobody cross the bridge?", "Nobody crossed the bridge.", "Yes"),
    ],
)
def test_a_plain_sentence_settles_the_question(
    question: str, sentence: str, said: str | None
) -> None:
    assert verdict(question, sentence) == said


@given(
    st.sampled_from(
        "may might could would reportedly perhaps apparently likely allegedly seems hopes if".split()
    ),
    st.integers(0, 6),
)
def test_a_hedged_sentence_settles_nothing(hedge: str, at: int) -> None:
    words = PLAIN.split()
    assert verdict(QUESTION, " ".join([*words[:at], hedge, *words[at:]])) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Angus Reid said the council approved the bridge.",
        "The council approved the bridge, said Angus Reid.",
        "Angus Reid denied that the council approved the bridge.",
        "According to Reid, the council approved the bridge.",
        "Critics claim the council approved the bridge.",
    ],
)
def test_what_somebody_only_claims_settles_nothing(sentence: str) -> None:
    assert verdict(QUESTION, sentence) is None


def test_what_the_one_asked_about_says_settles_whether_it_was_said() -> None:
    question = "Did Angus Reid say the council approved the bridge?"
    assert verdict(question, "Angus Reid said the council approved the bridge.") == "Yes"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did Boyd beat Reid?", "Reid beat Boyd."),
        ("Is the bridge open?", "The bridge is open only on Mondays, no dogs."),
        ("Does the council want the bridge?", "The council has a plan, but wants no bridge."),
        (QUESTION, "The council approved the bridge without a vote."),
        (QUESTION, "The council approved the bridge not far from Oban."),
        (QUESTION, "The council did not refuse to approve the bridge."),
        ("Is the council for the bridge?", "The council is opposed to the bridge."),
        ("Did 200 people drown?", "No fewer than 200 people drowned."),
        ("Did Norway close harbours?", "Norway closed harbours that rejected ferries."),
        ("Did Reid leave Oban?", "Reid wants to leave Oban."),
        ("Did Reid leave Oban?", "Reid has promised to leave Oban."),
        ("Did Norway attack Peru?", "Norway planned to attack Peru."),
        ("Did Norway sink ferries?", "Norway denied it had sunk ferries."),
        ("Did Reid use the pier?", "Reid said he used no pier."),
    ],
)
def test_words_in_another_order_or_clause_wishes_and_half_denials_settle_nothing(
    question: str, sentence: str
) -> None:
    assert verdict(question, sentence) is None


def test_a_denial_in_another_clause_changes_nothing() -> None:
    question = "Does the council want the bridge?"
    assert verdict(question, "The council wants the bridge, but not the tunnel.") == "Yes"


@pytest.mark.parametrize("gone", ["council", "approved", "bridge"])
def test_a_sentence_that_lacks_a_word_of_the_question_settles_nothing(gone: str) -> None:
    assert verdict(QUESTION, PLAIN.replace(gone, "thing")) is None


@pytest.mark.parametrize("question", ["", "Is it?", "Did not she?"])
def test_a_question_without_words_of_its_own_is_not_settled(question: str) -> None:
    assert verdict(question, PLAIN) is None
