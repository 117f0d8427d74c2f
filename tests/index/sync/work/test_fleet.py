"""Files are read and embedded elsewhere, and the index is the same; what goes wrong is said in one line."""

import pickle
import re
import shutil
import signal
import threading
import time
from dataclasses import replace

import pytest

import index.sync.sync
import index.sync.work.fleet as fleets
from index.errors import FleetError, SettingsError
from index.sync.sync import sync
from index.sync.work.batches import Unread
from index.sync.work.fleet import GROUP_BYTES, GROUP_FILES, Fleet, in_groups, parse_address
from index.sync.work.messages import Work
from index.sync.work.worker import PROBES, ROOT, Worker, place_of, stamp
from tests.index.fake_encoder import FakeEncoder
from tests.index.workshop import CONFIG, story

STAND_IN = (
    "import sys; from tests.index.sync.work.stand_in import serve; serve(int(sys.argv[1]), {!r})"
)


@pytest.fixture
def fleet(monkeypatch):
    """Opens a fleet whose workers are a stand-in with the given fault."""
    opened = []

    def open_fleet(fault=""):
        monkeypatch.setattr(fleets, "find_spec", lambda name: True)
        monkeypatch.setattr(fleets, "SERVE", STAND_IN.format(fault))
        monkeypatch.setattr(fleets, "GROUP_FILES", 2)
        opened.append(Fleet("10.0.0.1:6379", ROOT / "models" / "embedder", FakeEncoder(), CONFIG))
        return opened[-1]

    yield open_fleet
    for one in opened:
        one.close()


@pytest.fixture
def many(workshop):
    """Articles, a file without one, an archive that is damaged, and a file that is too large."""
    for number in range(4, 23):
        workshop.write(f"sub/{number}.txt", story(number, number))
    workshop.write("sub/7.txt", b"\0\1\2" * 40)
    workshop.write("a.zip", b"PK\3\4 nothing")
    workshop.write("large.txt", b"x" * 100_001)
    return workshop


def synced(workshop, storage, reading):
    report = sync(workshop.corpus, storage, FakeEncoder(), CONFIG, reading=reading)
    return report, workshop.contents(storage)


def test_the_index_is_the_same_whoever_reads_and_in_whatever_order(
    many, fleet, tmp_path, monkeypatch
):
    monkeypatch.setattr(index.sync.sync, "BATCH_PASSAGES", 9)
    here = sync(many.corpus, many.storage, FakeEncoder(), CONFIG)
    there, contents = synced(many, tmp_path / "other", fleet())
    assert there == here
    assert contents == many.contents()
    many.write("sub/9.txt", story(40))
    (many.corpus / "sub/10.txt").unlink()
    shutil.move(many.corpus / "sub/11.txt", many.corpus / "sub/moved.txt")
    here = sync(many.corpus, many.storage, FakeEncoder(), CONFIG)
    there, contents = synced(many, tmp_path / "other", fleet())
    assert there == here
    assert contents == many.contents()


def test_no_process_is_started_when_nothing_has_changed(many, fleet, tmp_path, monkeypatch):
    sync(many.corpus, many.storage, FakeEncoder(), CONFIG)
    monkeypatch.setattr(fleets.subprocess, "Popen", None)
    report, _ = synced(many, many.storage, fleet())
    assert report.embedded == 0


def test_what_was_only_renamed_is_sent_to_nobody(many, fleet, tmp_path, monkeypatch):
    sync(many.corpus, many.storage, FakeEncoder(), CONFIG)
    (many.corpus / "sub").rename(many.corpus / "moved")
    monkeypatch.setattr(fleets.subprocess, "Popen", None)
    report, contents = synced(many, many.storage, fleet())
    assert (len(report.added), len(report.removed), report.embedded) == (18, 18, 0)
    sync(many.corpus, tmp_path / "fresh", FakeEncoder(), CONFIG)
    assert contents["vectors"] == many.contents(tmp_path / "fresh")["vectors"]


def test_a_lost_cluster_is_told_in_one_line_and_the_next_sync_continues(
    many, fleet, tmp_path, monkeypatch
):
    monkeypatch.setattr(index.sync.sync, "BATCH_PASSAGES", 9)
    with pytest.raises(FleetError, match="head was lost; finished batches are kept") as caught:
        synced(many, tmp_path / "other", fleet("lost"))
    assert "\n" not in str(caught.value)
    assert "the head has gone" in str(caught.value)
    report, contents = synced(many, tmp_path / "other", fleet())
    assert len(report.kept) > 0
    sync(many.corpus, many.storage, FakeEncoder(), CONFIG)
    del (
        contents["words"],
        contents["stories"],
    )  # BM25's numbers are the same, their order may not be
    assert contents.items() <= many.contents().items()


@pytest.mark.parametrize("interrupted", [True, False])
def test_an_interrupt_or_a_failure_ends_the_sync_while_the_workers_are_silent(
    request, many, fleet, tmp_path, monkeypatch, interrupted
):
    monkeypatch.setattr(index.sync.sync, "BATCH_PASSAGES", 9)
    # a job in the background hands on that it ignores the signal
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    since = []

    def harm(done, of):
        if not interrupted:
            since.append(time.monotonic())
            raise KeyboardInterrupt
        if not since:
            main = threading.main_thread().ident
            since.append(time.monotonic() + 0.5)
            threading.Timer(0.5, signal.pthread_kill, (main, signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        sync(many.corpus, tmp_path / "other", FakeEncoder(), CONFIG, harm, reading=fleet("silent"))
    assert time.monotonic() - since[0] < 5
    report, contents = synced(many, tmp_path / "other", fleet())
    assert report.kept
    sync(many.corpus, many.storage, FakeEncoder(), CONFIG)
    assert contents["vectors"] == many.contents()["vectors"]


def test_what_the_workers_cannot_do_is_told_as_they_say_it(many, fleet, tmp_path):
    with pytest.raises(FleetError, match=r"^no core is free$"):
        synced(many, tmp_path / "other", fleet("no core is free"))


def test_a_process_that_does_not_start_is_told(many, fleet, tmp_path, monkeypatch):
    one = fleet()
    monkeypatch.setattr(fleets, "SERVE", "import sys; sys.exit('no module for this')")
    with pytest.raises(FleetError, match=r"does not start; .* no module for this"):
        synced(many, tmp_path / "other", one)


def test_groups_are_bounded_and_keep_the_order():
    files = [
        Unread(f"{n}", b"x" * size)
        for n, size in enumerate([10] * 40 + [GROUP_BYTES * 3] + [9_000] * 9)
    ]
    groups = list(in_groups(iter(files)))
    assert [file for group in groups for file in group] == files
    for group in groups:
        assert len(group) <= GROUP_FILES
        assert len(group) == 1 or sum(len(file.data) for file in group) <= GROUP_BYTES


def test_without_ray_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(fleets, "find_spec", lambda name: None)
    with pytest.raises(FleetError, match=r"pip install -r requirements-fleet\.txt"):
        Fleet("auto", ROOT / "models" / "embedder", FakeEncoder(), CONFIG)


@pytest.mark.parametrize(
    "address", ["", "10.0.0.1", ":6379", "host:port", "ray://host:10001", "a/b:1"]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(SettingsError, match="expected local, auto, or the address") as caught:
        parse_address(address)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["local", "auto", "10.0.0.1:6379", "head.example:6379"])
def test_an_address_is_accepted(address):
    assert parse_address(address) == address


def test_a_worker_reads_and_embeds_as_the_sync_does(encoder):
    worker = Worker()
    models = place_of(ROOT / "models" / "embedder")
    assert worker.prepare(models, stamp(encoder, CONFIG), CONFIG) == ""
    files = [
        Unread("a.txt", story(1).encode()),
        Unread("b.txt", refused="gone"),
        Unread("c.txt", story(2).encode()),
    ]
    read = pickle.loads(worker.read(pickle.dumps(Work(tuple(files), CONFIG))))
    assert [len(file.vectors) for file in read] == [len(file.texts) for file in read]
    assert not read[1].texts
    for file in (read[0], read[2]):
        assert file.vectors.tobytes() == encoder.encode(file.texts).tobytes()


def test_a_worker_that_differs_says_how(encoder, monkeypatch, tmp_path):
    models = place_of(ROOT / "models" / "embedder")
    mark = stamp(encoder, CONFIG)
    worker = Worker()
    for changed, told in (
        (
            {"versions": mark.versions.replace("lxml ", "lxml 1")},
            "has 'lxml .*expected 'lxml 1.*install the same",
        ),
        ({"code": "0"}, "another Byline"),
        ({"vectors": b"\0" * len(mark.vectors)}, "kind of processor"),
    ):
        complaint = worker.prepare(models, replace(mark, **changed), CONFIG)
        assert re.search(told, complaint) and "\n" not in complaint
    assert "model.onnx" in worker.prepare(str(tmp_path), mark, CONFIG)


def test_a_vector_does_not_depend_on_what_is_embedded_with_it(encoder):
    texts = [*PROBES, *(story(number) for number in range(9))]
    together = encoder.encode(texts)
    alone = [encoder.encode([text])[0].tobytes() for text in texts]
    assert [row.tobytes() for row in together] == alone
