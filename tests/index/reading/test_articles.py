"""Files become articles, by format; other files are rejected with a reason."""

import gzip
import hashlib
import os
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableError
from index.formats.limits import Limits
from index.reading.articles import parse_article, read_article, sha256_of
from index.reading.folder import list_files, read_bytes
from index.sync.survey import survey

STORY = (
    "The minister opened the new bridge over the river on Monday, and hundreds of people from the "
    "villages on both banks came to see it, she said."
)
MORE = (
    "Work on it had begun four years before, after a flood took the old one away in a single night."
)
MB = 1_000_000


def page(body, head=""):
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


# -- text --


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_file_keeps_every_character_in_its_place(end):
    text = f"New bridge opens{end}{end}November 18, 2015{end}{end}{STORY}{end}{end}{MORE}{end}"
    article = parse_article("a.txt", text.encode())
    assert article.text == text
    assert article.title == "New bridge opens"
    assert article.published == date(2015, 11, 18)
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_an_article_without_a_headline_is_named_after_its_file():
    assert parse_article("news/new-bridge_opens.txt", STORY.encode()).title == "new bridge opens"


@given(data=st.binary(max_size=300), suffix=st.sampled_from([".txt", ".md"]))
def test_any_bytes_become_an_article_or_say_why(data, suffix):
    try:
        article = parse_article("a" + suffix, data)
    except UnreadableError as error:
        assert "\n" not in str(error)
    else:
        assert article.title.strip()
        assert article.text.strip()


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"...\n---", "\u200b".encode()])
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_a_file_without_words_is_refused(data, suffix):
    with pytest.raises(UnreadableError, match="no text: expected an article with words"):
        parse_article("a" + suffix, data)


@pytest.mark.parametrize("path", ["a.png", "a", "a.png.gz", "a.gz", "a.zip.gz", ".txt"])
def test_another_format_is_refused_with_those_that_can_be_read(path):
    with pytest.raises(UnreadableError, match=r"expected one of \.txt, \.md, \.text"):
        parse_article(path, b"words")


@pytest.mark.parametrize("path", ["news/new-bridge.txt.gz", "A.TXT.GZ", "a.html.gz", "a.md.gz"])
def test_a_file_compressed_on_its_own_is_read(path):
    article = parse_article(path, gzip.compress(STORY.encode()))
    assert article.text == STORY
    if path.startswith("news"):
        assert article.title == "new bridge"


@pytest.mark.parametrize(
    "data", [b"words", gzip.compress(b"words" * 99, mtime=0)[:-12], b"\x1f\x8b"]
)
def test_a_damaged_compressed_file_is_refused(data):
    with pytest.raises(UnreadableError, match="expected an intact compressed file"):
        parse_article("a.txt.gz", data)


def test_a_compressed_file_that_grows_too_large_is_refused():
    limits = Limits(unpacked_bytes=1000)
    with pytest.raises(UnreadableError, match="unpacks to more than"):
        parse_article("a.txt.gz", gzip.compress(b"words " * 1000), limits)


@pytest.mark.parametrize("suffix", [".text", ".markdown"])
def test_other_suffixes_of_text_are_text(suffix):
    assert parse_article("a" + suffix, STORY.encode()).text == STORY


def test_a_suffix_may_be_in_capitals():
    assert parse_article("A.TXT", STORY.encode()).text == STORY


# -- markdown --


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_first_heading_of_markdown_is_its_title(end):
    text = f"{STORY}{end}{end}# New bridge opens  #{end}{end}## Later{end}{MORE}"
    article = parse_article("a.md", text.encode())
    assert (article.title, article.text) == ("New bridge opens", text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_of_markdown_is_believed_before_headings(end):
    lines = [
        "---",
        'title: "New bridge"',
        "date: 2015-11-18",
        "publisher: The Daily",
        "---",
        "# Intro",
        STORY,
    ]
    article = parse_article("a.md", end.join(lines).encode())
    assert article.title == "New bridge"
    assert article.published == date(2015, 11, 18)
    assert article.publisher == "The Daily"
    # spaces stand in its place, so that every other word is where it is in the file
    whole, words = end.join(lines), end.join(lines[5:])
    assert article.text.endswith(words) and len(article.text) == len(whole)
    assert not article.text.removesuffix(words).strip()


def test_a_heading_full_of_spaces_takes_no_time():
    began = time.monotonic()
    article = parse_article("a.md", b"# a" + b" " * 100_000 + b"b\n\nwords")
    assert time.monotonic() - began < 5
    assert article.title.startswith("a ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", f"New bridge opens\n\n03/04/2021\n\n{STORY}"),
        ("a.md", f"---\ndate: 03/04/2021\n---\n{STORY}"),
        ("a.csv//1", f'date,text\n03/04/2021,"{STORY}"\n'),
        ("a.html", f'<meta name="pubdate" content="03/04/2021"><p>{STORY}</p>'),
    ],
)
def test_a_date_that_can_be_two_days_is_read_in_the_order_that_is_set(path, text):
    found = {
        order: parse_article(path, text.encode(), Limits(day_order=order)).published
        for order in ("", "dmy", "mdy")
    }
    assert found == {"": None, "dmy": date(2021, 4, 3), "mdy": date(2021, 3, 4)}


# -- html --


def test_what_a_page_states_about_itself_is_taken():
    head = (
        '<title>New bridge opens</title><meta property="og:site_name" content="The Daily">'
        '<meta property="article:published_time" content="2015-11-18T09:30:00Z">'
    )
    article = parse_article(
        "a.html",
        page(f"<article><h1>New bridge opens</h1><p>{STORY}</p><p>{MORE}</p></article>", head),
    )
    assert article.title == "New bridge opens"
    assert article.publisher == "The Daily"
    assert article.published == date(2015, 11, 18)
    assert STORY in article.text
    assert MORE in article.text


def test_a_time_element_gives_the_date():
    time = '<time datetime="2015-11-18">Wednesday</time>'
    body = f"<article><h1>New bridge opens</h1>{time}<p>{STORY}</p><p>{MORE}</p></article>"
    assert parse_article("a.html", page(body)).published == date(2015, 11, 18)


@pytest.mark.parametrize(
    "footer", ["© 2020 The Daily", "Copyright 2019-2020", "Page of May 25, 2020", "25/05/2020"]
)
def test_a_year_or_a_clock_in_the_footer_gives_no_date(footer):
    body = f"<article><h1>New bridge opens</h1><p>{STORY}</p><p>{MORE}</p></article><footer>{footer}</footer>"
    assert parse_article("a.html", page(body)).published is None


def test_a_date_within_the_story_gives_no_date():
    body = f"<article><h1>Bridge</h1><p>{STORY}</p><p>{MORE} It fell on May 3, 1999.</p></article>"
    assert parse_article("a.html", page(body)).published is None


def test_scripts_styles_and_comments_are_no_text():
    hidden = (
        "<script>var secret_script = 1;</script><style>.secret_style{}</style><!-- secret_note -->"
    )
    body = f"{hidden}<article><h1>Bridge</h1><p>{STORY}</p>{hidden}<p>{MORE}</p></article>"
    article = parse_article("a.html", page(body, hidden))
    assert "secret" not in article.text
    assert MORE in article.text


def test_paragraphs_of_a_page_stay_apart():
    article = parse_article(
        "a.html", page(f"<article><h1>Bridge</h1><p>{STORY}</p><p>{MORE}</p></article>")
    )
    assert f"{STORY}\n\n{MORE}" in article.text


def test_a_page_in_a_declared_encoding_is_read_by_it():
    text = "Γέφυρα άνοιξε τη Δευτέρα πάνω από το ποτάμι και εκατοντάδες κάτοικοι ήρθαν να τη δουν."
    markup = f'<html><head><meta charset="windows-1253"></head><body><p>{text}</p></body></html>'
    assert text in parse_article("a.html", markup.encode("cp1253")).text


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 1000 + STORY + "</div>" * 1000,
        "<div>" * 50_000 + STORY,
        f"<p>{STORY}",
        f"<p>{STORY}</p><<<>>></html></html><p",
        f"<html><body><p>{STORY}</p>&#xD800;&#0;&nosuch;</body></html>",
        f'<?xml version="1.0" encoding="utf-16"?><html><body><p>{STORY}</p></body></html>',
        "<table>" + f"<tr><td>{STORY}</td></tr>" * 200 + "</table>",
        STORY,
    ],
    ids=["deep", "very deep", "open", "broken", "entities", "xml", "table", "plain"],
)
def test_strange_markup_is_read_or_refused_in_one_line(markup):
    try:
        article = parse_article("a.html", markup.encode())
    except UnreadableError as error:
        assert "\n" not in str(error)
    else:
        assert article.text.encode("utf-8")
        assert "minister" in article.text


def test_a_page_nested_a_thousand_deep_is_read():
    assert "minister" in parse_article("a.html", page("<div>" * 1000 + f"<p>{STORY}</p>")).text


@given(data=st.binary(max_size=200))
def test_any_bytes_as_html_are_read_or_refused(data):
    try:
        parse_article("a.html", b"<html><body><p>" + data)
    except UnreadableError as error:
        assert "\n" not in str(error)


# -- files --


def test_files_are_listed_in_order_without_hidden_ones(make_corpus):
    corpus = make_corpus(
        {"b.txt": "x", "a/z.md": "x", "a/b/c.html": "x", ".hidden.txt": "x", ".git/a.txt": "x",
         "README.md": "x", "a/README.md": "x", "picture.png": b"x"}
    )  # fmt: skip
    assert list(list_files(corpus)) == [
        "b.txt",
        "picture.png",
        "a/README.md",
        "a/z.md",
        "a/b/c.html",
    ]


def test_what_programs_leave_beside_files_is_passed_over(make_corpus):
    names = ["page.html", "page_files/a.js", "page_files/sub/b.html", "~$notes.docx", "._notes.docx",
             "other_files/c.txt", "Seite.htm", "Seite-Dateien/d.html"]  # fmt: skip
    corpus = make_corpus(dict.fromkeys(names, "x"))
    assert list(list_files(corpus)) == [
        "Seite-Dateien", "Seite.htm", "page.html", "page_files", "other_files/c.txt"
    ]  # fmt: skip
    found = survey(corpus, corpus.parent / "index", MB)
    assert sorted(found.files) == ["Seite.htm", "other_files/c.txt", "page.html"]
    assert dict(found.skipped) == {
        name: "the parts of a saved page: passed over" for name in ("Seite-Dateien", "page_files")
    }


def test_a_folder_named_like_an_article_is_a_folder(make_corpus):
    assert list(list_files(make_corpus({"x.txt/a.txt": "x"}))) == ["x.txt/a.txt"]


def test_a_linked_folder_is_named_and_not_entered(make_corpus, tmp_path):
    corpus = make_corpus({"a.txt": "x", "sub/b.txt": "y"})
    (corpus / "loop").symlink_to(corpus)
    (corpus / "out").symlink_to(make_corpus({"c.txt": "z"}, "elsewhere"))
    assert list(list_files(corpus)) == ["a.txt", "loop", "out", "sub/b.txt"]
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_bytes(corpus, "loop", MB)
    with pytest.raises(UnreadableError, match="a link out of the corpus"):
        read_bytes(corpus, "out", MB)


def test_a_link_within_the_corpus_is_read(make_corpus):
    corpus = make_corpus({"a.txt": "words"})
    (corpus / "b.txt").symlink_to("a.txt")
    assert read_bytes(corpus, "b.txt", MB) == b"words"


def test_a_corpus_that_is_itself_a_link_is_read(make_corpus, tmp_path):
    (tmp_path / "link").symlink_to(make_corpus({"a.txt": STORY}))
    assert read_article(tmp_path / "link", "a.txt").text == STORY


@pytest.mark.parametrize(
    "make, reason",
    [
        (lambda file: file.symlink_to(file.parent / "nowhere"), "No such file"),
        (lambda file: file.symlink_to("/etc/hostname"), "a link out of the corpus"),
        (lambda file: file.symlink_to("../outside.txt"), "a link out of the corpus"),
        (lambda file: file.symlink_to(file), "link"),
        (os.mkfifo, "not a regular file"),
        (os.mkdir, "not a regular file"),
        (lambda file: file.write_bytes(b"x" * (MB + 1)), "expected at most 1 MB"),
        (lambda file: None, "No such file"),
    ],
    ids=["dangling", "absolute", "outside", "itself", "fifo", "folder", "too large", "missing"],
)
def test_what_is_no_file_of_the_corpus_says_why(make_corpus, tmp_path, make, reason):
    corpus = make_corpus({"a.txt": "x"})
    (tmp_path / "outside.txt").write_text("secret")
    make(corpus / "bad.txt")
    with pytest.raises(UnreadableError, match=reason) as caught:
        read_bytes(corpus, "bad.txt", MB)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["../outside.txt", "a/../../outside.txt", "/etc/hostname"])
def test_a_path_out_of_the_corpus_is_refused(make_corpus, tmp_path, path):
    (tmp_path / "outside.txt").write_text("secret")
    with pytest.raises(UnreadableError):
        read_bytes(make_corpus({"a/b.txt": "x"}), path, MB)


def test_a_name_that_is_not_utf8_says_what_to_do(make_corpus):
    corpus = make_corpus({"a.txt": "x"})
    name = os.fsdecode(b"caf\xe9.txt")
    (corpus / name).write_text("words")
    assert name in list(list_files(corpus))
    with pytest.raises(UnreadableError, match="a name that is not UTF-8: rename the file"):
        read_bytes(corpus, name, MB)


def test_a_path_with_a_zero_is_refused(make_corpus):
    with pytest.raises(UnreadableError):
        read_bytes(make_corpus({"a.txt": "x"}), "a\0.txt", MB)


def test_a_file_of_exactly_the_limit_is_read(make_corpus):
    corpus = make_corpus({"a.txt": "x" * 1000})
    assert sha256_of(read_bytes(corpus, "a.txt", 1000)) == hashlib.sha256(b"x" * 1000).hexdigest()
