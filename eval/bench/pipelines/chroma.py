"""A Chroma collection that embeds by Chroma's default procedure, on Byline's passages.

Nothing keeps track of what has changed: every sync embeds all passages into a new collection.
"""

from pathlib import Path

from chromadb.api.client import Client
from chromadb.api.models.Collection import Collection

from eval.bench.chroma_default import ChromaDefault
from eval.bench.passages import read_passages
from eval.bench.pipelines.pipeline import PASSAGES, IndexSize, Inputs
from index.chroma.client import open_client
from index.settings import load_settings

BATCH = 5000  # Chroma refuses more than 5,461


class Chroma:
    """The collection, with texts and files beside the vectors."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._model: ChromaDefault | None = None
        self._client: Client | None = None
        self._collection: Collection | None = None

    def sync(self, storage: Path) -> IndexSize:
        """Read, split, embed and add everything anew. Raises ModelError without the fp32 model."""
        self.close()
        inputs = self._inputs
        settings = load_settings(corpus=inputs.corpus)
        files, texts = map(list, zip(*read_passages(settings), strict=True))
        self._model = ChromaDefault(inputs.fp32, inputs.embedder / "tokenizer.json")
        self._client = open_client(storage / "chroma")
        # embedding_function=None: the procedure is ours to call; the default one fetches its model
        self._client.get_or_create_collection("articles", embedding_function=None)
        self._client.delete_collection("articles")  # removed files must not be found
        collection = self._client.create_collection("articles", embedding_function=None)
        vectors = self._model.encode(texts)
        for start in range(0, len(texts), BATCH):
            end = start + BATCH
            collection.add(
                ids=[str(n) for n in range(start, min(end, len(texts)))],
                embeddings=vectors[start:end],
                documents=texts[start:end],
                metadatas=[{"file": file} for file in files[start:end]],
            )
        self._collection = collection
        return IndexSize(len(set(files)), len(texts))

    def search(self, question: str) -> list[str]:
        """By meaning alone."""
        if self._collection is None or self._model is None:
            raise RuntimeError("nothing is synced yet")
        vectors = self._model.encode([question])
        found = self._collection.query(query_embeddings=vectors, n_results=PASSAGES)
        rows = (found["metadatas"] or [[]])[0]
        return list(dict.fromkeys(str(row["file"]) for row in rows))

    def close(self) -> None:
        """Let go of the folder."""
        if self._client:
            self._client.close()
        self._client = self._collection = self._model = None
