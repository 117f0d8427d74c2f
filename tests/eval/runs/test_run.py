"""Running a set: what an engine says is judged by the case and by the files themselves."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.answer import Answer, Candidate, Citation
from bot.conversation import Conversation
from eval.cases.case import Case, Support
from eval.runs.report import Report
from eval.runs.run import CitationChecker, run_case, run_cases
from index.errors import QuestionError
from index.text.article import Article, Passage

TEXT = "Title\n\nAssad must go.\nObama said so\nat the UN.\n"
QUOTE = "Obama said so\nat the UN."
START = TEXT.index(QUOTE)
GOOD = Citation(1, "a.txt", "Title", None, START, START + len(QUOTE), 4, 5, QUOTE)
ASKED = Case("un", "Where did he say so?", ("the UN",), ("a.txt",))
UNKNOWN = Case("mars", "Who is on Mars?", (), ())


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text("Another story.\n", encoding="utf-8")
    return tmp_path


def answered(question: str, short: str = "the UN", citation: Citation = GOOD) -> Answer:
    articles = [Article(path, "0", path, TEXT) for path in ("b.txt", "a.txt", "b.txt")]
    return Answer(
        question=question,
        standalone_question=question,
        answer=short,
        text=f"{short} [1]",
        refused=False,
        reason=None,
        confidence=0.9,
        citations=(citation,),
        candidates=tuple(Candidate(Passage(a.id, 0, 0, 5), a, 0.5) for a in articles),
        timings_ms={"total": 1.0},
    )


def refusal(question: str) -> Answer:
    return Answer(question, question, "", "No article says.", True, "nothing found", 0.1)


@dataclass
class Script:
    """An engine that gives prepared answers and remembers what it was asked after what."""

    answers: dict[str, Answer]
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def answer(self, question: str, conversation: Conversation) -> Answer:
        self.asked.append((question, tuple(turn.question for turn in conversation.turns)))
        if question not in self.answers:
            raise QuestionError(f"{question!r}: not in the script")
        return self.answers[question]


def run(corpus: Path, case: Case, *answers: Answer) -> Report:
    return run_cases(Script({each.question: each for each in answers}), [case], corpus)


def test_a_right_answer_from_a_right_file_is_correct(corpus: Path) -> None:
    report = run(corpus, ASKED, answered(ASKED.question))
    (result,) = report.results
    assert result.correct and result.right and result.file_right
    assert result.cited_files == ("a.txt",)
    assert result.retrieved == ("b.txt", "a.txt")
    assert result.ranks == (2,)
    assert (result.citations, result.citations_valid) == (1, 1)
    figures = report.figures
    assert figures["accuracy"] == figures["exact_match"] == figures["token_f1"] == 1.0
    assert figures["citation_validity"] == 1.0
    assert figures["recall@1"] == 0.0
    assert figures["mrr@10"] == 0.5
    assert figures["refusal_precision"] is None
    assert figures["refusal_recall"] is None


def test_a_right_answer_from_a_wrong_file_is_a_miss(corpus: Path) -> None:
    elsewhere = Citation(1, "b.txt", "b", None, 0, 14, 1, 1, "Another story.")
    report = run(corpus, ASKED, answered(ASKED.question, citation=elsewhere))
    assert report.figures["answer_right"] == 1.0
    assert report.figures["file_cited"] == report.figures["accuracy"] == 0.0
    assert report.figures["citation_validity"] == 1.0
    assert [miss.case.id for miss in report.misses] == ["un"]


def test_a_wrong_answer_with_a_right_file_is_a_miss(corpus: Path) -> None:
    report = run(corpus, ASKED, answered(ASKED.question, short="Geneva"))
    assert report.figures["file_cited"] == 1.0
    assert report.figures["accuracy"] == 0.0


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, quote="Obama said so at the UN."),
        replace(GOOD, start=START + 1),
        replace(GOOD, start=START + 1, end=GOOD.end + 1),
        replace(GOOD, line_start=3),
        replace(GOOD, line_end=6),
        replace(GOOD, file="b.txt"),
        replace(GOOD, file="missing.txt"),
        replace(GOOD, file="../a.txt"),
        replace(GOOD, start=-len(TEXT) + START),
        replace(GOOD, start=START, end=START, quote=""),
        replace(GOOD, start=0, end=len(TEXT) + 9, line_start=1, line_end=6, quote=TEXT),
    ],
)
def test_a_citation_that_differs_from_the_file_is_invalid(corpus: Path, wrong: Citation) -> None:
    assert CitationChecker(corpus).valid(GOOD)
    assert not CitationChecker(corpus).valid(wrong)
    report = run(corpus, ASKED, answered(ASKED.question, citation=wrong))
    assert report.figures["citation_validity"] == 0.0


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(tmp_path: Path, end: str) -> None:
    (tmp_path / "c.txt").write_bytes(f"Title{end}{end}One.{end}Two.{end}".encode())
    quote = f"One.{end}Two."
    start = 5 + 2 * len(end)
    good = Citation(1, "c.txt", "Title", None, start, start + len(quote), 3, 4, quote)
    assert CitationChecker(tmp_path).valid(good)
    assert not CitationChecker(tmp_path).valid(replace(good, line_end=3))


def test_refusals_are_counted_on_both_kinds_of_question(corpus: Path) -> None:
    invented = Case("ufo", "Who saw it?", (), ())
    lost = replace(ASKED, id="lost", question="Where again?")
    answers = [
        answered(ASKED.question),
        refusal(UNKNOWN.question),
        answered(invented.question),
        refusal(lost.question),
    ]
    script = Script({each.question: each for each in answers})
    figures = run_cases(script, [ASKED, UNKNOWN, invented, lost], corpus).figures
    assert figures["refusal_precision"] == 0.5
    assert figures["refusal_recall"] == 0.5
    assert figures["accuracy"] == 0.5
    assert (figures["cases"], figures["answerable"]) == (4, 2)


def test_an_unanswerable_question_is_correct_only_when_refused(corpus: Path) -> None:
    assert run(corpus, UNKNOWN, refusal(UNKNOWN.question)).misses == ()
    assert len(run(corpus, UNKNOWN, answered(UNKNOWN.question)).misses) == 1


def test_history_is_replayed_and_its_citations_are_checked_too(corpus: Path) -> None:
    case = replace(ASKED, history=("Who said so?", "When?"))
    broken = answered("When?", citation=replace(GOOD, quote="Never."))
    script = Script({a.question: a for a in (answered("Who said so?"), broken)})
    script.answers[case.question] = answered(case.question)
    (result,) = run_cases(script, [case], corpus).results
    assert script.asked == [
        ("Who said so?", ()),
        ("When?", ("Who said so?",)),
        (case.question, ("Who said so?", "When?")),
    ]
    assert (result.citations, result.citations_valid) == (3, 2)


def test_conversations_do_not_leak_from_case_to_case(corpus: Path) -> None:
    script = Script({q: answered(q) for q in (ASKED.question, "Who?")})
    run_cases(script, [replace(ASKED, history=("Who?",)), replace(ASKED, id="again")], corpus)
    assert script.asked[-1] == (ASKED.question, ())


def test_the_hash_tells_answers_apart_and_overlooks_times_and_scores(corpus: Path) -> None:
    answer = answered(ASKED.question)
    digest = run(corpus, ASKED, answer).digest
    assert run(corpus, ASKED, replace(answer, timings_ms={"total": 99.0})).digest == digest
    assert run(corpus, ASKED, replace(answer, text="The UN, he said [1]")).digest != digest
    assert (
        run(corpus, ASKED, replace(answer, citations=(replace(GOOD, file="b"),))).digest != digest
    )
    assert run(corpus, ASKED, replace(answer, confidence=0.8)).digest == digest
    none = refusal(UNKNOWN.question)
    near = replace(none, text="No article says.\n\nNearest: Another story")
    assert run(corpus, UNKNOWN, near).digest == run(corpus, UNKNOWN, none).digest
    assert (
        run(corpus, UNKNOWN, replace(near, reason="unsure")).digest
        != run(corpus, UNKNOWN, near).digest
    )


def test_only_unanswerable_cases_leave_figures_without_a_value(corpus: Path) -> None:
    figures = run(corpus, UNKNOWN, refusal(UNKNOWN.question)).figures
    for name in ("accuracy", "exact_match", "token_f1", "citation_validity", "ndcg@10"):
        assert figures[name] is None
    assert figures["refusal_precision"] == figures["refusal_recall"] == 1.0


def test_tags_are_counted(corpus: Path) -> None:
    cases = [replace(ASKED, tags=("place", "un")), replace(UNKNOWN, tags=("place",))]
    script = Script({ASKED.question: answered(ASKED.question)})
    script.answers[UNKNOWN.question] = answered(UNKNOWN.question)
    assert run_cases(script, cases, corpus).by_tag == {"place": (1, 2), "un": (1, 1)}


def test_confidence_is_judged_against_near_misses_apart(corpus: Path) -> None:
    near = replace(UNKNOWN, id="near", question="Who, nearly?", tags=("near-miss",))
    answers = [
        replace(answered(ASKED.question), confidence=0.5),
        replace(refusal(near.question), confidence=0.7),
        replace(refusal(UNKNOWN.question), confidence=0.1),
    ]
    script = Script({each.question: each for each in answers})
    figures = run_cases(script, [ASKED, near, UNKNOWN], corpus).figures
    assert (figures["auroc"], figures["auroc_near_misses"]) == (0.5, 0.0)
    assert run(corpus, ASKED, answers[0]).figures["auroc"] is None


def test_a_question_the_engine_cannot_take_ends_the_run_with_its_error(corpus: Path) -> None:
    with pytest.raises(QuestionError):
        run(corpus, ASKED)


def test_what_is_searched_deeper_follows_what_was_read(corpus: Path) -> None:
    answer = answered(ASKED.question)
    late = Article("late.txt", "0", "Late", TEXT)
    found = (*answer.candidates, Candidate(Passage(late.id, 0, 0, 5), late, 0.25))
    script = Script({ASKED.question: answer})
    result = run_case(script, ASKED, CitationChecker(corpus), lambda question: found)
    assert result.retrieved == ("b.txt", "a.txt", "late.txt")
    assert [each.file for each in result.passages[: result.read]] == ["b.txt", "a.txt", "b.txt"]
    last = result.passages[-1]
    assert (last.file, last.title, last.text, last.score) == ("late.txt", "Late", TEXT[:5], 0.25)
    assert run_case(script, ASKED, CitationChecker(corpus)).retrieved == ("b.txt", "a.txt")


def test_passages_and_citations_are_told_by_the_supporting_spans_they_overlap(corpus: Path) -> None:
    marked = replace(
        ASKED,
        spans=(Support("a.txt", "Title"), Support("a.txt", "at the UN"), Support("a.txt", "no")),
    )
    (result,) = run(corpus, marked, answered(ASKED.question)).results
    # the citation overlaps the second, the passage of a.txt (its first five characters) the first
    assert [cited.holds for cited in result.cited] == [(1,)]
    assert [passage.holds for passage in result.passages] == [(), (0,), ()]
    assert result.support.statements == 1


def test_a_follow_up_is_also_asked_as_a_person_rewrote_it_alone(corpus: Path) -> None:
    case = Case("un", "Where?", ("the UN",), ("a.txt",), ("Who said so?",), rewrite="Where was it?")
    script = Script(
        {
            "Who said so?": answered("Who said so?"),
            "Where?": answered("Where?", "Geneva"),
            "Where was it?": answered("Where was it?"),
        }
    )
    result = run_case(script, case, CitationChecker(corpus))
    assert not result.correct and result.alone is True
    assert script.asked[-1] == ("Where was it?", ())
    assert run_case(script, replace(case, rewrite=""), CitationChecker(corpus)).alone is None
