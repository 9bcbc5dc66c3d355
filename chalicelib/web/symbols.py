"""Symbols of `static/icons.svg`. Always decoration: the words beside them say it all."""

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
