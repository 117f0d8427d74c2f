"""`python -m eval review`: one draft after the other in the terminal, or from a pipe, to accept or reject.

What was decided is on disk before the next draft is shown. It does not know how drafts are made.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from typing import TextIO

from eval.cases.drafts.draft import Draft
from eval.cases.drafts.pile import Pile, edited
from index.console import printable
from index.errors import EvaluationError

KEYS = "a(ccept), r(eject), e(dit), s(kip), q(uit)"
ANSWERS = " | "  # between accepted answers, as they are shown and typed
BOLD, PLAIN = "\033[1m", "\033[0m"


def review_drafts(arguments: argparse.Namespace) -> int:
    """Shows each draft and does what a line of standard input says, until there is none left.

    Raises EvaluationError when one of the files is damaged or cannot be written.
    """
    if arguments.out.suffix != ".jsonl":
        raise EvaluationError(
            f"{arguments.out}: expected a name that ends in .jsonl; give another --out"
        )
    pile = Pile(arguments.drafts, arguments.out)
    counts = {"accepted": 0, "rejected": 0, "skipped": 0}
    todo = list(pile.drafts)
    try:
        for number, draft in enumerate(todo, 1):
            print(f"\n{number} of {len(todo)}")
            decided = _decide(pile, draft, sys.stdin)
            if not decided:
                break
            counts[decided] += 1
    finally:  # also on Ctrl-C
        told = ", ".join(f"{what}: {count}" for what, count in counts.items() if count)
        print(f"\n{told or 'nothing was decided'}; left: {len(pile.drafts)}")
    return 0


def _decide(pile: Pile, draft: Draft, lines: TextIO) -> str:
    """What became of the draft; "" when there is to be an end."""
    while True:
        print("\n".join(_shown(draft)))
        key = _line(f"{KEYS}: ", lines)
        if key is None or key[:1].lower() == "q":
            return ""
        try:
            match key[:1].lower():
                case "a":
                    pile.accept(draft)
                    return "accepted"
                case "r":
                    pile.reject(draft)
                    return "rejected"
                case "s":
                    return "skipped"
                case "e":
                    draft = _edited(draft, lines)
                    pile.change(draft)
                case _:
                    print(f"{printable(key[:40])!r}: expected one of {KEYS}")
        except EvaluationError as error:
            print(printable(str(error)))


def _edited(draft: Draft, lines: TextIO) -> Draft:
    """The draft with a question and answers typed; an empty line leaves what is there."""
    case = draft.case
    question = _line("question (empty: as it is): ", lines) or case.question
    typed = _line(f"answers, {ANSWERS.strip()} between them (empty: as they are, -: none): ", lines)
    answers = list(case.answers) if not typed else typed.split(ANSWERS.strip())
    return edited(draft, question, [] if typed == "-" else answers)


def _line(prompt: str, lines: TextIO) -> str | None:
    """The next line typed; None when there is no more."""
    print(prompt, end="", flush=True)
    line = lines.readline()
    return line.strip() if line else None


def _shown(draft: Draft) -> Iterator[str]:
    case = draft.case
    yield _row("Question", case.question)
    yield _row("Answers", ANSWERS.join(case.accepted) or "none: a refusal is right")
    for span in case.spans:
        yield f"{'Sentence':9} {_marked(span.text, case.answers)}"
    yield _row("Files", ", ".join(case.files) or "none")
    yield _row("Tags", ", ".join(case.tags))
    yield _row("Why", draft.why)


def _row(name: str, value: str) -> str:
    return f"{name:9} {printable(value)}"


def _marked(text: str, answers: tuple[str, ...]) -> str:
    """The sentence on one line, the first of the answers in it marked: bold, in a pipe between brackets."""
    text = printable(" ".join(text.split()))
    left, right = (BOLD, PLAIN) if sys.stdout.isatty() else ("[", "]")
    for answer in answers:
        if found := re.search(re.escape(printable(answer)), text, re.IGNORECASE):
            return f"{text[: found.start()]}{left}{found.group()}{right}{text[found.end() :]}"
    return text
