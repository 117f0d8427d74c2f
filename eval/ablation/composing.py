"""The rules that make an answer of what was read, and those of questions that ask for more than a fact."""

import math

from bot.composition.kinds.text.kind import Asked
from eval.ablation.rule import NEVER, gives, returns, rules_of, value

KINDS = "bot.composition.kinds"
ANSWERS = (
    *rules_of(
        "bot.composition.agreement",
        ("differing", gives(()), "another article's figure is shown, and a newer one answers"),
        ("COMPARABLE", value(0.0), "an unsure figure is not compared"),
        ("_same_matter", gives(True), "figures are compared only if they are of one matter"),
        ("_elsewhere", gives(False), "not if one names another place"),
        ("_other_year", gives(False), "not if one names another year"),
        ("_other_day", gives(False), "not if one names another day or month"),
        ("_SAID_ON", NEVER, "the day something was said is another matter"),
        ("_TOLL", NEVER, "“What is the toll?” asks for a number"),
    ),
    *rules_of(
        "bot.composition.choose",
        ("ABOUT_AS_SURE", value(math.inf), "other articles with the same answer are cited"),
        ("SECOND_SENTENCE", value(math.inf), "a sentence gets a second one"),
        ("FURTHER_ITEM", value(math.inf), "a list gets further items"),
    ),
    *rules_of(
        "bot.composition.latest",
        ("newest_first", returns(1), "the newest statement answers"),
        ("recalls_error", gives(False), "an account of an error never answers"),
        ("_NOT", NEVER, "“not six, as reported” is such an account"),
        ("_correction", gives(None), "the correction beside an error is read"),
        ("_CORRECTED", NEVER, "“corrected … to 34”"),
        ("_INSTEAD", NEVER, "“34, not 30 as reported”"),
        ("_corrects", gives(None), "a correction is the newest statement"),
        ("_denies", gives(False), "“34 and not 30” goes before 30"),
        ("_newer", gives(None), "a newer article's figure answers"),
        ("_in_office", value(lambda _, rows: list(rows)), "who resigned does not hold the post"),
        ("_successor", gives(None), "who took over does"),
        ("_NOW", NEVER, "“now” and “latest” name no other time"),
        ("_THEN", NEVER, "not if the question names another time"),
        ("_ABOUT_ERROR", NEVER, "not if the question is about the error"),
    ),
)
MORE = (
    *rules_of(
        f"{KINDS}.answering",
        ("find_kind", gives(Asked()), "questions that ask for more than a fact"),
        ("_PRONOUN", NEVER, "“What did he say?” asks for the person named before"),
    ),
    *rules_of(
        f"{KINDS}.asked",
        ("_phrase", gives(None), "“Who said ‘…’?”"),
        ("_comparison", gives(None), "“What did A and B say about …?”"),
        ("_articles", gives(None), "“Which articles …”, “How many articles …”"),
        ("_quotations", gives(None), "“What did A say about …?”"),
        ("_one_article", gives(None), "“Summarise this article”"),
        ("_timeline", gives(None), "“Timeline of …”"),
        ("_summary", gives(None), "“What happened in …?”"),
        ("_names_a_day", gives(False), "a question that names a day asks for a fact"),
        ("MOST_SUBJECT", value(10**6), "a long subject is a statement"),
        ("CLAUSE", NEVER, "“What happened in X when …” asks for a fact"),
        ("PRONOUN", NEVER, "“it” is no subject"),
        ("LED", NEVER, "a subject without the words that lead up to it"),
    ),
    *rules_of(
        f"{KINDS}.counting",
        ("_is_about", gives(True), "an article is about what its opening names"),
        ("stands_alone", gives(False), "a last name counts for the person"),
    ),
    *rules_of(
        f"{KINDS}.text.narrowing",
        ("_from_outlet", value(lambda words, _: (words, "")), "“from DW” narrows a list"),
        ("_dated", value(lambda words, _: (words, None)), "“in November” narrows a list"),
    ),
    *rules_of(
        f"{KINDS}.finding_quotes",
        ("is_about", gives(True), "a quotation has the words of the subject"),
        ("_nearest", returns(1), "quotations nearest in meaning go first"),
    ),
    *rules_of(
        f"{KINDS}.text.attribution",
        ("_ACCORDING", NEVER, "“according to Pell” has a speaker"),
        ("_AFTER", NEVER, "“…, said Ada Pell” has a speaker"),
        ("_BY", NEVER, "“a statement by Pell” has a speaker"),
        ("_SECOND", NEVER, "“Pell came and said …” has a speaker"),
        ("_SOURCES", NEVER, "“sources said” is not the subject"),
        ("OTHERS", NEVER, "“the lawyer for Pell said” is not Pell"),
        ("_UNSAID", NEVER, "“no evidence that Pell asked”: what was not said"),
        ("JOINED", NEVER, "“Pell and Lunt said” is not one speaker"),
        ("_CARRIED", NEVER, "“he” is the person of the sentence before"),
        ("_SOMEBODY", NEVER, "“officials said” gives words without a name"),
        ("_subject", gives(""), "the subject of a sentence speaks"),
        ("is_name", gives(True), "a capital at the start is no name"),
    ),
    *rules_of(
        f"{KINDS}.text.quotes",
        ("_is_human", gives(True), "“he” is no firm"),
        ("_is_heading", gives(False), "a heading in quotation marks is no quotation"),
        ("_is_title", gives(False), "the title of a film is no quotation"),
        ("LONG_QUOTE", value(0), "a short quotation without a speaker is irony"),
    ),
    *rules_of(
        f"{KINDS}.text.speaker_names",
        ("is_person", gives(True), "a ministry is no person"),
        ("named_fully", returns(0), "a speaker is shown with the first name"),
    ),
    *rules_of(
        f"{KINDS}.text.sentences",
        ("is_whole", gives(True), "headings, captions and credits are not shown"),
        ("loose", gives(False), "“He added” needs the sentence before it"),
        ("near_duplicate", gives(False), "two sentences that say the same"),
        ("without_marks", returns(1), "the mark of a list in front"),
        ("weigh", value(lambda rows, most: [*rows[:most]]), "frequent words of a long story"),
    ),
    *rules_of(
        f"{KINDS}.subject",
        ("bears", gives(True), "a passage names the subject"),
    ),
    *rules_of(
        f"{KINDS}.summary",
        ("LEAD", value(0.0), "early sentences count more"),
        ("NAMED", value(0.0), "sentences with the subject's words count more"),
        ("REPEATING", value(0.0), "a sentence like those chosen counts less"),
        ("_next", gives([]), "a short summary goes on with the next sentence"),
    ),
    *rules_of(
        f"{KINDS}.text.event_dates",
        ("_NEAR", NEVER, "“yesterday” is the day before the article"),
        ("_RELATIVE_CLAUSE", NEVER, "“which failed on Friday” is another event's day"),
        ("_ASIDE", NEVER, "“since it joined in May” is another event's day"),
        ("_AHEAD", NEVER, "“next Friday” lies ahead"),
        ("_FUTURE", NEVER, "“will meet on Friday” lies ahead"),
    ),
)
