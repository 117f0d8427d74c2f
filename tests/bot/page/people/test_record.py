import json
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Candidate
from bot.engine import Engine
from bot.page.people.record import from_record, pack, to_record, unpack
from index.errors import ConversationError
from index.text.article import Article, Passage, Span
from tests.bot.page.answers import ANSWER, ANSWERS, CITATION


@given(ANSWERS)
def test_an_answer_goes_through_json_and_back_exactly(answer: Answer) -> None:
    again = from_record(json.loads(json.dumps(to_record(answer))))
    assert again == answer
    assert again.timings_ms == answer.timings_ms  # no part of equality
    assert type(again.citations) is tuple
    assert {type(near) for near in again.nearest} <= {tuple}


def test_candidates_stay_behind() -> None:
    article = Article("a.txt", "00", "A", "Words.")
    candidate = Candidate(Passage(article.id, 0, 0, 6), article, 1.0)
    record = to_record(replace(ANSWER, candidates=(candidate,)))
    assert "candidates" not in record
    assert from_record(record).candidates == ()


@dataclass(frozen=True)
class Leaf:
    span: Span | None = None
    day: date | None = None


@dataclass(frozen=True)
class Tree:
    """What a later Byline's answer may hold."""

    name: str
    count: int = 0
    sure: bool = False
    weight: float | None = None
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, Leaf] | None = None
    by_name: dict[str, Leaf] = field(default_factory=dict)


def test_fields_of_every_such_kind_need_no_line_of_their_own() -> None:
    leaf = Leaf(Span(3, 9), date(2015, 9, 28))
    tree = Tree("x", 2, True, 0.5, (leaf, Leaf()), ("y", leaf), {"z": leaf})
    assert unpack(Tree, json.loads(json.dumps(pack(tree)))) == tree


@given(ANSWERS, st.data())
def test_what_an_older_record_lacks_takes_its_default(answer: Answer, data: st.DataObject) -> None:
    record = to_record(answer)
    gone = data.draw(
        st.sampled_from(["citations", "nearest", "timings_ms", "statements", "notice"])
    )
    del record[gone]
    assert getattr(from_record(record), gone) in ((), {}, "")


def test_what_a_newer_record_adds_is_passed_over() -> None:
    record = to_record(ANSWER) | {"mood": {"good": True}}
    record["citations"][0]["colour"] = "red"
    assert from_record(record) == ANSWER


@pytest.mark.parametrize(
    "changed, told",
    [
        ({"text": 5}, "Answer.text is 5, expected str"),
        ({"refused": 1}, "Answer.refused is 1, expected bool"),
        ({"confidence": True}, "Answer.confidence is True, expected float"),
        ({"confidence": "high"}, "Answer.confidence is 'high', expected float"),
        ({"citations": {}}, "Answer.citations is {}, expected tuple"),
        ({"citations": [7]}, "Answer.citations[0] is 7, expected an object"),
        ({"citations": [{"number": 1}]}, "Answer.citations[0] lacks 'file'"),
        ({"nearest": [["a", "b", "c"]]}, "Answer.nearest[0] has 3 items, expected 2"),
        (
            {"citations": [pack(CITATION) | {"published": "soon"}]},
            "Invalid isoformat string: 'soon'",
        ),
    ],
)
def test_a_damaged_record_is_told_with_the_place(changed: dict[str, object], told: str) -> None:
    with pytest.raises(ConversationError) as caught:
        from_record(to_record(ANSWER) | changed)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("record", [None, [], "x", {}])
def test_what_is_no_record_at_all_is_told(record: object) -> None:
    with pytest.raises(ConversationError):
        from_record(record)


def test_an_engines_own_answer_comes_back_but_for_its_candidates(eager: Engine) -> None:
    answer = eager.answer("Where did Obama say Assad must go?")
    assert answer.citations
    again = from_record(json.loads(json.dumps(to_record(answer))))
    assert again == replace(answer, candidates=())
    assert again.timings_ms == answer.timings_ms
