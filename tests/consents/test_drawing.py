"""Only strokes on the sheet are taken for a drawing (NEW-13, I-01)."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.consents import drawing

_POINTS = st.tuples(st.integers(0, drawing.WIDTH), st.integers(0, drawing.HEIGHT))
_STROKE = st.lists(_POINTS, min_size=1, max_size=40)


def _written(strokes: list[list[tuple[int, int]]]) -> str:
    return " ".join(f"{'L' if number else 'M'}{x} {y}" for stroke in strokes for number, (x, y) in enumerate(stroke))


@given(st.lists(_STROKE, min_size=1, max_size=6).filter(lambda strokes: sum(map(len, strokes)) >= 5))
def test_whatever_is_drawn_on_the_sheet_is_taken_as_it_is(strokes: list[list[tuple[int, int]]]) -> None:
    told = _written(strokes)
    assert drawing.read(told) == told
    path = ET.fromstring(drawing.picture(told)).find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    assert path.get("d") == told


@given(st.text(max_size=200))
def test_nothing_else_is(told: str) -> None:
    with pytest.raises(ValueError, match=r"no strokes|not on the sheet"):
        drawing.read(told)


_GOOD = "M1 1 L2 2 L3 3 L4 4 L5 5"


@pytest.mark.parametrize(
    "told",
    [
        "", " ", _GOOD + " ", "\n" + _GOOD, _GOOD + "\n", _GOOD + " Z", _GOOD + " L6", _GOOD + " C1 1 2 2 3 3",
        _GOOD.replace("L2", "L-2"), _GOOD.replace("2 2", "2.5 2"), _GOOD.replace("5 5", "601 5"),
        _GOOD.replace("5 5", "5 201"), "L1 1 L2 2 L3 3 L4 4 L5 5", "M1 1 L2 2 L3 3 L4 4", "m1 1 l2 2 l3 3 l4 4 l5 5",
        _GOOD + '"/><script>alert(1)</script>', "url(https://evil.example)", _GOOD.replace("1 1", "١ ١"),
        "M1 1" + " L2 2" * drawing.MAX_LENGTH,
    ],
)  # fmt: skip
def test_what_could_do_harm_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match=r"no strokes|not on the sheet"):
        drawing.read(told)
