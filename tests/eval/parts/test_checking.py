"""How the check of a sentence is measured: the sets it is measured on, the baselines, the figures."""

import json
import lzma
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.llm.checking.checker import Checked, Checker
from eval.__main__ import main
from eval.parts.check_cases import CheckCase, load_check_cases
from eval.parts.checking import (
    ROWS,
    CheckReport,
    Cosine,
    balanced_accuracy,
    best_cut,
    judge,
    lexical,
    measure,
    print_checks,
)
from index.errors import EvaluationError

EVIDENCE = ("Obama met Putin in New York.", "They spoke of Syria.")
CASE = CheckCase("a", "Obama met Putin.", EVIDENCE, True, "g")
OTHER = CheckCase("b", "Merkel met Hollande in Oban.", EVIDENCE, False, "g")
WICE = {
    "claim": CASE.claim,
    "evidence": [*EVIDENCE, " "],
    "label": "supported",
    "meta": {"id": "x"},
}
SHAPES = {
    "wice_claim_dev": WICE,
    "qags_xsum": {"id": "1", "sentence": CASE.claim, "article": " ".join(EVIDENCE), "label": 1},
    "begin": {
        "response": CASE.claim,
        "knowledge": " ".join(EVIDENCE),
        "begin_label": "Fully attributable",
    },
    "foolmetwice_dev": {
        "claim": CASE.claim,
        "gold_evidence": list(EVIDENCE),
        "label": "SUPPORTS",
        "page": "Obama",
    },
    "rte_train": {
        "hypothesis": CASE.claim,
        "premise": " ".join(EVIDENCE),
        "label": "entailment",
    },
    "sick_train": {
        "hypothesis": CASE.claim,
        "premise": " ".join(EVIDENCE),
        "label": "ENTAILMENT",
    },
}
NOT_SO = {"label": "not_supported", "claim": OTHER.claim}
scored = st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), max_size=12)


def write(folder: Path, name: str, rows: list[dict]) -> None:
    (folder / "pairs").mkdir(exist_ok=True)
    with lzma.open(folder / "pairs" / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def encode(texts):
    """A vector for each text: whether it names Obama, Putin, Syria."""
    vectors = [[1.0, *(name in text for name in ("Obama", "Putin", "Syria"))] for text in texts]
    return np.array([np.array(v) / np.linalg.norm(v) for v in vectors], np.float32)


@pytest.mark.parametrize("name", SHAPES)
def test_every_set_gives_a_sentence_and_the_sentences_of_its_evidence(tmp_path, name):
    write(tmp_path, name, [SHAPES[name], SHAPES[name]])
    first, second = load_check_cases(tmp_path, name)
    assert (first.claim, first.evidence, first.supported) == (CASE.claim, EVIDENCE, True)
    assert first.id != second.id and first.group == second.group


def test_figures_that_qags_tore_apart_are_whole_again(tmp_path):
    torn = SHAPES["qags_xsum"] | {"article": "It has 235, 000 of 98. 7 per cent, in 2015, 2016."}
    write(tmp_path, "qags_xsum", [torn])
    (case,) = load_check_cases(tmp_path, "qags_xsum")
    assert case.evidence == ("It has 235,000 of 98.7 per cent, in 2015, 2016.",)


def test_a_paraphrase_is_held_against_the_other_sentence(tmp_path):
    write(tmp_path, "msrp_train", [{"a": EVIDENCE[0], "b": CASE.claim, "label": 0}])
    (case,) = load_check_cases(tmp_path, "msrp_train")
    assert (case.claim, case.evidence, case.supported) == (CASE.claim, EVIDENCE[:1], False)


def test_only_what_is_wholly_supported_counts_as_supported(tmp_path):
    write(tmp_path, "wice_claim_dev", [WICE | {"label": "partially_supported"}])
    assert [case.supported for case in load_check_cases(tmp_path, "wice_claim_dev")] == [False]


@pytest.mark.parametrize(
    "change", [{"meta": 7}, {"claim": None}, {"evidence": [1]}, {"evidence": None}]
)
def test_a_damaged_case_is_named_with_its_line(tmp_path, change):
    write(tmp_path, "wice_claim_dev", [WICE, WICE | change])
    with pytest.raises(EvaluationError, match="line 2: not a case of wice_claim_dev"):
        load_check_cases(tmp_path, "wice_claim_dev")


def test_the_candidate_of_a_case_has_its_sentences_at_their_spans():
    candidate = CASE.candidate
    assert tuple(s.of(candidate.article.text) for s in candidate.passage.sentences) == EVIDENCE


def test_baselines_by_hand():
    assert lexical(CASE) == 1.0
    assert lexical(OTHER) == pytest.approx(1 / 4)  # "met", but not Merkel, Hollande and Oban
    assert lexical(CheckCase("c", "It is.", EVIDENCE, True, "g")) == 1.0
    cosine = Cosine(encode)
    assert cosine(CASE) == pytest.approx(1.0)
    assert cosine(OTHER) == pytest.approx(1 / 2**0.5)
    assert cosine(CheckCase("c", "Obama", (), False, "g")) == -1.0


def test_each_text_is_encoded_once():
    asked = []
    cosine = Cosine(lambda texts: asked.extend(texts) or encode(texts))
    cosine(CASE), cosine(OTHER)
    assert sorted(asked) == sorted({CASE.claim, OTHER.claim, *EVIDENCE})


def test_balanced_accuracy_weighs_both_kinds_alike():
    assert balanced_accuracy([True, True, True, True], [True, True, True, False]) == 0.5
    assert balanced_accuracy([True, False], [True, False]) == 1.0
    assert balanced_accuracy([True], [True]) is None


@given(scored)
def test_no_cut_is_better_than_the_best(pairs):
    scores, right = [score for score, _ in pairs], [truth for _, truth in pairs]
    cut = best_cut(scores, right)
    best = balanced_accuracy([score >= cut for score in scores], right)
    for other in (0.0, 0.25, 0.5, 1.0):
        accuracy = balanced_accuracy([score >= other for score in scores], right)
        assert best is accuracy is None or best >= accuracy - 1e-9


def test_figures_of_two_cases_by_hand():
    judged = judge([CASE, OTHER], Checker().check, Cosine(encode))
    figures = CheckReport(judged, lexical=0.1, cosine=0.9).figures
    assert (figures["cases"], figures["supported"]) == (2, 1)
    assert (figures["ours"], figures["lexical"], figures["cosine"]) == (1.0, 0.5, 1.0)
    assert figures["gain"] == 0.0
    assert figures["auroc"] == figures["auroc_lexical"] == figures["auroc_cosine"] == 1.0
    assert CheckReport(judged, 0.1, 0.9).timings["p50_ms"] >= 0


def test_a_row_of_one_kind_has_no_accuracy():
    figures = CheckReport(judge([CASE], Checker().check, Cosine(encode)), 0.5, 0.5).figures
    assert figures["ours"] is figures["gain"] is figures["auroc"] is None


def test_partly_supported_is_not_called_supported():
    partly = Checked("partly", "", (), 0.9)
    judged = judge([CASE, OTHER], lambda *_: partly, Cosine(encode))
    assert CheckReport(judged, 0.5, 0.5).figures["ours"] == 0.5


def test_no_threshold_is_chosen_on_what_it_measures():
    for tested, fitted in ROWS.values():
        assert not set(tested) & set(fitted)
        assert not any("test" in name for name in fitted)


def test_the_command_prints_a_row_for_each_set(tmp_path, capsys):
    for name in ("wice_claim_dev", "wice_claim_test"):
        write(tmp_path, name, [WICE, WICE | NOT_SO])
    command = ["check", "--data", str(tmp_path), "--set", "WiCE claims", "--wording"]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "WiCE claims" in told and "1.000" in told
    assert main(["check", "--data", str(tmp_path / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_reports_stand_under_each_other(tmp_path):
    for name in ("wice_claim_dev", "wice_claim_test"):
        write(tmp_path, name, [WICE, WICE | NOT_SO])
    console = Console(record=True, width=130)
    print_checks(measure(tmp_path, ["WiCE claims"], Checker().check, Cosine(encode)), console)
    assert "AUROC" in console.export_text()
