"""`python -m index sync|status`: what it prints, and its exit codes."""

import json
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

import index.settings
import index.sync.sync
from index.__main__ import main
from index.catalog.catalog import Catalog
from index.errors import StorageError
from index.state.writer_lock import writer_lock
from tests.index.workshop import story

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_env_file(tmp_path, monkeypatch):
    monkeypatch.setattr(index.settings, "ENV_FILE", tmp_path / "no.env")


@pytest.fixture
def flags(make_corpus, tmp_path):
    corpus = make_corpus({f"{number}.txt": story(number) for number in range(2)})
    return ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]


def refused(capsys, *arguments):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_sync_tells_what_it_did_and_status_what_there_is(flags, capsys):
    assert main(["sync", *flags]) == 0
    assert capsys.readouterr().out.startswith("2 added, 0 changed, 0 removed, 0 kept; ")
    assert main(["sync", *flags]) == 0
    assert "2 kept; " in (told := capsys.readouterr().out)
    assert " 0 embedded in " in told
    assert main(["status", *flags]) == 0
    status = capsys.readouterr().out
    assert f"corpus    {flags[1]}\n" in status
    assert "2 articles" in status
    assert "'0.txt'  no date  Town 0 gets a bridge" in status


def test_skipped_files_are_named(flags, capsys):
    (Path(flags[1]) / "bad.txt").write_bytes(b"\0\1\2")
    (Path(flags[1]) / "odd\nname\x1b.png").write_bytes(b"x")
    assert main(["sync", *flags]) == 0
    out = capsys.readouterr().out
    assert "skipped 'bad.txt': binary data: expected text\n" in out
    assert "skipped 'odd\\nname\\x1b.png': .png: expected one of " in out


def test_a_title_cannot_steer_the_terminal(make_corpus, tmp_path, capsys):
    head = "---\ntitle: Town 7 \x1b[2J\u202egets\x9b a bridge — “at last”\n---\n\n"
    corpus = make_corpus({"7.txt": head + story(7)})
    flags = ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]
    assert main(["sync", *flags]) == 0
    assert main(["status", *flags]) == 0
    out = capsys.readouterr().out
    assert "Town 7 \\x1b[2J\\u202egets\\x9b a bridge — “at last”\n" in out
    assert not {"\x1b", "\u202e", "\x9b"} & set(out)


def test_a_repair_is_told(flags, capsys):
    assert main(["sync", *flags]) == 0
    (Path(flags[3]) / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)
    capsys.readouterr()
    assert main(["sync", *flags]) == 0
    assert "Chroma did not match the catalog and has been filled again" in capsys.readouterr().out


def test_check_tells_what_does_not_agree_and_what_mends_it(flags, capsys):
    corpus, storage = Path(flags[1]), Path(flags[3])
    assert main(["check", *flags]) == 1
    assert "no index here" in capsys.readouterr().out
    assert not storage.exists()
    assert main(["sync", *flags]) == 0
    capsys.readouterr()
    assert main(["check", *flags]) == 0
    assert "folder, catalog, words and Chroma agree" in capsys.readouterr().out
    for number in range(2, 30):
        (corpus / f"{number}.txt").write_text(story(number))
    assert main(["check", *flags]) == 1
    told = capsys.readouterr().out
    assert told.count(": not in the index") == 20
    assert "new        … and 8 more\n" in told
    assert told.endswith("run `python -m index sync`\n")
    assert main(["check", "--json", *flags]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["agrees"], report["articles"], len(report["findings"])) == (False, 2, 28)
    assert main(["sync", *flags]) == 0
    capsys.readouterr()
    assert main(["check", "--json", *flags]) == 0
    assert json.loads(capsys.readouterr().out)["agrees"]


def test_known_errors_are_one_line(flags, capsys, tmp_path, monkeypatch):
    storage = flags[2:]
    assert "no index here" in refused(capsys, "status", *flags)
    assert "no such folder" in refused(capsys, "sync", "--corpus", str(tmp_path / "no"), *storage)
    (tmp_path / "empty").mkdir()
    assert "no articles" in refused(capsys, "sync", "--corpus", str(tmp_path / "empty"), *storage)
    with writer_lock(Path(flags[3])):
        assert "another process" in refused(capsys, "sync", *flags)
    monkeypatch.setenv("BYLINE_MODELS", str(tmp_path / "no"))
    assert "embedding model" in refused(capsys, "sync", *flags)
    monkeypatch.setenv("BYLINE_COLOUR", "red")
    assert "no such setting" in refused(capsys, "sync", *flags)


@pytest.mark.parametrize("arguments", [[], ["dance"], ["sync", "--colour"], ["sync", "extra"]])
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m index" in capsys.readouterr().err


def test_what_a_fleet_needs_is_one_line(flags, capsys, tmp_path):
    assert "--ray 10.0.0.1: expected local, auto, or" in refused(
        capsys, "sync", *flags, "--ray", "10.0.0.1"
    )
    place = ["--corpus", "s3://archive/news", "--storage", str(tmp_path)]
    assert "s3://archive/news is only copied" in refused(capsys, "sync", *place, "--feed", "a.xml")


def test_an_interrupted_sync_says_that_nothing_is_lost(flags, capsys, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("index.__main__.sync_corpus", stop)
    assert main(["sync", *flags]) == 130
    assert "finished batches are kept" in capsys.readouterr().err


IN_SMALL_BATCHES = (
    "-c",
    "import runpy, index.sync.sync as sync; sync.BATCH_PASSAGES = 8; "
    "runpy.run_module('index', run_name='__main__', alter_sys=True)",
)


def program(*arguments, run=("-m", "index"), **streams):
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    return subprocess.Popen(
        [sys.executable, *run, *arguments],
        env=environment | {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        stderr=subprocess.PIPE,
        **streams,
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_sync_that_is_asked_to_end_loses_nothing_and_leaves_the_copy_in_step(
    ending, make_corpus, tmp_path, capsys
):
    corpus = make_corpus({f"{number}.txt": story(number) for number in range(80)})
    storage = tmp_path / "storage"
    flags = ["--corpus", str(corpus), "--storage", str(storage)]
    ways = {"stdout": subprocess.PIPE, "preexec_fn": heed_interrupts}
    with program("sync", *flags, run=IN_SMALL_BATCHES, **ways) as sync:
        until = time.monotonic() + 60
        while not stored(storage):
            assert sync.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        sync.send_signal(ending)
        told = sync.stderr.read().decode()
        assert (sync.wait(60), sync.stdout.read()) == (130, b"")
    assert told == "index: stopped; finished batches are kept, the next sync continues\n"
    kept = stored(storage)
    assert 0 < kept < 80
    assert main(["sync", *flags]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{80 - kept} added, 0 changed, 0 removed, {kept} kept; ")
    assert "filled again" not in said


def heed_interrupts():
    """A shell's background jobs ignore them at first, and hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def stored(storage):
    """How many articles an index holds that may not exist yet."""
    with suppress(StorageError), closing(Catalog(storage)) as catalog:
        return catalog.articles.counts()[0]
    return 0


def test_a_reader_that_leaves_early_ends_it_without_a_word(flags, capsys):
    assert main(["sync", *flags]) == 0
    with program("status", *flags, stdout=subprocess.PIPE) as status:
        status.stdout.close()
        assert (status.stderr.read(), status.wait(60)) == (b"", 130)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_output_that_cannot_be_written_is_one_line(flags, capsys):
    assert main(["sync", *flags]) == 0
    with Path("/dev/full").open("wb") as full, program("status", *flags, stdout=full) as status:
        told = status.stderr.read().decode()
        assert status.wait(60) == 2
    assert told == "index status: the output cannot be written: No space left on device\n"


def test_output_is_utf8_whatever_the_locale(make_corpus, tmp_path):
    corpus = make_corpus({"1.txt": "---\ntitle: A café’s bridge\n---\n\n" + story(1)})
    flags = ["--corpus", str(corpus), "--storage", str(tmp_path / "storage")]
    assert main(["sync", *flags]) == 0
    with program("status", *flags, stdout=subprocess.PIPE) as status:
        assert "A café’s bridge\n" in status.stdout.read().decode()
        assert (status.stderr.read(), status.wait(60)) == (b"", 0)


def test_it_runs_from_any_folder_as_a_program(flags, tmp_path):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "index", *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    done = run("sync", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    done = run("status", "--corpus", "nowhere")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
