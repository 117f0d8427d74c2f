import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cases.files import load_lines
from eval.cases.turns import TurnCase, turn_case
from eval.parts.followups import as_conversation, evaluate_turns, rouge_1
from index.errors import EvaluationError

HISTORY = ("Who built the pier of Oban?", "Angus Reid, a mason from Leith.")
CASE = TurnCase(
    "pier", HISTORY, "When did he build it?", "When did Angus Reid build the pier of Oban?"
)
ALONE = TurnCase("alone", HISTORY, "How deep is Loch Ness?", "how deep is Loch Ness")
words = st.lists(st.sampled_from("Who built it Oban Reid pier when the".split())).map(" ".join)


def test_terms_are_what_comes_from_the_history_and_carries_meaning() -> None:
    assert CASE.terms_of(CASE.rewrite) == {"angus", "reid", "pier", "oban"}
    assert CASE.terms_of(CASE.question) == frozenset()
    assert CASE.terms_of("When did Mary Boyd build the pier?") == {"pier"}


def test_figures_of_a_few_turns_by_hand() -> None:
    told = {CASE.question: "When did Reid build Leith?", ALONE.question: ALONE.question}
    figures = evaluate_turns([CASE, ALONE], lambda question, _: told[question]).figures
    assert (figures["turns"], figures["standalone_turns"]) == (2, 1)
    assert figures["term_precision"] == 0.5  # Reid, but not Leith
    assert figures["term_recall"] == 0.25
    assert figures["term_f1"] == pytest.approx(1 / 3)
    assert figures["left_alone"] == 1.0 and figures["changed"] == 1.0


def test_a_change_of_one_letter_is_not_left_alone() -> None:
    figures = evaluate_turns([ALONE], lambda question, _: question + " ").figures
    assert figures["left_alone"] == 0.0 and figures["changed"] is None
    assert figures["term_precision"] is None and figures["term_f1"] is None


def test_questions_as_typed_take_nothing_and_the_rewrite_takes_all() -> None:
    typed = evaluate_turns([CASE, ALONE], lambda question, _: question).figures
    assert typed["term_recall"] == 0.0 and typed["rouge_1"] == typed["rouge_1_as_typed"]
    rewrites = {CASE.question: CASE.rewrite, ALONE.question: ALONE.rewrite}
    best = evaluate_turns([CASE, ALONE], lambda question, _: rewrites[question]).figures
    assert best["term_f1"] == best["rouge_1"] == 1.0


@given(words, words)
def test_rouge_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= rouge_1(one, other) <= 1
    assert rouge_1(one, other) == rouge_1(other, one)
    assert rouge_1(one, one) == 1.0


def test_predictions_are_by_id_and_each_turn_is_timed() -> None:
    report = evaluate_turns([CASE], lambda question, history: history[0])
    assert report.predictions == {"pier": HISTORY[0]}
    assert report.timings["p50_ms"] is not None and report.timings["p50_ms"] >= 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": ""}, "'id' is ''"),
        ({"question": None}, "'question' is None"),
        ({"rewrite": 7}, "'rewrite' is 7"),
        ({"history": "Who?"}, "'history' is 'Who\\?'"),
        ({"history": [1]}, "'history' is \\[1\\]"),
    ],
)
def test_a_damaged_turn_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    good = {"id": "a", "history": ["Who?"], "question": "When?", "rewrite": "When was it?"}
    path = tmp_path / "turns.jsonl"
    path.write_text(json.dumps(good) + "\n" + json.dumps(good | {"id": "b"} | change) + "\n")
    with pytest.raises(EvaluationError, match=f"line 2: {told}"):
        load_lines(path, turn_case)


def test_texts_become_turns_each_question_with_the_answer_behind_it() -> None:
    said = as_conversation(["The pier of Oban", "Who built it?", "Angus Reid.", " ", "When?"])
    assert [(t.question, t.answer.answer) for t in said.turns] == [
        ("The pier of Oban", ""),
        ("Who built it?", "Angus Reid."),
        ("When?", ""),
    ]
    assert as_conversation([]).turns == ()
