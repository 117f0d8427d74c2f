"""Questions that articles answer, with what counts as right and the sentences that hold it.

Each names enough to stand by itself, and no sentence of any article seems to answer it otherwise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.english.clauses import named
from bot.english.shapes import Prospect, prospects
from bot.english.words import MONTH, WEEKDAY, names, terms
from eval.cases.case import Support
from eval.cases.drafts.grounds import Grounds, Sentence
from eval.cases.drafts.people import Asked, forms
from eval.cases.drafts.shapes import shaped
from index.text.article import Article, Span
from index.text.passages import split_passages

WORDS = 400  # of a passage; only its sentences matter here
LONGEST_SENTENCE = 500  # characters
MOST_WORDS = 28  # of a question, a quotation in it included
ANSWER_WORDS = range(1, 31)
FEWEST_TERMS = 2
_OFFICE = "Who is the "
_PLAIN = re.compile(r"[\w ’'.%$€£&,-]+(?: “[^“”]+”)?\?")
_VAGUE = re.compile(
    r"\b(?:he|she|it|they|them|him|his|her|its|their|I|we|us|you|me|my|our|your|this|these|those|such|"
    r"here|there|today|yesterday|tomorrow|the (?:same|other|two|both|former|latter)|himself|herself|itself)\b"
)
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")
_ENDS = re.compile(r"[,;:—–]|\.(?=\s|$)| (?:and|but|while|because|although|which|who|as) ")
_LEAD = re.compile(r"\*\*[^*]+\*\*\s+")  # "**It is real.** On Monday …": a heading within the line
_TURN = re.compile(r"\b(?:before|after|until|when|while|since|because|which|who|that|as)\b")
_THEN = re.compile(
    rf"^(?:(?:on |in |late |early )?(?:{WEEKDAY}|{MONTH}(?: \d+)?|(?:this|last) \w+) )?(?:that )?"
)
_HEDGE = re.compile(
    r"(?:more|fewer|less) than |over |about |at least |up to |as many as |nearly |almost |some |around "
)
_TAGS = {
    "How many": "how-many",
    "How much": "how-many",
    "How long": "how-long",
    "When": "when",
    "Where": "where",
    "Who": "who",
}
# Too many things answer these; who holds an office is asked the other way round.
_EMPTY = re.compile(
    r".* (?:at \d+|early|late)\?|Who is .*|What did .* (?:say|announce|propose|demand|deny|rule out|"
    r"ask for|call for|complain about)\?"
)
_SAID = re.compile(r"What did .+ (?:say about|call|accuse|blame|urge|tell|warn)\b")


@dataclass(frozen=True, slots=True)
class Answerable:
    """A question with its accepted answers, the sentences that hold one of them, and its tags."""

    question: str
    answers: tuple[str, ...]
    spans: tuple[Support, ...]
    tags: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the sentences, each once."""
        return tuple(dict.fromkeys(span.file for span in self.spans))


def answerable(grounds: Grounds) -> Iterator[Answerable]:
    """The questions that the articles answer, article by article, each question once."""
    found: dict[str, list[tuple[Asked, Article, Span]]] = {}
    for article in grounds.articles:
        for asked, span in _asked(article):
            found.setdefault(_plain(asked.question), []).append((asked, article, span))
    for rows in found.values():
        if (one := _joined(rows)) and not _answered_otherwise(one, grounds):
            yield one


def _asked(article: Article) -> Iterator[tuple[Asked, Span]]:
    for passage in split_passages(article, WORDS, 0):
        for span in () if passage.boilerplate else passage.sentences:
            if len(span) <= 2 * LONGEST_SENTENCE:
                text = " ".join(span.of(article.text).split())
                for asked in _of_sentence(text, article, span):
                    if _stands(asked, text):
                        yield asked, span


def _of_sentence(text: str, article: Article, span: Span) -> Iterator[Asked]:
    if len(text) > LONGEST_SENTENCE or not text.endswith((".", "!", '."', ".”", ".’")):
        return  # a heading, a caption, or no sentence
    if lead := _LEAD.match(article.text, span.start, span.end):
        span = Span(lead.end(), span.end)
        text = " ".join(span.of(article.text).split())
    yield from shaped(text, article)
    for prospect in prospects(article, span):
        if answers := _answers(prospect, text):
            yield Asked(prospect.question, answers, _tags(prospect.question))


def _answers(prospect: Prospect, text: str) -> tuple[str, ...]:
    """What answers the prospect's question, as the sentence has it, the best first."""
    if _EMPTY.fullmatch(prospect.question):
        return ()
    if prospect.question.startswith("Who "):
        full = (named(name, prospect.article) for name in names(text))
        return next((forms(one) for one in full if one and one.split()[-1] == prospect.tells), ())
    if prospect.tells:
        at = text.lower().find(prospect.tells.lower())
        if prospect.question.startswith("When ") and _TURN.search(text[: max(0, at)]):
            return ()  # the time of something else
        whole = text[at : at + len(prospect.tells)] if at >= 0 else ""
        return tuple(filter(None, dict.fromkeys((whole, _HEDGE.sub("", whole)))))
    return _behind(prospect.behind)


def _behind(words: str) -> tuple[str, ...]:
    """The words that answer what somebody said or wants: up to the clause's end, all, and those quoted."""
    words = _THEN.sub("", words.strip().rstrip(".!,").strip())
    blotted = _QUOTED.sub(lambda one: "x" * len(one.group()), words)
    end = _ENDS.search(blotted)
    clause = words[: end.start()] if end else words
    if len(clause.split()) < 2 and not _QUOTED.match(words):
        clause = words
    quotes = [one.group()[1:-1] for one in _QUOTED.finditer(clause)]
    found = [clause, words, *quotes]
    plain = (one[1:-1] if _QUOTED.fullmatch(one) else one for one in found)
    bare = (re.sub(r"[,.][”\"]$|^[ ,.]+|[ ,.]+$", "", one) for one in plain)
    kept = (one for one in bare if len(one.split()) in ANSWER_WORDS and _is_balanced(one))
    return tuple(dict.fromkeys(kept))


def _is_balanced(words: str) -> bool:
    return words.count("“") == words.count("”") and words.count('"') % 2 == 0


def _tags(question: str) -> tuple[str, ...]:
    if _SAID.match(question):
        return ("what-said",)
    return (next((tag for start, tag in _TAGS.items() if question.startswith(start)), "what"),)


def _stands(asked: Asked, text: str) -> bool:
    """True when the question names enough, points to nothing outside, and does not hold its answer."""
    bare = _QUOTED.sub("", asked.question)
    own = terms(asked.question)
    return (
        bool(asked.answers)
        and all(answer in text for answer in asked.answers)
        and len(asked.question.split()) <= MOST_WORDS
        and _PLAIN.fullmatch(asked.question) is not None
        and len(own) >= FEWEST_TERMS
        and (bool(names(bare.partition(" ")[2])) or bare != asked.question)
        and not _VAGUE.search(bare)
        and not any(terms(answer) <= own for answer in asked.answers)
    )


def _joined(rows: list[tuple[Asked, Article, Span]]) -> Answerable | None:
    """One question of several sentences; None when their answers have nothing in common."""
    first = rows[0][0]
    common = frozenset.intersection(*(frozenset(asked.answers) for asked, _, _ in rows))
    if not common:
        return None
    answers = dict.fromkeys(answer for asked, _, _ in rows for answer in asked.answers)
    spans = dict.fromkeys(Support(one.path, span.of(one.text)) for _, one, span in rows)
    return Answerable(first.question, tuple(answers), tuple(spans), first.tags)


def _answered_otherwise(one: Answerable, grounds: Grounds) -> bool:
    """True when another sentence has the question's words, an office as one, and none of the answers."""
    if one.question.startswith("Who is ") and not one.question.startswith(_OFFICE):
        return False  # what else is told of somebody does not say who it is
    own = {(span.file, " ".join(span.text.split())) for span in one.spans}
    office = one.question[len(_OFFICE) : -1].lower() if one.question.startswith(_OFFICE) else ""
    return any(
        (rival.article.path, rival.text) not in own
        and office in rival.text.lower()
        and not _has_answer(rival, one.answers)
        for rival in grounds.holding(terms(one.question))
    )


def _has_answer(sentence: Sentence, answers: tuple[str, ...]) -> bool:
    return any(answer.lower() in sentence.text.lower() for answer in answers)


def _plain(question: str) -> str:
    return " ".join(question.lower().split())
