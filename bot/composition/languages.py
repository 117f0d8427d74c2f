"""The notice that articles or a question are not in English, once in a conversation."""

from collections.abc import Sequence

from bot.answer import Answer, Candidate
from bot.conversation import Conversation
from index.text.languages import Language, text_language


def language_notice(asked: Language | None, answer: Answer, conversation: Conversation) -> str:
    """That most of the articles found, or the question, are not in English; "" if that was said before."""
    notice = _notice(asked, _most(answer.candidates), answer)
    known = any(notice in turn.answer.notice for turn in conversation.turns)
    return "" if known else notice


def _notice(asked: Language | None, most: Language | None, answer: Answer) -> str:
    if most and not most.has_spaces:
        return f"Most of these articles are in {most.name}, and only English is read."
    if most and asked == most:
        return f"Most of these articles are in {most.name}: sentences are found by their words, not read."
    if most:
        return (
            f"Most of these articles are in {most.name}, and only English is read: ask in {most.name} to "
            "find sentences by their words."
        )
    if asked and answer.refused:
        return f"The question is in {asked.name} and the articles are in English: ask in English."
    return ""


def _most(candidates: Sequence[Candidate]) -> Language | None:
    """The language of more than half of the articles, if it is not English."""
    texts = {one.article.id: one.article.text for one in candidates}
    languages = [text_language(text) for text in texts.values()]
    return next((one for one in languages if 2 * languages.count(one) > len(languages)), None)
