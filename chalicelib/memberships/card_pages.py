"""View models of membership cards (CARD-1): what is printed on one, and what staff see who look at it."""

from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from chalicelib.households.summary import Summary
from chalicelib.memberships import cards
from chalicelib.memberships.cards import Held
from chalicelib.memberships.domain import Subscription, SubscriptionStatus
from chalicelib.memberships.pages import KIND_WORDS, subscription_words
from chalicelib.memberships.pass_pages import left_words, status_words
from chalicelib.memberships.passes import Pass
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local

_GOOD = (SubscriptionStatus.ACTIVE, SubscriptionStatus.CANCEL_REQUESTED)


class CardView(NamedTuple):
    """A card, ready to read."""

    id: str
    title: str
    kind: str
    holder: str
    members: list[str]
    """Who else it is for, of a card of the whole family."""
    validity: str
    status: str
    tone: str
    is_good: bool
    number: str
    left: str
    licence: str
    photo: str
    """Address of the holder's picture; empty for the whole family."""


def is_good(held: Held, today: date) -> bool:
    """Whether a card lets its owner in."""
    if isinstance(held, Pass):
        return held.is_good(today)
    ended = held.request is not None and held.request.ends_on < today
    return held.status_at(today) in _GOOD and not ended


def card_view(held: Held, organisation: Organisation, home: Summary, local: Local, today: date) -> CardView:
    """What stands on a card; `home` is the household's summary."""
    words, tone = _words(held, today)
    member = home.member(held.member)
    kind = say("Pass") if isinstance(held, Pass) else KIND_WORDS[held.kind]
    return CardView(
        id=held.id,
        title=local.text(_title(held, today)),
        kind=local.say(kind),
        holder=member.name if member else home.name,
        members=[] if member else [row.name for row in home.members],
        validity=local.say(_validity(held, today)),
        status=local.say(words),
        tone=tone,
        is_good=is_good(held, today),
        number=cards.in_groups(held.card),
        left=left_words(held, local) if isinstance(held, Pass) else "",
        licence=held.licence if isinstance(held, Subscription) else "",
        photo=urls.portal(organisation.slug, f"photos/{held.member}") if member else "",
    )


def square(organisation: Organisation, number: str) -> Markup:
    """The QR code of a card, which leads to it at the desk."""
    return drawn(urls.absolute(organisation.slug, f"desk/cards/{cards.code(organisation, number)}"))


def drawn(address: str) -> Markup:
    """The QR code of an address as SVG without styles, dark on white whatever the page's colours."""
    import segno  # only cards and authenticators need it

    drawing = segno.make(address, error="m", micro=False)
    return Markup(drawing.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None))  # noqa: S704 - drawn by the library, of squares alone


def _title(held: Held, today: date) -> "dict[str, str]":
    return dict(held.title if isinstance(held, Pass) else held.terms_at(today).title)


def _words(held: Held, today: date) -> tuple[Message, str]:
    return status_words(held, today) if isinstance(held, Pass) else subscription_words(held, today)


def _validity(held: Held, today: date) -> Message:
    last = held.expires_on
    if isinstance(held, Subscription):
        last = held.request.ends_on if held.request else last or None
        if last is None:
            return say("Renewed on %(day)s", day=held.next_period(today))
    if last:
        return say("Valid until %(day)s", day=last)
    return say("Valid without an end") if held.starts_on else say("Valid from the first visit on")
