"""Every key begins with its organisation and reaches nothing of another one (T-04, T-09)."""

import inspect
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.data import keys
from chalicelib.data.keys import Key

SHAPES = [
    shape
    for _, shape in inspect.getmembers(keys, inspect.isfunction)
    if inspect.signature(shape).return_annotation is Key
]


def _key(shape: object, org: str, part: str = "abc") -> Key:
    parameters = list(inspect.signature(shape).parameters.values())  # type: ignore[arg-type]
    values = [org, *(7 if each.annotation is int else part for each in parameters[1:])]
    return shape(*values)  # type: ignore[operator, no-any-return]


def test_every_shape_takes_its_organisation_first() -> None:
    assert len(SHAPES) >= 20
    for shape in SHAPES:
        assert next(iter(inspect.signature(shape).parameters)) == "org"


def test_no_two_shapes_share_a_key() -> None:
    """Of the same parts, each makes another key."""
    for one, other in combinations(SHAPES, 2):
        assert _key(one, "demo") != _key(other, "demo"), (one.__name__, other.__name__)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_part_of_a_key_leads_to_another_organisation(part: str) -> None:
    """T-04: whatever ids people send, the partition stays within `ORG#demo`, and slugs hold no `#`."""
    for shape in SHAPES:
        pk = _key(shape, "demo", part).pk
        assert pk == "ORG#demo" or pk.startswith("ORG#demo#"), shape.__name__
