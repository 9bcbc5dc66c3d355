"""`python -m infra.fonts`: writes down which characters the papers' fonts have, so that no function has to read fonts.

One line is one range of code points, in hexadecimal: `41-5a`. A test fails when the file is out of date.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[1] / "templates" / "pdf" / "fonts"
COVERAGE = FOLDER / "coverage.txt"


def coverage(folder: Path = FOLDER) -> str:
    """The content of the file: what the regular fonts in `folder` have together; bold Inter has what regular has."""
    maps = (TTFont(path).getBestCmap() for path in sorted(folder.glob("*-Regular.ttf")))
    return "".join(f"{first:x}-{last:x}\n" for first, last in _ranges(sorted({code for one in maps for code in one})))


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for code in codes:
        if code != last + 1:
            if first >= 0:
                yield first, last
            first = code
        last = code
    yield first, last


if __name__ == "__main__":
    COVERAGE.write_text(coverage())
