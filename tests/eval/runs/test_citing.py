"""Citation recall and precision: what a person reads against the passages that it cites."""

from datetime import date

from bot.answer import Answer, Candidate, Citation, Statement
from eval.runs.citing import NOTHING_SAID, SupportCounts, count_support
from index.text.article import Article, Passage, Span

TEXTS = {
    "a.txt": "Ada Pell opened the harbour of Ostwick on Monday.",
    "b.txt": "The harbour of Ostwick has twelve cranes.",
    "c.txt": "Bread was dear that winter.",
}
ARTICLES = {
    path: Article(path, path, path, text, published=date(2024, 5, 6))
    for path, text in TEXTS.items()
}
CANDIDATES = tuple(
    Candidate(Passage(path, 0, 0, len(text), (Span(0, len(text)),)), ARTICLES[path], 0.5)
    for path, text in TEXTS.items()
)


def citation(number: int, file: str) -> Citation:
    text = TEXTS[file]
    return Citation(number, file, file, None, 0, len(text), 1, 1, text)


def answer(short: str, *files: str, statements: tuple[Statement, ...] = ()) -> Answer:
    return Answer(
        question="Who?",
        standalone_question="Who?",
        answer=short,
        text=short,
        refused=False,
        reason=None,
        confidence=0.9,
        citations=tuple(citation(n, file) for n, file in enumerate(files, 1)),
        candidates=CANDIDATES,
        statements=statements,
    )


def test_a_short_answer_is_borne_out_by_what_it_cites() -> None:
    assert count_support(answer("Ada Pell", "a.txt")) == SupportCounts(1, 1, 1, 1)


def test_words_that_no_cited_passage_has_are_not_borne_out() -> None:
    assert count_support(answer("Boris Quell", "a.txt")) == SupportCounts(1, 0, 1, 0)
    # the words stand in the articles, but not in the one that is cited
    assert count_support(answer("twelve cranes", "c.txt")) == SupportCounts(1, 0, 1, 0)


def test_a_citation_that_adds_nothing_is_not_needed() -> None:
    assert count_support(answer("Ada Pell", "a.txt", "c.txt")) == SupportCounts(1, 1, 2, 1)


def test_each_sentence_of_a_language_model_is_checked_with_its_own_citations() -> None:
    written = (
        Statement("Ada Pell opened the harbour of Ostwick.", "supported", "", (1,)),
        Statement("The harbour has ninety cranes.", "unsupported", "", (2,)),
        Statement("It rained.", "unsupported", "", ()),
    )
    found = count_support(answer("Ada Pell", "a.txt", "b.txt", statements=written))
    assert found == SupportCounts(3, 1, 2, 1)


def test_a_refusal_says_nothing_and_a_number_without_a_citation_bears_nothing_out() -> None:
    refused = Answer("Who?", "Who?", "", "No article says.", True, "nothing found", 0.1)
    assert count_support(refused) == NOTHING_SAID
    stray = (Statement("Ada Pell opened the harbour of Ostwick.", "supported", "", (7,)),)
    assert count_support(answer("Ada Pell", "a.txt", statements=stray)) == SupportCounts(1, 0, 0, 0)
