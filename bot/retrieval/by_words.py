"""Finds the passages with the words of a question in another language, which the search by meaning misses."""

from bot.answer import Candidate
from bot.english.question import Question
from bot.retrieval.retriever import make_candidate
from index.catalog.selection import Selection
from index.library import Library
from index.text.languages import Language, text_language

SHORTEST = 4  # letters of a stem that is searched for as the beginning of a word


def find_by_words(
    library: Library, question: Question, language: Language, k: int, selection: Selection
) -> tuple[Candidate, ...]:
    """The `k` passages in the language with most of the question's words, best first (BM25 over stems)."""
    words = [
        f"{stem}*" if len(stem) >= SHORTEST else stem for stem in language.stems(question.text)
    ]
    ranked = library.catalog.full_text.passages(words, k, within=selection).every
    passages = library.catalog.articles.passages([key for key, _ in ranked])
    vector = library.embed(question.text) if question.vector is None else question.vector
    return tuple(
        make_candidate(library, passages[key], score, vector, score)
        for key, score in ranked
        if key in passages and text_language(passages[key][1].text) == language
    )
