"""Suggestions over the sample, each asked again here: answered, new, and worth a click."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.answer import Answer
from bot.conversation import Conversation
from bot.engine import Engine
from bot.english.words import terms
from bot.page.api.suggestions import SHOWN, TRIES, Suggester
from index.text.article import Span

JET = "How many people died when the Russian jet came down?"
QUESTIONS = (JET, "Where did Obama say Assad must go?", "Who won the Champions League final?")


def asking(engine: Engine, conversation: Conversation) -> tuple[Callable[[str], Answer], list[str]]:
    """Asks in the conversation, and the questions asked so far."""
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return engine.answer(question, conversation)

    return ask, asked


def begun(engine: Engine, *questions: str) -> Conversation:
    conversation = Conversation()
    for question in questions:
        conversation = conversation.with_turn(engine.answer(question, conversation))
    return conversation


def spans(answer: Answer) -> list[tuple[str, Span]]:
    return [(c.file, Span(c.start, c.end)) for c in answer.citations]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_suggestion_is_answered_with_something_new(sample: Engine, question: str) -> None:
    conversation = begun(sample, question)
    ask, asked = asking(sample, conversation)
    suggested = Suggester().follow_ups(conversation, ask)
    assert 1 <= len(suggested) <= SHOWN and len(asked) <= TRIES
    assert len(set(suggested)) == len(suggested) and set(suggested) <= set(asked)
    seen = [place for turn in conversation.turns for place in spans(turn.answer)]
    for one in suggested:
        answer = sample.answer(one, conversation)
        assert not answer.refused and answer.standalone_question == one
        (file, span), *_ = spans(answer)
        assert not any(file == other and span.overlaps(known) for other, known in seen)
        assert terms(answer.answer) - terms(one)
        seen += spans(answer)


def test_what_was_asked_and_told_before_is_not_suggested_again(sample: Engine) -> None:
    conversation = begun(sample, JET)
    suggester, ever = Suggester(), {JET}
    for _ in range(3):
        suggested = suggester.follow_ups(conversation, asking(sample, conversation)[0])
        assert not ever & set(suggested)
        if not suggested:
            break
        ever.add(suggested[0])
        conversation = conversation.with_turn(sample.answer(suggested[0], conversation))
    assert len(ever) > 2


def test_the_same_conversation_gets_the_same_suggestions_without_asking_again(
    sample: Engine,
) -> None:
    conversation = begun(sample, JET)
    ask, asked = asking(sample, conversation)
    suggester = Suggester()
    first = suggester.follow_ups(conversation, ask, within=1)
    spent = len(asked)
    assert suggester.follow_ups(conversation, ask, within=1) == first and len(asked) == spent
    assert suggester.follow_ups(conversation, ask, within=2) == first and len(asked) == 2 * spent
    assert Suggester().follow_ups(conversation, ask) == first


def test_who_is_busy_asks_nothing_and_remembers_nothing(sample: Engine) -> None:
    conversation, waiting = begun(sample, JET), [True]
    ask, asked = asking(sample, conversation)
    suggester = Suggester(busy=lambda: waiting[0])
    assert suggester.follow_ups(conversation, ask) == () and not asked
    waiting[0] = False
    whole = suggester.follow_ups(conversation, ask)
    assert whole == Suggester().follow_ups(conversation, ask)


def test_others_that_come_meanwhile_end_the_search(sample: Engine) -> None:
    conversation = begun(sample, JET)
    ask, asked = asking(sample, conversation)
    suggested = Suggester(busy=lambda: len(asked) == 1).follow_ups(conversation, ask)
    assert len(asked) == 1 and len(suggested) <= 1


@pytest.mark.parametrize("tries", [0, 1, 2])
def test_no_more_is_asked_than_allowed(sample: Engine, tries: int) -> None:
    conversation = begun(sample, QUESTIONS[1])
    ask, asked = asking(sample, conversation)
    suggested = Suggester(tries=tries).follow_ups(conversation, ask)
    assert len(asked) <= tries and len(suggested) <= tries


def test_an_engine_that_refuses_everything_suggests_nothing(
    sample: Engine, sample_engine: Callable[[float], Engine]
) -> None:
    conversation = begun(sample, JET)
    ask, asked = asking(sample_engine(1.1), conversation)
    assert Suggester().follow_ups(conversation, ask) == () and len(asked) == TRIES


def test_a_failure_is_no_failure_of_the_answer(sample: Engine) -> None:
    def fail(question: str) -> Answer:
        raise RuntimeError(question)

    conversation = begun(sample, JET)
    suggester = Suggester()
    assert suggester.follow_ups(conversation, fail) == ()
    assert suggester.starters(sample.articles(), fail) == ()
    assert suggester.follow_ups(conversation, asking(sample, conversation)[0])
    assert suggester.follow_ups(Conversation(), fail) == ()


def test_threads_get_the_same(sample: Engine) -> None:
    conversation = begun(sample, JET)
    suggester, ask = Suggester(), asking(sample, conversation)[0]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: suggester.follow_ups(conversation, ask), range(3)))
    assert len(set(found)) == 1 and found[0]


def test_first_questions_come_from_different_articles_and_are_answered(sample: Engine) -> None:
    articles = sample.articles()
    starters = Suggester().starters(articles, sample.answer, 4)
    assert len(starters) == 4
    answers = [sample.answer(question) for question in starters]
    assert not any(answer.refused for answer in answers)
    assert len({answer.citations[0].file for answer in answers}) == 4
    assert Suggester().starters(tuple(reversed(articles)), sample.answer, 4) == starters


def test_without_articles_there_are_no_first_questions(sample: Engine) -> None:
    assert Suggester().starters((), sample.answer) == ()
