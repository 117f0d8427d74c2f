"""Answers for tests of what is kept of them: one to change, and any by their own type hints."""

from dataclasses import MISSING, fields, replace
from datetime import date

from hypothesis import strategies as st

from bot.answer import Answer, Citation, Statement
from index.article import Span

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


def every_field(kind: type) -> st.SearchStrategy:
    """Dataclasses of `kind` with a value for each field, also for those that have a default."""
    given = {f.name: ... for f in fields(kind) if (f.default, f.default_factory) != (MISSING,) * 2}
    if "candidates" in given:
        given["candidates"] = st.just(())
    return st.builds(kind, **given)


st.register_type_strategy(str, TEXTS)
st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(
    Span, st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda two: Span(*sorted(two)))
)
for kind in (Citation, Statement):
    st.register_type_strategy(kind, every_field(kind))
ANSWERS = every_field(Answer)
