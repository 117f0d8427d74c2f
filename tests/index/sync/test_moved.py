"""A renamed or moved file: nothing is embedded again, and links to its old name open the same words."""

import sqlite3

import numpy as np
import pytest

from index.catalog.catalog import Catalog
from index.catalog.sqlite.schema import FILE_NAME
from index.sync.sync import sync
from tests.index.workshop import CONFIG, story


def article_at(workshop, path, sha256=""):
    catalog = Catalog(workshop.storage)
    try:
        return catalog.articles.at(path, sha256)
    finally:
        catalog.close()


def find(workshop, article_id):
    catalog = Catalog(workshop.storage)
    try:
        return catalog.articles.find(article_id)
    finally:
        catalog.close()


@pytest.mark.parametrize("name", ["renamed.txt", "2015/november/1.txt"])
def test_a_rename_embeds_nothing_and_gives_the_index_of_a_fresh_build(workshop, tmp_path, name):
    workshop.sync()
    file = workshop.corpus / name
    file.parent.mkdir(parents=True, exist_ok=True)
    (workshop.corpus / "1.txt").rename(file)
    report = workshop.sync()
    assert (report.added, report.removed, report.embedded) == ((name,), ("1.txt",), 0)
    assert workshop.encoder.texts == []
    sync(workshop.corpus, tmp_path / "fresh", workshop.encoder, CONFIG)
    assert workshop.contents() == workshop.contents(tmp_path / "fresh")


def test_beside_a_rename_only_what_is_new_is_embedded(workshop):
    workshop.sync()
    (workshop.corpus / "1.txt").rename(workshop.corpus / "moved.txt")
    workshop.write("7.txt", story(7))
    report = workshop.sync()
    assert report.embedded == len(workshop.encoder.texts) > 0
    assert all("town 7" in text.lower() for text in workshop.encoder.texts)


def test_a_damaged_vector_is_not_taken_over(workshop):
    workshop.sync()
    old = article_at(workshop, "1.txt")
    with sqlite3.connect(workshop.storage / FILE_NAME) as db:
        none = np.zeros(workshop.encoder.dimension, "<f4").tobytes()
        db.execute("UPDATE passages SET vector = ? WHERE article_id = ?", (none, old.id))
    db.close()
    (workshop.corpus / "1.txt").rename(workshop.corpus / "moved.txt")
    assert workshop.sync().embedded == len(workshop.encoder.texts) > 0


def test_an_old_id_finds_the_moved_article_and_an_old_path_its_content(workshop):
    workshop.sync()
    old = article_at(workshop, "1.txt")
    (workshop.corpus / "1.txt").rename(workshop.corpus / "moved.txt")
    workshop.sync()
    moved = find(workshop, old.id)
    assert (moved.path, moved.text) == ("moved.txt", old.text)
    assert article_at(workshop, "1.txt", old.sha256) == moved
    assert article_at(workshop, "1.txt") is None
    (workshop.corpus / "moved.txt").rename(workshop.corpus / "again.txt")
    workshop.sync()
    assert find(workshop, old.id).path == find(workshop, moved.id).path == "again.txt"


def test_files_that_exchange_their_names_keep_their_links(workshop):
    workshop.sync()
    old = article_at(workshop, "1.txt")
    for source, target in (("1.txt", "x"), ("2.txt", "1.txt"), ("x", "2.txt")):
        (workshop.corpus / source).rename(workshop.corpus / target)
    assert workshop.sync().embedded == 0
    assert find(workshop, old.id).path == "2.txt"
    assert article_at(workshop, "1.txt", old.sha256).path == "2.txt"
    assert article_at(workshop, "1.txt").path == "1.txt"


def test_what_was_removed_or_changed_is_not_found_by_its_old_id(workshop):
    workshop.sync()
    removed, changed = article_at(workshop, "1.txt"), article_at(workshop, "2.txt")
    (workshop.corpus / "1.txt").unlink()
    workshop.write("2.txt", story(2) + "\n\nA late word.")
    workshop.sync()
    assert find(workshop, removed.id) is find(workshop, changed.id) is None
    assert article_at(workshop, "1.txt", removed.sha256) is None


def test_the_same_bytes_read_in_another_format_are_another_text(workshop):
    page = "<p>The bridge of the town was opened by the minister on Monday.</p>"
    workshop.write("page.txt", page)
    workshop.sync()
    old = article_at(workshop, "page.txt")
    (workshop.corpus / "page.txt").rename(workshop.corpus / "page.html")
    workshop.sync()
    assert article_at(workshop, "page.html") is not None
    assert find(workshop, old.id) is None  # its offsets would point at other words
