"""Archives become the articles in them; nothing is written to disk, and stated sizes are not trusted."""

import zipfile

import pytest

from index.formats.limits import Limits
from index.formats.saved_page import PASSED_OVER
from index.reading.articles import parse_article, parse_file
from tests.index.formats.makers import make_json_lines, make_pdf, make_zip
from tests.index.workshop import story


def paths(contents):
    return [article.path for article in contents.articles]


def test_each_member_is_an_article_under_a_path_of_its_own():
    data = make_zip({"monday/flood.txt": story(1), "b.md": f"# A bridge\n\n{story(2)}"})
    contents = parse_file("week.zip", data)
    assert paths(contents) == ["week.zip//monday/flood.txt", "week.zip//b.md"]
    assert [article.text for article in contents.articles] == [
        story(1),
        f"# A bridge\n\n{story(2)}",
    ]
    assert contents.articles[1].title == "A bridge"
    assert {article.file for article in contents.articles} == {"week.zip"}
    assert contents.refused == ()
    for article in contents.articles:
        assert parse_article(article.path, data) == article


def test_an_archive_in_an_archive_is_opened():
    data = make_zip({"inner.zip": make_zip({"a.txt": story(1)})})
    assert paths(parse_file("outer.zip", data)) == ["outer.zip//inner.zip//a.txt"]
    assert parse_article("outer.zip//inner.zip//a.txt", data).text == story(1)


def test_a_bad_member_is_named_and_the_others_are_read():
    data = make_zip(
        {"a.txt": story(1), "photo.jpg": b"\xff\xd8", "empty.txt": "", "binary.md": b"\0\1\2" * 50}
    )
    contents = parse_file("week.zip", data)
    assert paths(contents) == ["week.zip//a.txt"]
    reasons = dict(contents.refused)
    assert reasons["week.zip//empty.txt"].startswith("no text")
    assert reasons["week.zip//binary.md"].startswith("binary data")
    assert reasons["week.zip//photo.jpg"].startswith(".jpg: expected one of")


def test_hidden_members_and_folders_are_passed_over():
    data = make_zip(
        {".a.txt": "x", "__MACOSX/a.txt": "x", "b/.git/c.txt": "x", "d/": "", "e.txt": "words"}
    )
    assert paths(parse_file("a.zip", data)) == ["a.zip//e.txt"]
    assert parse_file("a.zip", data).refused == ()


def test_the_parts_of_a_saved_page_are_reported_once_and_not_read():
    page = f"<html><body><article><h1>A bridge</h1><p>{story(1)}</p></article></body></html>"
    parts = {f"saved/Page_files/{name}": page for name in ("frame.html", "a.js", "deep/b.htm")}
    data = make_zip(
        {
            **{"saved/page.htm": page, "~$week.docx": "x", "saved/~$a.txt": "x", "._a.txt": "x"},
            **parts,
            **{"other_files/a.txt": story(2), "Page_files/b.txt": story(3)},
        }
    )
    contents = parse_file("week.zip", data)
    assert paths(contents) == [
        "week.zip//saved/page.htm",
        "week.zip//other_files/a.txt",
        "week.zip//Page_files/b.txt",
    ]
    assert contents.refused == (("week.zip//saved/Page_files", PASSED_OVER),)


def test_the_parts_of_saved_pages_do_not_count_as_members():
    parts = {f"page_files/{number}.js": "x" for number in range(20)}
    data = make_zip({"page.html": f"<p>{story(1)}</p>", **parts})
    contents = parse_file("a.zip", data, Limits(articles=5))
    assert paths(contents) == ["a.zip//page.html"] and len(contents.refused) == 1


@pytest.mark.parametrize(
    "name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "a//b.txt", "./a.txt", "..\\..//a.txt"]
)
def test_a_name_that_leads_out_is_refused_and_goes_nowhere(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    contents = parse_file("a.zip", make_zip({name: story(1), "good.txt": story(2)}))
    assert paths(contents) == ["a.zip//good.txt"]
    assert [reason for _, reason in contents.refused] == [
        "a name that leads out of the archive: expected one within it"
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_of_one_name_the_first_is_the_article():
    data = make_zip([("a.txt", story(1)), ("a.txt", story(2))])
    contents = parse_file("a.zip", data)
    assert [article.text for article in contents.articles] == [story(1)]
    assert contents.refused == (("a.zip//a.txt", "a name that occurs twice in the archive"),)
    assert parse_article("a.zip//a.txt", data).text == story(1)


@pytest.mark.parametrize(
    "limits, reason",
    [
        (Limits(articles=2), "3 members: expected at most 2; split the archive"),
        (Limits(unpacked_bytes=1000), "unpacks to more than 0.001 MB: expected at most that"),
    ],
)
def test_an_archive_beyond_a_limit_is_refused_as_a_whole(limits, reason):
    data = make_zip({f"{n}.txt": story(n) for n in range(3)})
    contents = parse_file("a.zip", data, limits)
    assert contents.articles == ()
    ((path, told),) = contents.refused
    assert path == "a.zip"
    assert told.startswith(reason)


def test_an_archive_too_deep_is_named_and_its_neighbours_are_read():
    deep = make_zip(
        {"b.zip": make_zip({"c.zip": make_zip({"x.txt": story(1)})}), "d.txt": story(2)}
    )
    contents = parse_file("a.zip", deep, Limits(depth=2))
    assert paths(contents) == ["a.zip//d.txt"]
    assert contents.refused == (
        ("a.zip//b.zip//c.zip", "an archive 3 deep: expected at most 2; unpack it"),
    )


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = make_zip({"a.txt": b"word " * 2_000_000})
    assert len(bomb) < 100_000
    ((path, reason),) = parse_file("bomb.zip", bomb, Limits(unpacked_bytes=1_000_000)).refused
    assert path == "bomb.zip"
    assert reason.endswith("; split the archive")


def test_bombs_within_archives_count_together():
    inner = make_zip({"a.txt": b"word " * 100_000})
    data = make_zip({f"{n}.zip": inner for n in range(5)})
    limits = Limits(unpacked_bytes=1_500_000)
    assert "unpacks to more than" in parse_file("a.zip", data, limits).refused[0][1]


def test_encrypted_members_and_rare_methods_say_so():
    data = bytearray(make_zip({"a.txt": story(1), "b.txt": story(2)}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    contents = parse_file("a.zip", bytes(data))
    assert contents.refused[0][1].startswith("encrypted")
    assert paths(contents) == ["a.zip//b.txt"]
    rare = parse_file("a.zip", make_zip({"a.txt": story(1)}, zipfile.ZIP_LZMA))
    assert rare.refused[0][1].startswith("an unusual compression")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"words", make_zip({})[:-5]])
def test_what_is_no_archive_says_so(data):
    assert parse_file("a.zip", data).refused == (
        ("a.zip", "a damaged archive: expected an intact one"),
    )


def test_an_empty_archive_is_named():
    assert parse_file("a.zip", make_zip({})).refused == (("a.zip", "empty: expected articles"),)


def test_a_member_beyond_a_limit_of_its_own_is_named_and_the_others_are_read():
    files = {"a.pdf": make_pdf(["One.", "", "Two."]), "b.txt": story(1)}
    contents = parse_file("a.zip", make_zip(files), Limits(pages=1))
    assert paths(contents) == ["a.zip//b.txt"]
    assert contents.refused == (("a.zip//a.pdf", "2 pages: expected at most 1; split the file"),)


def test_rows_of_all_members_count_together():
    rows = make_json_lines([{"text": f"Words {n}."} for n in range(4)])
    data = make_zip({"a.jsonl": rows, "b.jsonl": rows})
    assert len(parse_file("a.zip", data, Limits(articles=8)).articles) == 8
    assert parse_file("a.zip", data, Limits(articles=7)).refused == (
        ("a.zip", "more than 7 articles: expected at most that; split the file"),
    )


def test_an_archive_has_ten_times_the_seconds_of_a_text(monkeypatch):
    clock = iter(range(0, 1000, 7))
    monkeypatch.setattr("index.reading.articles.time.monotonic", lambda: next(clock))
    data = make_zip({f"{n}.txt": story(n) for n in range(5)})
    assert len(parse_file("a.zip", data, Limits(seconds=4)).articles) == 5
    assert (
        parse_file("a.zip", data, Limits(seconds=2))
        .refused[0][1]
        .startswith("takes longer than 20 s to read, with all its members")
    )
