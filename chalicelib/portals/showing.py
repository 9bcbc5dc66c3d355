"""What an organisation's colour looks like before it is chosen, and in figures how well it reads (ADM-9, WCAG 2.2)."""

from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from chalicelib.organisations import brand
from chalicelib.organisations.brand import DARK_SURFACE, LIGHT_SURFACE, Colour
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import Local

COLOUR = "brand.colour"
"""Its key in the settings."""
_WORDS, _SHAPES = 4.5, 3.0
"""What WCAG 2.2 asks for: of words (1.4.3), and of what is to be seen without reading (1.4.11)."""
_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


class Measure(NamedTuple):
    """How well the colour does in one place."""

    where: str
    chosen: str
    """Contrast of the colour as it was chosen, such as `3.1`."""
    shown: str
    """Contrast of what is shown in its stead, which is the same where nothing had to be changed."""
    needed: str
    verdict: str
    tone: str


class Look(NamedTuple):
    """A colour to look at."""

    colour: str
    stylesheet: str
    measures: tuple[Measure, ...]


def look(colour: str, request: Request) -> Look:
    """A colour with all that is known of how it reads."""
    address = urls.portal(request.org, f"desk/settings/colours/{colour.removeprefix('#')}")
    return Look(colour, address, measures(colour, request.local))


def preview_sheet(colour: str) -> str:
    """CSS that shows a colour within the preview alone. Raises ValueError."""
    return brand.stylesheet(colour).replace(":root", ".preview")


def measures(colour: str, local: Local) -> tuple[Measure, ...]:
    """How a colour does as the ground of words, as words, and as a shape; on light pages and on dark ones."""
    chosen = brand.parse(colour)
    words = brand.ink(chosen)
    links = (
        (say("Links on light pages"), LIGHT_SURFACE, brand.readable(chosen, LIGHT_SURFACE, _BLACK)),
        (say("Links on dark pages"), DARK_SURFACE, brand.readable(chosen, DARK_SURFACE, _WHITE)),
    )
    shapes = ((say("Buttons on light pages"), LIGHT_SURFACE), (say("Buttons on dark pages"), DARK_SURFACE))
    on_it = brand.contrast(words, chosen)
    return (
        _measure(local, say("Words on buttons"), on_it, on_it, _WORDS),
        *(
            _measure(local, where, brand.contrast(chosen, on), brand.contrast(shown, on), _WORDS)
            for where, on, shown in links
        ),
        *(
            _measure(local, where, brand.contrast(chosen, on), brand.contrast(chosen, on), _SHAPES)
            for where, on in shapes
        ),
    )


def _measure(local: Local, where: Message, chosen: float, shown: float, needed: float) -> Measure:
    if shown < needed:
        verdict, tone = say("Hard to see as a shape; its words stay readable"), "warning"
    elif chosen < needed:
        verdict, tone = say("Shown in another shade"), "info"
    else:
        verdict, tone = say("Good"), "success"
    as_chosen, as_shown, as_needed = (local.number(_rounded(ratio)) for ratio in (chosen, shown, needed))
    return Measure(local.say(where), as_chosen, as_shown, as_needed, local.say(verdict), tone)


def _rounded(ratio: float) -> Decimal:
    """Down to tenths: a ratio just below what is needed must not look as if it were enough."""
    return Decimal(ratio).quantize(Decimal("0.1"), ROUND_DOWN)
