"""Rules are found by name, replaced wherever they were imported, and put back."""

import pytest

from bot.composition.kinds import answering, asked
from bot.english import period, phrases, words
from bot.english.answer_kind import AnswerKind
from bot.english.period import find_period
from bot.english.question import Question
from bot.english.words import stem
from bot.reading import shown_words
from bot.resolution.resolver import Resolver
from eval.ablation.registry import RULES, chosen_rules
from eval.ablation.rule import switched_off
from index.errors import EvaluationError
from index.text.article import Span

NOW = period.date(2015, 11, 20)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_names_something_that_changes_and_comes_back(name: str) -> None:
    rule = RULES[name]
    owner, attribute = rule.place
    before = vars(owner)[attribute]
    with switched_off(rule):
        assert vars(owner)[attribute] is not before
        assert vars(owner)[attribute] != before
    assert vars(owner)[attribute] is before
    assert rule.what


def test_a_function_is_replaced_where_it_was_imported() -> None:
    sentence, number = "About 12 dead bees lay there.", Span(6, 8)
    nouns = frozenset({stem("bees")})
    with_noun = Span(6, 18)
    assert shown_words.add_noun(sentence, number, nouns) == with_noun
    with switched_off(RULES["english.phrases.add_noun"]):
        assert shown_words.add_noun(sentence, number, nouns) == number
        assert phrases.add_noun(sentence, number, nouns) == number
    assert shown_words.add_noun(sentence, number, nouns) == with_noun


def test_a_function_is_replaced_in_a_table() -> None:
    assert find_period("What happened on 3 May 2015?", NOW)
    assert answering.find_asked("Timeline of the fire").kind is asked.Kind.TIMELINE
    with switched_off(RULES["english.period._calendar"]):
        assert find_period("What happened on 3 May 2015?", NOW) is None
    with switched_off(RULES["composition.kinds.asked._timeline"]):
        assert answering.find_asked("Timeline of the fire").kind is asked.Kind.FACT
    assert find_period("What happened on 3 May 2015?", NOW)


def test_what_was_cached_with_a_rule_is_forgotten() -> None:
    assert stem("Daesh") == stem("ISIS")
    with switched_off(RULES["english.words._aliases"]):
        assert stem("Daesh") != stem("ISIS")
        assert not words.is_nation(stem("Russian"))
    assert stem("Daesh") == stem("ISIS")


def test_a_rule_comes_back_after_an_error() -> None:
    rule = RULES["english.answer_kind.kind_of"]
    with pytest.raises(ZeroDivisionError), switched_off(rule):
        assert Question.of("When did it burn?").kind is AnswerKind.THING
        raise ZeroDivisionError
    assert Question.of("When did it burn?").kind is AnswerKind.TIME


def test_a_method_is_replaced_in_its_class() -> None:
    before = Resolver._thread
    with switched_off(RULES["resolution.resolver.Resolver._thread"]):
        assert Resolver._thread is not before
    assert Resolver._thread is before


def test_rules_are_chosen_by_name_or_by_where_they_stand() -> None:
    (one,) = chosen_rules(["reading.extractive.OTHER_NAME"])
    assert one.attribute == "OTHER_NAME"
    assert {rule.module for rule in chosen_rules(["english.period"])} == {"bot.english.period"}
    assert len(chosen_rules([])) == len(RULES)
    with pytest.raises(EvaluationError, match=r"--rule english\.peri: no such rule"):
        chosen_rules(["english.peri"])
