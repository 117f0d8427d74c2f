"""The texts that encoders and other pipelines get: passages of a folder of articles."""

from collections.abc import Iterator
from itertools import cycle, islice

from index.errors import CorpusError, UnreadableError
from index.reading.articles import read_article
from index.reading.folder import list_files
from index.settings import Settings
from index.text.passages import embedded_text, split_passages


def read_passages(settings: Settings) -> Iterator[tuple[str, str]]:
    """The file and the text of every passage as Byline embeds it; files of several articles are skipped."""
    config = settings.index_config
    for path in list_files(settings.corpus):
        try:
            article = read_article(settings.corpus, path, settings.limits)
        except UnreadableError:
            continue
        for passage in split_passages(article, config.passage_words, config.overlap_words):
            yield path, embedded_text(article, passage)


def corpus_passages(settings: Settings, count: int) -> list[str]:
    """`count` texts as they are embedded, all different: passages are numbered when they repeat.

    Raises CorpusError when the folder has no readable article.
    """
    texts = [text for _, text in islice(read_passages(settings), count)]
    if not texts:
        raise CorpusError(f"{settings.corpus}: no articles; give a folder of them, --articles DIR")
    repeated = islice(cycle(texts), count)
    return [f"{number // len(texts)} {text}" for number, text in enumerate(repeated)]
