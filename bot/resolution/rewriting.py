"""Makes a standalone question from the words that the tagger marks.

Words of the history that belong together form one phrase. A pronoun is replaced by the most probable phrase
that it can stand for; other phrases are appended in brackets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.english.lexicon import (
    AUXILIARIES,
    BE,
    BELIEF,
    DEMONSTRATIVE,
    OF_ONE,
    OF_SEVERAL,
    POSSESSIVE,
    QUESTION_WORDS,
    SPEECH,
    STOP_WORDS,
    words_of,
)
from bot.english.names import find_names
from bot.english.words import Token, is_nation, tokens
from bot.resolution.tagger import Tagged

NEEDED = 0.5  # the probability from which a word of the history is used
# If no word reaches it: at least this, and this share of the highest probability.
LEAST, SHARE = 0.3, 0.8
SURE = 0.8  # the probability from which a second phrase is added
STANDS = 0.5  # the probability from which a pronoun of the question is replaced
MOST_PHRASES = 2
# Words that may lie within a phrase: "Zappa and the Mothers of Invention".
_BETWEEN = re.compile(r" (?:(?:of|the|and|in|for|on|at|a|an|de) )*")
_BE = BE | words_of("be been isn't aren't wasn't weren't")
_SAYING = SPEECH | BELIEF | {"true", "show"}
_CLAUSES = _SAYING | words_of("when that because after before if why how promise since")
_EMPTY_IT = re.compile(
    r"it (?:(?:be )?(?:\w+ ){0,2}(?:to|that)\b|takes? |take[ns]? |rain|snow)", re.IGNORECASE
)
_TALK = words_of("you your thanks thank sorry hello")
_ASKING = QUESTION_WORDS | AUXILIARIES | words_of("tell give explain describe")
MOST_TERMS = 2  # content words of a follow-up without a question word: "Two days later?"
# "there" and "then" include a preposition, which a phrase does not have.
_KEPT = words_of("there then here")
_REPLACED = OF_ONE | OF_SEVERAL | POSSESSIVE | words_of("it this that one ones")
_PRONOUNS = _REPLACED | _KEPT
_OWN = re.compile(r"['’]s?$")
# "say it", "do that" refer to a whole sentence, which no phrase can replace.
_TAKES_A_SENTENCE = SPEECH | BELIEF | words_of("done mean announce")
_NOUN = re.compile(r" ([a-z][\w-]+)(?=[ ?.,]|$)")
_THE = re.compile(r"\b[Tt]he $")
_LEAD = re.compile(r"^(?:(?:and|but|so|ok(?:ay)?|well|also)\b[,.]? +)+(?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent words of the history."""

    text: str
    stems: frozenset[str]
    probability: float
    item: int

    def fits(self, pronoun: str) -> bool:
        """False if the pronoun hardly refers to it: "he" needs the name of one person."""
        is_plural = " and " in self.text or self.text.lower().endswith("s")
        if pronoun in OF_ONE:
            are_nations = all(map(is_nation, self.stems))
            is_name = re.fullmatch(r"[A-Z][^\d]*[^\W\dA-Z][^\d]*", self.text) is not None
            return is_name and not are_nations and " and " not in self.text
        if pronoun in ("this", "that"):
            return not self.text[:1].isupper()
        return is_plural if pronoun in OF_SEVERAL else " and " not in self.text


def find_pronouns(question: str) -> list[Token]:
    """The words of the question that may refer to an earlier turn, in order.

    Not those that stand for something within it ("Does Putin want Assad to keep his job?", "When did he say
    he would go?" has one), nor those that stand for nothing ("Is it true that …", "Are there …").
    """
    words = tokens(question)
    found = []
    named = claused = False  # whether a name, and behind it a word that begins a clause, was passed
    for n, word in enumerate(words):
        plain = word.text.lower()
        around = (
            words[n - 1].text.lower() if n else "",
            words[n + 1].text if n + 1 < len(words) else "",
        )
        is_own = plain.endswith("self") or _is_possessive(question, word)
        is_bound = named and (is_own or claused) and plain not in _KEPT | DEMONSTRATIVE
        if (
            plain in _PRONOUNS
            and not is_bound
            and not _is_empty(plain, *around, question[word.start :])
        ):
            found.append(word)
            claused = claused or plain in OF_ONE | OF_SEVERAL
        claused = claused or (named and plain in _CLAUSES)
        named = (
            named or plain in OF_ONE or (n > 0 and word.is_capitalised and not word.is_stop_word)
        )
    return found


def _is_empty(word: str, before: str, after: str, rest: str) -> bool:
    """True for "it" and "there" that stand for nothing, for "that" before a clause, for "one of"."""
    if word == "there":
        return bool({before, after.lower()} & _BE)
    if word == "it":
        return _EMPTY_IT.match(rest) is not None and before in _BE | words_of("does did will would")
    if word == "that":
        return before in _SAYING or (after[:1].isupper() and before not in _BE)
    return word in ("one", "ones") and after.lower() == "of"


def is_open(question: str) -> bool:
    """True if the question has a pronoun that may refer to the history, or no name."""
    return bool(find_pronouns(question)) or not find_names(question[1:])


def is_question(question: str) -> bool:
    """False for search terms and small talk, which refer to nothing: "Russian jet crash", "Thanks a lot"."""
    words = [token.text.lower() for token in tokens(question)]
    content = [word for word in words if word not in STOP_WORDS]
    if not _TALK.isdisjoint(words) and not find_names(question[1:]):
        return False
    return len(content) <= MOST_TERMS or not _ASKING.isdisjoint(words)


def find_phrases(history: Sequence[str], needed: Sequence[Tagged]) -> list[Phrase]:
    """The needed phrases, the most probable first and the newer of equals; none twice."""
    found = [_phrase(history, run) for run in _runs(history, needed)]
    kept: list[Phrase] = []
    for phrase in sorted(found, key=lambda p: (-len(p.stems), -p.item)):
        if not any(phrase.stems <= other.stems for other in kept):
            kept.append(phrase)
    return sorted(kept, key=lambda p: (-p.probability, -p.item))[:MOST_PHRASES]


def _runs(history: Sequence[str], needed: Sequence[Tagged]) -> list[list[Tagged]]:
    """Runs of needed words with only a space or small words between them."""
    surest = max((one.probability for one in needed if not one.word.is_stop_word), default=0.0)
    least = min(NEEDED, max(LEAST, SHARE * surest))
    runs: list[list[Tagged]] = []
    for one in needed:
        if one.probability < least or one.word.is_stop_word:
            continue
        last = runs[-1][-1] if runs else None
        if (
            last
            and last.item == one.item
            and _BETWEEN.fullmatch(history[one.item], last.word.end, one.word.start)
        ):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _phrase(history: Sequence[str], run: Sequence[Tagged]) -> Phrase:
    """The words of `run`, with "the" before them; "Syrian" includes the noun after it."""
    text = history[run[0].item]
    start, end = run[0].word.start, run[-1].word.end
    if is_nation(run[-1].word.stem) and (noun := _NOUN.match(text, end)):
        end = noun.end() if noun[1].lower() not in STOP_WORDS else end
    led = "the " if _THE.search(text[:start]) else ""
    return Phrase(
        led + _OWN.sub("", text[start:end]),
        frozenset(one.word.stem for one in run),
        max(one.probability for one in run),
        run[0].item,
    )


def insert_phrases(question: str, taken: Sequence[Phrase], stands: Sequence[Tagged]) -> str:
    """The question with its pronouns replaced by phrases, and other phrases appended in brackets."""
    known = {token.stem for token in tokens(question)}
    fresh = [phrase for phrase in taken if not phrase.stems <= known]
    if not fresh:
        return question
    rest, put = list(fresh), dict[Token, Phrase]()
    for pronoun in _replaceable(question, stands):
        fitting = [phrase for phrase in rest if phrase.fits(pronoun.text.lower())]
        if fitting:
            put[pronoun] = fitting[0]
            rest.remove(fitting[0])
    for pronoun, phrase in sorted(put.items(), key=lambda item: -item[0].start):
        mark = "'" if phrase.text.endswith("s") else "'s"
        own = mark if _is_possessive(question, pronoun) else ""
        text = phrase.text
        if pronoun.text.lower() in ("one", "ones"):
            text = text.removeprefix("the ")  # "the next one"
        question = question[: pronoun.start] + text + own + question[pronoun.end :]
    if put:
        # With a name in the question and one in place of the pronoun, another would mislead the search.
        rest = [] if find_names(question[1:]) else [p for p in rest if p.probability > SURE]
    question = _LEAD.sub("", question)
    question = question[:1].upper() + question[1:]
    if not rest:
        return question
    bare, stop = question.rstrip("?. "), "?" if question.rstrip().endswith("?") else ""
    return f"{bare} ({', '.join(phrase.text for phrase in rest)}){stop}"


def _replaceable(question: str, stands: Sequence[Tagged]) -> list[Token]:
    """The pronouns to replace, one of each kind; not "that" of "that meeting"."""
    words, open_ones = [one.word for one in stands], set(find_pronouns(question))
    found: dict[str, Token] = {}
    for n, one in enumerate(stands):
        word = one.word.text.lower()
        if one.word not in open_ones:
            continue
        follows = words[n + 1] if n + 1 < len(words) else None
        before = words[n - 1].text.lower() if n else ""
        if word in ("it", "this", "that") and before in _TAKES_A_SENTENCE:
            continue
        leads = word in DEMONSTRATIVE and follows is not None and not follows.is_stop_word
        if one.probability >= STANDS and word in _REPLACED and not leads:
            kind = "person" if word in OF_ONE else "several" if word in OF_SEVERAL else "thing"
            found.setdefault(kind, one.word)
    return list(found.values())


def _is_possessive(question: str, pronoun: Token) -> bool:
    """True for "his" and the like; for "her" only with a word behind it that it can own."""
    word = pronoun.text.lower()
    if word != "her":
        return word in POSSESSIVE
    behind = tokens(question[pronoun.end :])
    return bool(behind) and not behind[0].is_stop_word
