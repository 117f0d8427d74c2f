from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resolution.tagger import MAX_TOKENS, RESOLVER, Feeder, TermTagger
from index.errors import ModelError
from index.models.session import open_tokenizer
from index.settings import Settings
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text
histories = st.lists(HOSTILE, max_size=8)


@pytest.fixture(scope="module")
def feeder(sample_settings: Settings) -> Feeder:
    return Feeder(open_tokenizer(sample_settings.embedder, RESOLVER))


@given(histories, HOSTILE)
def test_any_conversation_is_fed_within_bounds_and_words_stand_where_they_are_said(
    feeder: Feeder, history: list[str], question: str
) -> None:
    feed = feeder.feed(history, question)
    assert len(feed.ids) == len(feed.segments) <= MAX_TOKENS
    assert all(0 < at < feed.base for _, _, at in feed.history)
    assert all(feed.base <= at < len(feed.ids) for _, _, at in feed.question)
    items = [item for item, _, _ in feed.history]
    assert items == sorted(items) and all(0 <= item < len(history) for item in items)


def test_words_are_the_ones_of_their_item(feeder: Feeder) -> None:
    history = ["Who built the pier of Oban?", "Angus al-Reid did, in 1931."]
    feed = feeder.feed(history, "When did he?")
    for item, word, _ in feed.history:
        assert history[item][word.start : word.end] == word.text
    assert [word.text for _, word, _ in feed.question] == ["When", "did", "he"]


def test_the_newest_turns_are_read_however_long_the_conversation(feeder: Feeder) -> None:
    history = [f"What about town {n}?" for n in range(1000)]
    feed = feeder.feed(history, "And the next?")
    kept = {item for item, _, _ in feed.history}
    assert max(kept) == 999 and len(kept) > 10 and min(kept) == 1000 - len(kept)


def test_a_missing_model_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="BYLINE_MODELS"):
        TermTagger(tmp_path)
