"""Passages: exact slices of whole sentences, within limits, that together cover the article."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.articles import read_article
from index.reading.folder import list_files
from index.text.article import Article, Span
from index.text.boilerplate import mark_boilerplate, outside
from index.text.passages import LONGEST, WIDEST_GAP, embedded_text, passage_body, split_passages
from index.text.sentences import blocks, sentences

SENTENCE = st.integers(1, 60).map(lambda words: "Word" + " word" * (words - 1) + ".")
LINE = st.one_of(
    SENTENCE,
    st.lists(SENTENCE, max_size=6).map(" ".join),
    st.sampled_from(["Advertisement", "Home | World | News", "Image: A. Person", "", "Read more"]),
    st.text(max_size=30),
)
ARTICLES = st.lists(LINE, max_size=25).map(
    lambda lines: Article(
        "a.txt", "0" * 64, "Title", text := "\n\n".join(lines), boilerplate=mark_boilerplate(text)
    )
)
LIMITS = {"words": st.integers(40, 200), "overlap": st.integers(0, 200)}


def count(article, spans):
    return sum(len(span.of(article.text).split()) for span in spans)


@given(article=ARTICLES, **LIMITS)
def test_every_passage_is_an_exact_slice_of_whole_sentences(article, words, overlap):
    known = set(_all_sentences(article))
    for passage in split_passages(article, words, overlap):
        assert set(passage.sentences) <= known
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert all(a.end <= b.start for a, b in pairwise(passage.sentences))
        assert passage.article_id == article.id


@given(article=ARTICLES, **LIMITS)
def test_every_sentence_is_in_some_passage(article, words, overlap):
    held = {span for p in split_passages(article, words, overlap) for span in p.sentences}
    assert held == set(_all_sentences(article))


@given(article=ARTICLES, **LIMITS)
def test_no_passage_is_longer_than_allowed_unless_one_sentence_is(article, words, overlap):
    for passage in split_passages(article, words, overlap):
        assert len(passage.sentences) == 1 or count(article, passage.sentences) <= LONGEST * words


@given(article=ARTICLES, **LIMITS)
def test_neighbours_share_at_most_the_overlap_and_each_adds_something(article, words, overlap):
    for one, other in pairwise(split_passages(article, words, overlap)):
        shared = [span for span in one.sentences if span in other.sentences]
        assert count(article, shared) <= overlap
        assert len(shared) < len(other.sentences)


@given(article=ARTICLES, **LIMITS)
def test_story_and_boilerplate_never_share_a_passage(article, words, overlap):
    for passage in split_passages(article, words, overlap):
        for sentence in passage.sentences:
            marked = any(mark.overlaps(sentence) for mark in article.boilerplate)
            assert marked == passage.boilerplate


@given(article=ARTICLES, **LIMITS)
def test_ids_are_ordinals_and_come_out_the_same_again(article, words, overlap):
    passages = split_passages(article, words, overlap)
    assert [p.id for p in passages] == [f"{article.id}-{n}" for n in range(len(passages))]
    assert passages == split_passages(article, words, overlap)


def _all_sentences(article):
    for block in blocks(article.text):
        for piece in outside(block, article.boilerplate):
            yield from sentences(article.text, piece)
    for mark in article.boilerplate:
        yield from sentences(article.text, mark)


def test_neighbours_do_share_sentences():
    text = " ".join(f"Sentence number {n} has exactly eight words here." for n in range(60))
    first, second, *_ = split_passages(Article("a", "0" * 64, "T", text), 80, 24)
    assert len(set(first.sentences) & set(second.sentences)) == 3


def test_the_story_is_not_joined_across_a_wide_gap():
    menu = Span(16, 16 + WIDEST_GAP + 10)
    text = "Before the menu." + "m" * len(menu) + "After the menu."
    passages = split_passages(
        Article("a", "0" * 64, "T", text, boilerplate=(menu,)), words=160, overlap=40
    )
    assert [p.span.of(text) for p in passages[:2]] == ["Before the menu.", "After the menu."]
    assert [p.boilerplate for p in passages] == [False, False, True]


def test_what_is_embedded_is_the_title_and_the_story_without_the_furniture():
    text = "The bridge opened.\n\nAdvertisement\n\nCrowds came."
    mark = Span(text.index("Adv"), text.index("\n\nCrowds"))
    article = Article("a", "0" * 64, "A bridge", text, boilerplate=(mark,))
    story, furniture = split_passages(article, 160, 40)
    assert story.span.of(text) == text
    assert passage_body(article, story) == "The bridge opened. Crowds came."
    assert embedded_text(article, story) == "A bridge\nThe bridge opened. Crowds came."
    assert embedded_text(article, furniture) == "Advertisement"


@pytest.mark.parametrize("text", ["", "\n\n", " "])
def test_no_words_no_passages(text):
    assert split_passages(Article("a", "0" * 64, "T", text), 160, 40) == ()


def test_the_real_articles_are_cut_exactly(real_corpus):
    for path in list_files(real_corpus):
        article = read_article(real_corpus, path)
        passages = split_passages(article, 160, 40)
        assert {s for p in passages for s in p.sentences} == set(_all_sentences(article))
        for passage in passages:
            words = article.text[passage.start : passage.end]
            assert words == words.strip()
            assert words.startswith(passage.sentences[0].of(article.text))
            assert count(article, passage.sentences) <= 200
