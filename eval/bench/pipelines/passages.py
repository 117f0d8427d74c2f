"""Passages as Byline cuts them, for libraries that read and cut nothing themselves."""

from pathlib import Path

from index.errors import UnreadableError
from index.reading.articles import read_article
from index.reading.folder import list_files
from index.settings import load_settings
from index.text.passages import embedded_text, split_passages


def read_passages(corpus: Path) -> tuple[list[str], list[str]]:
    """The file of every passage, and its words; files of several articles are skipped."""
    settings = load_settings(corpus=corpus)
    config = settings.index_config
    files: list[str] = []
    texts: list[str] = []
    for path in list_files(corpus):
        try:
            article = read_article(corpus, path, settings.limits)
        except UnreadableError:
            continue
        for passage in split_passages(article, config.passage_words, config.overlap_words):
            files.append(path)
            texts.append(embedded_text(article, passage))
    return files, texts
