"""A sync through a real Ray cluster of two nodes on this machine; skipped without Ray."""

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

import index.sync.sync
from index.__main__ import main
from index.catalog.sqlite.schema import FILE_NAME
from index.errors import FleetError
from index.sync.sync import sync
from index.sync.work.fleet import Fleet
from index.sync.work.worker import ROOT
from tests.index.sync.work.cluster import kill, running
from tests.index.sync.work.tables import tables
from tests.index.workshop import CONFIG, story

MODELS = ROOT / "models" / "embedder"


@pytest.fixture(scope="module")
def cluster():
    with running() as cluster:
        yield cluster


@pytest.fixture
def town(make_corpus, monkeypatch):
    """Enough articles for several batches and groups."""
    monkeypatch.setattr(index.sync.sync, "BATCH_PASSAGES", 40)
    monkeypatch.setattr("index.sync.work.fleet.GROUP_FILES", 4)
    files = {f"{number % 7}/{number}.txt": story(number, 12) for number in range(90)}
    return make_corpus({**files, "7/damaged.zip": b"PK\3\4", "7/page.html": "<p>Few words.</p>"})


@pytest.fixture
def here(town, encoder, tmp_path):
    """The tables of the index that this process makes alone."""
    sync(town, tmp_path / "here", encoder, CONFIG)
    return tables(tmp_path / "here" / FILE_NAME)


def synced(town, storage: Path, encoder, address: str, progress=None):
    fleet = Fleet(address, MODELS, encoder, CONFIG)
    try:
        return sync(town, storage, encoder, CONFIG, progress or (lambda *_: None), reading=fleet)
    finally:
        fleet.close()


def test_the_index_is_the_same_to_the_last_bit(town, here, encoder, tmp_path, cluster):
    report = synced(town, tmp_path / "there", encoder, cluster.address)
    assert report.embedded == report.passages > 90
    assert tables(tmp_path / "there" / FILE_NAME) == here


def test_a_lost_worker_is_replaced(town, here, encoder, tmp_path, cluster):
    killed = []

    def harm(done, of):
        if len(killed) < 2 and (busy := cluster.workers()):
            killed.append(kill(busy[0]))

    synced(town, tmp_path / "there", encoder, cluster.address, harm)
    assert killed == [True, True]
    assert tables(tmp_path / "there" / FILE_NAME) == here


def test_workers_that_are_lost_again_and_again_are_told(town, encoder, tmp_path, cluster):
    over = threading.Event()

    def harm():
        while not over.wait(0.02):
            for worker in cluster.workers():
                kill(worker)

    thread = threading.Thread(target=harm)
    thread.start()
    try:
        with pytest.raises(FleetError, match="lost") as caught:
            synced(town, tmp_path / "there", encoder, cluster.address)
    finally:
        over.set()
        thread.join()
    assert "\n" not in str(caught.value)


def test_other_models_are_told(town, encoder, tmp_path, cluster, monkeypatch):
    monkeypatch.setattr("index.sync.work.fleet.place_of", lambda models: str(tmp_path / "none"))
    with pytest.raises(FleetError, match=r"a worker of Ray at .* expected the embedding model's"):
        synced(town, tmp_path / "there", encoder, cluster.address)


@pytest.mark.parametrize("address", ["127.0.0.1:9", "no.such.host.example:6379"])
def test_a_wrong_address_is_told_at_once(town, tmp_path, capsys, address):
    pytest.importorskip("ray")
    began = time.monotonic()
    place = ["--corpus", str(town), "--storage", str(tmp_path / "there")]
    assert main(["sync", *place, "--ray", address]) == 2
    told = capsys.readouterr().err
    assert f"Ray at {address}: " in told and told.count("\n") == 1
    assert time.monotonic() - began < 60


def test_a_lost_node_and_then_a_lost_head(town, here, encoder, tmp_path):
    lost = []
    with running(3) as cluster:

        def harm(done, of):
            if not lost:
                lost.append(cluster.kill("node"))

        synced(town, tmp_path / "there", encoder, cluster.address, harm)
        assert tables(tmp_path / "there" / FILE_NAME) == here

        fleet = Fleet(cluster.address, MODELS, encoder, CONFIG)

        def behead(done, of):
            if len(lost) < 2:
                lost.append(cluster.kill("head"))
                # until then the other workers go on, and might read all
                fleet._process.wait(180)

        with (
            closing(fleet),
            pytest.raises(FleetError, match="finished batches are kept") as caught,
        ):
            sync(town, tmp_path / "again", encoder, CONFIG, behead, reading=fleet)
        assert "\n" not in str(caught.value)
    report = sync(town, tmp_path / "again", encoder, CONFIG)
    assert report.kept and report.added
    assert report.articles == 90 + 1


def test_a_cluster_of_its_own(town, here, encoder, tmp_path):
    pytest.importorskip("ray")
    synced(town, tmp_path / "there", encoder, "local")
    assert tables(tmp_path / "there" / FILE_NAME) == here
