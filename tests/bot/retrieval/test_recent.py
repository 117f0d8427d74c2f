"""A follow-up searches the articles of the last turns, within the selection and for their owner alone."""

from collections.abc import Iterator

import pytest

from bot.answer import Answer, Citation
from bot.conversation import Conversation, from_messages, to_messages
from bot.english.question import Question
from bot.page.build import build_uploads
from bot.page.people.uploads import Uploads
from bot.reading.shortlist import shortlist
from bot.retrieval.retriever import Retrieved
from bot.retrieval.sources import CORPUS, RECENT, RECENT_TURNS, Scope, Sources
from index.catalog.selection import Selection
from index.library import Library
from index.settings import Settings
from tests.bot.page.people.user_files import BREAD

ASSAD = "obama-says-assad-must-go.md"
BREAD_PATH = "uploads/bread.txt"
ANNA, BERT = Scope(owner="anna-01"), Scope(owner="bert-02")
K = 5


@pytest.fixture
def sources(library: Library, own_sample: Settings) -> Iterator[Sources]:
    """The sample, and an upload of Anna's."""
    uploads: Uploads = build_uploads(own_sample, library.encoder)
    uploads.add(ANNA.owner, "bread.txt", BREAD.encode())
    yield Sources(library, uploads)
    uploads.close()


@pytest.fixture
def other(library: Library) -> str:
    """The path of another article of the sample, with several passages."""
    return next(a.path for a in library.catalog.articles.all() if a.path != ASSAD)


def asked(sources: Sources, text: str = "And when was that said?") -> Question:
    return Question.of(text, sources.library.embed(text))


def cited(*paths: str) -> Answer:
    citations = tuple(
        Citation(number, path, "", None, 0, 1, 1, 1, "A") for number, path in enumerate(paths, 1)
    )
    return Answer("Who?", "Who?", "A", "A", False, None, 0.9, citations)


def refused(*paths: str) -> Answer:
    return Answer(
        "Who?", "Who?", "", "No.", True, "", 0.0, nearest=tuple((path, "") for path in paths)
    )


def after(*answers: Answer) -> Conversation:
    conversation = Conversation()
    for answer in answers:
        conversation = conversation.with_turn(answer)
    return conversation


def found(
    sources: Sources, conversation: Conversation, scope: Scope = CORPUS
) -> tuple[Retrieved, Retrieved]:
    """What is found without the conversation, and with it."""
    question = asked(sources)
    before = sources.find(question, K, scope)
    return before, sources.with_recent(before, question, conversation, scope)


def recent_paths(retrieved: Retrieved) -> set[str]:
    return {one.article.path for one in retrieved.candidates if one.recent}


def test_passages_of_the_articles_just_cited_come_first_and_the_others_keep_their_order(
    sources: Sources, other: str
) -> None:
    for path in (ASSAD, other):
        before, now = found(sources, after(cited(path)))
        first = [one for one in now.candidates if one.recent]
        assert 0 < len(first) <= RECENT and recent_paths(now) == {path}
        assert now.candidates[: len(first)] == tuple(first)
        ids = [one.passage.id for one in now.candidates]
        assert len(ids) == len(set(ids))
        known = {one.passage.id for one in first}
        rest = [one for one in before.candidates if one.passage.id not in known]
        assert list(now.candidates[len(first) :]) == rest
        assert {one.passage.id for one in before.candidates} <= set(ids)


def test_they_are_read_whether_or_not_they_are_near_the_question(
    sources: Sources, other: str
) -> None:
    _, now = found(sources, after(cited(other)))
    read = shortlist(asked(sources), now.candidates)
    assert {n for n, one in enumerate(now.candidates) if one.recent} <= set(read)


def test_only_the_last_turns_count(sources: Sources, other: str) -> None:
    old = [cited(other)] * 20
    _, now = found(sources, after(*old, *[cited(ASSAD)] * RECENT_TURNS))
    assert recent_paths(now) == {ASSAD}
    _, now = found(sources, after(*old, cited(ASSAD)))
    assert recent_paths(now) == {ASSAD, other}


def test_after_a_refusal_the_nearest_article_is_searched(sources: Sources, other: str) -> None:
    _, now = found(sources, after(refused(other, ASSAD)))
    assert recent_paths(now) == {other}


@pytest.mark.parametrize(
    "conversation",
    [
        Conversation(),
        after(refused()),
        after(cited("gone.md", "../../etc/passwd", "")),
        from_messages(to_messages(after(cited(ASSAD)))),
    ],
    ids=["start", "nothing near", "unknown files", "messages without citations"],
)
def test_without_known_articles_nothing_changes(
    sources: Sources, conversation: Conversation
) -> None:
    before, now = found(sources, conversation)
    assert now == before


def test_the_selection_is_respected(sources: Sources, other: str) -> None:
    article = sources.article(ASSAD)
    assert article is not None
    chosen = Scope(Selection(ids=frozenset((article.id,))))
    _, now = found(sources, after(cited(other, ASSAD)), chosen)
    assert {one.article.path for one in now.candidates} == recent_paths(now) == {ASSAD}
    before, now = found(sources, after(cited(other)), chosen)
    assert now == before
    by_words = Scope(Selection(words="assad"))
    _, now = found(sources, after(cited(other, ASSAD)), by_words)
    assert recent_paths(now) == {ASSAD}
    none = Scope(Selection(words="no title has this"))
    assert found(sources, after(cited(other, ASSAD)), none)[1].candidates == ()


def test_an_upload_just_cited_is_searched_for_its_owner_alone(sources: Sources) -> None:
    conversation = after(cited(BREAD_PATH))
    _, now = found(sources, conversation, ANNA)
    assert recent_paths(now) == {BREAD_PATH}
    for scope in (BERT, CORPUS, Scope(owner="../anna-01")):
        before, now = found(sources, conversation, scope)
        assert now == before
        assert not any(one.article.path.startswith("uploads/") for one in now.candidates)
    assert recent_paths(found(sources, after(refused(BREAD_PATH)), BERT)[1]) == set()


def test_of_two_uploads_with_one_name_only_one_s_own_is_searched(sources: Sources) -> None:
    own = BREAD.replace("24", "31")
    sources.own.add(BERT.owner, "bread.txt", own.encode())
    _, now = found(sources, after(cited(BREAD_PATH)), BERT)
    assert {one.article.text for one in now.candidates if one.recent} == {own}


def test_another_s_upload_is_not_reached_by_its_id(sources: Sources) -> None:
    article = sources.article(BREAD_PATH, ANNA.owner)
    assert article is not None
    scope = Scope(Selection(ids=frozenset((article.id,))), BERT.owner)
    assert found(sources, after(cited(BREAD_PATH)), scope)[1].candidates == ()
    mine = Scope(scope.selection, ANNA.owner)
    assert recent_paths(found(sources, after(cited(BREAD_PATH)), mine)[1]) == {BREAD_PATH}


def test_a_selection_without_ids_leaves_uploads_out(sources: Sources) -> None:
    within = Scope(Selection(words="bread"), ANNA.owner)
    before, now = found(sources, after(cited(BREAD_PATH)), within)
    assert now == before
