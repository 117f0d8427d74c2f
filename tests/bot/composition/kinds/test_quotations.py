"""Who said and who did what, over a catalog of a few articles and no model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answer import Answer
from bot.composition.kinds.asked import find_asked
from bot.composition.kinds.quotations import answer_quotations
from bot.composition.kinds.request import Request
from bot.conversation import Conversation
from bot.english.question import Question
from bot.retrieval.sources import CORPUS
from index.catalog.catalog import Catalog
from tests.index.catalog.indexed import story

ARTICLES = {
    "bridge.txt": "Mayor Ada Pell met her deputy, Tom Reed, on the bridge. Tom Reed criticised the plan for "
    "a bridge of steel. “The bridge is safe for all of us. It is open to everybody who wants to cross it,” "
    "Ada Pell said.",
    "river.txt": "Ada Pell and Bob Hill met at the river in the rain. Bob Hill has condemned the plan for a "
    "bridge as a waste of money. Ada Pell praised the plan for a bridge in a long speech.",
}


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path, create=True)
    stories = [story(path, f"Council meets\n\n{text}") for path, text in ARTICLES.items()]
    catalog.apply(stories, (), {})
    yield catalog
    catalog.close()


def ask(catalog: Catalog, typed: str) -> Answer | None:
    @contextmanager
    def libraries(_: Any) -> Iterator[list[Any]]:
        yield [SimpleNamespace(catalog=catalog, corpus=Path("corpus"))]

    draft = Answer(typed, typed, "", "", True, None, 0.0)
    sources: Any = SimpleNamespace(libraries=libraries)
    question = replace(Question.of(typed), vector=None)
    request = Request(
        question,
        find_asked(typed),
        draft,
        (),
        Conversation(),
        CORPUS,
        sources,
        lambda *_: (),
        lambda _: True,
        0.5,
    )
    return answer_quotations(request)


def test_all_who_criticised_it_are_named_and_cited(catalog: Catalog) -> None:
    answer = ask(catalog, "Who criticised the plan?")
    assert answer is not None
    assert {item.speaker for item in answer.items} == {"Tom Reed", "Bob Hill"}
    assert len(answer.citations) == 2
    assert answer.text.startswith(f"{answer.answer}.")


def test_another_stance_is_not_this_one(catalog: Catalog) -> None:
    answer = ask(catalog, "Who praised the plan?")
    assert answer is not None and answer.answer == "Ada Pell"
    assert ask(catalog, "Who opposed the plan?") is None
    assert ask(catalog, "Who criticised the harbour?") is None


def test_words_in_the_middle_of_a_quotation_have_its_speaker(catalog: Catalog) -> None:
    answer = ask(catalog, "Who said 'open to everybody'?")
    assert answer is not None and answer.answer == "Ada Pell"
    assert "It is open to everybody" in answer.text


def test_quotations_of_a_person_are_found_without_a_subject(catalog: Catalog) -> None:
    answer = ask(catalog, "Quotes by Ada Pell")
    assert answer is not None
    assert {item.speaker for item in answer.items} == {"Ada Pell"}
    assert any("The bridge is safe" in item.text for item in answer.items)


def test_words_near_the_name_of_a_subject_count_where_its_other_words_are_far_away(
    catalog: Catalog,
) -> None:
    far = "The harbour was full of ships. " * 20
    said = "“She never gave up,” Tom Reed said of Ada Pell."
    text = f"Ada Pell has died\n\nThe funeral is on Friday. {far}{said}"
    catalog.apply([story("funeral.txt", text)], (), {})
    answer = ask(catalog, "What did Tom Reed say about Ada Pell's funeral?")
    assert answer is not None and [item.text for item in answer.items] == [said]
    assert ask(catalog, "What did Tom Reed say about Ada Pell's wedding?") is None


def test_what_anybody_said_about_a_subject_is_listed_with_each_speaker(catalog: Catalog) -> None:
    said = (
        "“The harbour will open in May,” Bob Hill said. “The harbour is too small,” Tom Reed said."
    )
    catalog.apply([story("harbour.txt", f"Harbour opens\n\n{said}")], (), {})
    answer = ask(catalog, "What has been said about the harbour?")
    assert answer is not None
    assert {item.speaker for item in answer.items} == {"Bob Hill", "Tom Reed"}
    answer = ask(catalog, "What has been said about the railway?")
    assert answer is not None and answer.refused and "nobody is quoted" in (answer.reason or "")
