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
