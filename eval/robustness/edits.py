"""A fact is edited in its file: the figure or name that answered is another, and so must the answer be.

One check of those in eval/robustness/checks.py; it knows how an edit is chosen and judged. Prints nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answer import Answer
from eval.cases.case import Case
from eval.metrics.metrics import answer_is_right, normalise
from eval.robustness.changes import edited, stands
from eval.robustness.corpus import ChangingCorpus
from eval.robustness.result import Check, Known, Remark, remark
from eval.robustness.substitutes import Swap, find_swap
from index.text.article import file_of


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is swapped, in which articles."""

    swap: Swap
    paths: tuple[str, ...]


def check_edited(corpus: ChangingCorpus, known: Known) -> Check:
    """Swap what answers each case for another of its shape: the answer holds that, or is refused."""
    texts = {article.path: article.text for article in known.articles}
    asked = refused = 0
    failed, skipped = list[Remark](), list[Remark]()
    for case in (case for case in known.cases if case.answerable):
        edit = _edit(case, known.answers[case.id], texts)
        why = edit if isinstance(edit, str) else _carried_out(edit, corpus)
        if isinstance(edit, str) or why:
            skipped.append(remark(case, why))
            continue
        corpus.sync()
        answer = corpus.ask(case)
        if why := _other_source(answer, edit):
            skipped.append(remark(case, why))
            continue
        asked, refused = asked + 1, refused + answer.refused
        if why := _wrong(answer, edit.swap) or corpus.misquoted(answer):
            failed.append(remark(case, f"{edit.swap}: {why}"))
    done = f"{asked} figures and names swapped in their files; {refused} then refused"
    return Check("an edited fact changes the answer", done, asked, tuple(failed), tuple(skipped))


def _edit(case: Case, before: Answer, texts: Mapping[str, str]) -> _Edit | str:
    """What to edit for `case`, or why that cannot be."""
    cited = {citation.file for citation in before.citations}
    right = answer_is_right(before.answer, case.answers) and not cited.isdisjoint(case.files)
    if before.refused or not right:
        return "was not answered rightly before"
    given = f" {normalise(before.answer)} "
    accepted = [answer for answer in case.answers if f" {normalise(answer)} " in given]
    paths = tuple(path for path in case.files if path in texts)
    asked = " ".join((*case.history, case.question, before.standalone_question))
    swap = find_swap(accepted, asked, "\n".join(texts[path] for path in paths))
    if swap is None:
        return "no figure or name in the answer that is not in the question"
    holding = tuple(path for path in paths if any(stands(old, texts[path]) for old in swap.old))
    return _Edit(swap, holding)


def _carried_out(edit: _Edit, corpus: ChangingCorpus) -> str:
    """Make the edit in the files as they were at first; why that cannot be, else ""."""
    folder = corpus.restored()
    for path in edit.paths:
        file = folder / file_of(path)
        data = edited(path, file.read_bytes(), edit.swap, corpus.limits)
        if data is None:
            return f"{edit.swap} cannot be written into the bytes of a {file.suffix} file"
        file.write_bytes(data)
    return ""


def _other_source(answer: Answer, edit: _Edit) -> str:
    """Why an answer says nothing of the edit: a file that was not edited gives it."""
    files = {file_of(path) for path in edit.paths}
    other = [each.file for each in answer.citations if file_of(each.file) not in files]
    return f"{other[0]} gives it too" if other and len(other) == len(answer.citations) else ""


def _wrong(answer: Answer, swap: Swap) -> str:
    if answer.refused:
        return ""
    said = [answer.answer, *(citation.quote for citation in answer.citations)]
    if stale := [old for old in swap.old if any(stands(old, each) for each in said)]:
        return f"still {stale[0]!r} in {answer.answer!r}"
    holds = any(stands(new, answer.answer) for new in swap.new)
    return "" if holds else f"answers {answer.answer!r}"
