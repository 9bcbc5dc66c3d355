"""Links for people without an account: one section of one member, until a day (NEW-7).

Only the hash of a link's token is stored. The address names the household beside the token to say where to look, as
the session cookie does; what is found there decides. A link ends by date, or when the family takes it back.
"""

from datetime import date, datetime
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.activity import note
from chalicelib.households.models import SummaryItem
from chalicelib.households.store import summary_from
from chalicelib.households.summary import Summary
from chalicelib.identity import braking
from chalicelib.identity.braking import Counted
from chalicelib.identity.counting import network
from chalicelib.identity.limits import Rule
from chalicelib.identity.seeing import classes_of, without_private
from chalicelib.identity.tokens import new_token, token_hash
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid, NotFound, TooMany
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.sharing.domain import LONGEST, MAX_SHARES, SEEN_SECONDS, Section, Share
from chalicelib.sharing.models import ShareItem
from chalicelib.sharing.people import Hand
from chalicelib.sharing.store import create_share, end_share, list_access, share_from, touch_share

_GUESSING = Rule((), sends_an_hour=30, sends_a_day=200, failures=0, failure_window=0)
"""Addresses that open nothing, asked for from one network: whoever mistypes needs few."""


class Shared(NamedTuple):
    """What a link opens."""

    share: Share
    home: Summary
    """The household as far as the link shows it: one member, and where he or she goes."""


def create(hand: Hand, member: str, section: Section, name: str, until: date) -> str:
    """Makes a link, and returns the end of its address, which is stored nowhere.

    Raises NotFound for nobody's member, Invalid (`until`), Conflict when there are too many.
    """
    row, access = hand.me.home.member(member), list_access(hand.org, hand.household)
    own = next((user.link(hand.household) for user in access.users if user.id == hand.me.user), None)
    if row is None or own is None:
        raise NotFound
    today = local_day(hand.now, hand.organisation.zone)
    if not today <= until <= today + LONGEST:
        raise Invalid({"until": say("Choose a day within the next year")})
    if own.until and own.until < until:
        raise Invalid({"until": say("Your own access ends on %(day)s", day=own.until)})
    if len([each for each in access.shares if each.is_open(today)]) >= MAX_SHARES:
        raise Conflict(say("You have many links already. End one that is not needed."))
    token = new_token()
    share = Share(token_hash(token), hand.household, member, section, name, until, hand.me.user, hand.now)
    transaction = Transaction()
    create_share(transaction, hand.org, share, hand.organisation.zone)
    note(transaction, hand.org, hand.household, hand.deed("link_made", name))
    transaction.commit()
    return f"{hand.household}.{token}"


def end(hand: Hand, share_hash: str) -> None:
    """Ends a link: its address is dead from now on. Raises NotFound when the household has none such."""
    item = read.one(ShareItem, keys.share(hand.org, hand.household, share_hash or "none"))
    if item is None:
        raise NotFound
    share = share_from(item)
    transaction = Transaction()
    end_share(transaction, hand.org, share, hand.organisation.zone)
    note(transaction, hand.org, hand.household, hand.deed("link_ended", share.name))
    try:
        transaction.commit()
    except ConditionFailed as gone:
        raise NotFound from gone


def find(organisation: Organisation, address: str, source: str, now: datetime) -> Shared:
    """What the end of an address opens. One strong round trip.

    Raises NotFound for what is over, was taken back or never was, alike; TooMany for a network that keeps guessing.
    """
    org = organisation.slug
    household, _, token = address.partition(".")
    places = keys.share(org, household or "none", token_hash(token)), keys.summary(org, household or "none")
    found = read.raw(list(places))
    shared = _shared(found[places[0]], found.get(places[1])) if places[0] in found else None
    if shared is None or not shared.share.is_open(local_day(now, organisation.zone)):
        _count_guess(org, source, now)
        raise NotFound
    _note_use(org, shared.share, now)
    return shared


def _shared(item: dict[str, dict[str, object]], home: dict[str, dict[str, object]] | None) -> Shared | None:
    share = share_from(ShareItem.from_raw_data(item))
    summary = summary_from(SummaryItem.from_raw_data(home)) if home else None
    if summary is None or summary.archived or summary.member(share.member) is None:
        return None
    return Shared(share, classes_of(without_private(summary), (share.member,)))


def _count_guess(org: str, source: str, now: datetime) -> None:
    """Counts an address that opens nothing. Raises TooMany."""
    brake = braking.load(org, [Counted("share", network(source), _GUESSING)], now)
    brake.check()
    transaction = Transaction()
    brake.add(transaction)
    try:
        transaction.commit()
    except ConditionFailed as busy:
        raise TooMany(retry_after=1) from busy


def _note_use(org: str, share: Share, now: datetime) -> None:
    if share.seen_at is None or (now - share.seen_at).total_seconds() > SEEN_SECONDS:
        touch_share(org, share, now)
