"""CANARD and TREC CAsT: follow-ups with a person's standalone rewrites, without documents."""

from collections.abc import Sequence
from pathlib import Path

from eval.cases.files import text_lines
from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import load_rows
from index.errors import EvaluationError

REWRITE = "manual_rewritten_utterance"


def load_canard(paths: Sequence[Path]) -> Imported:
    """The turns of CANARD's files; a history begins with the article's title and its section's.

    Raises EvaluationError for a damaged file.
    """
    found = Gathering()
    for path in paths:
        for row in load_rows(path):
            found.add_turn(
                f"{row.at('QuAC_dialog_id').text()}_{row.at('Question_no').text()}",
                [said.text() for said in row.at("History").items()],
                row.at("Question").text(),
                row.text_at("Rewrite"),
            )
    return found.imported()


def load_cast(paths: Sequence[Path]) -> Imported:
    """The turns of CAsT's topics of 2019 to 2021; the rewrites of 2019 stand in a .tsv of their own.

    A history holds the questions before and, where the topics have them, the passages that answered.
    Raises EvaluationError for a damaged file.
    """
    rewrites: dict[str, str] = {}
    for path in paths:
        if path.suffix == ".tsv":
            rewrites |= _rewrites(path)
    found = Gathering()
    for path in paths:
        for topic in load_rows(path) if path.suffix != ".tsv" else ():
            history: list[str] = []
            for turn in topic.at("turn").items():
                id = f"{topic.at('number').text()}_{turn.at('number').text()}"
                question = turn.at("raw_utterance").text()
                rewrite = turn.text_at(REWRITE) or rewrites.get(id, "")
                found.add_turn(id, history, question, rewrite)
                history += filter(str.strip, (question, turn.text_at("passage")))
    return found.imported()


def _rewrites(path: Path) -> dict[str, str]:
    """A turn's id, as 31_2, → a person's rewrite."""
    found = {}
    for number, line in text_lines(path):
        id, tab, rewrite = line.strip().partition("\t")
        if line.strip() and not tab:
            raise EvaluationError(
                f"{path}, line {number}: no tab, expected a turn's id, a tab and its rewrite; "
                "is it the right file?"
            )
        found[id] = rewrite
    return found
