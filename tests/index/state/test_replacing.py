"""Replacing a file whole: what stands there before, during and after, whatever goes wrong."""

import pytest

from index.state.replacing import replacing


def test_the_old_file_stands_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("old")
    with replacing(path) as fresh:
        fresh.write_text("half")
        assert path.read_text() == "old"
        fresh.write_text("new")
    assert path.read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["answers.csv"]


def test_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("old")
    with pytest.raises(ValueError, match="in the middle"), replacing(path) as fresh:
        fresh.write_text("half")
        raise ValueError("in the middle")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["answers.csv"]


def test_nothing_is_written_through_a_link(tmp_path):
    place, link = tmp_path / "kept.json", tmp_path / "link.json"
    place.write_text("old")
    link.symlink_to(place)
    with replacing(link) as fresh:
        fresh.write_text("new")
    assert not link.is_symlink() and link.read_text() == "new"
    assert place.read_text() == "old"


def test_a_link_stays_a_link_for_those_who_resolve_it(tmp_path):
    place, link = tmp_path / "kept.json", tmp_path / "link.json"
    place.write_text("old")
    link.symlink_to(place)
    with replacing(link.resolve()) as fresh:
        fresh.write_text("new")
    assert link.is_symlink()
    assert place.read_text() == "new"


def test_a_missing_folder_is_an_os_error(tmp_path):
    with pytest.raises(OSError), replacing(tmp_path / "none" / "a.json") as fresh:
        fresh.write_text("new")


def test_the_longest_name_of_a_file_can_be_replaced(tmp_path):
    path = tmp_path / ("ü" * 120 + ".json")
    with replacing(path) as fresh:
        fresh.write_text("new")
    assert path.read_text() == "new"
