"""Which evidence is shown: the best, and what belongs beside it."""

from collections.abc import Sequence

from bot.answer import Evidence
from bot.english.question import Question
from bot.english.words import terms
from bot.retrieval.reprints import repeats

# To be shown as a second source, evidence needs this share of the best evidence's score.
ABOUT_AS_SURE = 0.8
# A second sentence of the same article may be less sure: often the first only leads up to it.
SECOND_SENTENCE = 0.6
MOST_CITATIONS = 3
# To be shown as a further item of a list, evidence needs this share of the first item's score.
FURTHER_ITEM = 0.6
MOST_ITEMS = 8


def choose(question: Question, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The best evidence first, then what belongs beside it.

    If a whole sentence answers, the next best sentence of the same article is added (at most two
    sentences). If a phrase answers, other articles that state the same phrase in a sentence of their own
    are added; if the question asks for several things, other phrases are added as further items.
    """
    best, others = evidence[0], evidence[1:]
    if is_sentence(best):
        same = [o for o in others if o.candidate.article.id == best.candidate.article.id]
        return (best, *(o for o in same[:1] if o.score >= SECOND_SENTENCE * best.score))
    if question.is_list:
        return _items(best, others)
    chosen, answer = [best], terms(answer_words(best))
    for other in (o for o in others if o.score >= ABOUT_AS_SURE * best.score):
        known = {e.candidate.article.id for e in chosen}
        sentence = terms(support_words(other))
        if other.candidate.article.id in known or not answer or not answer <= sentence:
            continue
        # A reprint that was cut into other passages is retrieved beside the original.
        if not any(repeats(support_words(other), support_words(one)) for one in chosen):
            chosen.append(other)
    return tuple(chosen[:MOST_CITATIONS])


def _items(best: Evidence, others: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The phrases that share no word with those before them."""
    chosen = [best]
    for other in (o for o in others if o.score >= FURTHER_ITEM * best.score):
        known = frozenset[str]().union(*(terms(answer_words(item)) for item in chosen))
        new = terms(answer_words(other))
        if not is_sentence(other) and new and new.isdisjoint(known):
            chosen.append(other)
    return tuple(chosen[:MOST_ITEMS])


def is_sentence(evidence: Evidence) -> bool:
    """True if the whole sentence answers, not a phrase of it."""
    return evidence.answer == evidence.support


def support_words(evidence: Evidence) -> str:
    """The sentence, as it stands in the article."""
    return evidence.support.of(evidence.candidate.article.text)


def answer_words(evidence: Evidence) -> str:
    """The answering words, on one line."""
    return " ".join(evidence.answer.of(evidence.candidate.article.text).split())
