"""Chroma on a server: the same answers, unique collection names, and time-outs."""

import shutil
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

import index.library
from index.catalog.catalog import Catalog
from index.chroma.server import Server, parse_server
from index.chroma.store import VectorStore
from index.errors import SettingsError, StorageError, UnreachableError
from index.library import Library
from index.settings import load_settings
from index.sync.check import check
from index.sync.sync import sync
from tests.index.chroma.chroma_server import ChromaServer, Proxy, free_port
from tests.index.workshop import CONFIG, ROOT, story


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    chroma = ChromaServer(tmp_path_factory.mktemp("chroma")).start()
    yield chroma
    chroma.kill()


@pytest.fixture
def mortal(tmp_path):
    """A server that a test may kill."""
    chroma = ChromaServer(tmp_path / "chroma").start()
    yield chroma
    chroma.kill()


def synced(workshop, server, storage=None, corpus=None):
    return sync(
        corpus or workshop.corpus,
        storage or workshop.storage,
        workshop.encoder,
        CONFIG,
        server=server,
    )


def opened(workshop, server, storage=None):
    return closing(Library(workshop.corpus, storage or workshop.storage, workshop.encoder, server))


def checked(workshop, server):
    return check(
        workshop.corpus, workshop.storage, workshop.encoder.fingerprint, CONFIG, server
    ).findings


# -- addresses --


@pytest.mark.parametrize(
    "text, server",
    [
        ("", None),
        (" http://127.0.0.1:8000 ", Server("127.0.0.1", 8000)),
        ("https://chroma.example:443/", Server("chroma.example", 443, True)),
        ("http://[::1]:8000", Server("::1", 8000)),
        ("http://token@h:1", Server("h", 1, token="token")),
        (
            "https://a%2Fb%40@api.trychroma.com:443/desk%2F1/news",
            Server("api.trychroma.com", 443, True, "a/b@", "desk/1", "news"),
        ),
    ],
)
def test_an_address_is_read_and_written_without_its_token(text, server):
    assert parse_server(text) == server
    if server:
        assert parse_server(str(server)) == replace(server, token="")


@pytest.mark.parametrize(
    "text",
    ["localhost:8000", "http://localhost", "ftp://localhost:1", "http://h:0", "http://h:99999",
     "http://h:1/api", "http://me:secret@h:1", "http://:1", "8000", "http://h:1?x=y",
     "http://h:1/desk/news/more", "http://h:1/desk//", "http://t%20oken@h:1", "http://t%C3%A4@h:1"],
)  # fmt: skip
def test_a_wrong_address_is_refused_in_one_line(text, monkeypatch):
    monkeypatch.setenv("BYLINE_CHROMA", text)
    with pytest.raises(SettingsError, match="expected http://host:port") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


# -- a server that runs --


def test_it_answers_as_the_folder_does(workshop, running, tmp_path):
    synced(workshop, None, tmp_path / "embedded")
    synced(workshop, running.server)
    assert not (workshop.storage / "chroma").exists()
    assert checked(workshop, running.server) == ()
    with (
        opened(workshop, None, tmp_path / "embedded") as one,
        opened(workshop, running.server) as two,
    ):
        for question in ("What does town 2 pay?", "Who opened part 3?", "x"):
            vector = one.embed(question)
            near, far = one.dense(vector, 50), two.dense(vector, 50)
            assert [key for key, _ in near] == [key for key, _ in far]
            assert [cosine for _, cosine in near] == pytest.approx([c for _, c in far], abs=1e-5)


def test_indexes_on_one_server_do_not_meet(workshop, running, make_corpus, tmp_path):
    other = make_corpus({"other.txt": story(77)}, "other")
    synced(workshop, running.server)
    synced(workshop, running.server, tmp_path / "other storage", other)
    shutil.copytree(workshop.storage, tmp_path / "copy")
    (workshop.corpus / "1.txt").unlink()
    assert synced(workshop, running.server, tmp_path / "copy").repaired
    workshop.write("1.txt", story(1))
    for storage, corpus in ((None, None), (tmp_path / "other storage", other)):
        report = synced(workshop, running.server, storage, corpus)
        assert (report.embedded, report.repaired) == (0, False)


def test_readers_follow_while_another_syncs(workshop, running):
    synced(workshop, running.server)
    errors, ended = [], threading.Event()

    def read():
        try:
            with opened(workshop, running.server) as library:
                while not ended.is_set():
                    library.refresh()
                    assert library.dense(library.embed("the bridge"), 5)
        except Exception as error:  # told below
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(10, 16):
        workshop.write(f"{number}.txt", story(number))
        synced(workshop, running.server)
    ended.set()
    for reader in readers:
        reader.join()
    assert errors == []
    with opened(workshop, running.server) as library:
        best = library.dense(library.embed("What did the minister tell town 15?"), 3)
        assert "15.txt" in {
            library.catalog.articles.passages([key])[key][1].path for key, _ in best
        }


def test_an_index_moves_between_folder_and_server(workshop, running):
    synced(workshop, None)
    for server in (running.server, None, running.server):
        report = synced(workshop, server)
        assert (report.embedded, report.repaired) == (0, True)
        assert checked(workshop, server) == ()


# -- a server that does not --


def test_a_sync_without_the_server_is_refused_in_one_line(workshop):
    dead = Server("127.0.0.1", free_port())
    with pytest.raises(
        UnreachableError, match=r"no answer from the Chroma server .* BYLINE_CHROMA"
    ) as caught:
        synced(workshop, dead)
    assert "\n" not in str(caught.value)
    assert str(dead) in str(caught.value)


def test_a_reader_without_the_server_searches_words_and_comes_back(workshop, mortal, monkeypatch):
    synced(workshop, mortal.server)
    mortal.kill()
    with opened(workshop, mortal.server) as library:
        assert library.catalog.full_text.passages(["town", "2"], 5).every
        with pytest.raises(UnreachableError):
            library.dense(library.embed("x"), 5)
        began = time.monotonic()
        with pytest.raises(UnreachableError):
            library.dense(library.embed("x"), 5)
        assert time.monotonic() - began < 0.5  # it is not asked again at once
        mortal.start()
        monkeypatch.setattr(library, "_retry_at", 0.0)
        assert library.dense(library.embed("x"), 5)


def test_a_reader_survives_the_server(workshop, mortal, monkeypatch):
    monkeypatch.setattr(index.library, "RETRY", 0.0)
    synced(workshop, mortal.server)
    with opened(workshop, mortal.server) as library:
        vector = library.embed("the bridge")
        before = library.dense(vector, 9)
        mortal.kill()
        with pytest.raises(UnreachableError):
            library.dense(vector, 9)
        mortal.start()
        assert library.dense(vector, 9) == before


def test_a_silent_server_is_waited_for_no_longer_than_two_seconds(workshop, running):
    synced(workshop, running.server)
    proxy = Proxy(running.server)
    with opened(workshop, proxy.server) as library:
        vector = library.embed("the bridge")
        assert library.dense(vector, 5)
        proxy.silent = True
        for longest in (2.0, 0.3):
            began = time.monotonic()
            with pytest.raises(UnreachableError, match="timed out"):
                library.dense(vector, 5)
            assert time.monotonic() - began < longest
    began = time.monotonic()
    with opened(workshop, proxy.server) as library:
        assert library.catalog.full_text.passages(["bridge"], 3).every
    assert time.monotonic() - began < 3
    proxy.close()


def test_a_server_that_trickles_on_is_given_up_too(workshop, running):
    synced(workshop, running.server)
    proxy = Proxy(running.server)
    with opened(workshop, proxy.server) as library:
        vector = library.embed("the bridge")
        assert library.dense(vector, 5)
        proxy.slow = True
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="timed out after 3 s"):
            library.dense(vector, 5)
        assert time.monotonic() - began < 5
        assert library.catalog.full_text.passages(["bridge"], 3).every
    proxy.slow = False
    proxy.close()


def test_a_server_that_trickles_from_the_start_keeps_no_program(workshop, running):
    synced(workshop, running.server)
    proxy = Proxy(running.server)
    proxy.slow = True
    program = (
        "import sys; from pathlib import Path; from tests.index.fake_encoder import FakeEncoder\n"
        "from index.library import Library; from index.chroma.server import Server\n"
        "corpus, storage, port = sys.argv[1:]\n"
        "encoder = FakeEncoder()\n"
        "library = Library(Path(corpus), Path(storage), encoder, Server('127.0.0.1', int(port)))\n"
        "print(len(library.catalog.full_text.passages(['bridge'], 3).every))"
    )
    folders = [str(workshop.corpus), str(workshop.storage), str(proxy.server.port)]
    done = subprocess.run(
        [sys.executable, "-c", program, *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr
    proxy.slow = False
    proxy.close()


def test_a_server_that_dies_during_a_sync_costs_no_embedding(workshop, mortal, monkeypatch):
    monkeypatch.setattr("index.sync.sync.BATCH_PASSAGES", 2)
    upsert = VectorStore.upsert

    def upsert_and_die(store, ids, vectors):
        upsert(store, ids, vectors)
        mortal.kill()

    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, "upsert", upsert_and_die)
        with pytest.raises(UnreachableError):
            synced(workshop, mortal.server)
    with closing(Catalog(workshop.storage)) as catalog:
        assert catalog.articles.counts()[0] == 4
    mortal.start()
    report = synced(workshop, mortal.server)
    assert (report.embedded, report.repaired) == (0, True)
    assert checked(workshop, mortal.server) == ()


def test_a_server_that_lost_its_folder_is_filled_again(workshop, mortal):
    synced(workshop, mortal.server)
    mortal.kill()
    shutil.rmtree(mortal.folder)
    mortal.start()
    with pytest.raises(StorageError, match="index sync") as caught, opened(workshop, mortal.server):
        pass
    assert not isinstance(caught.value, UnreachableError)
    assert {finding.kind for finding in checked(workshop, mortal.server)} == {"chroma"}
    report = synced(workshop, mortal.server)
    assert (report.embedded, report.repaired) == (0, True)
    assert checked(workshop, mortal.server) == ()
