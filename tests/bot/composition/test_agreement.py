"""Figures of several articles held against each other, by the whole engine over a small newsroom."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.build import build_engine
from bot.composition.agreement import agreeing, agreement, differing, newest
from bot.engine import Engine
from bot.english.question import Question
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus
from index.text.article import Article
from tests.bot.checks import check_citations, make_article, make_evidence
from tests.bot.llm.llm_server import Status, serve
from tests.bot.llm.llm_server import answer as reply

KILLED = "How many people were killed in the Ankara bombing?"
STORIES = {
    "daily-10.md": (
        "The Daily",
        "2015-10-10",
        "Bombs kill dozens at Ankara peace rally",
        "Two bombs exploded at a peace rally in Ankara on Saturday morning. The bombing killed 86 people "
        "and wounded 186, the health minister said. The government declared three days of mourning.",
    ),
    "post-11.md": (
        "Evening Post",
        "2015-10-11",
        "Turkey mourns victims of bombing",
        "The bombing at a rally in Ankara killed 95 people, officials said on Sunday. Flags flew at "
        "half-mast across Turkey.",
    ),
    "courier-12.md": (
        "The Courier",
        "2015-10-12",
        "Ankara death toll rises",
        "The death toll from the bombing in Ankara has risen to 97 people, the government said on Monday. "
        "Thousands marched through the capital. The opposition blamed the state for the attack.",
    ),
    "suruc.md": (
        "Evening Post",
        "2015-07-21",
        "Suruc bombing",
        "A bombing in Suruc killed 33 people in July. Most of them were students.",
    ),
    "storm-courier.md": (
        "The Courier",
        "2015-02-11",
        "Storm hits the coast",
        "The storm cost the town of Oban 12 million pounds. A storm in the harbour sank 14 boats. The "
        "mayor asked for help.",
    ),
    "storm-daily.md": (
        "The Daily",
        "2015-02-13",
        "Oban counts the cost of storm",
        "The storm cost the town of Oban 15 million pounds, the council said. In the harbour of Oban 14 "
        "boats were sunk by the storm.",
    ),
    "vote-daily.md": (
        "The Daily",
        "2015-05-08",
        "Votes counted",
        "The Greens won 12 percent of the vote in Perth. They sang all night.",
    ),
    "vote-courier.md": (
        "The Courier",
        "2015-05-09",
        "Greens in Perth",
        "In Perth the Greens won 14 seats, more of them than ever before.",
    ),
    "bridge-courier.md": (
        "The Courier",
        "2015-03-14",
        "Bridge opens",
        "The new bridge in Leith opened on March 3, 2015. It took two years to build the bridge.",
    ),
    "bridge-daily.md": (
        "The Daily",
        "2015-04-14",
        "Leith bridge",
        "The bridge in Leith opened on March 5, 2015, a week late. It took 24 months to build the bridge.",
    ),
    "fire-daily.md": (
        "The Daily",
        "2015-06-01",
        "Fire in Wick",
        "The fire in Wick killed 12 people. The firemen came late.",
    ),
    "fire-post.md": (
        "Evening Post",
        "2015-06-02",
        "Fire in Wick",
        "The fire in Wick injured 40 people, a nurse said. It began in a kitchen.",
    ),
    "museum-daily.md": (
        "The Daily",
        "2015-01-05",
        "Museum of Stirling",
        "The museum in Stirling had 1.5 million visitors last season. Its roof leaks.",
    ),
    "museum-post.md": (
        "Evening Post",
        "2015-01-07",
        "A museum that draws crowds",
        "The museum in Stirling had 1,512,000 visitors in the season, the director wrote.",
    ),
}


def written(publisher: str, day: str, title: str, text: str) -> str:
    return f"---\ntitle: {title}\npublisher: {publisher}\ndate: {day}\n---\n\n{text}\n"


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "corpus").mkdir()
    for name, story in STORIES.items():
        (folder / "corpus" / name).write_text(written(*story), "utf-8")
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    sync_corpus(settings)
    return settings


@pytest.fixture(scope="module")
def engine(newsroom: Settings) -> Iterator[Engine]:
    engine = build_engine(newsroom)
    yield engine
    engine.close()


def others(answer: Answer) -> list[tuple[str, str]]:
    return [(c.file, c.answering.of(c.quote)) for c in answer.differing]


def test_different_tolls_are_cited_in_order_of_publication(
    engine: Engine, newsroom: Settings
) -> None:
    answer = engine.answer(KILLED)
    given = [(c.file, c.published) for c in answer.citations]
    assert (answer.answer, given) == (
        "97 people",
        [("courier-12.md", date(2015, 10, 12))],
    )  # the newest
    assert others(answer) == [("daily-10.md", "86 people"), ("post-11.md", "95 people")]
    assert [c.number for c in answer.differing] == [2, 3]
    assert [c.publisher for c in answer.differing] == ["The Daily", "Evening Post"]
    check_citations(answer, newsroom.corpus)
    last = newest((*answer.citations, *answer.differing))
    assert last is not None and last.file == "courier-12.md"
    assert answer.to_json()["differing"] == [c.to_json() for c in answer.differing]
    assert agreement(answer) == ""


def test_a_bombing_elsewhere_is_another_matter(engine: Engine) -> None:
    answer = engine.answer("How many people were killed in the bombing?")
    assert answer.differing
    assert "suruc.md" not in {c.file for c in (*answer.citations, *answer.differing)}


def test_figures_that_agree_are_agreement_and_no_conflict(engine: Engine) -> None:
    answer = engine.answer("How many boats were sunk by the storm?")
    assert not answer.differing and "differing" not in answer.to_json()
    assert [c.file for c in agreeing(answer)] == [c.file for c in answer.citations]
    assert sorted(c.file for c in agreeing(answer)) == ["storm-courier.md", "storm-daily.md"]
    assert agreement(answer).startswith("2 sources agree: ")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How much did the storm cost Oban?", {"12 million pounds", "15 million pounds"}),
        ("When did the bridge in Leith open?", {"March 3, 2015", "March 5, 2015"}),
        ("How many people were killed in Ankara?", {"86 people", "95 people", "97 people"}),
    ],
)
def test_sums_dates_and_tolls_are_figures_too(
    engine: Engine, question: str, found: set[str]
) -> None:
    answer = engine.answer(question)
    assert {answer.answer, *(words for _, words in others(answer))} == found


@pytest.mark.parametrize(
    "question",
    [
        "What percentage of the vote did the Greens win in Perth?",  # per cent and seats
        "How many people were killed in the fire in Wick?",  # the killed and the injured
        "How many people were wounded in the Ankara bombing?",  # the killed stand nearest
        "How many visitors did the museum in Stirling have?",  # the same, written otherwise
        "How long did it take to build the bridge in Leith?",  # the same in other units
        "Who was blamed for the attack?",
    ],
)
def test_where_nothing_conflicts_nothing_is_said_to(engine: Engine, question: str) -> None:
    answer = engine.answer(question)
    assert not answer.refused and not answer.differing


def test_an_article_that_changed_since_the_sync_is_no_conflict(
    make_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    stories = {name: written(*story) for name, story in STORIES.items() if "-1" in name}
    corpus = make_corpus(stories)
    settings = load_settings(corpus=corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    engine = build_engine(settings)
    try:
        before = engine.answer(KILLED)
        assert len(before.differing) == 2
        gone = corpus / before.differing[0].file
        gone.write_text("Nothing stands here any more.", "utf-8")
        after = engine.answer(KILLED)
        assert [(c.number, c.file) for c in after.differing] == [(2, before.differing[1].file)]
        assert (after.answer, after.confidence) == (before.answer, before.confidence)
    finally:
        engine.close()


@pytest.fixture
def write(newsroom: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Answer]:
    """What becomes of a question when a language model writes such a text."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    def ask(question: str, text: str) -> Answer:
        script = reply(text) if text else (Status(500),)
        with serve(*[script] * 9) as server:
            settings = newsroom.model_copy(update={"llm": f"openai-like:scripted@{server.url}/v1"})
            engine = build_engine(settings)
            try:
                return engine.answer(question)
            finally:
                engine.close()

    return ask


Write = Callable[[str, str], Answer]
COURIER = "The death toll from the bombing in Ankara has risen to 97 people, the government said on Monday."
DAILY = "The bombing killed 86 people and wounded 186, the health minister said."


def test_figures_that_differ_stand_beside_what_a_language_model_writes(
    write: Write, newsroom: Settings
) -> None:
    answer = write(KILLED, COURIER)
    assert [one.verdict for one in answer.statements] == ["supported"]
    assert others(answer) == [("daily-10.md", "86 people"), ("post-11.md", "95 people")]
    assert [c.answering.of(c.quote) for c in agreeing(answer)] == ["97 people"]
    assert [c.number for c in answer.sources] == [1, 2, 3]
    check_citations(answer, newsroom.corpus)


def test_a_figure_that_a_language_model_cites_itself_keeps_its_number(write: Write) -> None:
    answer = write(KILLED, f"{DAILY} {COURIER}")
    assert [c.file for c in answer.citations] == ["daily-10.md", "courier-12.md"]
    assert [(c.number, c.file) for c in answer.differing] == [
        (1, "daily-10.md"),
        (3, "post-11.md"),
    ]
    assert [c.file for c in agreeing(answer)] == ["courier-12.md"]
    assert [c.number for c in answer.sources] == [1, 2, 3]


def test_every_figure_is_shown_where_a_language_model_cites_another_than_was_found(
    write: Write,
) -> None:
    answer = write(KILLED, DAILY)
    assert [(c.number, c.file) for c in answer.differing] == [
        (1, "daily-10.md"),
        (2, "post-11.md"),
        (3, "courier-12.md"),
    ]
    assert agreeing(answer) == () and agreement(answer) == ""


def test_sources_that_a_language_model_cites_agree_where_they_give_the_same_answer(
    write: Write,
) -> None:
    boats = "A storm in the harbour sank 14 boats. In the harbour of Oban 14 boats were sunk by the storm."
    answer = write("How many boats were sunk by the storm?", boats)
    assert agreement(answer).startswith("2 sources agree: ") and not answer.differing


def test_when_a_language_model_fails_the_figures_are_those_of_the_articles(write: Write) -> None:
    failed = write(KILLED, "")
    assert failed.notice and len(failed.differing) == 2


def story(path: str, text: str, day: date | None = None) -> Article:
    return replace(make_article(text, path), published=day)


def test_a_sentence_that_was_printed_again_is_neither_agreement_nor_a_second_conflict() -> None:
    first = make_evidence(story("a.txt", "The bombing killed 95."), "The bombing killed 95.", "95")
    wire = "The bombing in the old town on the coast killed 97 people, the state agency said."
    printed = [make_evidence(story(f"{n}.txt", wire), wire, "97 people", 0.8) for n in range(3)]
    question = "How many people were killed in the bombing?"
    assert differing(Question.of(question), [first], [first, *printed]) == (printed[0],)


@pytest.mark.parametrize(
    "text",
    [
        "In 2009 the bombing in Ankara killed 91 people.",  # another year
        "On Tuesday a bombing in Ankara killed 91 people.",  # another day
        "A bombing in Suruc killed 91 people.",
        "The bombing in Ankara killed 91 soldiers.",
        "A crash in Ankara killed 91 people.",
        "The bombing in Ankara killed dozens.",
        "The bombing in Ankara killed more than 90 people.",
    ],
)
def test_what_may_be_something_else_is_no_conflict(text: str) -> None:
    best = "The bombing in Ankara on Saturday killed 95 people."
    evidence = [
        make_evidence(story("a.txt", best), best, "95 people"),
        make_evidence(story("b.txt", text), text, text.split("killed ")[1].rstrip("."), 0.8),
    ]
    assert differing(Question.of(KILLED), evidence[:1], evidence) == ()


def test_what_is_much_less_sure_or_lacks_a_name_is_no_conflict() -> None:
    best, other = "The bombing in Ankara killed 95 people.", "The Ankara bombing killed 91 people."
    first = make_evidence(story("a.txt", best), best, "95 people", 0.9)
    second = make_evidence(story("b.txt", other), other, "91 people", 0.8)
    assert differing(Question.of(KILLED), [first], [first, second]) == (second,)
    for weaker in (replace(second, score=0.3), replace(second, missing=("Ankara",))):
        assert differing(Question.of(KILLED), [first], [first, weaker]) == ()
    same = make_evidence(first.candidate.article, best, "95 people")
    assert differing(Question.of(KILLED), [first], [first, same]) == ()


def test_undated_articles_come_last_and_none_is_called_the_newest() -> None:
    texts = {n: f"The Ankara bombing killed {n} people." for n in ("95", "91", "92", "93")}
    days = {"91": None, "92": date(2015, 10, 13), "93": date(2015, 10, 12)}
    evidence = [
        make_evidence(story(f"{n}.txt", text, days.get(n)), text, f"{n} people")
        for n, text in texts.items()
    ]
    found = differing(Question.of(KILLED), evidence[:1], evidence)
    assert [e.candidate.article.path for e in found] == ["93.txt", "92.txt", "91.txt"]
