"""Every pipeline syncs and ranks a small corpus for real, alone and in turn; no speed is asserted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from eval.__main__ import main
from eval.bench.machine import machine
from eval.bench.passages import read_passages
from eval.bench.pipelines.beside import known_cases, print_pipelines
from eval.bench.pipelines.pipeline import (
    BM25S,
    BYLINE,
    CHROMA,
    CLASSES,
    LLAMAINDEX,
    Inputs,
    missing_part,
)
from eval.bench.pipelines.process import PipelineProcess
from eval.bench.pipelines.turns import Measured, measure_in_turn
from eval.cases.case import Case
from eval.cases.named import ROOT
from index.errors import EvaluationError
from index.settings import load_settings

EMBEDDER = ROOT / "models" / "embedder"
STORIES = {
    "arles.txt": "The bridge of Arles was opened by the mayor, and 300 people danced on it.",
    "town/basra.txt": "In Basra a bakery burnt down; the baker, Omar Said, was saved by his dog.",
    "cadiz.txt": "Fishermen of Cadiz found a whale on the beach, and it swam away in the evening.",
}
# In the articles' own words: without a mask the stand-in below sees little of a short question.
QUESTION = "In Basra the baker Omar Said was saved by his dog?"
WHALE = "Fishermen of Cadiz found a whale on the beach in the evening?"
MARMOT = "A marmot of Davos was elected to the council?"


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """Three articles; int8 stands in for the float32 model of Chroma's procedure, which is the same."""
    for name, text in STORIES.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"News from {path.stem.title()}\n\n{text}\n", encoding="utf-8")
    return Inputs(tmp_path / "corpus", EMBEDDER, EMBEDDER / "model.onnx")


@pytest.fixture(params=CLASSES)
def process(request: pytest.FixtureRequest, inputs: Inputs) -> Iterator[PipelineProcess]:
    """Each pipeline in a process of its own."""
    with PipelineProcess(request.param, inputs) as running:
        yield running


def test_each_pipeline_ranks_the_article_that_answers_first_and_sees_what_changed(
    process: PipelineProcess, inputs: Inputs, tmp_path: Path
) -> None:
    storage = tmp_path / "storage"
    first = process.sync(storage).size
    assert first.articles == 3 and first.passages >= 3
    asked = process.ask("search", [QUESTION, WHALE])
    assert [files[0] for files in asked.results] == ["town/basra.txt", "cadiz.txt"]
    assert all(sorted(files) == sorted(set(files)) for files in asked.results)
    assert len(asked.ms) == 2

    (inputs.corpus / "davos.txt").write_text(
        "News from Davos\n\nA marmot of Davos was elected to the council of the village.\n",
        encoding="utf-8",
    )
    grown = process.sync(storage).size
    assert grown.articles == 4 and grown.passages > first.passages
    assert process.ask("search", [MARMOT]).results[0][0] == "davos.txt"


def test_llamaindex_embeds_nothing_again_and_forgets_what_is_gone(
    inputs: Inputs, tmp_path: Path
) -> None:
    with PipelineProcess(LLAMAINDEX, inputs) as process:
        first = process.sync(tmp_path / "storage").size
        again = process.sync(tmp_path / "storage").size
        assert again.passages == first.passages
        (inputs.corpus / "town" / "basra.txt").unlink()
        assert process.sync(tmp_path / "storage").size.passages < first.passages
        assert "town/basra.txt" not in process.ask("search", [QUESTION]).results[0]


def test_what_goes_wrong_in_a_process_is_one_line_that_names_the_pipeline(
    inputs: Inputs, tmp_path: Path
) -> None:
    gone = Inputs(tmp_path / "nowhere", EMBEDDER, EMBEDDER / "none.onnx")
    with (
        PipelineProcess(BYLINE, gone) as process,
        pytest.raises(EvaluationError, match=r"^Byline: CorpusError: .*--without$"),
    ):
        process.sync(tmp_path / "storage")


def test_a_process_that_ends_is_reported(inputs: Inputs, tmp_path: Path) -> None:
    with PipelineProcess(BM25S, inputs) as process:
        process.sync(tmp_path / "storage")
        for one in process._pool._processes.values():
            one.kill()
        with pytest.raises(EvaluationError, match="its process ended"):
            process.ask("search", [QUESTION])


def test_pipelines_run_in_turn_and_only_byline_answers(inputs: Inputs) -> None:
    ours, other = measure_in_turn([BYLINE, BM25S], inputs, [QUESTION], rounds=2)
    for each in (ours, other):
        assert len(each.first_s) == len(each.again_s) == len(each.search_ms) == 2
        assert each.article_rate > 0 and each.again_ms > 0 and each.articles == 3
        assert each.hits([Case("q", QUESTION, ("Omar Said",), ("town/basra.txt",))]) == 1.0
    assert len(ours.answer_ms) == 2 and other.answer(50) is None


def test_ratios_are_byline_s_figures_over_the_others() -> None:
    ours, other = (
        Measured(name, 10, 20, [seconds], [seconds / 10], [seconds], files=[["a.txt"]], rss_mb=mb)
        for name, seconds, mb in ((BYLINE, 2.0, 300.0), (BM25S, 1.0, None))
    )
    console = Console(width=140, record=True)
    case = Case("q", "?", ("yes",), ("a.txt",))
    print_pipelines("tiny", [ours, other], ["?"], [case], console)
    told = console.export_text()
    ratios = next(line for line in told.splitlines() if "Byline : bm25s" in line)
    assert ratios.split()[3:] == ["0.50", "0.50", "–", "2.00", "2.00", "2.00", "1.00", "–"]


def test_what_cannot_take_part_says_why_and_how_it_could(inputs: Inputs, tmp_path: Path) -> None:
    bare = Inputs(inputs.corpus, EMBEDDER, tmp_path / "none.onnx")
    assert "training.export_embedder" in missing_part(CHROMA, bare)
    assert not any(missing_part(name, inputs) for name in CLASSES)


def test_questions_are_those_whose_files_are_all_in_the_folder(inputs: Inputs) -> None:
    sample = known_cases(ROOT / "corpus")
    assert sample and all(case.answerable and not case.history for case in sample)
    assert known_cases(inputs.corpus) == []


def test_passages_of_other_libraries_are_byline_s(inputs: Inputs) -> None:
    files, texts = zip(*read_passages(load_settings(corpus=inputs.corpus)), strict=True)
    assert sorted(set(files)) == sorted(STORIES)
    assert any("saved by his dog" in text for text in texts)


def test_the_machine_is_told_and_an_unknown_one_does_no_harm(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model name\t: Some CPU\nflags\t\t: sse avx2 avx512f\n", encoding="ascii")
    assert machine(cpuinfo).startswith("Some CPU, ") and "avx2, avx512f" in machine(cpuinfo)
    assert "instructions unknown" in machine(tmp_path / "none")


def test_the_command_runs_from_end_to_end(
    inputs: Inputs, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--part", "pipelines", "--articles", str(inputs.corpus), "--rounds", "1"]
    none = str(inputs.corpus / "none.onnx")
    assert main(["bench", *flags, "--fp32", none, "--without", LLAMAINDEX, "--texts", "3"]) == 0
    told = capsys.readouterr().out
    assert "3 articles" in told and "Byline : bm25s" in told
    assert f"{CHROMA} is skipped" in told and LLAMAINDEX not in told
