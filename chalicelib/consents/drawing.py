"""A drawn signature: strokes on a sheet of fixed size, as the path of an SVG picture and nothing else. Pure.

What browsers send is taken only if it is exactly that: moves and lines between whole numbers on the sheet. So a
drawing can hold neither markup nor an address, and is the same picture on a page and on paper.
"""

import re

WIDTH, HEIGHT = 600, 200
"""The sheet on which it is drawn."""
MAX_LENGTH = 12_000
"""Characters: some twelve hundred points."""
_MIN_POINTS = 5
"""A slip of the finger is no signature."""
_POINT = r"\d{1,3} \d{1,3}"
_STROKES = re.compile(rf"M{_POINT}(?: L{_POINT})*(?: M{_POINT}(?: L{_POINT})*)*", re.ASCII)
_NUMBER = re.compile(r"\d+", re.ASCII)


def read(told: str) -> str:
    """The strokes as they came. Raises ValueError for anything that is no drawing on the sheet."""
    if len(told) > MAX_LENGTH or not _STROKES.fullmatch(told):
        raise ValueError("no strokes")
    numbers = [int(each) for each in _NUMBER.findall(told)]
    if max(numbers[0::2]) > WIDTH or max(numbers[1::2]) > HEIGHT or len(numbers) < 2 * _MIN_POINTS:
        raise ValueError("not on the sheet")
    return told


def picture(strokes: str) -> bytes:
    """An SVG picture of the strokes, for papers."""
    line = 'fill="none" stroke="#1a1a1a" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path {line} d="{strokes}"/></svg>'.encode()
