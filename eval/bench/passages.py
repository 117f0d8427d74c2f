"""The texts that encoders are timed on: passages of a folder of articles."""

from itertools import cycle, islice

from index.errors import CorpusError, UnreadableError
from index.reading.articles import read_article
from index.reading.folder import list_files
from index.settings import Settings
from index.text.passages import embedded_text, split_passages


def corpus_passages(settings: Settings, count: int) -> list[str]:
    """`count` texts as they are embedded, all different: passages are numbered when they repeat.

    Raises CorpusError when the folder has no readable article.
    """
    texts, config = [], settings.index_config
    for path in list_files(settings.corpus):
        try:
            article = read_article(settings.corpus, path, settings.limits)
        except UnreadableError:
            continue
        split = split_passages(article, config.passage_words, config.overlap_words)
        texts += [embedded_text(article, passage) for passage in split]
        if len(texts) >= count:
            break
    if not texts:
        raise CorpusError(f"{settings.corpus}: no articles; give a folder of them, --articles DIR")
    repeated = islice(cycle(texts), count)
    return [f"{number // len(texts)} {text}" for number, text in enumerate(repeated)]
