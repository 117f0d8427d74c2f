"""SQuAD 1.1 and 2.0, and the sets in its format: each title is one article, its contexts are paragraphs.

An article of several paragraphs is what Byline is made for: the title names what every paragraph speaks
of, and an answer that another paragraph of the same article gives too does not count as an error.
"""

from collections.abc import Sequence
from pathlib import Path

from eval.cases.case import Support
from eval.cases.importing.imported import Gathering, Imported
from eval.cases.importing.node import Node, load_document
from index.text.article import Span
from index.text.sentences import all_sentences


def load_squad(paths: Sequence[Path]) -> Imported:
    """The questions and articles of SQuAD's JSON files. Raises EvaluationError for a damaged one."""
    found = Gathering()
    for path in paths:
        for entry in load_document(path).at("data").items():
            _take(entry, found)
    return found.imported()


def _take(entry: Node, found: Gathering) -> None:
    paragraphs = list(entry.at("paragraphs").items())
    contexts = [paragraph.at("context").text() for paragraph in paragraphs]
    title = entry.text_at("title").replace("_", " ").strip()
    file = found.add_document(title, title, "\n\n".join(contexts))
    for paragraph, context in zip(paragraphs, contexts, strict=True):
        spans = all_sentences(context)
        for asked in paragraph.at("qas").items():
            _ask(asked, context, spans, file, found)


def _ask(asked: Node, context: str, sentences: Sequence[Span], file: str, found: Gathering) -> None:
    impossible = asked.has("is_impossible") and asked.at("is_impossible").value is True
    answers, spans = [], []
    for answer in () if impossible else asked.items_at("answers"):
        text = answer.at("text").text()
        answers.append(text)
        if said := _sentence(answer, text, context, sentences):
            spans.append(Support(file, said))
        else:
            found.leave_out("supporting spans whose answer_start does not point at the answer")
    question = asked.at("question").text()
    found.add_case(
        asked.at("id").text(), question, answers, [file], spans=spans, unanswerable=impossible
    )


def _sentence(answer: Node, text: str, context: str, sentences: Sequence[Span]) -> str:
    """The sentence, or sentences, of `context` that hold the answer; "" where it is not at its start."""
    start = answer.at("answer_start").value if answer.has("answer_start") else -1
    if not (isinstance(start, int) and start >= 0 and text.strip()):
        return ""
    if context[start : start + len(text)] != text:
        return ""
    touched = [one for one in sentences if one.overlaps(Span(start, start + len(text)))]
    return context[touched[0].start : touched[-1].end]
