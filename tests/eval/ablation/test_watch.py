"""A case is asked again only where the rule says something else than its replacement."""

from bot.composition.kinds import answering
from bot.english import phrases
from bot.english.period import date, find_period
from bot.english.words import terms
from bot.reading import shown_words
from eval.ablation.registry import RULES
from eval.ablation.rule import Rule
from eval.ablation.watch import watching
from index.text.article import Span

NOW = date(2015, 11, 20)


def rule(name: str) -> Rule:
    return RULES[name]


def test_a_function_plays_a_part_where_it_says_something_else() -> None:
    watched = rule("english.phrases.add_noun")
    with watching([watched]) as watch:
        watch.begin("noun")
        assert shown_words.add_noun("12 bees", Span(0, 2), terms("bees")) == Span(0, 7)
        watch.begin("none")
        assert shown_words.add_noun("12 bees", Span(0, 2), terms("wasps")) == Span(0, 2)
    assert watch.plays_a_part(watched, "noun")
    assert not watch.plays_a_part(watched, "none")


def test_a_pattern_plays_a_part_where_it_matches() -> None:
    clock, row = rule("english.phrases._CLOCK"), rule("english.phrases._ROW")
    before = phrases._CLOCK
    with watching([clock, row]) as watch:
        watch.begin("clock")
        assert phrases.complete("It was 9:30 p.m. in Oban.", Span(7, 8)) == Span(7, 16)
        watch.begin("none")
        phrases.complete("Ada Pell came.", Span(4, 8))
    assert watch.plays_a_part(clock, "clock")
    assert not watch.plays_a_part(clock, "none")
    assert not watch.plays_a_part(row, "clock")
    assert phrases._CLOCK is before


def test_what_stands_in_a_table_or_is_read_one_by_one_is_watched() -> None:
    days, timeline = rule("english.period._calendar"), rule("composition.kinds.asked._timeline")
    with watching([days, timeline]) as watch:
        watch.begin("day")
        assert find_period("What happened on 3 May 2015?", NOW)
        watch.begin("timeline")
        answering.find_asked("Timeline of the fire")
    assert watch.plays_a_part(days, "day")
    assert not watch.plays_a_part(days, "timeline")
    assert watch.plays_a_part(timeline, "timeline")
    assert not watch.plays_a_part(timeline, "day")


def test_what_is_cached_is_noted_in_every_case() -> None:
    watched = rule("english.words._of_phrases")
    with watching([watched]) as watch:
        for case in ("first", "second"):
            watch.begin(case)
            assert "isis" in terms("the Islamic State of Iraq and Syria")
    assert watch.plays_a_part(watched, "first")
    assert watch.plays_a_part(watched, "second")


def test_a_constant_may_play_a_part_in_every_case() -> None:
    with watching([rule("reading.extractive.OTHER_NAME")]) as watch:
        watch.begin("any")
    assert watch.plays_a_part(rule("reading.extractive.OTHER_NAME"), "any")
