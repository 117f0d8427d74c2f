"""Drafts and the set they go into: after each decision both files are whole, and no draft is lost."""

import json
from pathlib import Path

import pytest

from eval.cases.case import Case, Support, load_cases
from eval.cases.drafts.draft import Draft, drafts_beside, load_drafts, write_drafts
from eval.cases.drafts.pile import LONGEST, MOST_ANSWERS, Pile, edited
from index.errors import EvaluationError, NoSuchError

WHO = Draft(
    Case(
        "one",
        "Who baked the bread?",
        ("Ada Pell", "Pell"),
        ("a.txt",),
        tags=("who", "drafted"),
        spans=(Support("a.txt", "Ada Pell\nbaked the bread."),),
    ),
    "asks who did it",
)
NOBODY = Draft(
    Case("two", "Who baked the cake?", (), ()), "“Who baked the bread?” with cake for bread"
)
LAX = Draft(Case("three", "Who sang?", ("Ada",), ()), "no file is named")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The drafts, written, and a set that is not there yet."""
    drafts = tmp_path / "mine.drafts.jsonl"
    write_drafts(drafts, [WHO, NOBODY, LAX])
    return drafts, tmp_path / "mine.jsonl"


def test_drafts_are_read_as_they_were_written_and_never_as_a_set(files: tuple[Path, Path]) -> None:
    assert load_drafts(files[0]) == (WHO, NOBODY, LAX)
    with pytest.raises(EvaluationError, match="'one' is a draft"):
        load_cases(files[0])


def test_what_is_accepted_is_in_the_set_and_leaves_the_drafts(files: tuple[Path, Path]) -> None:
    pile = Pile(*files)
    pile.accept(WHO)
    assert load_cases(files[1]) == (WHO.case,)
    assert load_drafts(files[0]) == (NOBODY, LAX)
    pile.reject(LAX)
    pile.accept(NOBODY)
    assert load_cases(files[1]) == (WHO.case, NOBODY.case)
    assert load_drafts(files[0]) == ()
    assert Pile(*files).drafts == []


def test_a_stop_between_the_two_files_loses_nothing_and_doubles_nothing(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pile = Pile(*files)
    with monkeypatch.context() as stopped:
        stopped.setattr(Pile, "reject", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            pile.accept(WHO)
    assert [draft.id for draft in load_drafts(files[0])] == ["one", "two", "three"]
    assert [draft.id for draft in Pile(*files).drafts] == ["two", "three"]
    assert load_cases(files[1]) == (WHO.case,)


def test_an_incomplete_draft_is_not_accepted_and_stays(files: tuple[Path, Path]) -> None:
    pile = Pile(*files)
    with pytest.raises(EvaluationError, match="'three' has answers but no files"):
        pile.accept(LAX)
    assert not files[1].exists()
    assert load_drafts(files[0]) == (WHO, NOBODY, LAX)


def test_an_unknown_id_and_one_file_for_both_are_told(files: tuple[Path, Path]) -> None:
    with pytest.raises(NoSuchError, match="no draft is called 'four'"):
        Pile(*files).find("four")
    with pytest.raises(EvaluationError, match="holds the drafts"):
        Pile(files[0], files[0])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "a", "question": "Who?", "answers": [], "files": []}', "'draft' is None"),
        ('{"draft": "x", "question": "Who?"}', "key 'id' is missing"),
        ('{"draft": "x", "id": 1, "question": "Who?", "answers": [], "files": []}', "'id' is 1"),
        ("[]", "a list"),
    ],
)
def test_a_damaged_line_is_named(files: tuple[Path, Path], line: str, told: str) -> None:
    files[0].write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(EvaluationError, match=r"mine\.drafts\.jsonl, line 2") as error:
        Pile(*files)
    assert told in str(error.value)


def test_an_id_used_twice_is_told(files: tuple[Path, Path]) -> None:
    files[0].write_text(files[0].read_text("utf-8") * 2, "utf-8")
    with pytest.raises(EvaluationError, match="an id is used twice"):
        Pile(*files)


def test_words_are_tidied_when_edited_and_none_mean_a_refusal() -> None:
    case = edited(WHO, "  Who  made\nit? ", ["Ada", "", " Ada ", "Pell"]).case
    assert (case.question, case.answers, case.spans) == (
        "Who made it?",
        ("Ada", "Pell"),
        WHO.case.spans,
    )
    refused = edited(WHO, "Who sang?", [" "]).case
    assert (refused.answers, refused.files, refused.spans) == ((), (), ())


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        (" ", ["Ada"]),
        ("x" * (LONGEST + 1), ["Ada"]),
        ("Who?", ["x" * (LONGEST + 1)]),
        ("Who?", [str(n) for n in range(MOST_ANSWERS + 1)]),
    ],
)
def test_too_much_or_nothing_is_refused(question: str, answers: list[str]) -> None:
    with pytest.raises(EvaluationError, match=r"reject the draft|shorten it"):
        edited(WHO, question, answers)


def test_a_lone_surrogate_is_written_so_that_it_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "odd.drafts.jsonl"
    odd = Draft(Case("a", "Who?", ("\udc80",), ("\udc80.txt",)), "odd")
    write_drafts(path, [odd])
    assert load_drafts(path) == (odd,)
    assert json.loads(path.read_text("utf-8"))["draft"] == "odd"


def test_the_drafts_of_a_set_lie_beside_it() -> None:
    assert drafts_beside(Path("a/mine.jsonl")) == Path("a/mine.drafts.jsonl")
    assert drafts_beside(Path("a/mine.drafts.jsonl")) == Path("a/mine.drafts.jsonl")
