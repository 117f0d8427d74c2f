"""`python -m eval from-feedback` through its command line, over votes in a real file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer
from bot.page.people.database import PeopleDatabase
from bot.page.people.votes import VoteStore
from eval.__main__ import main
from eval.cases.case import load_cases
from eval.runs.sets import available_sets
from index.errors import EvaluationError
from tests.bot.page.answers import CITATION, REFUSAL, answered

HARBOUR, BAKERY = "a/harbour.txt", "bakery.txt"
ASKED = "Who cut the ribbon?"


class Desk:
    """A corpus, an index folder with votes in it, and the command run over them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.corpus, self.storage = folder / "corpus", folder / "storage"
        self.out, self.drafts = folder / "cases.jsonl", folder / "cases.drafts.jsonl"
        for file in (HARBOUR, BAKERY, "week.zip"):
            path = self.corpus / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("Words.")
        self._feedback, self._capsys, self._votes = (
            VoteStore(PeopleDatabase(self.storage / "people")),
            capsys,
            0,
        )

    def up(self, answer: Answer, **more: Any) -> None:
        self._vote(answer, up=True, **more)

    def down(self, answer: Answer, reason: str = "", note: str = "", **more: Any) -> None:
        self._vote(answer, up=False, reason=reason, note=note, **more)

    def _vote(self, answer: Answer, **more: Any) -> None:
        self._votes += 1
        self._feedback.vote("anna", f"c{self._votes}", 0, answer, **more)

    def run(self, *flags: str) -> tuple[int, str, str]:
        return self.run_without_out("--out", str(self.out), *flags)

    def run_without_out(self, *flags: str) -> tuple[int, str, str]:
        places = ["--storage", str(self.storage), "--corpus", str(self.corpus)]
        code = main(["from-feedback", *places, *flags])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err

    def rows(self, path: Path | None = None) -> list[dict[str, Any]]:
        path = path or self.out
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Without a vote yet."""
    return Desk(tmp_path, capsys)


def refused(question: str) -> Answer:
    return replace(REFUSAL, question=question, standalone_question=question)


def cited(question: str, answer: str, *files: str) -> Answer:
    citations = tuple(replace(CITATION, number=n, file=file) for n, file in enumerate(files, 1))
    return answered(question, answer, citations=citations)


def test_without_a_file_the_votes_become_a_set_that_the_page_offers(desk: Desk) -> None:
    desk.up(cited(ASKED, "Ada Pell", HARBOUR))
    code, out, err = desk.run_without_out()
    assert (code, err) == (0, "")
    assert "votes.jsonl: cases written: 1" in out
    offered = available_sets(desk.storage / "people" / "sets", desk.corpus)["votes"]
    assert offered.own and [case.question for case in offered.cases()] == [ASKED]
    code, _, err = desk.run_without_out()
    assert code != 0 and "already exists" in err
    assert desk.run_without_out("--force")[0] == 0


def test_a_thumb_up_becomes_a_case_that_the_loader_takes(desk: Desk) -> None:
    desk.up(cited(ASKED, "Ada Pell", HARBOUR, HARBOUR))
    code, out, err = desk.run()
    assert (code, err) == (0, "")
    assert "cases written: 1" in out
    (case,) = load_cases(desk.out)
    assert (case.question, case.answers, case.files) == (ASKED, ("Ada Pell",), (HARBOUR,))
    assert case.tags == ("feedback",)
    assert not desk.drafts.exists()


def test_a_refusal_called_right_and_an_answer_that_should_not_have_been_are_unanswerable(
    desk: Desk,
) -> None:
    desk.up(refused("Who won the cup?"))
    desk.down(answered("Who lost it?"), "should have refused")
    assert desk.run()[0] == 0
    assert [(c.question, c.answers, c.files) for c in load_cases(desk.out)] == [
        ("Who won the cup?", (), ()),
        ("Who lost it?", (), ()),
    ]


def test_a_follow_up_keeps_the_conversation_before(desk: Desk) -> None:
    asked = replace(answered("Why?"), standalone_question="Why did Ada Pell cut the ribbon?")
    desk.up(asked, before=(ASKED, "When?"))
    desk.up(answered("Why?"))  # by itself another question
    desk.run()
    follow_up, alone = load_cases(desk.out)
    assert follow_up.history == (ASKED, "When?")
    assert follow_up.tags == ("feedback", "follow-up")
    assert alone.history == ()


@pytest.mark.parametrize(
    "answer, reason",
    [
        (answered(ASKED, "Bert"), "wrong answer"),
        (cited(ASKED, "Ada Pell", HARBOUR), "wrong source"),
        (refused(ASKED), "should have answered"),
        (answered(ASKED, "Bert"), ""),
    ],
)
def test_a_note_that_states_the_truth_makes_a_case_and_without_it_a_draft(
    desk: Desk, answer: Answer, reason: str
) -> None:
    desk.down(answer, reason, "I looked it up.\nAnswer: Ada Pell \n file: bakery.txt")
    desk.run()
    (case,) = load_cases(desk.out)
    assert (case.answers, case.files) == (("Ada Pell",), (BAKERY,))

    desk.down(replace(answer, question="And who ate?"), reason, "This is wrong,\nlook again.")
    code, out, err = desk.run("--force")
    assert (code, err) == (0, "")
    assert "drafts to complete: 1" in out
    assert len(load_cases(desk.out)) == 1
    (draft,) = desk.rows(desk.drafts)
    assert draft["question"] == "And who ate?"
    assert "no file is named" in draft["draft"]
    assert "note: This is wrong, look again." in draft["draft"]


def test_a_wrong_source_keeps_the_answer_and_asks_for_the_file(desk: Desk) -> None:
    desk.down(cited(ASKED, "Ada Pell", BAKERY), "wrong source")
    desk.run()
    (draft,) = desk.rows(desk.drafts)
    assert (draft["answers"], draft["files"]) == (["Ada Pell"], [])
    assert not desk.out.exists()


def test_the_loader_names_a_draft_and_takes_it_once_completed(desk: Desk) -> None:
    desk.down(refused(ASKED), "should have answered")
    code, out, _ = desk.run()
    assert (code, "no case can be made" in out) == (0, True)
    with pytest.raises(
        EvaluationError, match=r"line 1: case '.*' is a draft \(should have answered"
    ):
        load_cases(desk.drafts)
    (draft,) = desk.rows(desk.drafts)
    del draft["draft"]
    desk.drafts.write_text(json.dumps(draft | {"answers": ["Ada Pell"], "files": [HARBOUR]}))
    (case,) = load_cases(desk.drafts)
    assert case.answerable


def test_votes_on_one_question_are_one_case(desk: Desk) -> None:
    desk.up(cited(ASKED, "Ada Pell", HARBOUR))
    desk.up(cited("who cut  the RIBBON", "ada pell", HARBOUR, BAKERY))
    desk.up(cited(ASKED, "the mayor", BAKERY))
    desk.down(cited(ASKED, "Bert", BAKERY), "wrong answer")  # no contradiction, and answered above
    assert desk.run()[2] == ""
    (case,) = load_cases(desk.out)
    assert set(case.files) == {HARBOUR, BAKERY}
    assert [answer.casefold() for answer in case.answers] == ["ada pell", "the mayor"]
    assert not desk.drafts.exists()


@pytest.mark.parametrize(
    "votes",
    [
        [
            ("up", cited(ASKED, "Ada", HARBOUR), ""),
            ("down", cited(ASKED, "ada", BAKERY), "wrong answer"),
        ],
        [("up", cited(ASKED, "Ada", HARBOUR), ""), ("down", cited(ASKED, "Ada", HARBOUR), "")],
        [
            ("up", cited(ASKED, "Ada", HARBOUR), ""),
            ("down", cited(ASKED, "Ada", HARBOUR), "wrong source"),
        ],
        [
            ("up", cited(ASKED, "Ada", HARBOUR), ""),
            ("down", answered(ASKED), "should have refused"),
        ],
        [("up", cited(ASKED, "Ada", HARBOUR), ""), ("up", refused(ASKED), "")],
        [("up", refused(ASKED), ""), ("down", refused(ASKED), "should have answered")],
        [
            ("down", answered(ASKED), "should have refused"),
            ("down", answered(ASKED), "wrong source"),
        ],
    ],
)
def test_votes_that_contradict_each_other_are_told_and_left_out(
    desk: Desk, votes: list[tuple[str, Answer, str]]
) -> None:
    for thumb, answer, reason in votes:
        desk.up(answer) if thumb == "up" else desk.down(answer, reason)
    desk.up(cited("Who else?", "Bert", BAKERY))
    code, _, err = desk.run()
    assert code == 0
    assert err.count("\n") == 1
    assert f"“{ASKED}”" in err
    assert "its 2 votes are left out" in err
    assert [case.question for case in load_cases(desk.out)] == ["Who else?"]
    assert not desk.drafts.exists()


def test_a_right_answer_beside_a_wrong_source_is_no_contradiction(desk: Desk) -> None:
    desk.down(cited(ASKED, "Ada", BAKERY), "wrong source")
    desk.up(cited(ASKED, "Ada", HARBOUR))
    assert desk.run()[2] == ""
    (case,) = load_cases(desk.out)
    assert case.files == (HARBOUR,)


@pytest.mark.parametrize(
    "answer, reason", [(refused(ASKED), "wrong answer"), (answered(ASKED), "should have answered")]
)
def test_a_reason_that_does_not_fit_is_told_and_left_out(
    desk: Desk, answer: Answer, reason: str
) -> None:
    desk.down(answer, reason)
    code, _, err = desk.run()
    assert (code, desk.out.exists(), desk.drafts.exists()) == (0, False, False)
    assert f"a thumb down for {reason!r}" in err


@pytest.mark.parametrize(
    "file", ["gone.txt", "../storage/people/people.sqlite3", "/etc/passwd", "\x00"]
)
def test_a_file_that_is_not_in_the_corpus_makes_a_draft(desk: Desk, file: str) -> None:
    desk.up(cited(ASKED, "Ada Pell", file))
    assert desk.run()[0] == 0
    (draft,) = desk.rows(desk.drafts)
    assert f"{file!r} is not in the corpus" in draft["draft"]
    assert not desk.out.exists()


def test_an_article_in_an_archive_is_a_file_of_the_corpus(desk: Desk) -> None:
    desk.up(cited(ASKED, "Ada Pell", "week.zip//monday/flood.txt"))
    desk.run()
    (case,) = load_cases(desk.out)
    assert case.files == ("week.zip//monday/flood.txt",)


def test_what_was_asked_of_a_selection_is_a_draft(desk: Desk) -> None:
    desk.up(refused(ASKED), settings={"selection": "The Daily, 2015"})
    desk.run()
    (draft,) = desk.rows(desk.drafts)
    assert "a selection of the articles" in draft["draft"]


@pytest.mark.parametrize("there", ["out", "drafts"])
def test_nothing_is_written_over_without_force(desk: Desk, there: str) -> None:
    desk.up(answered(ASKED))
    desk.down(refused("Who else?"), "should have answered")
    path: Path = getattr(desk, there)
    path.write_text("kept")
    code, _, err = desk.run()
    assert (code, path.read_text()) == (2, "kept")
    assert f"{path}: already exists" in err
    assert len(list(desk.out.parent.glob("*.jsonl"))) == 1
    assert desk.run("--force")[0] == 0
    assert path.read_text() != "kept"


def test_no_votes_no_folder_and_another_name_are_told_in_a_line(desk: Desk, tmp_path: Path) -> None:
    code, _, err = desk.run()
    assert (code, err.count("\n")) == (2, 1)
    assert "no vote there" in err
    assert not (desk.storage / "people").exists()  # looking makes nothing
    desk.up(answered(ASKED))
    desk.out = tmp_path / "nowhere" / "cases.jsonl"
    code, _, err = desk.run()
    assert (code, "cannot be written" in err) == (2, True)
    desk.out = tmp_path / "cases.txt"
    code, _, err = desk.run()
    assert (code, "ends in .jsonl" in err) == (2, True)


def test_hostile_words_neither_steer_the_terminal_nor_break_a_line(desk: Desk) -> None:
    hostile = 'x\x1b[2J"\n{"id": 1}\u2028\udc80\u202e?'
    desk.up(cited(hostile, 'Ada\n"Pell"\udc80', HARBOUR))
    desk.down(refused("\x1b[2J\udc80?"), "wrong answer")
    code, _, err = desk.run()
    assert code == 0
    assert "\x1b" not in err and "\udc80" not in err
    (case,) = load_cases(desk.out)
    assert (case.question, case.answers) == (hostile, ('Ada\n"Pell"\udc80',))


def test_the_same_votes_give_the_same_file_and_no_name_of_a_person(desk: Desk) -> None:
    desk.up(answered(ASKED))
    desk.up(refused("Who won?"))
    desk.run()
    first = desk.out.read_bytes()
    assert b"anna" not in first
    desk.run("--force")
    assert desk.out.read_bytes() == first
