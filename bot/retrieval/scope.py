"""Where a question is asked: a selection of the corpus, and whose uploads beside it.

Immutable; the engine takes it with a question and holds none of it.
"""

from dataclasses import dataclass

from index.catalog.selection import EVERYTHING, Selection


@dataclass(frozen=True, slots=True)
class Scope:
    """`selection` narrows the corpus; `owner` is the person whose uploads are searched as well.

    A selection holds those uploads that it names by id, since the list that others are made from shows the
    corpus alone. Without an owner no upload is ever searched, named or opened.
    """

    selection: Selection = EVERYTHING
    owner: str = ""


CORPUS = Scope()
