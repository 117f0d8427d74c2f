"""Blocks and sentences: exact spans that together cover every word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.article import Span
from index.text.sentences import LONGEST_SENTENCE, blocks, sentences

# Pieces that matter to the rules, mixed with anything.
PROSE = st.lists(
    st.one_of(
        st.sampled_from(
            [". ", "! ", "...", "…", "”", '"', ")", "\n", "\r\n", "\r", "\n\n", "\r\r", "\u2028",
             "\u2029", "Mr. ", "U.S. ", "The ", "e.g. ", " ", "\xa0", "。", "1. ", "- ", "# ", "x" * 60,
             "J. ", "Obama said", "|", "\t", "\x0b", "\x85"]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)  # fmt: skip


def split(text):
    return [span.of(text) for block in blocks(text) for span in sentences(text, block)]


def test_rows_of_a_table_stay_apart_from_each_other_and_from_prose():
    rule = "|" + "-" * 60 + "|---|"
    row = f"| {'a wide cell ' * 6}| 12 |"
    prose = "A paragraph that is long enough to look like a wrapped line of text,"
    text = "\n".join([prose, "| Town | Votes |", rule, row, row, prose])
    assert split(text) == text.split("\n")


@given(text=PROSE)
def test_blocks_and_sentences_are_ordered_disjoint_and_hold_every_word(text):
    reached, kept = 0, []
    for block in blocks(text):
        assert block.start >= reached
        assert block.of(text) == block.of(text).strip() != ""
        for sentence in sentences(text, block):
            assert sentence.start >= reached
            assert block.start <= sentence.start and sentence.end <= block.end
            assert 0 < len(sentence) <= LONGEST_SENTENCE
            assert not sentence.of(text)[0].isspace()
            reached = sentence.end
            kept.append(sentence.of(text))
        assert reached <= block.end
        reached = block.end
    assert "".join("".join(kept).split()) == "".join(text.split())


@given(text=PROSE, ends=st.tuples(st.integers(0, 300), st.integers(0, 300)))
def test_sentences_of_any_piece_hold_its_words(text, ends):
    start, end = sorted(min(place, len(text)) for place in ends)
    piece = Span(start, end)
    kept = "".join(span.of(text) for span in sentences(text, piece))
    assert "".join(kept.split()) == "".join(piece.of(text).split())


@pytest.mark.parametrize(
    "text, expected",
    [
        ("It rained. The match went on.", ["It rained.", "The match went on."]),
        ("Mr. Smith met Dr. Jones.", ["Mr. Smith met Dr. Jones."]),
        ("He left the U.S. The deal held.", ["He left the U.S.", "The deal held."]),
        ("The U.S. Senate voted.", ["The U.S. Senate voted."]),
        ("“We won.” She smiled.", ["“We won.”", "She smiled."]),
        ("'Why?' he asked. Nobody knew!", ["'Why?' he asked.", "Nobody knew!"]),
        ("It cost 3.5 million. Then 4.", ["It cost 3.5 million.", "Then 4."]),
        ("J. K. Rowling wrote it.", ["J. K. Rowling wrote it."]),
        ("Brig. Gen. Pell left.", ["Brig. Gen. Pell left."]),
        ("1. Putin called for it.", ["1. Putin called for it."]),
        ("Wait... What?", ["Wait...", "What?"]),
        ("雨が降った。試合は続いた。", ["雨が降った。", "試合は続いた。"]),
        ("No stop at all", ["No stop at all"]),
        ("", []),
        (" \n\r\n\t ", []),
    ],
)
def test_where_sentences_end(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_hard_wrapped_lines_join_and_paragraphs_do_not(end):
    lines = [
        "The minister told reporters that the bridge over the",
        "river would open in the spring of next year.",
        "",
        "A second paragraph that is long enough to look wrapped,",
        "",
        "and a third one after an empty line.",
    ]
    text = end.join(lines)
    assert split(text) == [
        f"{lines[0]}{end}{lines[1]}",
        lines[3],
        lines[5],
    ]


def test_headings_and_list_items_stand_alone():
    text = "# A heading of the story that is longer than fifty characters\nWords.\n- one\n- two\n1. three"
    assert split(text)[1:] == ["Words.", "- one", "- two", "1. three"]


@pytest.mark.parametrize(
    "text",
    ["." * 300_000 + "x", ". " * 100_000, "a." * 100_000, ".\"" * 100_000, "word " * 100_000,
     "x" * 500_000, "a line that is a little longer than fifty characters is\n" * 20_000,
     "\n" * 500_000 + "end", "Mr. " * 100_000, "。" * 100_000, '."' + ")" * 300_000 + "x"],
    ids=["dots", "dots and spaces", "initials", "quotes", "words", "one word", "wrapped", "empty lines",
         "titles", "wide", "closing"],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion_to_its_length(text):
    began = time.process_time()
    kept = split(text)
    assert time.process_time() - began < 10
    assert "".join("".join(kept).split()) == "".join(text.split())
