"""Passages as LlamaIndex nodes.

The id of a node is the id of its passage, so a node that went through any LlamaIndex retriever is found in
the catalog again.
"""

from llama_index.core.schema import NodeWithScore, TextNode

from bot.answer import Candidate
from index.library import Library
from index.text.article import Article, Passage


def to_node(candidate: Candidate) -> NodeWithScore:
    """A candidate as a LlamaIndex node with its score."""
    return NodeWithScore(node=_node(candidate.passage, candidate.article), score=candidate.score)


def corpus_nodes(library: Library) -> list[TextNode]:
    """Every passage of the corpus as a node, for a LlamaIndex index or retriever of one's own."""
    return [
        _node(row.passage, article)
        for article in library.catalog.articles.all()
        for row in library.catalog.health.stored(article.id)
        if row.passage
    ]


def _node(passage: Passage, article: Article) -> TextNode:
    """Offsets are into the article's text."""
    return TextNode(
        id_=passage.id,
        text=passage.span.of(article.text),
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "file": article.path,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "publisher": article.publisher,
            "author": article.author,
        },
    )
