"""LlamaIndex as its documentation puts it together: every part with its defaults, one embedding given.

SimpleDirectoryReader, SentenceSplitter, an IngestionPipeline with a document store (so that a sync
embeds only what changed), Chroma, and a VectorStoreIndex that is asked for its top k. The embedding is
Byline's own encoder: the same vectors at the same speed.
"""

from pathlib import Path
from typing import Any

from chromadb.api.client import Client
from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import Document
from llama_index.core.storage.docstore import SimpleDocumentStore

from eval.bench.pipelines.node_store import open_node_store
from eval.bench.pipelines.pipeline import PASSAGES, IndexSize, Inputs
from index.chroma.client import open_client
from index.models.encoder import Encoder
from index.models.llama_index import LocalEmbedding
from index.reading.folder import list_files

DOCUMENTS = "docstore.json"


class LlamaIndex:
    """The pipeline and its index, kept in one folder."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._encoder: Encoder | None = None
        self._client: Client | None = None
        self._retriever: BaseRetriever | None = None

    def sync(self, storage: Path) -> IndexSize:
        """Embeds new and changed documents and deletes removed ones from the store."""
        self.close()
        self._encoder = Encoder(self._inputs.embedder)
        embedding = LocalEmbedding(self._encoder)
        self._client = open_client(storage / "chroma")
        collection = self._client.get_or_create_collection("articles", embedding_function=None)
        store = open_node_store(collection)
        kept = storage / DOCUMENTS
        known = SimpleDocumentStore.from_persist_path(str(kept)) if kept.is_file() else None
        pipeline = IngestionPipeline(
            transformations=[SentenceSplitter(), embedding],
            vector_store=store,
            docstore=known or SimpleDocumentStore(),
            docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
            # The cache keeps every node's vector as JSON; unchanged documents never reach it.
            disable_cache=True,
        )
        documents = _read(self._inputs.corpus)
        pipeline.run(documents=documents)
        assert pipeline.docstore
        pipeline.docstore.persist(str(kept))
        index = VectorStoreIndex.from_vector_store(store, embed_model=embedding)
        self._retriever = index.as_retriever(similarity_top_k=PASSAGES)
        return IndexSize(len(documents), int(collection.count()))

    def search(self, question: str) -> list[str]:
        """By meaning alone."""
        if self._retriever is None:
            raise RuntimeError("nothing is synced yet")
        found = self._retriever.retrieve(question)
        return list(dict.fromkeys(_file(each.node.metadata, self._inputs.corpus) for each in found))

    def close(self) -> None:
        """Let go of the folder, and stop the encoder's threads."""
        if self._client:
            self._client.close()
        if self._encoder:
            self._encoder.close()
        self._client = self._encoder = self._retriever = None


def _read(corpus: Path) -> list[Document]:
    """The files that Byline would read, by LlamaIndex's own reader, each under its path."""
    files = [str(corpus / path) for path in list_files(corpus)]
    return SimpleDirectoryReader(input_files=files, filename_as_id=True).load_data()


def _file(metadata: dict[str, Any], corpus: Path) -> str:
    return Path(metadata["file_path"]).relative_to(corpus).as_posix()
