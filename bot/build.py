"""The one place where parts are chosen from settings and put together."""

from contextlib import ExitStack

from llama_index.core.llms import LLM

from bot.conversation import QuestionResolver
from bot.engine import MAX_QUESTION_CHARS, Engine, Limits
from bot.llm.checking.checker import Checker
from bot.llm.checking.support import Models
from bot.llm.condenser import CondensingResolver
from bot.llm.provider import close_llm, open_llm
from bot.llm.stream import StreamLimits
from bot.llm.writer import GenerativeReader
from bot.page.people.uploads import Uploads
from bot.reading.cache import RememberingEmbed, RememberingReader
from bot.reading.calibration import Calibration, load_calibration
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.reading.reader import Reader
from bot.resolution.resolver import Resolver
from bot.resolution.tagger import TermTagger
from bot.retrieval.sources import Shelves
from index.errors import ModelError
from index.library import Library
from index.models.encoder import Encoder
from index.settings import Settings, load_variables

CONDENSING = 0.25  # the share of the time-out that putting a follow-up may take


def build_engine(
    settings: Settings, encoder: Encoder | None = None, own: Uploads | None = None
) -> Engine:
    """An engine over the index in `settings.storage`, and over the users' `own` files if there are any.

    The engine closes `encoder` and `own`. Raises StorageError, ModelError or LanguageModelError if the
    index, a model or the language model cannot be opened.
    """
    with ExitStack() as opened:
        llm = _open_llm(settings, settings.llm_timeout_s)
        if llm:
            opened.callback(close_llm, llm)
        encoder = encoder or Encoder(settings.embedder, settings.threads or None)
        opened.callback(encoder.close)
        library = Library(settings.corpus, settings.storage, encoder, settings.server)
        opened.callback(library.close)
        model, calibration = open_reader(settings)
        opened.callback(model.close)
        resolver: QuestionResolver = build_resolver(settings)
        embed = RememberingEmbed(encoder.encode)
        reader: Reader = RememberingReader(ExtractiveReader(model, calibration, embed))
        writer = None
        if llm:
            checker = Checker(Models(encoder.encode, model.read))
            resolver = _condensing(settings, resolver)
            opened.callback(resolver.close)
            limits = StreamLimits(settings.llm_timeout_s, settings.llm_timeout_s)
            reader = writer = GenerativeReader(reader, llm, checker, limits)
        engine = Engine(
            Shelves(library, own, settings.limits),
            resolver,
            reader,
            Limits(
                settings.candidates,
                calibration.points[settings.strictness],
                MAX_QUESTION_CHARS,
                settings.unsupported == "drop",
            ),
            writer,
        )
        opened.pop_all()  # the engine closes them from here on
    return engine


def build_resolver(settings: Settings) -> Resolver:
    """What completes follow-ups. Raises ModelError."""
    return Resolver(TermTagger(settings.resolver, settings.threads or None))


def build_reader(settings: Settings, encoder: Encoder) -> ExtractiveReader:
    """The reader that needs no language model; `encoder` stays its owner's to close. Raises ModelError."""
    model, calibration = open_reader(settings)
    return ExtractiveReader(model, calibration, encoder.encode)


def _condensing(settings: Settings, resolver: QuestionResolver) -> QuestionResolver:
    """`resolver` behind the language model, with connections of its own that end when its time is up."""
    briefly = settings.llm_timeout_s * CONDENSING
    llm = _open_llm(settings, briefly)
    return (
        CondensingResolver(resolver, llm, StreamLimits(briefly, briefly, 1_000, 0))
        if llm
        else resolver
    )


def _open_llm(settings: Settings, timeout_s: float) -> LLM | None:
    """The language model, if one is chosen. Raises LanguageModelError, SettingsError."""
    if not settings.llm:
        return None
    return open_llm(settings.llm, timeout_s, variables=load_variables())


def open_reader(settings: Settings) -> tuple[SpanModel, Calibration]:
    """The reading model and the calibration that was fitted on it. Raises ModelError."""
    calibration = load_calibration(settings.reader)
    model = SpanModel(settings.reader, settings.threads or None)
    try:
        calibration.check(model.fingerprint)
    except ModelError:
        model.close()
        raise
    return model, calibration
