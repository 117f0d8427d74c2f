"""The kinds of replies, and what a question asks for in its own words."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a reply, as an answer's `kind` has it."""

    FACT = "fact"
    SUMMARY = "summary"
    COUNT = "count"
    ARTICLES = "articles"
    QUOTATIONS = "quotations"
    COMPARISON = "comparison"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, in words of the question.

    `subject` is what it is about, "" for everything. `sides` are the names of the people, or outlets, whose
    words are asked for, "" for anybody's. `article` is the reference to one article ("this", "the DW"),
    None if the question names none. `mentions` is True if articles count that only mention the subject.
    `phrase` are quoted words whose speaker is asked for. `verb` is what somebody did to the subject, where
    that person is asked for: "criticised". With `latest` only the newest articles count, or the newest go
    first. `most` of the newest, or with `oldest` of the oldest, are asked for; 0 means all. `side` is
    "after" or "before" where a timeline of what followed, or led up to, the subject is asked for.
    """

    kind: Kind = Kind.FACT
    subject: str = ""
    sides: tuple[str, ...] = ()
    article: str | None = None
    mentions: bool = False
    phrase: str = ""
    verb: str = ""
    latest: bool = False
    oldest: bool = False
    most: int = 0
    side: str = ""

    @property
    def needs_fact(self) -> bool:
        """True if the answer to a fact is part of the reply."""
        of_somebody = self.kind is Kind.QUOTATIONS and not self.phrase and self.sides != ("",)
        return self.kind is Kind.FACT or of_somebody
