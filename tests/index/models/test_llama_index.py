"""The encoder as a LlamaIndex embedding: every method returns the same vectors."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from llama_index.core import Settings
from llama_index.core.schema import TextNode

from index.models.encoder import Encoder
from index.models.llama_index import LocalEmbedding

FOLDER = Path(__file__).resolve().parents[3] / "models" / "embedder"
TEXTS = ["The ferry sank off the coast.", "A film festival opened.", ""]


@pytest.fixture(scope="module")
def encoder():
    encoder = Encoder(FOLDER)
    yield encoder
    encoder.close()


@pytest.fixture
def embedding(encoder):
    return LocalEmbedding(encoder)


def test_every_method_gives_the_encoders_own_vector(encoder, embedding):
    expected = encoder.encode(TEXTS).tolist()
    assert embedding.get_text_embedding_batch(TEXTS) == expected
    assert [embedding.get_text_embedding(text) for text in TEXTS] == expected
    assert [embedding.get_query_embedding(text) for text in TEXTS] == expected


def test_every_async_method_gives_the_encoders_own_vector(encoder, embedding):
    expected = encoder.encode(TEXTS).tolist()

    async def ask():
        return (
            await embedding.aget_text_embedding_batch(TEXTS),
            [await embedding.aget_text_embedding(text) for text in TEXTS],
            await asyncio.gather(*map(embedding.aget_query_embedding, TEXTS)),
        )

    assert list(asyncio.run(ask())) == [expected] * 3


def test_nodes_can_be_run_through_it(encoder, embedding):
    nodes = embedding([TextNode(text=text) for text in TEXTS[:2]])
    assert np.array([node.embedding for node in nodes], np.float32).tobytes() == (
        encoder.encode(TEXTS[:2]).tobytes()
    )


def test_batches_of_any_size_give_the_same(encoder):
    small = LocalEmbedding(encoder, embed_batch_size=1)
    assert small.get_text_embedding_batch(TEXTS) == encoder.encode(TEXTS).tolist()


def test_it_describes_itself_without_the_model(embedding):
    described = embedding.to_dict()
    assert described["class_name"] == "LocalEmbedding"
    assert described["model_name"] == "all-MiniLM-L6-v2-int8"


def test_the_global_settings_stay_untouched(encoder):
    before = Settings._embed_model
    LocalEmbedding(encoder).get_query_embedding("who?")
    assert Settings._embed_model is before
