"""Mark the boilerplate in an article's text: menus, credits, author blurbs.

It is marked, never cut, so that every offset points into the text of the file. The rules look at single lines
and their neighbours, and know English news pages.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from index.text.article import Span
from index.text.dates import sole_date
from index.text.front_matter import find_head

# Words of menus and icon labels; a short line with few other words is navigation.
_MENU_WORDS = frozenset(
    """about account advertisement advertise africa all americas app archive arrow asia back
    business careers category clock close comments contact cookie cookies culture donate email
    europe facebook filed follow footer health help home instagram languages latest link
    linkedin live log login main media menu mobile more national navigation news newsletter
    newsletters next no open opinion or play podcast podcasts politics popular previous print
    privacy related rss science search section share shop sign skip sport sports subscribe tags
    technology terms to top topics travel trending twitter under up us video videos watch
    weather whatsapp world yes youtube in out the and of""".split()
)
_AGENCY = (
    r"getty images|afp|reuters|ap|epa|alamy|shutterstock|bloomberg|zuma\w*|upi|xinhua|tass|dpa|anadolu"
    r"|usa today network|nurphoto"
)
_LINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:\d+\.\s*)?skip (?:to|next|this|ad|advert|past|main)\b.*",
        r"this (?:story|article|content) is (?:over|more than) \d+ \w+ old\.?",
        r"(?:filed|posted) (?:under|in)\b:?.{0,60}",
        r"(?:image|photo|picture)(?: credits?)?s?\s*[:©].*",
        r"\(?[^().]{3,60}/\s?(?:getty images|afp|reuters|ap|epa)\b.{0,20}\)?",
        r"follow (?:us|me|[A-Z]\w+ [A-Z][\w'-]+)\b.{0,60}",
        r"(?:be the first to comment|leave a comment|comments are closed|add a comment)\b.*",
        r"(?:share|tweet|print|email) (?:this|on)\b.{0,60}",
        r"(?:read|see|view|load|show) (?:more|also|next|all)\b.{0,80}",
        r"(?:sign up|subscribe|log in|register)\b.{0,100}",
        r"(?:copyright|©|\(c\))\s*(?:©\s*)?(?:\d{4}|by)\b.{0,120}",
        r"©.{1,80}",
        r"all rights reserved\b.{0,60}",
        r"(?:related|trending|more|most read|recommended)"
        r"(?: (?:stories|articles|coverage|news|from .{2,40}))?:?",
        r"\w+'s top story",
        r"advertisement|continue reading.{0,60}|story continues below.{0,40}",
        r"[a-z]{2,4}/[a-z]{2,4}(?:\s*\([A-Z, ]+\))?",
        r"[.—–\s-]*[^.]{3,40}\(@\w+\)\s*\w+ \d{1,2}, \d{4}",
        # captions end with a credit: "A bridge in Oban. A. Person/Getty Images"
        rf"(?!.*\b(?:image|photo):)[^(]{{0,400}}\b[\w.'’-]+(?: [\w.'’-]+){{0,4}}/\s?(?:[\w. ]{{2,30}}/)*"
        rf"(?:{_AGENCY})\b.{{0,30}}",
        r".{0,400}\((?:image|photo|picture) credits?: [^()]{2,120}\)?",
        r"(?:video )?ad feedback\b.*",
        # links to other stories: "More:A bridge opens"
        r"(?:more|related|watch|read|update|icymi|keep reading|required reading|see also|live updates)"
        r" ?: ?\S.{0,200}(?<![.])",
        r"contributing: .{0,200}",
        r"(?:contact|reach) [^.]{3,60}\S+@\S+.{0,200}",
        r"follow .{3,80} on (?:twitter|facebook|instagram|x)\b.{0,80}",
        r"these articles are for .{0,40}\bsubscribers\b.*",
        r".{0,300}\b(?:sign up|subscribe)\b.{0,120}\b(?:newsletter|inbox|subscri\w+|e-?mail)\b.{0,200}",
        r".{0,120}\bnewsletter.{0,80}\b(?:sign up|subscribe)\b.{0,200}",
    )
)
# "BRIDGES:What we know": a link to another story, glued together by the program that saved the page
_GLUED_LINK = re.compile(r"[A-Z0-9][A-Z0-9 ,'’&.?-]{2,50}:(?=[^\s\d/])[^\n]{3,200}(?<![.])")
_CREDIT = re.compile(
    r"(?<=[.!?”\"])\s*(?:Image|Photo|Picture|Foto)s?(?: credit)?:\s.*"
    r"|\([^()]{3,50}/(?:Getty Images|AFP|Reuters|AP|EPA)[^()]{0,20}\)"
)
_BLURB = re.compile(
    r"[A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){1,3} (?:is|was) an? (?:[\w-]+ ){0,4}"
    r"(?:correspondent|reporter|editor|writer|journalist|columnist|contributor|intern|freelancer)\b"
    r"(?: (?:at|for|with|based|who|covering)\b|[,.])"
)
_ABOUT = re.compile(r"About (?:the author|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,2})")
_LINE = re.compile(r"[^\r\n]+")


def mark_boilerplate(text: str) -> tuple[Span, ...]:
    """Spans of `text` that are boilerplate: sorted, disjoint, each within one line."""
    lines = [_trimmed(text, m.start(), m.end()) for m in _LINE.finditer(text) if m.group().strip()]
    marked: list[Span] = []
    story = find_head(text).end
    after_about = False
    for number, line in enumerate(lines):
        words = line.of(text)
        # "About the author" ends the page; in the first half it is a heading of the story.
        after_about = after_about or (
            line.start > len(text) / 2 and _ABOUT.fullmatch(words) is not None
        )
        if (
            line.end <= story
            or after_about
            or _is_boilerplate(words)
            or _page_clock(text, lines, number)
        ):
            marked.append(line)
        else:
            marked.extend(
                Span(m.start(), m.end()).shifted(line.start) for m in _CREDIT.finditer(words)
            )
    return tuple(marked)


def touching(span: Span, marked: tuple[Span, ...]) -> Iterator[Span]:
    """The spans of `marked` (sorted, disjoint) that overlap `span`, in order."""
    first = bisect_right(marked, span.start, key=lambda mark: mark.end)
    for number in range(first, len(marked)):
        if not marked[number].overlaps(span):
            break
        yield marked[number]


def outside(span: Span, marked: tuple[Span, ...]) -> Iterator[Span]:
    """The parts of `span` that no marked span covers, in order."""
    start = span.start
    for hole in touching(span, marked):
        if hole.start > start:
            yield Span(start, hole.start)
        start = hole.end
    if start < span.end:
        yield Span(start, span.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    line = text[start:end]
    return Span(start + len(line) - len(line.lstrip()), end - len(line) + len(line.rstrip()))


def _is_boilerplate(line: str) -> bool:
    return (
        any(pattern.fullmatch(line) for pattern in _LINES)
        or _GLUED_LINK.fullmatch(line) is not None
        or _BLURB.match(line) is not None
        or is_navigation(line)
    )


def is_navigation(line: str) -> bool:
    """True for breadcrumbs ("Home | World | …") and short lines of menu words."""
    if re.match(r"home\s*[|›»>/]", line, re.IGNORECASE):
        return True
    words = re.findall(r"[^\W\d_]+", line.lower())
    known = sum(word in _MENU_WORDS for word in words)
    return 0 < len(words) <= 12 and not line.endswith((".", "?", "!")) and known >= 0.8 * len(words)


def _page_clock(text: str, lines: list[Span], number: int) -> bool:
    """A date above the menu is when the page was printed, not when the story was published."""
    if sole_date(lines[number].of(text)) is None:
        return False
    return any(is_navigation(line.of(text)) for line in lines[number + 1 : number + 3])
