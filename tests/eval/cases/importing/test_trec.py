import pytest

from eval.cases.importing.trec import load_qrels, load_run
from index.errors import EvaluationError
from tests.eval.importing.conftest import Put


def test_a_run_is_ordered_by_score_whatever_its_ranks_and_lines_say(put: Put) -> None:
    run = load_run(put("a.run", "7 Q0 low 1 0.5 me\n7 Q0 high 2 9e0 me\n\n8 Q0 x 1 -3\n"))
    assert run == {"7": ("high", "low"), "8": ("x",)}


def test_equal_scores_are_ordered_by_the_document_s_id_from_the_last(put: Put) -> None:
    assert load_run(put("a.run", "1 Q0 b 1 2.0 me\n1 Q0 c 2 2 me\n1 Q0 a 3 2 me\n")) == {
        "1": ("c", "b", "a")
    }


def test_scores_that_single_precision_cannot_part_are_equal(put: Put) -> None:
    assert load_run(put("a.run", "1 Q0 a 1 1.000000001 me\n1 Q0 b 2 1 me\n")) == {"1": ("b", "a")}
    assert load_run(put("a.run", "1 Q0 a 1 1e301 me\n1 Q0 b 2 1e300 me\n")) == {"1": ("b", "a")}


@pytest.mark.parametrize(
    "content",
    [
        "1 0 a 2\n1 0 b 0\n1 0 c -1\n1 0 d 1\n2 0 a 0\n",
        "1\t0\ta\t2\n1\t0\tb\t0\n1\t0\tc\t-1\n1\t0\td\t1\n2\t0\ta\t0\n",
        "query-id\tcorpus-id\tscore\n1\ta\t2\n1\tb\t0\n1\tc\t-1\n1\td\t1.0\n2\ta\t0\n",
    ],
)
def test_judgements_over_nought_are_relevant_in_both_forms(put: Put, content: str) -> None:
    assert load_qrels(put("qrels", content)) == {"1": {"a", "d"}, "2": frozenset()}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1 Q0 a 1 2 me\n1 Q0 b 2 high me", "line 2: 'high', expected a number"),
        ("1 Q0 a 1 nan me", "line 1: 'nan', expected a number"),
        ("1 Q0 a 1", "line 1: 4 columns, expected question Q0 document rank score name"),
        ("1 Q0 a 1 2 me\n\n1 Q0 a 2 1 me", "line 3: document 'a' stands twice for question '1'"),
        ("\n", "empty, expected a run"),
    ],
)
def test_a_damaged_run_is_told_with_its_line(put: Put, content: str, said: str) -> None:
    with pytest.raises(EvaluationError) as error:
        load_run(put("a.run", content))
    assert said in str(error.value) and "a.run" in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1 0 a yes", "line 1: 'yes', expected a number"),
        ("1 0", "line 1: 2 columns, expected question iteration document relevance"),
        ("query-id\tcorpus-id\tscore\n", "empty, expected judgements"),
    ],
)
def test_damaged_judgements_are_told_with_their_line(put: Put, content: str, said: str) -> None:
    with pytest.raises(EvaluationError) as error:
        load_qrels(put("qrels", content))
    assert said in str(error.value)
