import pytest

from eval.cases.importing.conversations import load_canard, load_cast
from eval.cases.turns import TurnCase
from index.errors import EvaluationError
from tests.eval.conftest import Put

TURNS = [
    {"number": 1, "raw_utterance": "Tell me of the ferry.", "passage": "It is red."},
    {"number": 2, "raw_utterance": "Who bought it? "},
]


def test_canard_s_turns_keep_their_history(put: Put) -> None:
    row = {
        "History": ["Ferry", "Sale", "When was it sold?", "In May."],
        "QuAC_dialog_id": "C_1_0",
        "Question": "Who bought it?",
        "Question_no": 2,
        "Rewrite": "Who bought the ferry?",
    }
    found = load_canard([put("dev.json", [row, {**row, "Question_no": 3, "Rewrite": ""}, row])])
    assert found.turns == (
        TurnCase("C_1_0_2", tuple(row["History"]), "Who bought it?", "Who bought the ferry?"),
    )
    assert found.left_out == {
        "turns without a person's rewrite": 1,
        "turns without an id of their own": 1,
    }


def test_cast_s_history_holds_the_questions_before_and_the_passages_given(put: Put) -> None:
    turns = [{**turn, "manual_rewritten_utterance": "Rewritten?"} for turn in TURNS]
    _, second = load_cast([put("2021.json", [{"number": 106, "turn": turns}])]).turns
    assert second == TurnCase(
        "106_2", ("Tell me of the ferry.", "It is red."), "Who bought it?", "Rewritten?"
    )


def test_cast_s_rewrites_of_2019_come_from_their_own_file(put: Put) -> None:
    topics = put("evaluation_topics.json", [{"number": 31, "turn": TURNS}])
    resolved = put("resolved.tsv", "31_1\tTell me of the ferry.\n\n31_2\tWho bought the ferry?\n")
    rewrites = [turn.rewrite for turn in load_cast([topics, resolved]).turns]
    assert rewrites == ["Tell me of the ferry.", "Who bought the ferry?"]
    alone = load_cast([topics])
    assert alone.turns == () and alone.left_out == {"turns without a person's rewrite": 2}


def test_a_damaged_file_is_told_with_its_place(put: Put) -> None:
    with pytest.raises(EvaluationError, match=r"dev\.json, \[0\]: key 'QuAC_dialog_id' is missing"):
        load_canard([put("dev.json", [{"History": []}])])
    with pytest.raises(EvaluationError, match=r"\[0\], turn\[0\]: key 'number' is missing"):
        load_cast([put("t.json", [{"number": 1, "turn": [{"raw_utterance": "Who?"}]}])])
    with pytest.raises(EvaluationError, match=r"resolved\.tsv, line 1: no tab"):
        load_cast([put("resolved.tsv", "31_1 Who?\n")])
