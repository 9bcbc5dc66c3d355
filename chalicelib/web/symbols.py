"""Small marks of which a page has dozens: symbols of `static/icons.svg`, which only decorate, and badges."""

from functools import lru_cache

from markupsafe import Markup

from chalicelib.web import assets


@lru_cache(maxsize=256)
def symbol(name: str, turn: bool = False) -> Markup:
    """A symbol by its name in the sprite; `turn` mirrors it where lines run from right to left.

    Made here and not by a macro because a page has dozens: this is a fifth of a page's time.
    """
    mark = Markup('<svg class="icon{turn}" aria-hidden="true" focusable="false"><use href="{file}#{name}"/></svg>')
    return mark.format(turn=" icon--turn" if turn else "", file=assets.url("icons.svg"), name=name)


@lru_cache(maxsize=1024, typed=True)
def mark(label: str, tone: str = "neutral") -> Markup:
    """A badge: a word or two about how something stands. Made here for the same reason.

    Remembered by its type too (I-01): to Python, words that are markup and the same words that are none are equal.
    """
    return Markup('<span class="badge tone-{tone}">{label}</span>').format(tone=tone, label=label)
