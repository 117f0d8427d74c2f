from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Evidence, Statement, Verdict
from bot.composition.choose import MOST_CITATIONS, MOST_ITEMS, choose
from bot.composition.citations import cite
from bot.composition.compose import compose, compose_answer
from bot.composition.refusal import LEAST_CLOSE, refusal, why_changed, why_refused
from bot.composition.statements import support_line
from bot.english.question import Question
from tests.bot.checks import MARKER, make_article, make_evidence

FERRY = make_article("The ferry reached Oban at noon. It was late.\nNobody was hurt.", "ferry.txt")
WHERE = "Where did the ferry go?"
WHICH = "Which ports are open?"
PORTS = make_article(
    "Oban is open. Leith opened too. Wick stays open. So does Oban pier.", "ports.txt"
)


def other(number: int, score: float, text: str = "It reached Oban.") -> Evidence:
    return make_evidence(make_article(text, f"other-{number}.txt"), text, "Oban", score)


def phrase(score: float = 0.9) -> Evidence:
    return make_evidence(FERRY, "The ferry reached Oban at noon.", "Oban", score)


def items() -> list[Evidence]:
    return [
        make_evidence(PORTS, "Oban is open.", "Oban", 0.9),
        make_evidence(PORTS, "So does Oban pier.", "Oban pier", 0.88),
        make_evidence(PORTS, "Leith opened too.", "Leith", 0.8),
        make_evidence(PORTS, "Wick stays open.", "Wick", 0.2),
    ]


def test_a_phrase_is_backed_by_other_articles_that_are_about_as_sure_and_say_it() -> None:
    sure, unsure = other(1, 0.85), other(2, 0.3)
    silent = make_evidence(make_article("It stayed in Mallaig."), "It stayed in Mallaig.", "", 0.89)
    same = make_evidence(FERRY, "It was late.", "late", 0.88)
    assert choose(Question.of(WHERE), [phrase(), silent, same, sure, unsure]) == (phrase(), sure)


def test_no_more_than_a_few_articles_are_cited() -> None:
    told = "It left Mallaig at one and reached Oban.", "By ten Oban was in sight.", "All saw Oban."
    others = [other(n, 0.9, f"{text} Day {n}.") for n, text in enumerate(told)]
    assert len(choose(Question.of(WHERE), [phrase(), *others])) == MOST_CITATIONS


def test_a_sentence_that_another_article_repeats_is_cited_once() -> None:
    reprint = other(1, 0.9, "The ferry reached Oban at noon, late.")
    own = other(2, 0.89, "Its captain was glad to be in Oban.")
    assert choose(Question.of(WHERE), [phrase(), reprint, own]) == (phrase(), own)


def test_a_sentence_brings_the_next_best_one_of_its_article_and_no_third() -> None:
    first = make_evidence(FERRY, "The ferry reached Oban at noon.")
    second = make_evidence(FERRY, "It was late.", score=0.8)
    third = make_evidence(FERRY, "Nobody was hurt.", score=0.79)
    assert choose(Question.of("Why?"), [first, other(1, 0.85), second, third]) == (first, second)
    assert choose(
        Question.of("Why?"), [first, make_evidence(FERRY, "It was late.", score=0.1)]
    ) == (first,)


def test_a_list_takes_each_further_item_that_is_sure_enough_once() -> None:
    oban, _, leith, _ = items()
    assert choose(Question.of(WHICH), items()) == (oban, leith)
    assert choose(Question.of("Which port is open?"), items()) == (oban,)


def test_a_list_takes_no_whole_sentence_and_has_an_end() -> None:
    sentence = make_evidence(PORTS, "Leith opened too.", score=0.9)
    assert choose(Question.of(WHICH), [items()[0], sentence]) == (items()[0],)
    many = [other(n, 0.9, f"Pier{n} Oban") for n in range(2 * MOST_ITEMS)]
    named = [
        make_evidence(e.candidate.article, f"Pier{n} Oban", f"Pier{n}") for n, e in enumerate(many)
    ]
    assert choose(Question.of(WHICH), named) == tuple(named[:MOST_ITEMS])


def test_a_list_gives_every_item_with_a_citation_of_its_own() -> None:
    chosen = choose(Question.of(WHICH), items())
    short, text = compose(Question.of(WHICH), chosen, cite(chosen))
    assert short == "Oban; Leith"
    assert text == "Oban; Leith.\n\n“Oban is open.” [1]\n\n“Leith opened too.” [2]"


def test_the_text_holds_every_quote_with_its_number_in_order() -> None:
    chosen = [phrase(), other(1, 0.9), other(2, 0.9)]
    short, text = compose(Question.of(WHERE), chosen, cite(chosen))
    assert short == "Oban" and text.startswith("Oban.\n")
    assert MARKER.findall(text) == ["1", "2", "3"]
    assert all(item.support.of(item.candidate.article.text) in text for item in chosen)


def test_an_answer_begins_with_a_capital() -> None:
    chosen = [make_evidence(FERRY, "The ferry reached Oban at noon.", "at noon")]
    short, text = compose(Question.of("When did it come?"), chosen, cite(chosen))
    assert short == "at noon" and text.startswith("At noon.\n\n“The ferry")


def test_a_sentence_is_its_own_short_answer_with_line_ends_made_spaces() -> None:
    article = make_article("The ferry\r\nwas late.")
    chosen = [make_evidence(article, "The ferry\r\nwas late.")]
    short, text = compose(Question.of("Why?"), chosen, cite(chosen))
    assert short == "The ferry was late." and text == "“The ferry was late.” [1]"


found = st.lists(
    st.tuples(
        st.sampled_from(["Oban is open.", "Leith opened too.", "Wick stays open."]),
        st.integers(1, 3),
        st.booleans(),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=12,
)


@given(found, st.sampled_from([WHERE, WHICH, "Is Oban open?", "Why?"]))
def test_what_is_chosen_is_some_of_the_evidence_and_every_word_of_it_is_cited(
    drawn: list[tuple[str, int, bool, float]], question: str
) -> None:
    evidence = sorted(
        (
            make_evidence(
                make_article(PORTS.text, f"{number}.txt"),
                sentence,
                "" if whole else sentence.split()[0],
                score,
            )
            for sentence, number, whole, score in drawn
        ),
        key=lambda item: -item.score,
    )
    chosen = choose(Question.of(question), evidence)
    assert chosen[0] == evidence[0] and all(item in evidence for item in chosen)
    citations = cite(chosen)
    short, text = compose(Question.of(question), chosen, citations)
    assert short and MARKER.findall(text) == [str(c.number) for c in citations]
    assert all(citation.quote in text for citation in citations)


def test_a_refusal_gives_its_reason_and_the_nearest_articles() -> None:
    text = refusal("nobody knows", [("ferry.txt", "The ferry"), ("b.md", "B")])
    assert "nobody knows" in text and "The ferry (ferry.txt)" in text and "B (b.md)" in text
    assert "Nearest" not in refusal("nobody knows", [])


def refused(evidence: list[Evidence], verify: Callable[[Evidence], bool] = bool) -> Answer:
    return compose_answer(Question.of(WHERE), evidence, [], verify, 0.5)


def test_a_refusal_quotes_the_sentence_that_came_closest() -> None:
    answer = refused([phrase(0.4), other(1, 0.3)])
    assert answer.refused and answer.citations == () and answer.answer == ""
    assert [(c.number, c.quote) for c in answer.closest] == [(1, "The ferry reached Oban at noon.")]
    assert "The closest passage: “The ferry reached Oban at noon.” [1]" in answer.text
    assert answer.to_json()["closest"][0]["file"] == "ferry.txt"


def test_what_is_not_close_or_no_longer_in_its_file_is_not_quoted() -> None:
    for answer in (
        refused([phrase(LEAST_CLOSE - 0.01)]),
        refused([phrase(0.4)], lambda _: False),
        refused([]),
    ):
        assert answer.refused and answer.closest == () and "closest" not in answer.text
        assert answer.to_json()["closest"] == []


def test_an_answer_has_no_closest_passage_beside_it() -> None:
    assert compose_answer(Question.of(WHERE), [phrase(0.9)], [], bool, 0.5).closest == ()


def test_the_reason_names_what_is_missing_or_what_to_do() -> None:
    assert why_refused([]) and why_refused([phrase()])
    missing = Evidence(*(phrase().candidate, phrase().answer, phrase().support, 0.1, ("Elba",)))
    assert "Elba" in why_refused([missing])
    assert "ferry.txt" in why_changed(phrase()) and "python -m index sync" in why_changed(phrase())


def test_an_answer_that_ends_with_a_full_stop_gets_no_second_one() -> None:
    text = "The grain came from the U.S. in May."
    item = make_evidence(make_article(text), text, "U.S.")
    assert compose(Question.of("Which country sent it?"), [item], cite([item]))[1].startswith(
        "U.S.\n"
    )


def test_an_answer_of_common_words_alone_is_backed_by_no_other_article() -> None:
    best = make_evidence(make_article("She saw her.", "a.txt"), "She saw her.", "her")
    other = make_evidence(make_article("It rained.", "b.txt"), "It rained.", "rained")
    assert choose(Question.of("Who was it?"), [best, other]) == (best,)


@pytest.mark.parametrize(
    ("verdicts", "line"),
    [
        (["supported"], "The sentence is supported by the articles"),
        (["supported"] * 3, "All 3 sentences are supported by the articles"),
        (["supported", "partly"], "1 of 2 sentences is supported by the articles"),
        (["unsupported", "partly"], "0 of 2 sentences are supported by the articles"),
    ],
)
def test_it_is_told_how_many_sentences_are_supported(verdicts: list[Verdict], line: str) -> None:
    assert support_line([Statement("x", verdict, "", ()) for verdict in verdicts]) == line
