"""`python -m eval import` through its command line, and what it wrote through the commands that read it."""

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.cases.case import load_cases
from eval.cases.importing.formats import FORMATS
from tests.eval.conftest import Put

BRIDGE = (
    "The bridge over the harbour of Lindow opened on Tuesday. Mayor Ada Pell cut the ribbon before a "
    "crowd of 4,200 people."
)
BAKERY = "A bakery in Ostwick won the national bread prize. Its rye loaf convinced nine bakers."
SQUAD = {
    "data": [
        {
            "title": "Harbour_bridge",
            "paragraphs": [
                {
                    "context": BRIDGE,
                    "qas": [
                        {
                            "id": "ribbon",
                            "question": "Who cut the ribbon?",
                            "answers": [{"text": "Ada Pell", "answer_start": 63}],
                        },
                        {
                            "id": "moon",
                            "question": "Which rocket flew to Neptune?",
                            "is_impossible": True,
                            "answers": [],
                        },
                        {"id": "blank", "question": " ", "answers": []},
                    ],
                }
            ],
        },
        {"title": "Bakery", "paragraphs": [{"context": BAKERY, "qas": []}]},
    ]
}


class Desk:
    """The command, run over one file, with a folder to write to."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self.out, self._capsys = path, path.parent / "out", capsys

    def run(self, *flags: str, format: str = "squad") -> tuple[int, str, str]:
        code = main(["import", format, str(self.path), "--out", str(self.out), *flags])
        printed = self._capsys.readouterr()
        return code, printed.out, printed.err


@pytest.fixture
def desk(put: Put, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(put("dev.json", SQUAD), capsys)


def test_an_imported_set_is_asked_as_any_other(desk: Desk, tmp_path: Path) -> None:
    code, out, err = desk.run()
    assert code == 0 and "cases written: 2, 1 unanswerable" in out and "articles written: 2" in out
    assert err == "eval: skipped: 1 questions without words\n"
    cases, corpus, report = desk.out / "set.jsonl", desk.out / "corpus", tmp_path / "report.json"
    asked = ["run", "--set", str(cases), "--corpus", str(corpus), "--json", str(report)]
    assert main(asked) == 0
    (told,) = json.loads(report.read_text(encoding="utf-8"))["reports"]
    assert (told["figures"]["accuracy"], told["figures"]["citation_validity"]) == (1.0, 1.0)
    assert told["results"][0]["retrieved"][0] == "Harbour-bridge.txt"


def test_supporting_spans_stand_in_the_files_word_for_word(desk: Desk) -> None:
    desk.run()
    spans = [span for case in load_cases(desk.out / "set.jsonl") for span in case.spans]
    assert [span.text for span in spans] == [BRIDGE.partition(". ")[2]]
    for span in spans:
        assert span.text in (desk.out / "corpus" / span.file).read_text(encoding="utf-8")


def test_conversations_become_turns_that_the_resolution_command_takes(
    desk: Desk, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.path = put(
        "canard.json",
        [
            {
                "History": ["Harbour bridge", "Opening"],
                "QuAC_dialog_id": "C_0",
                "Question": "Who cut the ribbon there?",
                "Question_no": 1,
                "Rewrite": "Who cut the ribbon at the opening of the harbour bridge?",
            }
        ],
    )
    code, out, _ = desk.run(format="canard")
    assert code == 0 and "turns written: 1" in out
    assert [path.name for path in desk.out.iterdir()] == ["turns.jsonl"]
    assert main(["resolution", "--data", str(desk.out / "turns.jsonl"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["turns"] == 1


def test_nothing_is_written_over_unless_forced(desk: Desk) -> None:
    desk.run()
    before = (desk.out / "set.jsonl").read_bytes()
    desk.path.write_text(json.dumps(SQUAD).replace("Mayor", "Baron"), encoding="utf-8")
    code, _, err = desk.run()
    assert code == 2 and "set.jsonl: already exists; give another --out DIR, or --force" in err
    assert (desk.out / "set.jsonl").read_bytes() == before
    code, _, _ = desk.run("--force")
    assert code == 0 and b"Baron Ada Pell" in (desk.out / "set.jsonl").read_bytes()
    bridge = (desk.out / "corpus" / "Harbour-bridge.txt").read_text(encoding="utf-8")
    assert "Baron" in bridge and "Mayor" not in bridge


def test_an_article_of_somebody_else_is_neither_deleted_nor_asked(desk: Desk) -> None:
    own = desk.out / "corpus" / "own.txt"
    own.parent.mkdir(parents=True)
    own.write_text("My own words.", encoding="utf-8")
    code, _, err = desk.run("--force")
    assert code == 2 and "has 1 other files, as 'own.txt'" in err
    assert own.read_text(encoding="utf-8") == "My own words."
    assert not (desk.out / "set.jsonl").exists()


def test_a_folder_that_cannot_be_written_is_told(desk: Desk) -> None:
    desk.out = desk.path / "below a file"
    code, _, err = desk.run()
    assert code == 2 and "cannot be written" in err and err.count("\n") == 2
    desk.out = desk.path
    code, _, err = desk.run()
    assert code == 2 and "is a file, expected a folder" in err


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_a_file_of_another_kind_is_one_line_for_every_format(desk: Desk, format: str) -> None:
    desk.path.write_text('{"nothing": "of it"}', encoding="utf-8")
    code, out, err = desk.run(format=format)
    assert code == 2 and out == "" and err.startswith("eval: ") and err.count("\n") == 1
    assert "dev.json" in err and not desk.out.exists()


def test_a_file_without_a_question_is_told(desk: Desk) -> None:
    desk.path.write_text('{"data": []}', encoding="utf-8")
    code, _, err = desk.run()
    assert code == 2 and "no question that can be asked; expected files of squad" in err
