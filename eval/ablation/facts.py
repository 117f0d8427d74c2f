"""The rules that answer a question about a fact: English, retrieval, reading and follow-ups."""

import operator
import re

from bot.english.aliases import Aliases
from bot.english.answer_kind import AnswerKind
from bot.english.words import terms
from bot.reading.span_candidates import SpanCandidate
from eval.ablation.rule import NEVER, gives, returns, rules_of, value

ENGLISH = (
    *rules_of(
        "bot.english.words",
        (
            "_aliases",
            value(Aliases()),
            "names for the same thing: ISIS and Daesh, Russia and Russian",
        ),
        ("_of_phrases", gives([]), "names of several words count under their short form"),
    ),
    *rules_of(
        "bot.english.answer_kind",
        ("kind_of", gives(AnswerKind.THING), "the kind of answer by the question word"),
        ("is_list", gives(False), "“Which countries …” asks for several things"),
        ("is_yes_no", gives(False), "“Did Pell resign?” is answered with the whole sentence"),
        ("counted", gives(frozenset()), "the noun behind “how many” belongs to the figure"),
        ("find_occasion", gives(None), "where somebody spoke is an occasion before it is a town"),
    ),
    *rules_of(
        "bot.english.descriptions",
        ("described_name", gives(""), "“Who is Ada Pell?” is answered with the words at her name"),
        ("_forms", gives(()), "descriptions set off by commas, or behind “is”"),
        ("_titled_from", gives(None), "descriptions in front of a name: “the judge Ada Pell”"),
        ("_NO_PHRASE", NEVER, "clauses and further names of a row are no description"),
    ),
    *rules_of(
        "bot.english.names",
        ("is_named", gives(True), "a text has to mention a name"),
        ("_is_another", gives(False), "Michelle Obama is not Barack Obama"),
        ("_is_form", value(operator.eq), "“Canada” is a form of “Canadian”"),
        ("_initials", gives(""), "initials stand for a name"),
    ),
    *rules_of("bot.english.numbers", ("_RANGE", NEVER, "“3 to 5 percent” are two percentages")),
    *rules_of(
        "bot.english.period",
        ("find_period", gives(None), "the days that a question names"),
        ("_calendar", gives(()), "days and months that are written out"),
        ("_relative", gives(()), "“last week”, “yesterday”"),
        ("_years", gives(()), "“in 2015”"),
        ("_weekdays", gives(()), "“on Friday” is the last one or the next"),
        ("_recently", gives(()), "“now”, “recently”"),
        ("_LATEST", NEVER, "“the latest”"),
        ("_PART", NEVER, "“early October” is a part of the month"),
    ),
    *rules_of(
        "bot.english.phrases",
        ("complete", value(lambda _, found, **__: found), "an answer becomes a whole phrase"),
        ("_NUMBER", NEVER, "a figure with its sign and “about”"),
        ("_CLOCK", NEVER, "a whole time of day"),
        ("_DATE", NEVER, "a whole date"),
        ("_FULL_NAME", NEVER, "a whole name"),
        ("_ROW", NEVER, "a whole row of names"),
        ("_CLAUSE_GOES_ON", NEVER, "a name behind “and” may begin a clause of its own"),
        ("_PAIRS", value(()), "the other bracket or quotation mark"),
        ("add_noun", returns(1), "the noun counted stands behind the figure"),
    ),
    *rules_of(
        "bot.english.quantity",
        ("_PART_BEFORE", NEVER, "“another 12” is no whole figure"),
        ("_PART_BEHIND", NEVER, "“12 of them” is no whole figure"),
        ("_APPROXIMATE", NEVER, "“more than 90” and 97 are the same"),
        ("_nearest_sense", gives(""), "dead are not wounded"),
        ("sense_of", gives(""), "a question about the dead needs a figure of dead"),
        ("topic", value(terms), "“killed” and “dead” count as one word"),
        ("LIKE", value(10**12), "a figure ten times another counts something else"),
    ),
    *rules_of(
        "bot.english.question",
        ("_COMMAND", NEVER, "“Name all …” is no name"),
        ("_CONTRACTION", NEVER, "“Who's” is “Who is”"),
        ("_INVERTED", value(re.compile("")), "a statement may be repeated in its answer"),
        (
            "Question.is_repeated_in",
            gives(False),
            "a sentence that repeats the question answers nothing",
        ),
    ),
    *rules_of(
        "bot.english.speakers",
        ("asked_speakers", gives(frozenset()), "whose words a question asks for"),
        ("_SAID_AFTER", NEVER, "“…, said Ada Pell” has a speaker"),
        ("_CLEFT", NEVER, "“It was Pell who said …” has a speaker"),
        ("_THE_ONE", NEVER, "“Pell was the one who said …” has a speaker"),
    ),
)
READING = (
    *rules_of(
        "bot.reading.extractive",
        ("OTHER_SPEAKER", value(0.0), "words of somebody else than the person asked about"),
        ("OTHER_NATION", value(0.0), "the same of another country"),
        ("OTHER_NAME", value(0.0), "a passage lacks a name that another has"),
        ("FURNITURE", value(0.0), "boilerplate and headings come behind the story"),
        ("SHORT_LINE", value(0), "a short line without a full stop is a heading"),
        ("HOPELESS", value(0.0), "hopeless sentences are not read again"),
        ("EXCHANGED_NAME", value(0.0), "“And under Biden?” is not about Trump any more"),
        ("has_other_dimension", gives(False), "a height is no age"),
    ),
    *rules_of(
        "bot.reading.feeding",
        ("head_of", gives(""), "title and day are read as well"),
        ("is_chosen", gives(None), "of a table, the rows that the question names"),
    ),
    *rules_of(
        "bot.reading.identity",
        ("LESS_SURE", value(0.0), "a description at the last name alone is less sure"),
    ),
    *rules_of(
        "bot.reading.shortlist",
        ("shortlist", value(lambda _, found: [*range(len(found))]), "far passages are not read"),
    ),
    *rules_of(
        "bot.reading.span_candidates",
        ("UNREAD", value(-1e6), "passages that were not read may hold another answer"),
        ("SpanCandidate.agrees", value(SpanCandidate.same_place), "equal answers do not compete"),
    ),
)
RETRIEVAL = (
    *rules_of("bot.retrieval.fusion", ("BY_READER", value(0.0), "articles in the reader's order")),
    *rules_of("bot.retrieval.reprints", ("SAME", value(2.0), "a reprint counts once")),
    *rules_of(
        "bot.retrieval.scoring",
        ("SHARES", value((0.3, 0.4, 0.0)), "the words of the whole article count"),
        ("TIMELY", value(0.0), "articles of the days asked about go first"),
        ("LATEST", value(0.0), "the newest go first for “the latest”"),
    ),
    *rules_of(
        "bot.retrieval.sources",
        ("Sources.with_recent", returns(1), "a follow-up is read in the last turns' articles"),
    ),
)
RESOLUTION = (
    *rules_of(
        "bot.resolution.resolver",
        ("_WHO_IS", NEVER, "“Who is he?” asks for the person named last"),
        ("Resolver._thread", returns(1), "turns before the subject began are left out"),
        ("_for_reader", gives(()), "a follow-up is read with the turns before it"),
        ("_asked", value(lambda turn: turn.question), "a turn keeps the words that it took"),
    ),
    *rules_of(
        "bot.resolution.phrases",
        ("LEAST", value(1.0), "the surest word is taken where none is sure"),
        ("_NOUN", NEVER, "“Syrian” takes its noun along"),
        ("_THE", NEVER, "a phrase keeps “the” in front"),
        ("_BETWEEN", value(re.compile(" ")), "small words may stand within a phrase"),
    ),
    *rules_of(
        "bot.resolution.remarks",
        ("remark_in", gives(None), "“When was that published?”, “thanks”"),
        ("_BEFORE", NEVER, "“ok, and” in front of a remark"),
    ),
)
FACTS = (*ENGLISH, *READING, *RETRIEVAL, *RESOLUTION)
