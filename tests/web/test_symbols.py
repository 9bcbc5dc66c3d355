"""Marks that pages have dozens of."""

from markupsafe import Markup

from chalicelib.web.symbols import mark


def test_a_badge_of_markup_never_stands_for_the_same_words_that_are_none() -> None:
    """I-01: badges are remembered, and to Python the two are equal."""
    assert mark(Markup("<b>x</b>")) == '<span class="badge tone-neutral"><b>x</b></span>'
    assert mark("<b>x</b>") == '<span class="badge tone-neutral">&lt;b&gt;x&lt;/b&gt;</span>'
