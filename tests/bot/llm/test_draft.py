import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.llm.draft import Draft, Written
from tests.bot.checks import any_text, wordy_text


def drafted(*pieces: str) -> list[Written]:
    draft = Draft()
    return [one for piece in pieces for one in draft.add(piece)] + draft.end()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left [1]. She stayed [2][3].", [("He left.", (1,)), ("She stayed.", (2, 3))]),
        ("He left. [1] She stayed. [2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left [1, 2].", [("He left.", (1, 2))]),
        ("Mr. Reid left the U.S. on Monday [1].", [("Mr. Reid left the U.S. on Monday.", (1,))]),
        ("He left", [("He left", ())]),
        ("He left [1][1].", [("He left.", (1,))]),
        ("a\u200bb\u202ec [1].", [("abc.", (1,))]),
        ("", []),
        (
            "He ![x](http://a/?b) left [here](javascript:f(1)) <b>now</b> [1].",
            [("He x left here now.", (1,))],
        ),
    ],
)
def test_sentences_come_with_the_numbers_they_cite(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(one.text, one.numbers) for one in drafted(text)] == expected


def test_a_sentence_is_given_as_soon_as_the_next_begins_and_no_earlier() -> None:
    draft = Draft()
    assert draft.add("He left. [") == []
    assert draft.add("1") == []
    assert draft.add("] She") == []  # the word may go on
    assert draft.add(" st") == [Written("He left.", (1,))]
    assert draft.end() == [Written("She st", ())]


@given(st.lists(any_text | wordy_text, max_size=6))
@example(["|0!", "|"])  # a table's row in two pieces
@example(["|He left. She", " | stayed |\n|"])
def test_pieces_of_any_size_give_what_the_whole_text_gives_in_words(pieces: list[str]) -> None:
    whole = " ".join(one.text for one in drafted("".join(pieces)))
    parts = " ".join(one.text for one in drafted(*pieces))
    assert parts.replace(" ", "") == whole.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "He met the U.S. Army chief [1]. She left. [2] They stayed",
        "**He left.** [1] She stayed. [2]",
        "He left [1](http://x/y). He is at http://evil.example/a now [2].",
        "He met the U.S. India envoy in 1999. he said [1].",
    ],
)
def test_letter_by_letter_gives_the_same_sentences_as_all_at_once(text: str) -> None:
    assert drafted(*text) == drafted(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Opened in 1931 [\u200b1].", [("Opened in 1931.", (1,))]),
        ("After [[2]1] delay [1].", [("After delay.", (2, 1))]),
        ("See [x]\u200b(http://evil/) <\u200bscript>.", [("See x.", ())]),
        ("[[a](x)](http://evil) <<b>script> left.", [("a left.", ())]),
        ("**He left.** [1] She stayed. [2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left.[1]She stayed.[2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left [1](http://x).", [("He left.", (1,))]),
        ("He left. [1].", [("He left.", (1,))]),
        ("1. He left [1].\n2. She stayed [2].", [("He left.", (1,)), ("She stayed.", (2,))]),
    ],
)
def test_forged_and_odd_markers_and_links_leave_none(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(one.text, one.numbers) for one in drafted(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left [2-4].", (2, 3, 4)),
        ("He left [passage 1].", (1,)),
        ("He left [Sources: 1, 3].", (1, 3)),
        ("He left 【2†source】.", (2,)),
        ("He left [^3].", (3,)),
        ("He left [1 & 2].", (1, 2)),
        ("He left [1-999].", tuple(range(1, 22))),
    ],
)
def test_markers_are_read_however_models_put_them(text: str, expected: tuple[int, ...]) -> None:
    assert drafted(*text) == drafted(text) == [Written("He left.", expected)]


def test_what_is_no_marker_stays() -> None:
    assert drafted("He said [sic] it [see 3].") == [Written("He said [sic] it [see 3].", ())]


def growth(text: str) -> list[str]:
    draft, shown = Draft(), []
    for letter in text:
        draft.add(letter)
        shown.append(draft.growing)
    return shown


def test_what_is_being_written_shows_words_and_holds_back_what_may_become_a_marker() -> None:
    shown = dict.fromkeys(growth("He left [1]. So he"))
    assert "|".join(shown).endswith("He left|He left.|He left. S|He left. So|So|So h|So he")


@pytest.mark.parametrize(
    "text",
    [
        "He left [12][3, 4] 【2†source】 [passage 1].",
        "See ![x](https://evil/a.png?b) and [here](javascript:alert(1)) <img src=x> now.",
        "**Bold** <script>alert(1)</script> http://evil/x [1](http://y).",
    ],
)
def test_half_a_marker_a_link_or_a_tag_is_never_shown(text: str) -> None:
    shown = growth(text)
    assert not any(part in one for one in shown for part in ("[", "](", "<", "://", "**"))
    assert any(shown)


@given(st.text(alphabet="ab .[]()<>!/:*_1,-2\n", max_size=60))
@example("[,]<")  # no marker
def test_no_beginning_of_any_text_shows_half_a_marker_or_link(text: str) -> None:
    for shown in growth(text):
        assert not re.search(r"!?\[ ?\d[\d, ]*\]?\Z|\[[^\[\]]*\]\(|<[a-z][^<>]*>", shown), shown


def test_a_text_without_an_end_is_cut() -> None:
    assert all(len(one.text) <= 4_000 for one in drafted(*["word " * 500] * 20))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left.[1]She stayed.[2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("He left.She stayed [2].", [("He left.", ()), ("She stayed.", (2,))]),
        ("He left.\n\n[1]\n\nShe stayed.\n\n[2]", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("12. [1]", [("12.", (1,))]),
        ("1. He left [1].\n2. She stayed [2].", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("- He left [1].\n- She stayed [2].", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("奥巴马发言。[1]普京离开。[2]", [("奥巴马发言。", (1,)), ("普京离开。", (2,))]),
        ("He left [1].\n---\nShe stayed [2].", [("He left.", (1,)), ("She stayed.", (2,))]),
        ("```\nHe left [1].\n```", [("He left.", (1,))]),
        ("# He left\n\nShe stayed [2].", [("He left", ()), ("She stayed.", (2,))]),
        ("He left [[1]].", [("He left.", (1,))]),
    ],
)
def test_however_it_is_cut_and_laid_out_each_sentence_keeps_its_own_markers(
    text: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    for pieces in ([text], list(text)):
        assert [(one.text, one.numbers) for one in drafted(*pieces)] == expected


@pytest.mark.parametrize(
    "marker",
    [
        "[citation:7]",
        "[7, p. 9]",
        "(passage 7)",
        "[#7]",
        "[doc 7]",
        "〔7〕",
        r"\[7\]",
        "[ref. 7]",
        "(7)",
    ],
)
def test_other_markers_are_no_figures_of_the_sentence(marker: str) -> None:
    assert drafted(*f"He left {marker}.") == [Written("He left.", (7,))]


@pytest.mark.parametrize(
    "unit", ["\n", " ", "[", "[1]", ".[1]", "[x]((((", "[[", "a", "word ", "- ", "|", "<b", "!["]
)
def test_a_model_that_goes_round_in_circles_takes_no_time_for_it(unit: str) -> None:
    began = time.process_time()
    draft = Draft()
    for letter in (unit * 8_000)[:8_000]:
        draft.add(letter)
    draft.end()
    assert time.process_time() - began < 30  # prose takes half a second
