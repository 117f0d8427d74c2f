"""Articles ready for a catalog, with random vectors."""

import numpy as np
from hypothesis import HealthCheck, settings

from index.catalog.records import Indexed
from index.text.article import Article
from index.text.passages import split_passages

# For properties that hold whatever lies in the folder already.
ONE_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def indexed(article, words=60, seed=0):
    passages = split_passages(article, words, 10)
    vectors = np.random.default_rng(seed).normal(size=(len(passages), 8)).astype(np.float32)
    return Indexed(article, passages, vectors)


def story(path, text, published=None):
    return indexed(Article(path, f"{hash(text) % 2**64:064x}", f"On {path}", text, published))
