"""The one place where parts are chosen from settings and put together."""

from bot.citations import Verifier
from bot.engine import Engine, Limits
from bot.extractive import ExtractiveReader
from bot.retrieval import HybridRetriever
from index.encoder import Encoder
from index.library import Library
from index.settings import Settings
from index.sync import Progress, Recipe, SyncReport, no_progress, sync


def sync_corpus(settings: Settings, progress: Progress = no_progress) -> SyncReport:
    """Brings the index in line with the corpus; see index.sync.sync."""
    recipe = Recipe(settings.passage_words, settings.overlap_words, settings.max_bytes)
    encoder = Encoder(settings.embedder, settings.threads or None)
    try:
        return sync(settings.corpus, settings.storage, encoder, recipe, progress)
    finally:
        encoder.close()


def build_engine(settings: Settings) -> Engine:
    """An engine over the index in `settings.storage`. Raises StorageError when it cannot be used."""
    encoder = Encoder(settings.embedder, settings.threads or None)
    try:
        library = Library(settings.corpus, settings.storage, encoder)
    except BaseException:
        encoder.close()
        raise
    return Engine(
        library,
        HybridRetriever(library, settings.candidates),
        ExtractiveReader(encoder.encode),
        Verifier(settings.corpus, settings.max_bytes),
        Limits(settings.candidates, settings.min_confidence, settings.max_question_chars),
    )
