"""An OpenDocument text becomes an article: its blocks in order, without what interrupts sentences."""

from datetime import date

from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_odt
from tests.index.workshop import story

TOWN = story(3)


def text_of(body):
    return parse_article("a.odt", make_odt([], body=body)).text


def test_headings_paragraphs_lists_and_tables_stand_in_their_order():
    body = (
        "<text:list><text:list-item><text:p>One ferry</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Cost</text:p></table:table-cell>"
        "<table:table-cell><text:p>4 million</text:p></table:table-cell></table:table-row></table:table>"
        "<text:section><text:p>The end.</text:p></text:section>"
    )
    article = parse_article("a.odt", make_odt(["One bridge.", " "], "Bridges", body=body))
    assert article.text == "Bridges\n\nOne bridge.\n\nOne ferry\n\nCost | 4 million\n\nThe end."


def test_spaces_tabs_breaks_and_spans_do_not_join_or_cut_words():
    body = (
        "<text:p>The<text:s text:c='3'/>new <text:span>brid</text:span>ge<text:tab/>of\n  Melby"
        "<text:line-break/>opened</text:p>"
    )
    assert text_of(body) == "The new bridge of Melby opened"


def test_footnotes_comments_deleted_words_and_frames_do_not_interrupt_a_sentence():
    body = (
        "<text:tracked-changes><text:p>Struck out.</text:p></text:tracked-changes><text:p>The bridge"
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p>"
        "</text:note-body></text:note><office:annotation><text:p>Check!</text:p></office:annotation> is"
        "<draw:frame><draw:text-box><text:p>A caption</text:p></draw:text-box></draw:frame> new.</text:p>"
    )
    assert text_of(body) == "The bridge is new.\n\nA caption"


def test_the_properties_go_before_the_first_heading_unless_a_program_made_them_up():
    assert parse_article("a.odt", make_odt([TOWN], "Shown here", "Stated")).title == "Stated"
    for title in ("", "Untitled 1", "story_final.odt", "Microsoft Word - story.doc"):
        assert parse_article("a.odt", make_odt([TOWN], "Shown here", title)).title == "Shown here"


def test_the_day_in_the_text_counts_and_not_that_of_the_file():
    assert parse_article("a.odt", make_odt([TOWN], "A bridge")).published is None
    dated = make_odt(["November 18, 2015", TOWN], "A bridge opens")
    assert parse_article("a.odt", dated).published == date(2015, 11, 18)


def test_a_locked_document_says_so():
    import io
    import zipfile

    buffer = io.BytesIO(make_odt([TOWN]))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    ((_, reason),) = parse_file("a.odt", buffer.getvalue()).refused
    assert reason == "locked: expected a document that opens without a password"
