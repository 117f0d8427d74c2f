"""A Chroma collection as a LlamaIndex vector store, where the integration's own is not installed.

It asks Chroma what `llama-index-vector-stores-chroma` asks: text, vector and the whole node as metadata go
in by `add`, the nearest come out by `query`. Filters are not supported.
"""

import importlib
import importlib.util
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from chromadb.api.models.Collection import Collection
from llama_index.core.schema import BaseNode, MetadataMode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryResult,
)
from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict
from pydantic import PrivateAttr

INTEGRATION = "llama_index.vector_stores.chroma"
BATCH = 5000  # Chroma refuses more than 5,461


def open_node_store(collection: Collection) -> BasePydanticVectorStore:
    """The integration's `ChromaVectorStore` where it is installed, else a ChromaNodes."""
    if is_installed():
        store: BasePydanticVectorStore = importlib.import_module(INTEGRATION).ChromaVectorStore(
            chroma_collection=collection
        )
        return store
    return ChromaNodes(collection)


def is_installed() -> bool:
    """True when LlamaIndex's own integration is there."""
    try:
        return importlib.util.find_spec(INTEGRATION) is not None
    except ModuleNotFoundError:  # not even the package above it
        return False


class ChromaNodes(BasePydanticVectorStore):
    """Nodes in a collection: `similarities` are exp(-distance), as the integration has them."""

    stores_text: bool = True
    flat_metadata: bool = True
    _collection: Collection = PrivateAttr()

    def __init__(self, collection: Collection) -> None:
        super().__init__(stores_text=True)
        self._collection = collection

    @property
    def client(self) -> Collection:
        """The collection."""
        return self._collection

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Store nodes that have their vectors."""
        for start in range(0, len(nodes), BATCH):
            some = nodes[start : start + BATCH]
            self._collection.add(
                ids=[node.node_id for node in some],
                embeddings=np.array([node.get_embedding() for node in some], np.float32),
                documents=[node.get_content(MetadataMode.NONE) for node in some],
                metadatas=[_metadata(node) for node in some],
            )
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """Forget the nodes of a document."""
        self._collection.delete(where={"document_id": ref_doc_id})

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nearest nodes, nearest first."""
        found: Any = self._collection.query(
            query_embeddings=np.array([query.query_embedding], np.float32),
            n_results=query.similarity_top_k,
        )
        nodes = [metadata_dict_to_node(row) for row in found["metadatas"][0]]
        for node, text in zip(nodes, found["documents"][0], strict=True):
            node.set_content(text)
        near = [math.exp(-distance) for distance in found["distances"][0]]
        return VectorStoreQueryResult(nodes=nodes, similarities=near, ids=found["ids"][0])


def _metadata(node: BaseNode) -> dict[str, Any]:
    metadata = node_to_metadata_dict(node, remove_text=True, flat_metadata=True)
    return {key: "" if value is None else value for key, value in metadata.items()}
