"""Remarks are told from questions about the articles, however they are put."""

import pytest

from bot.resolution.remarks import Remark, remark_in


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("thanks", Remark.THANKS),
        ("Great, thank you very much!", Remark.THANKS),
        ("ok", Remark.THANKS),
        ("Hello there", Remark.GREETING),
        ("What can you do?", Remark.HELP),
        ("How does this work?", Remark.HELP),
        ("When was that published?", Remark.DATE),
        ("And when was this article written?", Remark.DATE),
        ("How old is that report?", Remark.DATE),
        ("Thanks! And how old is that article?", Remark.DATE),
        ("Who wrote it?", Remark.AUTHOR),
        ("Who's the author of this piece?", Remark.AUTHOR),
        ("Which paper is that from?", Remark.OUTLET),
        ("what's your source?", Remark.OUTLET),
        ("Where did you get that?", Remark.OUTLET),
        ("Where did you get that from?", Remark.OUTLET),
        ("Show me the article", Remark.OUTLET),
        ("link?", Remark.OUTLET),
        ("goodbye", Remark.FAREWELL),
        ("Give me the full quote, please", Remark.QUOTE),
        ("Show me more", Remark.QUOTE),
        ("more context please", Remark.QUOTE),
        ("Are you sure?", Remark.SURE),
        ("Is that really true?", Remark.SURE),
        ("Do other papers say the same?", Remark.SURE),
    ],
)
def test_a_remark_is_recognised_as_a_whole(typed: str, remark: Remark) -> None:
    assert remark_in(typed) is remark


@pytest.mark.parametrize(
    "typed",
    [
        "Why?",
        "When was it?",
        "Who said that?",
        "How old is she?",
        "What does the report say about Oban?",
        "When was the report on Oban published?",
        "Tell me more about the ferry",
        "Who wrote the letter?",
        "What is this article about?",
        "What was the date of the attack?",
        "thanks, and when did it start?",
        "Is Reed sure?",
        "Which article mentions the ferry?",
        "Show me the articles about the ferry",
        "?",
        "",
    ],
)
def test_a_question_about_the_articles_is_no_remark(typed: str) -> None:
    assert remark_in(typed) is None
