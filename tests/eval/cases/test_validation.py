"""Cases are checked against their articles: every mismatch is reported, everything else is accepted."""

from dataclasses import replace
from datetime import date

import pytest

from eval.cases.case import Case, Support
from eval.cases.validation import Problem, Validation
from index.text.article import Article

TEXT = (
    "The bridge over the harbour opened in September.Image: Reuters\n\n"
    'Mayor Ada Pell said it was "a day\u2014and a half". About 4,200 people came.\n'
)
BRIDGE = Article("bridge.txt", "0" * 64, "New bridge at Lindow", TEXT, date(2015, 9, 3))
WALK = Article("walk.txt", "1" * 64, "A walk", "Nine bakers went for a walk to Ostwick.\n")
GOOD = Case("bridge", "Who came?", ("4,200 people",), ("bridge.txt",), tags=("who",))
REFUSED = Case("moon", "Who flew?", (), (), tags=("unanswerable",))
TURN = replace(GOOD, id="turn", history=("Who?",), tags=("follow-up",), rewrite="Who of them came?")


def told(*cases: Case, unread: dict[str, str] | None = None) -> list[str]:
    """What is said of the cases, without their ids."""
    articles = {each.path: each for each in (BRIDGE, WALK)}
    found = Validation(articles, unread or {}).problems(cases)
    return [problem.what for problem in found]


def test_good_cases_of_every_kind_have_no_problem() -> None:
    switch = replace(TURN, id="switch", tags=("topic-switch",), history=("Who flew?",))
    assert told(GOOD, REFUSED, TURN, switch) == []


@pytest.mark.parametrize(
    "answer",
    [
        "the 4,200 people",  # without its article
        "Ada Pell",
        "in September",  # glued to the caption's label
        "a day \u2013 and a half",  # another dash
        "New bridge",  # the title
        "September 3, 2015",  # the article's date, in three ways of writing it
        "3 September 2015",
        "2015-09-03",
    ],
)
def test_an_answer_of_the_text_the_title_or_the_date_is_found(answer: str) -> None:
    assert told(replace(GOOD, answers=(answer,))) == []


@pytest.mark.parametrize("answer", ["4,20", "eople", "Sept", "nine bakers"])
def test_an_answer_is_looked_for_as_words_and_in_the_case_s_files_alone(answer: str) -> None:
    (line,) = told(replace(GOOD, answers=("4,200", answer)))
    assert line.startswith(f"answer {answer!r} stands in none of its files; give the words")


def test_one_of_several_files_is_enough_for_an_answer() -> None:
    both = replace(GOOD, answers=("4,200", "nine"), files=("bridge.txt", "walk.txt"))
    assert told(both) == []


def test_a_pattern_is_found_whatever_its_case_or_told() -> None:
    assert told(replace(GOOD, patterns=(r"\bada\s+pell\b", "^new bridge"))) == []
    (line,) = told(replace(GOOD, patterns=(r"\bbakers\b",)))
    assert (
        line == r"pattern '\\bbakers\\b' is found in none of its files; correct it, or take it out"
    )


def test_a_file_that_is_missing_is_told_and_answers_are_not_blamed_for_it() -> None:
    case = replace(GOOD, answers=("unheard of",), files=("bridge.txt", "gone.txt"))
    (line,) = told(case, unread={"gone.txt": "is not in corpus"})
    assert line == "file 'gone.txt' is not in corpus; correct the case, or give the right articles"


def test_a_span_stands_exactly_or_the_nearest_sentence_is_told() -> None:
    exact = Support("bridge.txt", "About 4,200 people came.")
    assert told(replace(GOOD, spans=(exact,))) == []
    near = replace(exact, text="about 4,200 people came")
    (line,) = told(replace(GOOD, spans=(near,)))
    assert "span 'about 4,200 people came' is not in 'bridge.txt'; line 3 of its text has" in line
    assert "'About 4,200 people came.': give its exact words" in line
    (line,) = told(replace(GOOD, spans=(exact, Support("bridge.txt", "Cows fly by night."))))
    assert line.endswith("is not in 'bridge.txt'; give words exactly as its text has them")


def test_a_span_has_to_stand_in_its_own_file() -> None:
    both = replace(GOOD, files=("bridge.txt", "walk.txt"))
    (line, other) = told(replace(both, spans=(Support("walk.txt", "4,200 people"),) * 2))
    assert line == other and "is not in 'walk.txt'" in line


def test_one_of_the_spans_holds_an_accepted_answer_or_pattern() -> None:
    mayor = Support("bridge.txt", "Mayor Ada Pell")
    (line,) = told(replace(GOOD, spans=(mayor,)))
    assert line == "no accepted answer stands in its spans; mark the words that hold one"
    people = Support("bridge.txt", "4,200 people")
    assert told(replace(GOOD, spans=(mayor, people))) == []
    assert told(replace(GOOD, spans=(mayor,), patterns=("pell",))) == []


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (replace(GOOD, tags=("unanswerable",)), "has answers and the tag 'unanswerable'"),
        (replace(REFUSED, tags=()), "has no answers and not the tag 'unanswerable'"),
        (replace(GOOD, tags=("near-miss",)), "has the tag 'near-miss' without 'unanswerable'"),
        (replace(GOOD, tags=("absent",)), "has the tag 'absent' without 'unanswerable'"),
        (replace(GOOD, tags=("off-topic",)), "has the tag 'off-topic' without 'unanswerable'"),
        (replace(TURN, tags=()), "'follow-up' or 'topic-switch', one of them, and not neither"),
        (replace(TURN, tags=("follow-up", "topic-switch")), "not 'follow-up' and 'topic-switch'"),
        (replace(GOOD, tags=("follow-up",)), "has the tag 'follow-up' but no history"),
        (replace(GOOD, tags=("topic-switch",)), "has the tag 'topic-switch' but no history"),
        (replace(GOOD, tags=("conflict",)), "has the tag 'conflict' but not two files"),
        (replace(GOOD, rewrite="Who came there?"), "has a rewrite but no history"),
    ],
)
def test_what_contradicts_itself_within_a_case_is_told_once(case: Case, said: str) -> None:
    (line,) = told(case)
    assert said in line and "; " in line


def test_the_same_question_after_the_same_history_is_told_at_the_later_case() -> None:
    again = replace(GOOD, id="again", question="who came")
    later = replace(TURN, id="later")
    elsewhere = replace(TURN, id="elsewhere", history=("Why?",))
    articles = {BRIDGE.path: BRIDGE}
    found = list(Validation(articles, {}).problems([GOOD, TURN, elsewhere, again, later]))
    assert found == [
        Problem("again", "asks the same as case 'bridge', after the same; take one out"),
        Problem("later", "asks the same as case 'turn', after the same; take one out"),
    ]
