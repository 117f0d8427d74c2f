"""Votes become known-answer cases: those of one question are one case, a draft, or left out with the reason.

Knows votes and cases; reads and writes no file.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.page.people.conversations import folded
from bot.page.people.votes import SELECTION, Vote
from eval.cases.case import Case
from eval.cases.draft import Draft

TAG = "feedback"
# In a note, a line that begins so states what would have been right.
_STATED = re.compile(r"^\s*(answer|file)\s*:\s*(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the votes have become; `left_out` has a line for each vote that was skipped, with the reason."""

    cases: tuple[Case, ...]
    drafts: tuple[Draft, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one vote says is right. `answerable` is None when it does not say; `why` says what is missing."""

    answerable: bool | None
    answers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    why: str = ""


def gather(votes: Iterable[Vote], has_file: Callable[[str], bool]) -> Gathered:
    """Cases, drafts and what is left out, in the order in which the questions were first voted on.

    Votes on one question after the same conversation are one: their right answers and files are put
    together, and where they contradict each other all are skipped. `has_file` says whether the corpus
    has a file: a case that names another is a draft.
    """
    groups: dict[Key, list[Vote]] = {}
    left_out = []
    for vote in votes:
        if odd := _odd(vote):
            left_out.append(f"{_named(vote)}: {odd}; left out")
        else:
            groups.setdefault(_key(vote), []).append(vote)
    cases, drafts = [], []
    for key, group in groups.items():
        claims = [_claim(vote, has_file) for vote in group]
        if against := _contradiction(group, claims):
            left_out.append(f"{_named(group[0])}: {against}; its {len(group)} votes are left out")
        elif whole := [claim for claim in claims if not claim.why]:
            cases.append(_case(key, group[0], whole))
        else:
            whys = dict.fromkeys(claim.why for claim in claims)
            drafts.append(Draft(_case(key, group[0], claims), "; ".join(whys)))
    return Gathered(tuple(cases), tuple(drafts), tuple(left_out))


def _key(vote: Vote) -> Key:
    asked = (*vote.before, vote.answer.question)
    return tuple(folded(question).rstrip(" ?!.") for question in asked)


def _odd(vote: Vote) -> str:
    """Why the reason does not fit what was voted on; "" when it does."""
    refused = vote.answer.refused
    if vote.reason in ("should have refused", "wrong answer", "wrong source") and refused:
        return f"a thumb down for {vote.reason!r} on a refusal"
    if vote.reason == "should have answered" and not refused:
        return f"a thumb down for {vote.reason!r} on an answer"
    return ""


def _claim(vote: Vote, has_file: Callable[[str], bool]) -> _Claim:
    answer, stated = vote.answer, _stated(vote.note)
    cited = tuple(dict.fromkeys(citation.file for citation in answer.citations))
    if vote.settings.get(SELECTION):
        return _Claim(None, why="asked of a selection of the articles, where the truth may differ")
    if vote.reason == "should have refused" or (vote.up and answer.refused):
        return _Claim(False)
    if vote.up:
        return _complete(_Claim(True, (answer.answer,), cited), "a thumb up", has_file)
    answers, files = stated["answer"], stated["file"]
    said = vote.reason or "a thumb down without a reason"
    if vote.reason == "wrong source":
        answers = answers or (answer.answer,)
    sure = True if vote.reason != "wrong answer" and (vote.reason or answer.refused) else None
    known = True if answers and files else sure
    reply = (
        "refused" if answer.refused else f"“{answer.answer}” from {', '.join(cited) or 'no file'}"
    )
    note = f", note: {' '.join(vote.note.split())}" if vote.note.strip() else ""
    return _complete(_Claim(known, answers, files), f"{said} ({reply}{note})", has_file)


def _complete(claim: _Claim, said: str, has_file: Callable[[str], bool]) -> _Claim:
    """`claim`, with what is missing for a case, after `said`."""
    lacks = [] if any(map(str.strip, claim.answers)) else ["no answer is named"]
    lacks += [] if claim.files else ["no file is named"]
    lacks += [f"{file!r} is not in the corpus" for file in claim.files if not has_file(file)]
    why = f"{said}: {', '.join(lacks)}" if lacks else ""
    return _Claim(claim.answerable, claim.answers, claim.files, why)


def _stated(note: str) -> dict[str, tuple[str, ...]]:
    """The answers and files that lines such as `answer: Ada Pell` and `file: harbour.txt` name."""
    found: dict[str, tuple[str, ...]] = {"answer": (), "file": ()}
    for what, value in _STATED.findall(note):
        found[what.lower()] += (value,)
    return found


def _contradiction(votes: Sequence[Vote], claims: Sequence[_Claim]) -> str:
    """How votes on one question contradict each other; "" when they do not."""
    if {True, False} <= {claim.answerable for claim in claims}:
        return "some say that it has an answer and some that it has none"
    right = {folded(answer) for claim in claims for answer in claim.answers}
    wrong = {
        folded(v.answer.answer) for v in votes if not v.up and v.reason in ("", "wrong answer")
    }
    if both := right & wrong - {""}:
        return f"{sorted(both)[0]!r} is called right and wrong"
    cited = {_cited(vote) for vote in votes if vote.up}
    if cited & {_cited(vote) for vote in votes if vote.reason == "wrong source"}:
        return "its sources are called right and wrong"
    return ""


def _cited(vote: Vote) -> tuple[str, ...]:
    files = sorted({citation.file for citation in vote.answer.citations})
    return (folded(vote.answer.answer), *files)


def _case(key: Key, vote: Vote, claims: Sequence[_Claim]) -> Case:
    answers = {folded(answer): answer for claim in claims for answer in claim.answers}
    files = dict.fromkeys(file for claim in claims for file in claim.files)
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:12]
    return Case(
        id=f"{TAG}-{digest}",
        question=vote.answer.question,
        answers=tuple(answer for kept, answer in answers.items() if kept),
        files=tuple(files),
        history=vote.before,
        tags=(TAG, "follow-up") if vote.before else (TAG,),
    )


def _named(vote: Vote) -> str:
    return f"“{' '.join(vote.answer.question.split())[:80]}”"
