"""Feeds: private addresses under which calendars of other makers fetch a family's events (NEW-6).

A feed belongs to the user who made it, like a session: it lies in the user's partition under the hash of its token, and
shows what that user may see at the moment of fetching. So it ends with the user's role in the household, and with
nobody's help. The address names the user only to say where to look, as the session cookie does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Role
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import User, UserStatus
from chalicelib.identity.models import UserItem
from chalicelib.identity.seeing import seen, without_private
from chalicelib.identity.store import user_from
from chalicelib.identity.tokens import new_token, token_hash
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import from_iso, to_iso

MAX_FEEDS = 20
"""Feeds of one user: more are forgotten ones, and each is a key to the family's days."""
ALARMS = (None, 15, 30, 60, 120, 1440)
"""Minutes before an event among which people choose when to be reminded; None: not at all."""


class FeedItem(Item, discriminator="feed"):
    """A feed; its sort key is the hash of its token."""

    user = UnicodeAttribute()
    name = UnicodeAttribute()
    household = UnicodeAttribute(null=True)
    member = UnicodeAttribute(null=True)
    bookings = BooleanAttribute(default=True)
    alarm_minutes = NumberAttribute(null=True)
    language = UnicodeAttribute()
    created_at = UnicodeAttribute()


@frozen
class Feed(Frozen):
    """What somebody subscribed to."""

    user: str
    name: str
    household: str = ""
    """Empty: all households that the user belongs to."""
    member: str = ""
    """The only member it tells of; empty: all of the household."""
    bookings: bool = True
    """Whether it tells of bookings beside classes."""
    alarm_minutes: int | None = None
    language: str = "en"
    created_at: datetime | None = None
    hash: str = ""
    """Of its token: what it is stored under, and called in the user's list."""


class Home(NamedTuple):
    """A household that a feed tells of, and what its user is to it."""

    summary: Summary
    role: Role


def create(org: str, feed: Feed, homes: Iterable[str], now: datetime) -> str:
    """Makes a feed, and returns its token, which is stored nowhere; the logs of `homes`, which it is of, tell it.

    Raises Conflict when the user has too many.
    """
    if len(list_feeds(org, feed.user)) >= MAX_FEEDS:
        raise Conflict(say("You have many subscriptions already. End one that you do not use."))
    token = new_token()
    transaction = Transaction()
    transaction.create("feed", _item(org, replace(feed, hash=token_hash(token), created_at=now)))
    for home in homes:
        note(transaction, org, home, Deed("feed_made", now, feed.user, {"label": feed.name}))
    transaction.commit()
    return token


def renew(org: str, user: str, feed_hash: str, homes: Iterable[str], now: datetime) -> str:
    """Gives a feed another address, and returns its token; the former one is dead. Raises NotFound."""
    item = read.one(FeedItem, keys.feed(org, user, feed_hash))
    if item is None:
        raise NotFound
    token = new_token()
    transaction = Transaction()
    transaction.delete("feed", item, FeedItem.pk.exists())
    transaction.create("new", _item(org, replace(_feed(item), hash=token_hash(token))))
    for home in homes:
        note(transaction, org, home, Deed("feed_renewed", now, user, {"label": item.name}))
    try:
        transaction.commit()
    except ConditionFailed as gone:
        raise NotFound from gone
    return token


def end(org: str, user: str, feed_hash: str, homes: Iterable[str], now: datetime) -> None:
    """Ends a feed, whether or not it is still there: its address is dead from now on."""
    pk, sk = keys.feed(org, user, feed_hash)
    transaction = Transaction()
    transaction.delete("feed", FeedItem(pk, sk))
    for home in homes:
        note(transaction, org, home, Deed("feed_ended", now, user))
    transaction.commit()


def list_feeds(org: str, user: str) -> list[Feed]:
    """A user's feeds, oldest first. One strong Query."""
    start = keys.feed(org, user, "")
    found = read.page(FeedItem, start.pk, start.sk, size=MAX_FEEDS * 2, consistent=True)
    return [_feed(item) for item in sorted(found.rows, key=lambda item: (item.created_at, item.sk))]


def address(user: str, token: str) -> str:
    """Path of a feed within the portal."""
    return f"feeds/{user}.{token}.ics"


def find(org: str, name: str, today: date) -> tuple[Feed, list[Home]]:
    """The feed that an address names, and the households it tells of now. Two round trips.

    Raises NotFound for one that ended like for one that never was, and also when nothing is left that the user may see.
    """
    user, _, token = name.removesuffix(".ics").partition(".")
    if not (user and token and name.endswith(".ics")):
        raise NotFound
    feed_key, user_key = keys.feed(org, user, token_hash(token)), keys.user(org, user)
    found = read.raw([feed_key, user_key])
    if feed_key not in found or user_key not in found:
        raise NotFound
    feed = _feed(FeedItem.from_raw_data(found[feed_key]))
    homes = list(_homes(org, feed, user_from(UserItem.from_raw_data(found[user_key])), today))
    if not homes:
        raise NotFound
    return feed, homes


def _homes(org: str, feed: Feed, user: User, today: date) -> Iterator[Home]:
    """The households that the feed is for and the user still belongs to, as he or she sees them, but archived ones."""
    if user.status is not UserStatus.ACTIVE:
        return
    links = [link for link in user.households if feed.household in ("", link.household) and link.is_open(today)]
    found = households.get_summaries(org, tuple(link.household for link in links)) if links else {}
    for link in links:
        summary = found.get(link.household)
        if summary is None or summary.archived:
            continue
        shown = without_private(seen(summary, link), user.person)
        if not feed.member or shown.member(feed.member):
            yield Home(shown, link.role)


def _item(org: str, feed: Feed) -> FeedItem:
    pk, sk = keys.feed(org, feed.user, feed.hash)
    return FeedItem(
        pk,
        sk,
        user=feed.user,
        name=feed.name,
        household=feed.household or None,
        member=feed.member or None,
        bookings=feed.bookings,
        alarm_minutes=feed.alarm_minutes,
        language=feed.language,
        created_at=to_iso(feed.created_at) if feed.created_at else "",
    )


def _feed(item: FeedItem) -> Feed:
    return Feed(
        user=item.user,
        name=item.name,
        household=item.household or "",
        member=item.member or "",
        bookings=item.bookings,
        alarm_minutes=_minutes(item.alarm_minutes),
        language=item.language,
        created_at=from_iso(item.created_at),
        hash=item.sk.partition("#")[2],
    )


def _minutes(stored: float | None) -> int | None:
    return None if stored is None else int(stored)
