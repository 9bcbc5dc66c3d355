"""Numbers by which tax offices know people: how each is written, and whether it can be one."""

from collections.abc import Callable, Mapping
from enum import Enum

_SIN_DIGITS, _INN_DIGITS = 9, 12
_SIN_NEVER = "08"
"""No social insurance number of a person begins with these: 0 is not given out, 8 is for companies."""
_INN_WEIGHTS = (
    (7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
    (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
)
"""Of the two last digits of an INN, each checks all before it."""
_BETWEEN = str.maketrans("", "", " -\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}")


class NumberKind(Enum):
    """What a tax office calls its number."""

    SIN = "sin"
    """Canada's social insurance number."""
    INN = "inn"
    """Russia's taxpayer number of a person."""


def parse_number(text: str, kind: NumberKind) -> str:
    """The digits of a number as people type it, with blanks and hyphens. Raises ValueError for what can be none."""
    digits = text.strip().translate(_BETWEEN)
    if not (digits.isascii() and digits.isdigit() and _IS_ONE[kind](digits)):
        raise ValueError("no such number")
    return digits


def is_sin(digits: str) -> bool:
    """Whether nine digits pass Luhn's check and begin like a person's."""
    return len(digits) == _SIN_DIGITS and digits[0] not in _SIN_NEVER and _luhn(digits) == 0


def is_inn(digits: str) -> bool:
    """Whether twelve digits pass both checks of a person's INN."""
    if len(digits) != _INN_DIGITS or not digits.strip("0"):
        return False
    figures = [int(digit) for digit in digits]
    return all(_weighed(figures, weights) == figures[len(weights)] for weights in _INN_WEIGHTS)


def _luhn(digits: str) -> int:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10


def _weighed(figures: list[int], weights: tuple[int, ...]) -> int:
    return sum(figure * weight for figure, weight in zip(figures, weights, strict=False)) % 11 % 10


_IS_ONE: Mapping[NumberKind, Callable[[str], bool]] = {NumberKind.SIN: is_sin, NumberKind.INN: is_inn}
