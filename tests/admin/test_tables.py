"""Files of the organisation's people: exact numbers, every mistake by its key."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.admin.tables import FileMistakes, Table, load


def table(path: Path, text: str, name: str = "told.toml") -> Table:
    (path / name).write_text(text, "utf-8")
    return load(path / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.toml", "day = 2026-11-22\nprice = 18.10\n"), ("a.json", '{"day": "2026-11-22", "price": 18.10}')],
)
def test_toml_and_json_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    """P-17: never through a float."""
    told = table(tmp_path, text, name)

    assert (told.day("day"), told.number("price", Decimal(0))) == (date(2026, 11, 22), Decimal("18.10"))
    assert told.amount("price", "CAD") == 1810
    told.done()


@pytest.mark.parametrize(
    ("price", "currency", "minor"),
    [("18", "CAD", 1800), ("-0.5", "CAD", -50), ("18", "JPY", 18), ("1.125", "KWD", 1125)],
)
def test_amounts_are_minor_units_of_their_currency(tmp_path: Path, price: str, currency: str, minor: int) -> None:
    assert table(tmp_path, f"price = {price}").amount("price", currency) == minor


def test_every_mistake_is_told_by_its_key(tmp_path: Path) -> None:
    told = table(tmp_path, 'price = 1.005\nday = "soon"\nextra = true\n[[lines]]\nquantity = "two"')

    told.only("price", "day", "lines")
    told.amount("price", "CAD")
    told.day("day")
    (line,) = told.tables("lines")
    line.number("quantity", Decimal(1))
    line.text("description", required=True)

    with pytest.raises(FileMistakes) as refused:
        told.done()
    assert [mistake.split()[0] for mistake in refused.value.mistakes] == [
        "extra", "price", "day", "lines[1].quantity", "lines[1].description",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [("a.toml", "= 1"), ("a.json", "{"), ("b.json", "[1]")])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(FileMistakes):
        table(tmp_path, text, name)
