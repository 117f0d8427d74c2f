"""Suggestions over the sample, each asked again here: answered, new, and about the cited articles."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.answer import Answer
from bot.conversation import Conversation
from bot.engine import Engine
from bot.english.words import terms
from bot.page.api.suggestions import MOST_WORDS, TRIES, Suggester, prospects
from index.text.article import Article, Span

JET = "How many people died when the Russian jet came down?"
QUESTIONS = (JET, "Where did Obama say Assad must go?", "Who won the Champions League final?")
Asking = tuple[Callable[[str], Answer], list[str]]


def asking(engine: Engine, conversation: Conversation) -> Asking:
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


@pytest.fixture(scope="module")
def articles(sample: Engine) -> tuple[Article, ...]:
    return sample.library.catalog.articles.all()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_suggestion_is_answered_with_something_new(
    sample: Engine, articles: tuple[Article, ...], question: str
) -> None:
    conversation = begun(sample, question)
    ask, asked = asking(sample, conversation)
    suggested = Suggester().follow_ups(conversation, articles, ask, 1)
    assert 1 <= len(suggested) <= len(asked) <= TRIES
    assert len(set(suggested)) == len(suggested) and set(suggested) <= set(asked)
    seen = [place for turn in conversation.turns for place in spans(turn.answer)]
    for one in suggested:
        answer = sample.answer(one, conversation)
        assert not answer.refused and answer.standalone_question == one
        (file, span), *_ = spans(answer)
        assert not any(file == other and span.overlaps(known) for other, known in seen)
        assert terms(answer.answer) - terms(one)
        seen += spans(answer)


def test_what_was_asked_and_told_before_is_not_suggested_again(
    sample: Engine, articles: tuple[Article, ...]
) -> None:
    conversation = begun(sample, JET)
    suggester, ever = Suggester(), {JET}
    for _ in range(3):
        suggested = suggester.follow_ups(conversation, articles, asking(sample, conversation)[0], 1)
        assert not ever & set(suggested)
        if not suggested:
            break
        ever.add(suggested[0])
        conversation = conversation.with_turn(sample.answer(suggested[0], conversation))
    assert len(ever) > 2


def test_the_same_conversation_gets_the_same_suggestions_without_asking_again(
    sample: Engine, articles: tuple[Article, ...]
) -> None:
    conversation = begun(sample, JET)
    ask, asked = asking(sample, conversation)
    suggester = Suggester()
    first = suggester.follow_ups(conversation, articles, ask, 1)
    spent = len(asked)
    assert suggester.follow_ups(conversation, articles, ask, 1) == first and len(asked) == spent
    assert suggester.follow_ups(conversation, articles, ask, 2) == first
    assert len(asked) == 2 * spent
    assert Suggester().follow_ups(conversation, articles, ask, 1) == first


def test_a_busy_engine_is_asked_nothing_and_nothing_is_cached(
    sample: Engine, articles: tuple[Article, ...]
) -> None:
    conversation, waiting = begun(sample, JET), [True]
    ask, asked = asking(sample, conversation)
    suggester = Suggester(busy=lambda: waiting[0])
    assert suggester.follow_ups(conversation, articles, ask, 1) == () and not asked
    waiting[0] = False
    whole = suggester.follow_ups(conversation, articles, ask, 1)
    assert whole and whole == Suggester().follow_ups(conversation, articles, ask, 1)


def test_an_engine_that_refuses_everything_suggests_nothing(
    sample: Engine, sample_engine: Callable[[float], Engine], articles: tuple[Article, ...]
) -> None:
    conversation = begun(sample, JET)
    ask, asked = asking(sample_engine(1.1), conversation)
    assert Suggester().follow_ups(conversation, articles, ask, 1) == () and len(asked) == TRIES


def test_a_failure_is_no_failure_of_the_answer(
    sample: Engine, articles: tuple[Article, ...]
) -> None:
    def fail(question: str) -> Answer:
        raise RuntimeError(question)

    conversation = begun(sample, JET)
    suggester = Suggester()
    assert suggester.follow_ups(conversation, articles, fail, 1) == ()
    assert suggester.starters(articles, fail, 1) == ()
    assert suggester.follow_ups(conversation, articles, asking(sample, conversation)[0], 1)
    assert suggester.follow_ups(Conversation(), articles, fail, 1) == ()


def test_threads_get_the_same(sample: Engine, articles: tuple[Article, ...]) -> None:
    conversation = begun(sample, JET)
    suggester, ask = Suggester(), asking(sample, conversation)[0]
    with ThreadPoolExecutor(3) as pool:
        found = list(
            pool.map(lambda _: suggester.follow_ups(conversation, articles, ask, 1), range(3))
        )
    assert len(set(found)) == 1 and found[0]


def test_first_questions_come_from_different_articles_and_are_answered(
    sample: Engine, articles: tuple[Article, ...]
) -> None:
    starters = Suggester().starters(articles, sample.answer, 1)
    assert len(starters) == 4
    answers = [sample.answer(question) for question in starters]
    assert not any(answer.refused for answer in answers)
    assert len({answer.citations[0].file for answer in answers}) == 4


def test_without_articles_there_are_no_suggestions(sample: Engine) -> None:
    assert Suggester().starters((), sample.answer, 1) == ()
    assert Suggester().follow_ups(begun(sample, JET), (), sample.answer, 1) == ()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("On Monday 45 people were killed in Oban, police said.", "How many people were killed in Oban?"),
        ("Yesterday Ada Pell urged Tom Reed to leave.", "What did Ada Pell urge Tom Reed to do?"),
        ("Ada Pell promised to open the bridge.", "What did Ada Pell promise to do?"),
        ("Ada Pell called for a new bridge.", "What did Ada Pell call for?"),
        ("Ada Pell said on Monday that Reed was late.", "What did Ada Pell say about Reed?"),
        ("The town thanked Mayor Ada Pell.", "Who is Ada Pell?"),
        ("He promised to open the bridge.", None),
        ("Officials promised to open the bridge.", None),
        ("Monday promised to be fine.", None),
        ("It said 45 people were killed in their homes.", None),
        ("Ada Pell called for a new bridge", None),
    ],
)  # fmt: skip
def test_a_sentence_gives_the_question_that_it_answers(sentence: str, expected: str | None) -> None:
    known = "The council of officials met Ada Pell and Tom Reed on Monday in the rain."
    article = Article("a.txt", "0" * 64, "A", f"{known} {sentence}\n")
    made = [one.question for one in prospects(article)]
    assert made == ([expected] if expected else [])
    assert all(len(question.split()) <= MOST_WORDS for question in made)
