"""Colours of a mail from the one that an organisation chose: readable in light, in dark, and turned by a program.

A mail says its colours for light and, for programs that ask, for dark. Others make a mail dark by themselves: they turn
what is light and what is dark about, each colour by itself. So no words stand on a ground that says no colour, and
every pair is far enough apart to stay so when both are turned (a test does what such programs do).
"""

from functools import lru_cache
from typing import NamedTuple

from chalicelib.organisations import brand

DARK: brand.Colour = (22, 24, 28)
"""The page of a mail in dark, as `templates/messages/base.html` says it."""


class Colours(NamedTuple):
    """Each as `#rrggbb`."""

    button: str
    """The ground of the button: the colour as it was chosen."""
    ink: str
    """The words on it."""
    link: str
    """Links, lines and the edge of the button, on white; the edge shows a button that is as pale as the page."""
    dark_link: str
    """The same on the dark page."""


@lru_cache(maxsize=64)
def colours(chosen: str) -> Colours:
    """The colours of a mail from `#rrggbb`. Raises ValueError for anything else, so that no style ever holds it."""
    red, green, blue = brand.parse(chosen)
    return Colours(
        f"#{red:02x}{green:02x}{blue:02x}",
        brand.ink_on(chosen),
        brand.on_white(chosen),
        brand.on_dark(chosen, DARK),
    )
