"""The tags of known-answer cases: what each says of its question."""

from difflib import get_close_matches

OWN_TAG = "x-"  # how a tag of somebody's own begins
TAGS = {
    "who": "asks for a person, a group or an organisation",
    "where": "asks for a place or an occasion",
    "when": "asks for a day, a year or a time",
    "how-many": "asks for a number, an amount or a share",
    "how-long": "asks for a length of time",
    "why": "asks for a reason",
    "how": "asks for a way or a state",
    "what": "asks for a thing",
    "which": "asks for one of several",
    "list": "asks for several things",
    "yes-no": "is answered by what the article says, for or against",
    "quote": "asks for somebody's words",
    "what-said": "asks what somebody said of something",
    "attribution": "asks who said something",
    "dated": "names a day, month or year that tells one article or event from another",
    "conflict": "has figures or accounts that differ between articles, each of them right",
    "comparison": "asks the same of another thing",
    "follow-up": "needs the questions before it",
    "pronoun": "stands for somebody named before by a pronoun",
    "reference": "stands for something named before by other words",
    "ellipsis": "leaves out what was said before",
    "correction": "puts right the question before",
    "topic-switch": "stands by itself behind other questions",
    "unanswerable": "is not answered by the articles",
    "near-miss": "is right but for a person, place, number or date",
    "absent": "names what the articles never mention",
    "off-topic": "has nothing to do with the articles",
    "feedback": "comes from a vote on the page",
    "drafted": "was proposed by a program and accepted by a person",
}


def checked_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The same tags. Raises ValueError for one that is neither known nor marked as one's own."""
    for tag in tags:
        if tag not in TAGS and not tag.startswith(OWN_TAG):
            near = get_close_matches(tag, TAGS, 1)
            meant = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"unknown tag {tag!r}; {meant}expected one of {', '.join(TAGS)}, "
                f"or one of your own that begins with {OWN_TAG!r}"
            )
    return tags
