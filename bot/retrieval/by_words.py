"""Finds the passages with the words of a question in another language, which the search by meaning misses."""

from bot.answer import Candidate
from bot.english.question import Question
from bot.retrieval.retriever import make_candidate
from index.catalog.selection import Selection
from index.library import Library
from index.text.languages import Language, text_language

MORE = 4
SHORTEST = 4  # letters of a stem that is searched for as the beginning of a word


def find_by_words(
    library: Library, question: Question, language: Language, k: int, selection: Selection
) -> tuple[Candidate, ...]:
    """The `k` passages in the language with most of the question's words, best first (BM25 over stems)."""
    asked = language.words(question.text)
    stems = [f"{stem}*" for one in asked if len(stem := language.stem(one)) >= SHORTEST]
    # more than asked for: articles in other languages may have the same names
    found = library.catalog.full_text.passages([*asked, *stems], MORE * k, within=selection)
    ranked = found.every
    passages = library.catalog.articles.passages([key for key, _ in ranked])
    vector = library.embed(question.text) if question.vector is None else question.vector
    return tuple(
        make_candidate(library, passages[key], score, vector, score)
        for key, score in ranked
        if key in passages and text_language(passages[key][1].text) == language
    )[:k]
