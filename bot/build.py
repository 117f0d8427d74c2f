"""The one place where the parts of an engine are chosen from settings and put together."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from llama_index.core.llms import LLM

from bot.composition.citations import CitationVerifier
from bot.conversation import QuestionResolver
from bot.engine import MAX_QUESTION_CHARS, Engine, EngineOptions
from bot.english.words import use_aliases
from bot.llm.checking.checker import Checker
from bot.llm.checking.support import Models
from bot.llm.condenser import CondensingResolver
from bot.llm.provider import close_llm, open_llm
from bot.llm.stream import StreamLimits
from bot.llm.writer import LanguageModelWriter
from bot.reading.cache import CachingEmbed, CachingReader
from bot.reading.calibration import Calibration, load_calibration
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.resolution.resolver import Resolver
from bot.resolution.tagger import TermTagger
from bot.retrieval.sources import OwnLibraries, Sources
from index.errors import ModelError
from index.library import Library
from index.models.encoder import Encoder
from index.settings import Settings, load_settings, load_variables
from index.sync.corpus import open_encoder, sync_corpus

CONDENSING = 0.25  # the share of the time-out that resolving a follow-up may use


def open_engine(
    articles: Path | str | None = None, *, storage: Path | str | None = None, **settings: Any
) -> Engine:
    """Sync the index of the folder `articles` and open an engine over it; close it after use.

    `storage` is the folder of the index, by default one for each folder of articles; `settings` are
    Byline's settings in lower case, such as `strictness="strict"`. Raises SettingsError, CorpusError,
    StorageError, ModelError or LanguageModelError of `index.errors`.
    """
    chosen = load_settings(corpus=articles, storage=storage, **settings)
    sync_corpus(chosen)
    return build_engine(chosen)


def build_engine(
    settings: Settings,
    encoder: Encoder | None = None,
    own: OwnLibraries | None = None,
) -> Engine:
    """An engine over the index in `settings.storage`, and over `own`, the uploads, if there are any.

    `encoder` is the embedding model if it is already open, because uploads use it too; it and `own` are
    closed with the engine, or if the engine cannot be opened. Raises StorageError if the index cannot be
    used, ModelError if a model cannot, LanguageModelError if the language model cannot be opened,
    SettingsError if the aliases cannot be read.
    """
    use_aliases(settings.aliases)
    with ExitStack() as opened:
        if encoder:
            opened.callback(encoder.close)
        if own:
            opened.callback(own.close)
        llm = _open_llm(settings, settings.llm_timeout_s)
        if llm:
            opened.callback(close_llm, llm)
        if encoder is None:
            encoder = open_encoder(settings)
            opened.callback(encoder.close)
        library = Library(
            settings.corpus,
            settings.storage,
            encoder,
            settings.server,
            database=settings.catalog_database,
        )
        opened.callback(library.close)
        model, calibration = open_reader(settings)
        opened.callback(model.close)
        resolver: QuestionResolver = build_resolver(settings)
        writer = None
        if llm:
            resolver = _condensing(settings, resolver)
            opened.callback(resolver.close)
            checker = Checker(Models(encoder.encode, model.read))
            limits = StreamLimits(settings.llm_timeout_s, settings.llm_timeout_s)
            writer = LanguageModelWriter(llm, checker, limits)
        embed = CachingEmbed(encoder.encode)
        engine = Engine(
            Sources(library, own),
            resolver,
            CachingReader(ExtractiveReader(model, calibration, embed)),
            CitationVerifier(settings.limits),
            _options(settings, calibration),
            writer,
        )
        opened.pop_all()  # the engine closes them from here on
    return engine


def build_resolver(settings: Settings) -> Resolver:
    """The resolver of follow-ups. Raises ModelError, SettingsError."""
    use_aliases(settings.aliases)
    return Resolver(TermTagger(settings.resolver, settings.threads or None))


def build_reader(settings: Settings, encoder: Encoder) -> ExtractiveReader:
    """The reader that needs no language model; it does not close `encoder`. Raises ModelError."""
    model, calibration = open_reader(settings)
    return ExtractiveReader(model, calibration, encoder.encode)


def _options(settings: Settings, calibration: Calibration) -> EngineOptions:
    return EngineOptions(
        settings.candidates,
        calibration.points[settings.strictness],
        MAX_QUESTION_CHARS,
        settings.unsupported == "drop",
    )


def _condensing(settings: Settings, resolver: QuestionResolver) -> QuestionResolver:
    """`resolver` behind the language model, which has its own connections with a shorter time-out."""
    timeout_s = settings.llm_timeout_s * CONDENSING
    llm = _open_llm(settings, timeout_s)
    limits = StreamLimits(timeout_s, timeout_s, 1_000, 0)
    return CondensingResolver(resolver, llm, limits) if llm else resolver


def _open_llm(settings: Settings, timeout_s: float) -> LLM | None:
    """The language model, if one is chosen. Raises LanguageModelError, SettingsError."""
    if not settings.llm:
        return None
    return open_llm(settings.llm, timeout_s, variables=load_variables())


def open_reader(settings: Settings) -> tuple[SpanModel, Calibration]:
    """The reading model and the calibration that was fitted on it. Raises ModelError, SettingsError."""
    use_aliases(settings.aliases)
    calibration = load_calibration(settings.reader)
    model = SpanModel(settings.reader, settings.threads or None)
    try:
        calibration.check(model.fingerprint)
    except ModelError:
        model.close()
        raise
    return model, calibration
