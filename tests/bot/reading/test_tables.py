"""Rows of tables are read with their headings, and every character read stands for words of the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Candidate
from bot.english.question import Question
from bot.reading.feeding import feed, row_at
from bot.reading.shown_words import shown_cell
from bot.reading.tables import rows_of
from index.text.article import Article, Span
from index.text.passages import split_passages

MARKDOWN = (
    "| Candidate | Votes | Share |\n|---|---|---|\n"
    "| Kai Moe | 4,812 | 51.2 |\n| Liv Aas | 3,100 | 33.0 |\n"
)
PAGE = MARKDOWN.replace("\n", " \n\n")
CAPTION = (
    "| Final table |  |\n\n|---|---|\n\n| Club | Points |\n\n|---|---|\n\n"
    "| Hallam | 61 |\n\n| Brome | 44 |"
)
DOCUMENT = "Candidate | Votes\n\nKai Moe | 4,812\n\nLiv Aas | 3,100"
ANYTHING = Question.of("What is known?", None)
PAIRS = "Closed since | 1 June\n\nContractor | Norcom AS"


def candidates(text: str) -> list[Candidate]:
    article = Article("a.html", "0" * 64, "The vote", text)
    return [Candidate(passage, article, 0.0) for passage in split_passages(article, 60, 15)]


def read(text: str) -> str:
    return "\n".join(feed(candidate, ANYTHING).body for candidate in candidates(text))


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (MARKDOWN, "Liv Aas: 3,100 votes, 33.0 share."),
        (PAGE, "Liv Aas: 3,100 votes, 33.0 share."),
        (f"Kai Moe won.\n\n{PAGE}\n\nIt rained.", "Kai Moe: 4,812 votes, 51.2 share."),
        (CAPTION, "Brome: 44 points."),
        (DOCUMENT, "Kai Moe: 4,812 votes."),
        (PAIRS, "Contractor: Norcom AS."),
        ("| Club | Manager |\n| Hallam | Neil Frost |", "Hallam: manager: Neil Frost."),
        ("| Town | 2019 | 2020 |\n|---|---|---|\n| Oban | 12 | 14 |", "Oban: 2019: 12, 2020: 14."),
        ("|  | Votes | Share |\n|---|---|---|\n| Moe |  | 51.2 |", "Moe: 51.2 share."),
    ],
)  # fmt: skip
def test_a_row_is_read_with_the_headings_above_it(text: str, row: str) -> None:
    assert row in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Home | World | Sport",
        "He said: a | b.\n\nIt rained.",
        "| a | b |\n|---|---|\n\nIt rained.",
        "Kai Moe | 4,812 | 51.2\n\nLiv Aas | 3,100 | 33.0",
        "| Name | Votes |\n|---|---|\n| Kai Moe | 4,812 | 51.2 |",
    ],
)
def test_nothing_else_gets_headings(text: str) -> None:
    assert not any(any(row.heads) for row in rows_of(text).values())


def test_a_table_that_is_cut_into_passages_keeps_its_headings() -> None:
    rows = "\n".join(f"| Town {n} | {n * 7:,} |" for n in range(200))
    text = f"| Town | Votes |\n|---|---|\n{rows}"
    parts = candidates(text)
    assert len(parts) > 5
    assert "Town 199: 1,393 votes." in feed(parts[-1], ANYTHING).body


def shown(question: str, found: str) -> str:
    """The words of PAGE that are shown for those that were found in what is read."""
    asked = Question.of(question, None)
    (candidate,) = candidates(PAGE)
    fed = feed(candidate, asked)
    start = fed.text.index(found)
    span = fed.original(Span(start, start + len(found)))
    sentences = candidate.passage.sentences
    row = row_at(candidate, next(s for s in sentences if s.start <= span.start < s.end))
    assert row is not None
    return shown_cell(asked, PAGE, row, span).of(PAGE)


@pytest.mark.parametrize(
    ("question", "found", "cell"),
    [
        ("How many votes did Liv Aas get?", "3,100", "3,100"),
        ("How many votes did Liv Aas get?", "3,100 votes", "3,100"),
        ("How many votes did Liv Aas get?", "Liv Aas: 3,100", "3,100"),
        ("Who got 3,100 votes?", "Liv", "Liv Aas"),
        ("Who got 4,812 votes?", "Kai Moe: 4", "Kai Moe"),
        ("What share did Liv Aas get?", "33.0 share.", "33.0"),
    ],
)
def test_the_answer_is_one_cell(question: str, found: str, cell: str) -> None:
    assert shown(question, found) == cell


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many votes did Liv Aas get?", ["Liv Aas"]),
        ("How many votes did liv aas get?", ["Liv Aas"]),
        ("How many votes did Aas get?", ["Liv Aas"]),
        ("Who got 4812 votes?", ["Kai Moe"]),
        ("Did Kai Moe get 3,100 votes?", []),
        ("How many votes did Ida Berg get?", ["Kai Moe", "Liv Aas"]),
        ("Who won?", ["Kai Moe", "Liv Aas"]),
    ],
)
def test_only_the_rows_that_the_question_names_are_read(question: str, rows: list[str]) -> None:
    (candidate,) = candidates(f"The votes were counted.\n\n{PAGE}\n\nIt rained.")
    body = feed(candidate, Question.of(question, None)).body
    assert [name for name in ("Kai Moe", "Liv Aas") if name in body] == rows
    assert body.startswith("The votes were counted.") and body.endswith("It rained.")
    assert "|" not in body and "Candidate" not in body


FACTS = (
    "What is known:\n\n- Closed since: 1 June\n- **Contractor:** Norcom AS\n\nIt rained in Melby."
)


def test_a_list_of_labels_is_read_as_facts() -> None:
    assert "Closed since: 1 June." in read(FACTS) and "Contractor: Norcom AS." in read(FACTS)
    (candidate,) = candidates(FACTS)
    asked = Question.of("Who is the contractor in Melby?", None)
    body = feed(candidate, asked).body
    assert "Contractor: Norcom AS." in body and "1 June" not in body and "It rained" in body


@pytest.mark.parametrize(
    "text",
    [
        "Weather: rain\n\nIt rained.",
        "Smith: We will win.\nJones: No, you will not.",
        "Smith: “We win”\nJones: We win!",
        f"Minister: {'many words ' * 9}\nMayor: {'many words ' * 9}",
    ],
)
def test_speech_and_single_lines_are_no_facts(text: str) -> None:
    assert not rows_of(text)


@given(st.text("ab1 |-\n.", max_size=80))
def test_whatever_the_text_each_character_read_stands_for_words_of_it(text: str) -> None:
    for candidate in candidates(f"It rained.\n\n{text}"):
        fed = feed(candidate, ANYTHING)
        assert len(fed.body) == len(fed.starts) == len(fed.ends)
        assert list(fed.starts) == sorted(fed.starts)
        for n, character in enumerate(fed.body):
            span = Span(fed.starts[n], fed.ends[n])
            assert candidate.passage.start <= span.start < span.end <= candidate.passage.end
            if len(span) == 1 and not character.isspace() and character not in ".;:":
                assert character in span.of(candidate.article.text) or character.isalnum()
