"""The models are asked each thing once, and say the same as without."""

import numpy as np

from bot.reading.model import SpanModel
from bot.resolution.tagger import TermTagger
from eval.ablation.models import asked_once
from index.models.encoder import Encoder
from index.settings import load_settings

PASSAGES = ["Ada Pell opened the bridge.", "The ferry ran aground.", "Rain fell on Wick."]


def test_what_is_remembered_is_what_the_models_say() -> None:
    reader, encoder = SpanModel(load_settings().reader), Encoder(load_settings().embedder)
    tagger = TermTagger(load_settings().resolver)
    asked = "Who opened the bridge?", PASSAGES, 2, [4, 0, 0]
    read, encoded = reader.read(*asked), encoder.encode(PASSAGES)
    tagged = tagger.tag(PASSAGES, "And when?")
    with asked_once():
        reader.read("Who opened the bridge?", PASSAGES[:1], 2, [4])
        encoder.encode(PASSAGES[1:])
        for _ in range(2):
            assert reader.read(*asked) == read
            assert np.array_equal(encoder.encode([*PASSAGES, PASSAGES[0]])[:3], encoded)
            assert tagger.tag(PASSAGES, "And when?") == tagged
        assert reader.read("Who opened it?", PASSAGES, 2) != read
        assert encoder.encode([]).shape == (0, encoder.dimension)
        reader.close()
        assert reader.read(*asked) == read, "a closed model is not asked again"
    encoder.close()
