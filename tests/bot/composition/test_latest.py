from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Evidence
from bot.composition.choose import answer_words
from bot.composition.latest import newest_first, recalls_error
from bot.english.question import Question
from index.text.passages import body_sentences
from tests.bot.checks import make_article, make_evidence

LEAST = 0.3


def found(day: int, text: str, support: str, answer: str, score: float) -> Evidence:
    """Evidence in an article of a day of July 2022, whose passage is the whole story."""
    article = make_article(f"Fire in Ostmark\n\nJuly {day}, 2022\n\n{text}", f"fire-{day}.txt")
    one = make_evidence(article, support, answer, score)
    passage = replace(one.candidate.passage, sentences=tuple(body_sentences(article)))
    return replace(one, candidate=replace(one.candidate, passage=passage))


def answers(question: str, evidence: Sequence[Evidence]) -> list[str]:
    return [answer_words(one) for one in newest_first(Question.of(question), evidence, LEAST)]


TWO = "Two people were killed in the fire at the Ostmark market."
FIVE = "Five people were killed in the fire at the Ostmark market."
ERROR = "An earlier report said the fire at the Ostmark market had killed six people."
RIGHT = "The hospital has corrected the number to four."
HOW_MANY = "How many people were killed in the fire at the Ostmark market?"


def test_the_newer_figure_of_the_same_thing_comes_first() -> None:
    evidence = [
        found(2, TWO, TWO, "Two people", 0.8),
        found(4, FIVE, FIVE, "Five people", 0.6),
    ]
    assert answers(HOW_MANY, evidence) == ["Five people", "Two people"]
    assert answers(HOW_MANY, evidence[::-1]) == ["Five people", "Two people"]


def test_a_question_of_another_time_keeps_its_order() -> None:
    evidence = [
        found(2, TWO, TWO, "Two people", 0.8),
        found(4, FIVE, FIVE, "Five people", 0.6),
    ]
    asked = "How many people had been killed in the fire at the Ostmark market as of July 2?"
    assert answers(asked, evidence) == ["Two people", "Five people"]


def test_an_account_of_an_error_never_answers_and_its_correction_does() -> None:
    error = found(9, f"{ERROR} {RIGHT}", ERROR, "six people", 0.7)
    assert recalls_error(error)
    evidence = [error, found(2, TWO, TWO, "Two people", 0.6)]
    assert answers(HOW_MANY, evidence) == ["four", "Two people"]


def test_the_error_itself_can_be_asked_for() -> None:
    evidence = [found(9, f"{ERROR} {RIGHT}", ERROR, "six people", 0.7)]
    assert answers("How many did the earlier report say were killed?", evidence) == ["six people"]


def test_an_error_without_a_correction_leaves_nothing() -> None:
    assert answers(HOW_MANY, [found(9, ERROR, ERROR, "six people", 0.7)]) == []


def test_what_is_denied_gives_way_to_what_is_said_instead() -> None:
    old = "Ostmark owes 30 million euros, its treasurer said."
    new = "Ostmark owes 34 million euros and not 30 million as reported, its treasurer said."
    evidence = [
        found(1, old, old, "30 million euros", 0.8),
        found(9, new, new, "34 million euros", 0.1),
    ]
    assert answers("How much does Ostmark owe?", evidence)[0] == "34 million euros"


def test_who_has_left_a_post_does_not_hold_it_now() -> None:
    old = "The mayor, Ivo Santos, promised free stalls."
    left = "Ivo Santos resigned as mayor on Friday; his deputy, Lia Prado, has taken over."
    evidence = [
        found(2, old, old, "Ivo Santos", 0.9),
        found(9, left, left, "Ivo Santos", 0.8),
    ]
    assert answers("Who is the mayor now?", evidence) == ["Lia Prado"]
    then = answers("Who was the mayor when the fire broke out?", evidence)
    assert then == ["Ivo Santos", "Ivo Santos"]


def test_evidence_without_a_date_keeps_its_order() -> None:
    article = make_article(f"Fire\n\n{TWO}", "a.txt")
    one = make_evidence(article, TWO, "Two people", 0.8)
    other = make_evidence(make_article(f"Fire\n\n{FIVE}", "b.txt"), FIVE, "Five people", 0.7)
    assert answers(HOW_MANY, [one, other]) == ["Two people", "Five people"]


def test_nothing_stays_nothing() -> None:
    assert newest_first(Question.of(HOW_MANY), (), LEAST) == ()
