"""Questions made of single sentences: the ones that are made, and the many that had better not be."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.shapes import MOST_WORDS, prospects
from bot.english.verbs import COMPLETE, INTRANSITIVE, TRANSITIVE
from index.text.article import Article, Span

# Names that the sentences use stand here within sentences, as in a longer article they would.
CONTEXT = (
    " It was said that Ana Silva, Oban, Leith and Marlow met President Ana Silva, and the mayor of Leith saw"
    " the Harbour Union, with Minister Tom Reed of Oban."
)


def made(sentence: str) -> list[str]:
    text = sentence + CONTEXT
    article = Article("a.txt", "0" * 64, "A title", text)
    return [p.question for p in prospects(article, Span(0, len(sentence)))]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The storm killed 14 people in Oban.", "How many people did the storm kill in Oban?"),
        (
            "The flood has destroyed more than 2,000 homes along the river, officials said.",
            "How many homes has the flood destroyed along the river?",
        ),
        (
            "On Sunday night twelve local boats left the harbour of Leith.",
            "How many local boats left the harbour of Leith?",
        ),
        (
            "The union said that 300 workers were sacked in Leith on Monday.",
            "How many workers were sacked in Leith?",
        ),
        ("The strike lasted three weeks.", "How long did the strike last?"),
        ("On 3 May 2019 the old bridge collapsed.", "When did the old bridge collapse?"),
        ("The ferry strike began in March 2019.", "When did the ferry strike begin?"),
        ("The museum was closed in 2016.", "When was the museum closed?"),
        (
            "On May 3 a ferry crashed near Oban, and 12 people died.",
            "How many people died when a ferry crashed near Oban?",
        ),
        ("The summit took place in Leith.", "Where did the summit take place?"),
        ("President Ana Silva promised to rebuild the pier.", "What did Ana Silva promise to do?"),
        ("The Harbour Union wants to stop the sale.", "What does the Harbour Union want to do?"),
        ("Silva called Marlow “a place of wonders”.", "What did Silva call Marlow?"),
        ("Silva accused Marlow of breaking the law.", "What did Silva accuse Marlow of?"),
        ("Silva urged Marlow to wait.", "What did Silva urge Marlow to do?"),
        ("Silva ruled out a new tax.", "What did Silva rule out?"),
        ("Silva said that Leith needs a bridge.", "What did Silva say about Leith?"),
        ("“We have to wait,” Silva said.", "What did Silva say?"),
        ("Minister Tom Reed of Oban agreed.", "Who is Tom Reed?"),
        (
            "President Ana Silva signed a new treaty with Oban.",
            "Who signed a new treaty with Oban?",
        ),
    ],
)
def test_a_sentence_gives_the_question_that_it_answers(sentence: str, question: str | None) -> None:
    assert question in made(sentence) if question else not made(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It killed 14 people in Oban.",  # what did?
        "He promised to rebuild the pier.",
        "They said that Leith needs a bridge.",
        "Officials said that Leith needs a bridge.",  # opens a sentence; no name
        "Monday said little that was new to Leith.",
        "A friend of Silva called for calm.",  # not Silva herself
        "Silva's brother called for calm.",
        "The storm killed a dozen.",
        "In 2019 sales fell.",
        "The troops sent to Leith in 2019 were tired.",  # "sent" is no verb of the troops
        "How the storm killed 14 people",  # a heading
        "On 3 May 2019 the new bridge opened in Leith.",  # a verb that is not known
        "Leith bought 14.5 boats of the old kind in what Silva called “a deal”.",
        "Silva signed a “treaty of hope” with Oban in 2016.",
        "Van Silva was shot in 2016.",  # half a name, where the other half is not known
        "Silva has won 23 Grand Slam singles titles.",
        "Silva passed the Mining Control and Reclamation Act in 1977.",
        "The museum was opened by Lyndon B. Johnson in 2016.",
        "The ferry arrived in May.",
        "Half the Big Ten players have completed more than that.",
        "Mayor Tom Reed’s plan is new.",
        "Leith sent Oban a letter saying that it was late in May.",
        "Silva proposed to Marlow.",
        "Some 300 were there, and one boat left.",
        "The Harbour Union promised to be there.",
    ],
)
def test_a_sentence_that_might_give_a_bad_question_gives_none(sentence: str) -> None:
    assert not made(sentence)


words = st.sampled_from(
    """the a on in of and that said has have was were killed sent left 14 two 2019 May Monday Silva Leith Ana
    Oban President people boats homes storm who it “ ” , . ; ! ( ) ' to be promised
    called for by""".split()
)


@given(st.lists(words, max_size=30).map(" ".join) | st.text(max_size=200))
def test_any_sentence_gives_plain_short_questions_or_none(sentence: str) -> None:
    for question in made(f"{sentence.strip()}."):
        assert question.endswith("?") and "\n" not in question
        assert len(question.split()) <= MOST_WORDS
        assert not set(question) & set('<>[]()*_`#\\"“”;:')


@pytest.mark.parametrize(
    "piece", ["the ", "Silva ", "14 people ", "a of ", "On May ", "that 2 ", ", "]
)
def test_a_long_sentence_takes_no_time(piece: str) -> None:
    began = time.perf_counter()
    made(f"On Monday {piece * 400}."[:499] + ".")
    assert time.perf_counter() - began < 2


def test_every_verb_has_one_base_form() -> None:
    assert not set(TRANSITIVE) & set(INTRANSITIVE)
    assert set(INTRANSITIVE) >= COMPLETE
    assert TRANSITIVE["carried"] == "carry" and TRANSITIVE["destroyed"] == "destroy"
    assert TRANSITIVE["banned"] == "ban" and TRANSITIVE["closed"] == "close"
    assert "baned" not in TRANSITIVE
