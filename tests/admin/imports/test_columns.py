import re
from pathlib import Path

import pytest

from chalicelib.admin.imports.columns import SHEETS
from chalicelib.admin.imports.sheets import Sheet

GUIDE = Path(__file__).parents[3] / "docs" / "import.md"


def documented(sheet: Sheet) -> list[tuple[str, bool]]:
    """Columns that the guide lists under the heading of a file, and whether it calls them needed."""
    section = GUIDE.read_text("utf-8").partition(f"### `{sheet.file}`")[2].partition("\n### ")[0]
    return [
        (name, needed == "yes") for name, needed in re.findall(r"^\| `([^`]+)` \| (yes)? *\|", section, re.MULTILINE)
    ]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.file)
def test_the_guide_lists_every_column_in_order(sheet: Sheet) -> None:
    assert documented(sheet) == [(column.name, column.required) for column in sheet.columns]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.file)
def test_names_of_columns_are_distinct_and_hold_no_separator(sheet: Sheet) -> None:
    names = [column.name for column in sheet.columns]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in names)
