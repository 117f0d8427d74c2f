import pytest

from bot.answer import Answer
from bot.composition.kinds.answering import find_kind
from bot.composition.kinds.asked import find_asked
from bot.composition.kinds.text.kind import Kind
from bot.conversation import Resolved, Turn


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is this article about?", Kind.SUMMARY),
        ("Please summarise the DW piece", Kind.SUMMARY),
        ("Can you give me a short summary of the article about the G20 summit?", Kind.SUMMARY),
        ("What happened in Raqqa?", Kind.SUMMARY),
        ("Brief me on the G20 summit", Kind.SUMMARY),
        ("What is known about the crash?", Kind.SUMMARY),
        ("What's the latest on the Raqqa air strikes?", Kind.SUMMARY),
        ("Any news about the crash?", Kind.SUMMARY),
        ("How many articles mention Binance?", Kind.COUNT),
        ("How many articles do we have from DW?", Kind.COUNT),
        ("Which articles are about Greenpeace?", Kind.ARTICLES),
        ("What do we have from DW in November 2015?", Kind.ARTICLES),
        ("List all articles about Raqqa", Kind.ARTICLES),
        ("What did Putin say about ISIS?", Kind.QUOTATIONS),
        ("Quotes by Lavrov", Kind.QUOTATIONS),
        ("Who said 'the face of evil'?", Kind.QUOTATIONS),
        ("Who criticised the plan?", Kind.QUOTATIONS),
        ("Who has praised the air strikes on Raqqa?", Kind.QUOTATIONS),
        ("What did Obama and Putin each say about Assad?", Kind.COMPARISON),
        ("How do Vox and VICE differ on Syria?", Kind.COMPARISON),
        ("Timeline of the FTX collapse", Kind.TIMELINE),
        ("What happened after the crash?", Kind.TIMELINE),
        ("What happened before the crash?", Kind.TIMELINE),
        ("How many articles do you have?", Kind.COUNT),
        ("What is the newest article?", Kind.ARTICLES),
        ("Show me the three oldest stories about Greenpeace", Kind.ARTICLES),
        ("What are the articles about?", Kind.ARTICLES),
        ("What is in this folder?", Kind.ARTICLES),
        ("Compare what Obama and Putin said", Kind.COMPARISON),
        ("Compare FTX and Madoff", Kind.SUMMARY),
        ("What do Vox and VICE have in common?", Kind.SUMMARY),
        ("Give me the key points of the DW piece", Kind.SUMMARY),
        ("TL;DR of the FTX collapse", Kind.SUMMARY),
        ("Explain the FTX collapse", Kind.SUMMARY),
        ("Key points on the debt ceiling", Kind.SUMMARY),
        ("In short, what happened at the Capitol?", Kind.SUMMARY),
        ("What did the papers write about FTX?", Kind.SUMMARY),
        ("Walk me through the FTX collapse", Kind.SUMMARY),
        ("Describe what happened in Uvalde", Kind.SUMMARY),
        ("Summary of FTX please", Kind.SUMMARY),
        ("Compare the death tolls", Kind.SUMMARY),
        ("Compare Obama with Putin", Kind.SUMMARY),
        ("Most recent news on FTX", Kind.SUMMARY),
        ("In what order did things happen in the FTX case?", Kind.TIMELINE),
        ("What is the sequence of events in Uvalde?", Kind.TIMELINE),
        ("List the events of January 6 in order", Kind.TIMELINE),
        ("What happened when in the FTX case?", Kind.TIMELINE),
        ("How did the crisis develop?", Kind.TIMELINE),
        ("Day by day, what happened with the balloon?", Kind.TIMELINE),
        ("FTX: what happened when?", Kind.TIMELINE),
        ("Dates of the FTX collapse", Kind.TIMELINE),
        ("When did each bank fail?", Kind.TIMELINE),
        ("In how many articles does Putin appear?", Kind.COUNT),
        ("How often is Putin mentioned?", Kind.COUNT),
        ("Count the articles about Putin", Kind.COUNT),
        ("Number of articles on Putin", Kind.COUNT),
        ("Articles mentioning FTX", Kind.ARTICLES),
        ("Is there anything on Greenpeace?", Kind.ARTICLES),
        ("Which outlets covered the balloon?", Kind.ARTICLES),
        ("Which articles did Zack Beauchamp write?", Kind.ARTICLES),
        ("Which articles quote Lavrov?", Kind.ARTICLES),
        ("Which article mentions the lettuce?", Kind.ARTICLES),
        ("What was published last week?", Kind.ARTICLES),
        ("Show everything published on 5 May 2021", Kind.ARTICLES),
        ("What's the difference between Obama's and Putin's views on Assad?", Kind.COMPARISON),
        ("Do Obama and Putin agree on Assad?", Kind.COMPARISON),
        ("Where do Obama and Putin disagree?", Kind.COMPARISON),
        ("Obama vs Putin on Assad", Kind.COMPARISON),
        ("How do the BBC and CNN reports differ on the toll?", Kind.COMPARISON),
        ("How did Obama and Putin respond to the attacks?", Kind.COMPARISON),
        ("Quotes about FTX by Biden", Kind.QUOTATIONS),
        ("Biden quotes on FTX", Kind.QUOTATIONS),
        ("Everything Lavrov said", Kind.QUOTATIONS),
        ("Did Biden say anything about the war?", Kind.QUOTATIONS),
        ("What is Biden's view of the war?", Kind.QUOTATIONS),
        ("What has been said about ISIS?", Kind.QUOTATIONS),
        ("Quotes about the war", Kind.QUOTATIONS),
        ("What are people saying about the war?", Kind.QUOTATIONS),
    ],
)
def test_what_asks_for_more_than_a_sentence_is_recognised(question: str, kind: Kind) -> None:
    assert find_asked(question).kind is kind


def test_the_latest_is_asked_of_the_newest_articles() -> None:
    assert find_asked("What's the latest on the Raqqa air strikes?").latest
    assert not find_asked("What happened in Raqqa?").latest
    assert find_asked("What is the latest death toll of the crash?").kind is Kind.FACT


@pytest.mark.parametrize(
    "question",
    [
        "When was the White House statement on the crash put out?",
        "On what day did Pelosi comment on the end of the pandemic?",
        "Did the White House comment?",
        "What was written on their vehicle?",
        "How did the suspect escape?",
        "Who commented on the deal?",
        "What led to the crash?",
        "What was the name of the article of the treaty?",
        "How often does the train run?",
        "Where did Obama say Assad must go?",
        "What did Putin promise to do?",
        "What did Putin say the Paris attacks show?",
        "What did Sergei Lavrov say on November 18, 2015?",
        "What did Obama say about Assad at the UN in September 2015?",
        "What happened over Egypt on October 31?",
        "What happened to flight MH17?",
        "What happened when Putin spoke?",
        "Which article says that Assad must go?",
        "How many stories does the building have?",
        "How many reports of fraud were there?",
        "Which articles of the treaty were broken?",
        "What is the latest report of the commission called?",
        "What is in the museum?",
        "What's in the documents?",
        "What do the reports cover?",
        "How many documents in total?",
        "What is the most recent report on jobs?",
        "What happened before 2010?",
        "What has happened since Tuesday?",
        "What is the difference between the two?",
        "What did he say about it?",
        "Tell me about it",
        "Who is the mayor now?",
        "Who criticised him?",
        "Who opposed the plan on Wednesday?",
        "",
        "?",
    ],
)
def test_anything_else_asks_for_a_fact(question: str) -> None:
    assert find_asked(question).kind is Kind.FACT


def test_the_question_gives_subject_sides_and_article() -> None:
    assert find_asked("What did Obama and Putin each say about Assad?").sides == ("Obama", "Putin")
    assert find_asked("Summarize what happened in Ukraine").subject == "Ukraine"
    assert find_asked("Summarise the DW piece").article == "DW"
    assert find_asked("What's this story about?").article == "this"
    assert find_asked("Quotes by Sergei Lavrov on terror").subject == "terror"
    assert find_asked("How many articles mention the lettuce?").mentions


def test_the_newest_or_oldest_articles_are_asked_for() -> None:
    one, few = (
        find_asked("What is the newest article on FTX?"),
        find_asked("List the 3 oldest articles"),
    )
    assert (one.most, one.oldest, one.subject) == (1, False, "FTX")
    assert (few.most, few.oldest, few.subject) == (3, True, "")


def test_a_timeline_may_begin_or_end_with_its_subject() -> None:
    asked = (
        "What happened after the crash?",
        "What happened before the crash?",
        "Timeline of the crash",
    )
    assert [find_asked(one).side for one in asked] == ["after", "before", ""]


def turn(kind: Kind) -> Turn:
    return Turn("?", Answer("?", "?", "", "", False, None, 1.0, kind=kind))


def test_after_a_list_of_articles_one_of_them_is_asked_for() -> None:
    for question, oldest in (("What's the newest one?", False), ("And the oldest?", True)):
        alone = Resolved.alone(question)
        asked = find_kind(question, alone, turn(Kind.COUNT))
        assert (asked.kind, asked.most, asked.oldest) == (Kind.ARTICLES, 1, oldest)
        assert find_kind(question, alone, turn(Kind.FACT)).kind is Kind.FACT


def test_it_is_the_article_cited_last_and_no_subject() -> None:
    assert find_asked("Summarise it").article == find_asked("What is it about?").article == "this"
    assert find_asked("Which articles mention him?").kind is Kind.FACT
    assert find_asked("Which articles mention US sanctions?").subject == "US sanctions"
    asked = Resolved(
        "Which articles mention him? (Ada Pell)", "Which articles mention him?", (), ("Ada Pell",)
    )
    assert find_kind(asked.asked, asked).subject == "Ada Pell"
