"""Rows of tables keep their empty cells, so that each cell stays below its heading."""

import pytest

from index.formats.extracted import row_text


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["Cost", " 4\nmillion "], "Cost | 4 million"),
        (["Moe", "", "51.2"], "| Moe |  | 51.2 |"),
        (["", "Votes"], "|  | Votes |"),
        (["", " "], ""),
        ([], ""),
    ],
)
def test_a_row_has_a_place_for_each_cell(cells: list[str], text: str) -> None:
    assert row_text(cells) == text
