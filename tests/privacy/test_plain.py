"""Records as plain JSON (X-15)."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from chalicelib.privacy.plain import described, plain, written


class Colour(Enum):
    RED = "red"


class Point(NamedTuple):
    x: int
    y: Decimal


@dataclass(frozen=True)
class Thing:
    id: str
    on: date
    at: datetime | None
    colour: Colour
    points: tuple[Point, ...]
    names: dict[str, str]
    tags: frozenset[str] = frozenset()
    source: str = "fingerprint"
    version: int | None = 3


THING = Thing(
    "1", date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), Colour.RED, (Point(1, Decimal("2.50")),), {"fr": "é"},
    frozenset({"b", "a"}),
)  # fmt: skip


def test_a_record_becomes_json_and_back() -> None:
    assert json.loads(written(plain(THING))) == {
        "id": "1", "on": "2026-01-02", "at": "2026-01-02T03:00:00Z", "colour": "red",
        "points": [{"x": 1, "y": "2.50"}], "names": {"fr": "é"}, "tags": ["a", "b"],
    }  # fmt: skip


def test_a_class_of_records_describes_itself() -> None:
    assert described(Thing) == {
        "id": "str", "on": "date", "at": {"one of": ["datetime", "nothing"]}, "colour": ["red"],
        "points": {"list of": {"x": "int", "y": "Decimal"}}, "names": {"by name": "str"}, "tags": {"list of": "str"},
    }  # fmt: skip


def test_what_turns_the_writing_around_is_written_out() -> None:
    """I-09: the file shows what it says, and still says it."""
    evil = 'a\u202eb\u2066\x00\r\n"<>=1+1'
    raw = written({"name": evil})
    assert "\u202e".encode() not in raw
    assert b"\x00" not in raw
    assert json.loads(raw) == {"name": evil}
