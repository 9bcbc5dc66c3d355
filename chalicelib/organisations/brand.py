"""An organisation's colour, made readable: whatever was chosen, text keeps WCAG AA contrast in light and dark."""

from functools import lru_cache

LIGHT_SURFACE = (243, 238, 230)
DARK_SURFACE = (56, 41, 13)
"""The darkest ground that words stand on in light pages, and the lightest in dark ones: on all others they read better.
"""
_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)
_AA = 4.5
_STEPS = 40

Colour = tuple[int, int, int]


@lru_cache(maxsize=64)
def stylesheet(colour: str) -> str:
    """CSS that sets the brand's three properties from one `#rrggbb` colour, for light and for dark pages."""
    chosen = parse(colour)
    light, dark = readable(chosen, LIGHT_SURFACE, _BLACK), readable(chosen, DARK_SURFACE, _WHITE)
    return (
        "@layer tokens {\n:root {\n"
        f"  --brand: {_hex(chosen)};\n  --brand-ink: {_hex(ink(chosen))};\n"
        f"  --brand-text: light-dark({_hex(light)}, {_hex(dark)});\n"
        "}\n}\n"
    )


def on_white(colour: str) -> str:
    """`#rrggbb` of a colour, made dark enough for text on white paper."""
    return _hex(readable(parse(colour), _WHITE, _BLACK))


def on_dark(colour: str, surface: Colour) -> str:
    """`#rrggbb` of a colour, made light enough for text on a dark surface."""
    return _hex(readable(parse(colour), surface, _WHITE))


def ink_on(colour: str) -> str:
    """`#rrggbb` of white or black, whichever reads better on a colour."""
    return _hex(ink(parse(colour)))


def parse(colour: str) -> Colour:
    """Red, green and blue of `#rrggbb`. Raises ValueError."""
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError("a colour is written #rrggbb")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: Colour, surface: Colour, towards: Colour) -> Colour:
    """`colour`, moved towards black or white only as far as text on `surface` needs."""
    for step in range(_STEPS + 1):
        mixed = _mix(colour, towards, step / _STEPS)
        if contrast(mixed, surface) >= _AA:
            return mixed
    return towards


def ink(colour: Colour) -> Colour:
    """White or black, whichever reads better on `colour`: one of them always reaches 4.58 to 1."""
    return max((_WHITE, _BLACK), key=lambda letters: contrast(letters, colour))


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)


def _hex(colour: Colour) -> str:
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"
