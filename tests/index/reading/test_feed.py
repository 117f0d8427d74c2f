"""The entries of a feed become files of the folder, each once, and nothing hostile in them gets out."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index import __main__ as program
from index.errors import FeedError
from index.reading.feed import LONGEST, keep_feed

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Oban Post</title><link>http://post.example/</link><description>News</description>
<item><title>Ferry to Mull is stopped</title><link>http://post.example/1</link><guid>one</guid>
<author>desk@post.example (Ada Pell)</author><pubDate>Tue, 01 Jun 2021 10:00:00 GMT</pubDate>
<description>In short.</description>
<content:encoded><![CDATA[<p>The ferry to Mull was stopped on Tuesday.</p><p>Nine
people waited.</p>]]></content:encoded></item>
<item><title>../../outside/évil</title><guid>two</guid><description>Nothing to see.</description></item>
<item><title>Only a headline</title><guid>three</guid></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Mull Gazette</title><id>urn:feed</id>
<updated>2021-06-02T08:00:00Z</updated>
<entry><title>Harbour opens</title><id>urn:one</id><link href="http://gazette.example/1"/>
<published>2021-06-01T08:00:00Z</published><updated>2021-06-02T08:00:00Z</updated>
<author><name>Bo Lind</name></author><content type="html">&lt;p&gt;The harbour opened.&lt;/p&gt;</content>
</entry></feed>"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of a server on loopback, and what it serves by path."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/feed")
                self.end_headers()
                return
            page = pages.get(self.path)
            self.send_response(200 if page is not None else 404)
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_entry_with_a_text_becomes_a_file(tmp_path: Path, corpus: Path) -> None:
    report = keep_feed(written(tmp_path / "feed.xml", RSS), corpus)
    assert len(report.added) == 2
    assert report.without_text == 1
    assert report.added[0].startswith("feeds/oban-post/2021-06-01-ferry-to-mull-is-stopped-")
    found = json.loads((corpus / report.added[0]).read_text(encoding="utf-8"))
    assert found["title"] == "Ferry to Mull is stopped"
    assert found["published"] == "2021-06-01T10:00:00Z"
    assert found["outlet"] == "Oban Post"
    assert "Nine\npeople waited." in found["text"]


def test_the_fields_of_an_atom_entry_are_kept(tmp_path: Path, corpus: Path) -> None:
    report = keep_feed(written(tmp_path / "feed.xml", ATOM), corpus)
    found = json.loads((corpus / report.added[0]).read_text(encoding="utf-8"))
    assert found["author"] == "Bo Lind"
    assert found["url"] == "http://gazette.example/1"
    assert (found["published"][:10], found["updated"][:10]) == ("2021-06-01", "2021-06-02")


def test_an_entry_is_kept_once_and_a_changed_one_replaces_its_file(
    tmp_path: Path, corpus: Path
) -> None:
    address = written(tmp_path / "feed.xml", RSS)
    first = keep_feed(address, corpus)
    assert keep_feed(address, corpus).kept == 2
    # also when the feed and the entry have other titles than before
    changed = RSS.replace("Oban Post", "The Post").replace("is stopped<", "stopped<")
    again = keep_feed(written(tmp_path / "feed.xml", changed), corpus)
    assert not again.added
    assert first.added[0] in again.changed
    assert len(list(corpus.rglob("*.json"))) == 2


def test_no_title_leads_out_of_the_folder(tmp_path: Path, corpus: Path) -> None:
    keep_feed(written(tmp_path / "feed.xml", RSS), corpus)
    assert {path.parent.name for path in tmp_path.rglob("*.json")} == {"oban-post"}


def test_a_feed_is_fetched_from_the_network_also_where_it_has_moved(
    served: tuple[str, dict[str, bytes]], corpus: Path
) -> None:
    address, pages = served
    pages["/feed"] = RSS.encode()
    assert len(keep_feed(f"{address}/moved", corpus).added) == 2


@pytest.mark.parametrize(
    ("path", "page", "says"),
    [
        ("/none", None, "answered 404"),
        ("/page", b"<html><p>No feed here</p></html>", "found no RSS or Atom"),
        ("/empty", b"", "found no RSS or Atom"),
        ("/bytes", bytes(range(256)) * 40, "found no RSS or Atom"),
        ("/long", b"<rss>" + b" " * LONGEST, "longer than"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_line(
    served: tuple[str, dict[str, bytes]], corpus: Path, path: str, page: bytes | None, says: str
) -> None:
    address, pages = served
    if page is not None:
        pages[path] = page
    with pytest.raises(FeedError, match=says) as caught:
        keep_feed(address + path, corpus)
    assert "\n" not in str(caught.value)
    assert not list(corpus.iterdir())


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/feed", "ftp://post.example/feed", "no-such-file.xml", "http://"]
)
def test_an_address_that_cannot_be_read_is_named(corpus: Path, address: str) -> None:
    with pytest.raises(FeedError, match=address):
        keep_feed(address, corpus)


def test_an_entity_that_grows_does_not_fill_the_memory(tmp_path: Path, corpus: Path) -> None:
    grows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = RSS.replace("<rss ", f'<!DOCTYPE rss [<!ENTITY e0 "ha">{grows}]><rss ', 1).replace(
        "Nothing to see.", "&e11;"
    )
    try:
        report = keep_feed(written(tmp_path / "feed.xml", bomb), corpus)
    except FeedError:
        return
    assert all((corpus / path).stat().st_size < 100_000 for path in report.added)


def test_a_sync_adds_the_entries_and_goes_on_after_a_feed_that_fails(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = written(tmp_path / "feed.xml", RSS)
    folders = ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]
    code = program.main(["sync", *folders, "--feed", "nothing.xml", "--feed", feed])
    captured = capsys.readouterr()
    assert code == 2
    assert "nothing.xml" in captured.err
    assert "2 added, 0 changed, 0 kept, 1 without a text" in captured.out
    assert "2 articles" in captured.out
    assert program.main(["sync", *folders, "--feed", feed]) == 0
    assert "0 added, 0 changed, 2 kept" in capsys.readouterr().out
