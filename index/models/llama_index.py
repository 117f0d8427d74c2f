"""The encoder as a LlamaIndex embedding, for use in any part of LlamaIndex.

It never touches LlamaIndex's global Settings and returns the same vectors as `Encoder.encode`.
"""

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from index.models.encoder import Encoder

BATCH = 1024  # texts per call; each still runs alone, so this limits only memory


class LocalEmbedding(BaseEmbedding):
    """Vectors of length 1 from the local model; question and passage are embedded alike."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder, **options: Any) -> None:
        """Wrap `encoder`, which the caller closes."""
        settings = {"model_name": "all-MiniLM-L6-v2-int8", "embed_batch_size": BATCH, **options}
        super().__init__(**settings)
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores this kind of embedding."""
        return "LocalEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._encoder.encode(texts).tolist()
        return rows

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)
