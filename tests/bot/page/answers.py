"""Answers for tests of what is kept of them: one to change, and any by their own type hints."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from bot.answer import Answer, Citation
from index.text.article import Span

CITATION = Citation(
    1, "a/harbour.txt", "New bridge", date(2015, 9, 28), 4, 20, 2, 3, "Ada Pell cut it."
)
ANSWER = Answer(
    "Who cut the ribbon?",
    "Who cut the ribbon?",
    "Ada Pell",
    "Ada Pell.\n\n“Ada Pell cut it.” [1]",
    False,
    None,
    0.75,
    (CITATION,),
)
REFUSAL = Answer(
    "Who won?", "Who won?", "", "The articles do not answer this: x.", True, "no-evidence", 0.0
)


def answered(question: str, answer: str = "Ada Pell", **more: object) -> Answer:
    """ANSWER to another question."""
    text = f"{answer}.\n\n“Ada Pell cut it.” [1]"
    asked = replace(ANSWER, question=question, standalone_question=question)
    return replace(asked, answer=answer, text=text, **more)


# Any text, with what a file name that is no UTF-8 is decoded to; a surrogate of the other half never occurs.
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from("\udc80\udcff*_`<[#|~$\n\r\t ")
    )
)


_SPANS = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda two: Span(*sorted(two)))
_PLAIN = {
    str: TEXTS,
    float: st.floats(allow_nan=False),
    int: st.integers(),
    bool: st.booleans(),
    NoneType: st.none(),
    date: st.dates(),
    Span: _SPANS,
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Every value that a field of this type may have; of an Answer all but candidates."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        kept = {f.name: any_of(hints[f.name]) for f in fields(hint) if f.name != "candidates"}
        return st.builds(hint, **kept)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is dict:
        return st.dictionaries(TEXTS, any_of(inner[1]), max_size=3)
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(any_of(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, inner))
    return st.one_of(*map(any_of, inner))


ANSWERS = any_of(Answer)
