from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Evidence
from bot.composition.citations import CitationVerifier, cite, in_marks, line_of
from index.formats.limits import Limits
from index.reading.articles import read_article
from tests.bot.checks import line_number, make_article, make_evidence

STORY = "A storm came\r\nup on Monday.\r\n\r\nThe ferry to Oban\r\nwas late. It sank no boat.\r\n"
QUOTE = "The ferry to Oban\r\nwas late."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_bytes(STORY.encode())
    return tmp_path


@pytest.fixture
def evidence(corpus: Path) -> Evidence:
    return make_evidence(read_article(corpus, "story.txt"), QUOTE)


def holds(corpus: Path, evidence: Evidence) -> bool:
    here = replace(evidence, candidate=replace(evidence.candidate, corpus=corpus))
    return CitationVerifier(Limits(max_bytes=10_000)).verify(here)


@given(st.text(st.sampled_from("ab\r\n"), min_size=1, max_size=30), st.data())
def test_lines_count_whatever_ends_them(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text) - 1).filter(lambda n: text[n] not in "\r\n"))
    assert line_of(text, offset) == line_number(text, offset)


def test_a_quote_keeps_the_file_s_own_line_ends_and_lines(evidence: Evidence) -> None:
    (citation,) = cite([evidence])
    assert (citation.quote, citation.line_start, citation.line_end) == (QUOTE, 4, 5)
    assert STORY[citation.start : citation.end] == QUOTE


def test_citations_are_numbered_as_given_each_place_once(evidence: Evidence) -> None:
    other = make_evidence(make_article(STORY, "other.txt"), "A storm came")
    again = make_evidence(evidence.candidate.article, QUOTE, "Oban")
    cited = cite([other, evidence, again, other])
    assert [(c.number, c.file) for c in cited] == [(1, "other.txt"), (2, "story.txt")]


def test_a_citation_names_the_outlet_and_the_answering_words(evidence: Evidence) -> None:
    article = replace(evidence.candidate.article, publisher="The Daily", author="Mara Holt")
    within = make_evidence(article, QUOTE, "Oban")
    part, whole = cite([within, make_evidence(article, "A storm came")], 3)
    assert (part.number, part.publisher, part.author) == (3, "The Daily", "Mara Holt")
    assert part.to_json()["author"] == "Mara Holt"
    assert part.answer == within.answer and part.answer.of(article.text) == "Oban"
    assert part.answering.of(part.quote) == "Oban"
    assert whole.answer is None and whole.answering.of(whole.quote) == "A storm came"
    told = part.to_json()
    assert article.text[told["answer_start"] : told["answer_end"]] == "Oban"
    assert whole.to_json()["answer_start"] is whole.to_json()["answer_end"] is None


def test_an_untouched_file_holds(corpus: Path, evidence: Evidence) -> None:
    assert holds(corpus, evidence)


def test_words_added_behind_the_quote_leave_it_standing(corpus: Path, evidence: Evidence) -> None:
    (corpus / "story.txt").write_bytes((STORY + "More came later.\r\n").encode())
    assert holds(corpus, evidence)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("late", "gone"),  # within the quote, and as long as before
        ("A storm", "A great storm"),  # the quote has moved
        ("storm came", "storm\ncame"),  # the offsets stand, the lines do not
        ("was late. It sank no boat.\r\n", ""),
        ("The ferry to Oban", "\0\0\0"),
    ],
)
def test_an_edit_that_reaches_the_quote_ends_it(
    corpus: Path, evidence: Evidence, old: str, new: str
) -> None:
    edited = STORY.replace(old, new)
    assert edited != STORY
    (corpus / "story.txt").write_bytes(edited.encode())
    assert not holds(corpus, evidence)


def test_a_file_that_is_gone_or_no_longer_a_file_does_not_hold(
    corpus: Path, evidence: Evidence, tmp_path_factory: pytest.TempPathFactory
) -> None:
    story = corpus / "story.txt"
    story.unlink()
    assert not holds(corpus, evidence)
    story.mkdir()
    assert not holds(corpus, evidence)
    story.rmdir()
    outside = tmp_path_factory.mktemp("outside") / "story.txt"
    outside.write_bytes(STORY.encode())
    story.symlink_to(outside)
    assert not holds(corpus, evidence)


def test_a_file_that_grew_beyond_the_limit_does_not_hold(corpus: Path, evidence: Evidence) -> None:
    (corpus / "story.txt").write_bytes(STORY.encode() + b"x" * 10_000)
    assert not holds(corpus, evidence)


def test_words_that_only_the_index_has_are_never_cited(corpus: Path, evidence: Evidence) -> None:
    article = evidence.candidate.article
    changed = replace(article, text=article.text.replace("Oban", "Rome"))
    false = replace(evidence, candidate=replace(evidence.candidate, article=changed))
    assert holds(corpus, evidence)
    assert not holds(corpus, false)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("The bridge is safe.", "“The bridge is safe.”"),
        ("“It is safe,” she said.", "“It is safe,” she said."),
        ('"It is safe," she said.', '"It is safe," she said.'),
        ("She said: “It is safe.”", "She said: “It is safe.”"),
    ],
)
def test_a_quote_with_a_quotation_mark_at_its_end_gets_no_second_one(
    words: str, shown: str
) -> None:
    assert in_marks(words) == shown
