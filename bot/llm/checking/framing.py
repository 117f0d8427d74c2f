"""The frame that a model puts around what it says, such as "The passage states that", and talk of its task.

Words of a frame stand in no article. It knows neither passages nor verdicts.
"""

import re

from bot.english.question import Question
from bot.english.words import terms, tokens
from bot.llm.checking.claims import claims_of, spoken

_TEXT = r"(?:passages?|articles?|texts?|sources?|documents?|excerpts?|context|information)"
_WHICH = r"(?:(?:the|this|these|those|all) )?(?:(?:provided|given|first|second|third|last|above|other) )?"
_SAYS = (
    r"(?:states?|says?|mentions?|notes?|reports?|tells? us|explains?|indicates?|shows?|confirms?|adds?"
    r"|reveals?|concludes?|suggests?)"
)
_FRAME = re.compile(
    rf"\W*(?:(?:so|thus|therefore|also),? )?(?:"
    rf"(?:according to|based on|as (?:stated|mentioned|reported|described) in|in) {_WHICH}{_TEXT}"
    rf"(?: provided| given| above| (?:that )?you \w+)?(?:,| we (?:learn|read) that) |"
    rf"{_WHICH}{_TEXT}(?: \d+)? (?:(?:also|then|further|clearly|only) )*{_SAYS}(?: that|:) )",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\W*(?:(?:so|thus|therefore),? )?(?:the|my) (?:(?:correct|short|final) )?answer"
    r"(?: to (?:the|this|your) question)?(?: is that| is:?|:) ",
    re.IGNORECASE,
)
# "The passage of the law" and "the question is whether" are news.
_VERBS = (
    r"(?:(?:is|are) about|asks?|mentions?|discuss(?:es)?|describes?|(?:begins?|ends?) with|provides?"
    r"|contains?|refers? to|focus(?:es)? on|deals? with|speaks? (?:about|of)"
    r"|do(?:es)? not (?:say|state|mention|answer|give|provide|contain)"
    r"|(?:that|which) (?:answers?|wrote|writes?|says?|states?|mentions?)|you\b|requested|provided)"
)
_OF_THE_TASK = re.compile(
    rf"\W*(?:the|this|that|these|those|your)(?: \w+)? (?:"
    rf"(?:passages?|prompts?) (?:also |then |only )*{_VERBS}|"
    r"question (?:is about|asks|asked|above)|"
    r"answer (?:is not (?:only|from|in|the one|known|given|stated)\b|comes from (?:another|the) passage"
    r"|to (?:the|this|your) question))",
    re.IGNORECASE,
)
_OFFERS = re.compile(r"\bor\b", re.IGNORECASE)


def unframed(sentence: str) -> str:
    """The sentence without its frame."""
    return _ANSWER.sub("", _FRAME.sub("", sentence, count=1), count=1)


def answering(sentence: str, question: Question) -> str:
    """The question with what follows "The answer is"; "" for a sentence without such a frame."""
    bare = _FRAME.sub("", sentence, count=1)
    found = _ANSWER.match(bare)
    return f"{question.text.rstrip(' ?')}: {bare[found.end() :]}" if found else ""


def is_of_the_task(sentence: str) -> bool:
    """True for talk of the question, the passages or the answer, which no article can support."""
    return _OF_THE_TASK.match(_FRAME.sub("", sentence, count=1)) is not None


def repeats(sentence: str, question: Question) -> bool:
    """True for an answer that has no word beside those of a question.

    Not if it asks yes or no, or offers the answers: "Smith or Jones?"
    """
    if question.is_yes_no or _OFFERS.search(question.text):
        return False
    said = {spoken(token.text) for token in tokens(unframed(sentence)) if not token.is_stop_word}
    asked = {spoken(token.text) for token in tokens(question.text)} | terms(question.text)
    claims = claims_of(sentence)
    return said <= asked and not claims.figures and claims.denied <= claims_of(question.text).denied
