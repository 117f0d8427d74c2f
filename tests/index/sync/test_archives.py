"""Files with several articles are added, changed and removed like others."""

from dataclasses import replace

import pytest

import index.sync.work.batches
from index.catalog.catalog import Catalog
from index.errors import CorpusError
from index.formats.limits import Limits
from index.reading.articles import parse_file
from index.sync.sync import sync
from tests.index.formats.makers import make_zip
from tests.index.workshop import CONFIG, story


def paths(workshop):
    return [article.path for article in workshop.contents()["articles"]]


def rebuilt(workshop, tmp_path):
    sync(workshop.corpus, tmp_path / "fresh", workshop.encoder, CONFIG)
    return workshop.contents(tmp_path / "fresh")


@pytest.fixture
def week(workshop):
    """The workshop with an archive of three articles and a picture."""
    members = {"a.txt": story(10), "b/c.txt": story(11), "d.md": story(12), "e.jpg": "x"}
    workshop.write("week.zip", make_zip(members))
    return workshop


def test_an_archive_is_one_file_and_its_members_are_articles(week):
    report = week.sync()
    assert report.added == ("0.txt", "1.txt", "2.txt", "3.txt", "week.zip")
    assert report.articles == 7
    assert [path for path, _ in report.skipped] == ["week.zip//e.jpg"]
    assert paths(week)[4:] == ["week.zip//a.txt", "week.zip//b/c.txt", "week.zip//d.md"]


def test_an_unchanged_archive_is_not_opened_again_and_what_is_wrong_in_it_is_still_told(
    week, monkeypatch
):
    first = week.sync()
    monkeypatch.setattr(index.sync.work.batches, "parse_file", None)
    second = week.sync()
    assert second.kept == first.added
    assert second.skipped == first.skipped
    assert (second.embedded, second.articles) == (0, 7)


def test_of_a_changed_archive_only_what_is_new_is_embedded(week, tmp_path):
    week.sync()
    week.write("week.zip", make_zip({"a.txt": story(10), "d.md": story(13), "f.txt": story(14)}))
    report = week.sync()
    assert report.changed == ("week.zip",)
    assert not any("town 10 " in text for text in week.encoder.texts)
    assert paths(week)[4:] == ["week.zip//a.txt", "week.zip//d.md", "week.zip//f.txt"]
    assert week.contents() == rebuilt(week, tmp_path)


def test_a_changed_archive_changes_in_one_step(week, monkeypatch):
    week.sync()
    before = week.contents()["articles"]
    week.write("week.zip", make_zip({f"{n}.txt": story(n + 20) for n in range(9)}))
    monkeypatch.setattr("index.sync.sync.BATCH_PASSAGES", 1)
    seen = []
    real = Catalog.apply

    def watched(catalog, *arguments, **more):
        real(catalog, *arguments, **more)
        seen.append({article.path for article in catalog.articles.all()})

    monkeypatch.setattr(Catalog, "apply", watched)
    week.sync()
    old = {article.path for article in before}
    new = {f"{n}.txt" for n in range(4)} | {f"week.zip//{n}.txt" for n in range(9)}
    assert all(paths in (old, new) for paths in seen)


def test_a_removed_archive_takes_its_articles_along(week, tmp_path):
    week.sync()
    (week.corpus / "week.zip").unlink()
    report = week.sync()
    assert (report.removed, report.skipped, report.articles) == (("week.zip",), (), 4)
    assert week.contents() == rebuilt(week, tmp_path)


def test_an_archive_that_breaks_leaves_as_a_whole(week):
    week.sync()
    file = week.corpus / "week.zip"
    file.write_bytes(file.read_bytes()[:-30])
    report = week.sync()
    assert report.removed == ("week.zip",)
    assert report.skipped == (("week.zip", "a damaged archive: expected an intact one"),)
    assert report.articles == 4


def test_a_folder_in_the_place_of_an_archive_of_the_same_name(week, tmp_path):
    week.sync()
    (week.corpus / "week.zip").unlink()
    week.write("week.zip/a.txt", story(10))
    report = week.sync()
    assert (report.added, report.removed) == (("week.zip/a.txt",), ("week.zip",))
    assert week.contents() == rebuilt(week, tmp_path)


def test_a_file_refused_once_is_not_read_in_vain_again(workshop, monkeypatch):
    workshop.write("bad.txt", b"\0\1\2" * 50)
    first = workshop.sync()
    monkeypatch.setattr(index.sync.work.batches, "parse_file", None)
    assert workshop.sync().skipped == first.skipped == (("bad.txt", "binary data: expected text"),)


def test_a_refused_file_that_is_repaired_is_an_added_one(workshop):
    workshop.write("bad.txt", b"\0\1\2" * 50)
    workshop.sync()
    workshop.write("bad.txt", story(9))
    report = workshop.sync()
    assert (report.added, report.changed, report.skipped) == (("bad.txt",), (), ())


def test_other_limits_give_a_refused_file_another_chance(week):
    narrow = replace(CONFIG, limits=replace(CONFIG.limits, articles=2))
    report = week.sync(narrow)
    assert report.skipped[-1][0] == "week.zip"
    assert "expected at most" in report.skipped[-1][1]
    report = week.sync()
    assert report.added == ("week.zip",)
    assert not any("town 1 " in text for text in week.encoder.texts)
    assert week.sync(narrow).removed == ("week.zip",)


def test_a_folder_of_nothing_but_remembered_garbage_has_no_articles(workshop):
    workshop.sync()
    before = workshop.contents()
    workshop.write("bad.txt", b"\0\1\2" * 50)
    workshop.sync()
    for number in range(4):
        (workshop.corpus / f"{number}.txt").unlink()
    with pytest.raises(CorpusError, match=r"no articles; .*skipped 'bad\.txt': binary data"):
        workshop.sync()
    assert workshop.contents() == before


def test_contents_depend_on_bytes_and_limits_alone(week):
    data = (week.corpus / "week.zip").read_bytes()
    assert parse_file("week.zip", data, Limits()) == parse_file("week.zip", data, Limits())
