"""What the resolver learns from: what a rewrite takes up, what it replaces, and what is held out."""

import pytest

from bot.resolution.tagger import RESOLVER, Feeder
from index.models.session import open_tokenizer
from index.settings import ROOT
from training.data.turns import UNJUDGED, example, held_out

ROW = {
    "history": ["Who built the pier?", "Angus Reid of Leith built it."],
    "question": "When did he build it?",
    "rewrite": "When did Angus Reid build the pier?",
}


@pytest.fixture(scope="module")
def feeder():
    return Feeder(open_tokenizer(ROOT / "models" / "embedder", RESOLVER))


def test_words_the_rewrite_takes_up_are_needed_and_stop_words_are_not_judged(feeder):
    feed, made = feeder.feed(ROW["history"], ROW["question"]), example(ROW, feeder)
    needed = {word.text: made.needed[at] for _, word, at in feed.history}
    assert needed == {
        **dict.fromkeys(("Who", "the", "of", "it"), UNJUDGED),
        **dict.fromkeys(("Angus", "Reid", "pier"), 1.0),
        **{"Leith": 0.0, "built": 0.0},
    }
    assert len(made.needed) == len(made.stands) == len(made.ids) and made.width % 16 == 0


def test_words_the_rewrite_replaces_stand_for_others(feeder):
    feed, made = feeder.feed(ROW["history"], ROW["question"]), example(ROW, feeder)
    stands = {word.text: made.stands[at] for _, word, at in feed.question}
    assert stands == {"When": 0.0, "did": 0.0, "he": 1.0, "build": 0.0, "it": 1.0}
    assert all(made.stands[at] == UNJUDGED for _, _, at in feed.history)


def test_a_question_left_as_it_was_needs_nothing(feeder):
    made = example({**ROW, "rewrite": ROW["question"]}, feeder)
    assert 1.0 not in made.needed and 1.0 not in made.stands


def test_a_conversation_is_held_out_whole_and_the_last_cast_too():
    ids = [f"C_{n}_0_{turn}" for n in range(200) for turn in range(5)]
    rows = [{"id": one, "source": "canard_dev"} for one in ids]
    shares = [held_out(row) for row in rows]
    assert 0.1 < sum(shares) / len(shares) < 0.3
    assert all(len(set(shares[n : n + 5])) == 1 for n in range(0, len(shares), 5))
    assert held_out({"id": "x", "source": "cast2021"})
    assert not held_out({"id": "x", "source": "cast2019"})
