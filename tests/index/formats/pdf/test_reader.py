"""A PDF becomes readable text, with the page of every word."""

import re
from datetime import date

import pytest

from index.formats.limits import Limits
from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_page, make_pdf

LONG = (
    "The minister opened the new bridge over the river on Monday, and hundreds of people from the "
    "villages on both banks came to see it, she said. Work on it had begun four years before, after a "
    "flood took the old one away in a single night."
)
STORY = [f"Paragraph {n}. {LONG} {LONG}" for n in range(12)]


def refused(data, limits=None):
    ((path, reason),) = parse_file("a.pdf", data, limits or Limits()).refused
    assert path == "a.pdf"
    return reason


@pytest.mark.parametrize("columns", [1, 2])
def test_paragraphs_come_out_whole_and_in_order(columns):
    article = parse_article("a.pdf", make_pdf(STORY, columns=columns))
    assert article.text.split("\n\n") == STORY


HEADLINE = "New bridge over the river opens after four years of work"
INTRO = (
    "The old one was taken away by a flood in a single night, and since then people from the villages had "
    "to take a ferry or to drive for an hour."
)
PRINTED = [
    "The minister opened the new bridge over the river on Monday, and Mr. Dahl of the ferry company and "
    "Ms. Berg of the Road Office in Elvik came to see it.",
    "“Internationalisation”, Ada Pell said, was behind the cost. Work on it had begun four years before, "
    "after a flood took the old one away in a single night.",
    "The members Liv Aas, Tor Dahl, Per Lund, Eva Rye, Sol Haas, Ida Berg and Jon Vik had voted for it.",
] * 3


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
@pytest.mark.parametrize("intro", ["", INTRO])
@pytest.mark.parametrize("size", [14, 34])
def test_a_headline_over_the_columns_cuts_no_sentence(columns, intro, size):
    data = make_page(HEADLINE, PRINTED, columns=columns, intro=intro, size=size)
    article = parse_article("a.pdf", data)
    assert article.title == HEADLINE
    assert article.text.split("\n\n") == [HEADLINE, *([intro] if intro else []), *PRINTED]


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("intro", ["", INTRO])
@pytest.mark.parametrize("pages", [1, 2])
def test_columns_that_are_drawn_line_by_line_across_are_read_one_after_the_other(
    columns, intro, pages
):
    story = PRINTED * pages
    data = make_page(HEADLINE, story, columns=columns, intro=intro, pages=pages, across=True)
    article = parse_article("a.pdf", data)
    assert article.title == HEADLINE
    assert article.text.split("\n\n") == [HEADLINE, *([intro] if intro else []), *story]


def test_the_rows_of_a_table_are_no_columns():
    cells = ["Candidate {}", "{},100 votes", "{}.5 %"]
    drawn = [cell.format(n) for cell in cells for n in range(1, 9)]
    article = parse_article("a.pdf", make_page(HEADLINE, drawn, columns=3, across=True))
    assert "Candidate 3 3,100 votes 3.5 %" in article.text
    # several words in a cell make no column either
    cells = ["Liv Aas number {}", "Deputy of the chair", "since June of {}"]
    drawn = [cell.format(2000 + n) for cell in cells for n in range(1, 9)]
    article = parse_article("a.pdf", make_page(HEADLINE, drawn, columns=3, across=True))
    assert "Liv Aas number 2003 Deputy of the chair since June of 2003" in article.text


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_note_below_does_not_interrupt_a_sentence_and_keeps_its_page(pages):
    notes = [
        "* Counted by the Road Office in March, without lorries.",
        "* The sum is what the council was told.",
        "* See the plan of last year.",
    ][:pages]
    article = parse_article("a.pdf", make_page(HEADLINE, PRINTED, notes=notes, pages=pages))
    blocks = article.text.split("\n\n")
    assert [block for block in blocks if block not in notes] == [HEADLINE, *PRINTED]
    assert [article.page_of(article.text.index(note)) for note in notes] == [1, 2, 3][:pages]


@pytest.mark.parametrize("size", [14, 34])
@pytest.mark.parametrize(
    "head", ["The Daily Courier · Wednesday, 2 June 2021 · Page 7", "7", "Page 7"]
)
def test_the_running_head_of_a_single_page_is_left_out(head, size):
    article = parse_article("a.pdf", make_page(HEADLINE, PRINTED, head=head, size=size))
    assert article.text.split("\n\n") == [HEADLINE, *PRINTED]


def test_a_date_above_the_headline_is_no_running_head():
    article = parse_article("a.pdf", make_page(HEADLINE, PRINTED, head="2 June 2021"))
    assert article.published == date(2021, 6, 2)


def test_every_word_knows_its_page():
    article = parse_article(
        "a.pdf", make_pdf(["First words here.", "", "Second page words.", "", "Third."])
    )
    assert article.text == "First words here.\n\nSecond page words.\n\nThird."
    for words, page in (("First", 1), ("here.", 1), ("Second", 2), ("Third", 3)):
        assert article.page_of(article.text.index(words)) == page
    assert len(article.pages) == 3


def test_a_page_without_words_keeps_its_number():
    data = make_pdf(
        ["First words here.", "", "<font color='white'> </font>", "", "Third page words."]
    )
    article = parse_article("a.pdf", data)
    assert article.page_of(article.text.index("Third")) == 3


def test_a_sentence_runs_on_over_the_end_of_a_page_and_past_its_number():
    data = make_pdf(STORY * 2, head="The Daily Courier")
    article = parse_article("a.pdf", data)
    assert article.text.split("\n\n") == STORY * 2
    assert len(article.pages) > 2
    assert "Courier" not in article.text
    assert not re.search(r"\b[1-3]\b(?!\.)", article.text.replace("Paragraph 1", ""))


def test_words_broken_at_the_end_of_a_line_are_whole_again():
    words = (
        "The inter-<br/>national confer-<br/>ence heard of a well-<br/>known case. A well-known man of "
        "the Franco-<br/>German bank spoke at the conference."
    )
    assert parse_article("a.pdf", make_pdf([words])).text == (
        "The international conference heard of a well-known case. A well-known man of the "
        "Franco-German bank spoke at the conference."
    )


def test_the_stated_title_goes_first_then_the_largest_line():
    blocks = ["November 18, 2015", LONG]
    stated = make_pdf(blocks, title="A bridge opens today", heading="New bridge over the river")
    assert parse_article("a.pdf", stated).title == "A bridge opens today"
    unstated = make_pdf(blocks, heading="New bridge over the river")
    article = parse_article("a.pdf", unstated)
    assert article.title == "New bridge over the river"
    assert article.published == date(2015, 11, 18)


@pytest.mark.parametrize(
    "title", ["The Daily e-paper p1", "TD 2015-11-18 page 3", "Daily_E_12", "The Daily"]
)
def test_the_name_of_a_page_s_file_is_not_the_story_s_title(title):
    data = make_pdf([LONG], title=title, heading="New bridge over the river")
    assert parse_article("a.pdf", data).title == "New bridge over the river"


@pytest.mark.parametrize(
    "title",
    [
        "untitled",
        "(anonymous)",
        "Microsoft Word - story.docx",
        "final_2.indd",
        "Document1",
        "Layout 1",
        "-",
    ],
)
def test_a_title_that_a_program_made_up_is_not_believed(title):
    data = make_pdf([LONG], title=title, heading="New bridge over the river")
    assert parse_article("a.pdf", data).title == "New bridge over the river"


def test_the_day_a_pdf_was_made_is_not_the_day_its_story_appeared():
    assert parse_article("a.pdf", make_pdf([LONG])).published is None


def test_the_same_bytes_give_the_same_article():
    data = make_pdf(STORY, head="The Daily Courier")
    assert parse_article("a.pdf", data) == parse_article("a.pdf", data)


def test_a_pdf_of_pictures_says_so():
    assert refused(make_pdf(["<font color='white'> </font>"])).startswith(
        "no text, perhaps scanned"
    )


def test_a_locked_pdf_says_so():
    import io

    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt="secret")
    canvas.drawString(100, 700, "Words")
    canvas.save()
    assert refused(buffer.getvalue()) == "locked: expected a PDF that opens without a password"


def test_too_many_pages_are_refused_with_the_setting():
    data = make_pdf(["Words on a page.", ""] * 4)
    assert refused(data, Limits(pages=3)) == "4 pages: expected at most 3; split the file"


@pytest.mark.parametrize("data", [b"", b"words", b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 1000])
def test_what_is_no_pdf_says_so(data):
    assert refused(data) == "a damaged PDF: expected an intact one"
