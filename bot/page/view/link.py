"""The link of a citation: `#cite-<article id>-<start>-<end>`. Links that browsers send are validated.

It does not know which articles exist.
"""

import re
from dataclasses import dataclass

from index.text.article import Article, Span

PREFIX = "cite-"
WHOLE = Span(0, 0)  # an empty span: the article as a whole
_FORM = re.compile(r"([0-9a-f]{16})-([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in an article: the cited span, or an empty one for the article as a whole."""

    article_id: str
    span: Span = WHOLE

    @property
    def href(self) -> str:
        """The link on the page."""
        return f"#{PREFIX}{self.article_id}-{self.span.start}-{self.span.end}"

    @classmethod
    def parse(cls, sent: object) -> "Anchor | None":
        """The anchor of a link without `#cite-`; None if it is malformed."""
        match = _FORM.fullmatch(sent) if isinstance(sent, str) else None
        if match is None or int(match[2]) > int(match[3]):
            return None
        return cls(match[1], Span(int(match[2]), int(match[3])))

    def points_into(self, article: Article) -> bool:
        """True if the span is within the text of the article, which may have had another path."""
        return self.span.end <= len(article.text)
