"""Every ranking that is compared ranks articles by id, on a real index."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from bot.build import build_reader
from eval.bench.systems import systems
from eval.cases.collection import Collection, Document, Topic
from index.library import Library
from index.models.encoder import Encoder
from index.settings import load_settings
from index.sync.corpus import sync_corpus

STORIES = {
    "arles": "The bridge of Arles was opened by the mayor, and 300 people danced on it.",
    "basra": "In Basra a bakery burnt down; the baker, Omar Said, was saved by his dog.",
    "cadiz": "Fishermen of Cadiz found a whale on the beach, and it swam away in the evening.",
}
COLLECTION = Collection(
    "news",
    tuple(
        Document(name, f"News from {name.title()}", text, date(2015, 10, 1))
        for name, text in STORIES.items()
    ),
    (Topic("q", "Who was saved by his dog in Basra?", frozenset({"basra"}), date(2015, 10, 2)),),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("systems")
    COLLECTION.write(folder / "corpus")
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    sync_corpus(settings)
    with closing(Library(settings.corpus, settings.storage, Encoder(settings.embedder))) as opened:
        yield opened


def test_every_system_finds_the_article_and_the_last_is_byline_s_own(library: Library) -> None:
    with closing(build_reader(load_settings(), library.encoder)) as reader:
        found = systems(library, reader, COLLECTION, library.encoder.encode)
        (topic,) = COLLECTION.topics
        for name, ranker in found.items():
            ranked = ranker(topic)
            assert ranked[0] == "basra", name
            assert set(ranked) <= STORIES.keys() and len(set(ranked)) == len(ranked), name
    assert list(found)[-1] == "Byline, fused + reader"
    assert "dense, passages, fp32" in found


def test_compared_one_by_one_the_same_vectors_rank_the_same(library: Library) -> None:
    with closing(build_reader(load_settings(), library.encoder)) as reader:
        found = systems(library, reader, COLLECTION, library.encoder.encode)
        for question in ("A whale on the beach", "Who opened the bridge?", "bakery"):
            topic = Topic("q", question, frozenset({"cadiz"}))
            assert found["dense, passages"](topic) == found["dense, passages, fp32"](topic)
