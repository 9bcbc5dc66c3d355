"""Frozen classes are what dataclasses are to those who use them."""

from dataclasses import FrozenInstanceError, asdict, field, fields, replace

import pytest

from chalicelib.shared.frozen import Frozen, frozen


@frozen
class Point(Frozen):
    x: int
    y: int = 0
    tags: dict[str, str] = field(default_factory=dict)


@frozen
class Spot(Frozen):
    x: int
    y: int = 0
    tags: dict[str, str] = field(default_factory=dict)


@frozen
class Pair(Frozen):
    left: int
    right: int


def test_equal_parts_of_one_kind_are_equal() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(2, 1)
    assert Point(1, 2) != Spot(1, 2)
    assert Point(1, 2) != (1, 2, {})


def test_equals_have_one_hash() -> None:
    assert {Pair(1, 2), Pair(1, 2), Pair(2, 1)} == {Pair(1, 2), Pair(2, 1)}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point(1))


def test_nothing_is_changed_or_added() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        point.z = 2  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert not hasattr(point, "__dict__")


def test_what_works_on_dataclasses_works_on_them() -> None:
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert asdict(Pair(1, 2)) == {"left": 1, "right": 2}
    assert [each.name for each in fields(Point)] == ["x", "y", "tags"]
    assert Point(1).tags is not Point(1).tags
    assert repr(Pair(1, right=2)) == "Pair(left=1, right=2)"
