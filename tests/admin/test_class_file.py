"""Files of classes, and the days of an organisation's holidays."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.admin.class_file import read_class
from chalicelib.admin.organisation_file import read_days
from chalicelib.admin.tables import FileMistakes, Table
from chalicelib.shared.times import Days
from tests.support.world import organisation

GOOD = """
title = { fr = "Ballet" }
first = 2026-09-07
count = 2
weekdays = ["monday"]
starts = "16:30"
"""


def test_days_are_single_or_from_a_day_to_a_day() -> None:
    table = Table({"holidays": ["2026-12-25", "2026-12-24/2027-01-03"]}, "", [])

    assert read_days(table, "holidays") == (
        Days(date(2026, 12, 25), date(2026, 12, 25)),
        Days(date(2026, 12, 24), date(2027, 1, 3)),
    )
    assert table.mistakes == []


@pytest.mark.parametrize("told", ["soon", "2026-12-25/2026-12-24", "2026-12-24/2026-12-25/2026-12-26", "/", ""])
def test_what_is_no_stretch_of_days_is_told(told: str) -> None:
    table = Table({"holidays": [told]}, "", [])

    assert read_days(table, "holidays") == ()
    assert len(table.mistakes) == 1


def test_a_class_without_an_id_is_a_new_one_each_time(tmp_path: Path) -> None:
    path = tmp_path / "class.toml"
    path.write_text(GOOD, "utf-8")

    one, other = (read_class(path, organisation("demo")) for _ in range(2))

    assert one.group.id != other.group.id
    assert len(one.meetings) == 2
    assert one.plan == other.plan


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (("first = 2026-09-07", ""), "first is missing"),
        (("count = 2", ""), "last or count is missing"),
        (('["monday"]', "[]"), "weekdays must name at least one"),
        (('"16:30"', '"late"'), "starts must be a time"),
        (("count = 2", "count = 2\nages = [8, 5]"), "ages must be two ages"),
        (("count = 2", "count = 0"), "count must be at least 1"),
        (('fr = "Ballet"', 'en = "Ballet"'), "title.fr is missing"),
    ],
)
def test_mistakes_are_told_by_their_keys(tmp_path: Path, change: tuple[str, str], mistake: str) -> None:
    path = tmp_path / "class.toml"
    path.write_text(GOOD.replace(*change), "utf-8")

    with pytest.raises(FileMistakes) as wrong:
        read_class(path, organisation("demo"))

    assert [each for each in wrong.value.mistakes if each.startswith(mistake)]
