"""The demo client of an organisation, and its time machine (ADM-5, NEW-17).

It lives in an organisation of its own, which has the settings of the real one and nothing else of it: no number of an
invoice, no place in a class, no entry in a day's takings is ever the demonstration's. No mail and no text leaves it,
nobody signs in to it but from the desk, and cards are never asked for. Its clock runs as many seconds ahead as the
staff moved it, for all that is done in it and for nothing else.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.data import keys, read, write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import agendas
from chalicelib.identity import store as identity
from chalicelib.identity import tokens
from chalicelib.identity.domain import Session
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, is_slug
from chalicelib.schedule.store import class_items, get_class_groups
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import from_iso, to_iso
from chalicelib.viewing import clockwork, sample
from chalicelib.viewing.models import DemoItem
from chalicelib.viewing.sample import Family

_SUFFIX = "-demo"
_LONGEST = 40
FARTHEST = timedelta(days=2 * 366)
"""How far ahead its clock may be."""


@frozen
class Demo(Frozen):
    """An organisation's demonstration."""

    organisation: Organisation
    """The one that it lives in."""
    family: Family
    made_at: datetime

    def now(self, now: datetime) -> datetime:
        """What time it is in it."""
        return self.organisation.clock(now)


def find(org: str) -> Demo | None:
    """The demonstration of an organisation, or None. Two round trips."""
    item = read.one(DemoItem, keys.demo(org))
    lives_in = organisations.get(item.slug) if item else None
    if item is None or lives_in is None:
        return None
    family = Family(item.household, item.user, tuple(item.people), tuple(item.classes))
    return Demo(lives_in, family, from_iso(item.made_at))


def require(org: str) -> Demo:
    """The same. Raises NotFound."""
    found = find(org)
    if found is None:
        raise NotFound
    return found


def make(organisation: Organisation, now: datetime) -> Demo:
    """A demonstration from the organisation's settings of today, in the place of the one before, if there is one.

    Raises Conflict when it is being made already, or its address is another organisation's.
    """
    former = find(organisation.slug)
    lives_in = _lives_in(organisation)
    if former:
        _wipe(former)
    _open(organisation, lives_in)
    made = Demo(lives_in, sample.make(lives_in, now), now)
    write.put(_item(organisation.slug, made))
    return made


def move(org: str, to: datetime, now: datetime) -> Demo:
    """Moves the clock to a later moment, and does on the way what falls due. Raises NotFound, Conflict.

    Conflict is for going back, which no clock does, and for going too far.
    """
    demo = require(org)
    begins = demo.now(now)
    if to < begins or to > now + FARTHEST:
        raise Conflict
    slug = demo.organisation.slug
    clockwork.run(lambda: demo.family.partitions(slug), begins, to)
    ahead = int((to - now).total_seconds())
    organisations.set_ahead(slug, ahead)
    agendas.stir_now(slug, demo.family.household)
    return replace(demo, organisation=replace(demo.organisation, ahead=ahead))


def enter(org: str, now: datetime) -> tuple[Demo, str]:
    """A session of the family's own for whoever stands at the desk; nothing in it is anybody's. Returns its token.

    Raises NotFound, Conflict.
    """
    demo = require(org)
    slug, token = demo.organisation.slug, tokens.new_token()
    user = identity.require_user(slug, demo.family.user)
    transaction = Transaction()
    identity.save_user(transaction, slug, replace(user, sessions_from=None, last_sign_in=demo.now(now)))
    identity.create_session(transaction, slug, Session(tokens.token_hash(token), user.id, now, now, now, ""))
    transaction.commit_or_conflict()
    return demo, token


def slug_of(org: str) -> str:
    """The address of an organisation's demonstration."""
    return f"{org[: _LONGEST - len(_SUFFIX)].rstrip('-')}{_SUFFIX}"


def _lives_in(organisation: Organisation) -> Organisation:
    slug = slug_of(organisation.slug)
    if not is_slug(slug):
        raise Conflict
    billing = replace(organisation.billing, online=False)
    return replace(organisation, slug=slug, billing=billing, demo_of=organisation.slug, ahead=0, offers_bookings=False)


def _open(organisation: Organisation, lives_in: Organisation) -> None:
    """Writes the settings anew, unless the address is a real organisation's, or another's demonstration."""
    stored = organisations.get(lives_in.slug)
    if stored and stored.demo_of != organisation.slug:
        raise Conflict
    logo = organisations.get_logo(organisation.slug)
    image = logo[1] if logo else b""
    if stored is None:
        organisations.create(lives_in, image)
        return
    organisations.update(lives_in, image)
    organisations.set_ahead(lives_in.slug, 0)


def _wipe(demo: Demo) -> None:
    """Forgets family and classes of a demonstration, item by item."""
    org, family = demo.organisation.slug, demo.family
    user = identity.get_user(org, family.user)
    for group in get_class_groups(org, family.classes).values():
        for item in class_items(org, group).values():
            write.delete(item)
    for partition in (*family.partitions(org), keys.user_partition(org, family.user)):
        for item in read.whole(partition):
            write.delete(item)
    if user:
        transaction = Transaction()
        for identifier in user.identifiers:
            identity.release_login(transaction, org, identifier, user.id)
        try:
            transaction.commit()
        except ConditionFailed:  # a wiping before was cut short after this
            return


def _item(org: str, demo: Demo) -> DemoItem:
    pk, sk = keys.demo(org)
    family = demo.family
    return DemoItem(
        pk,
        sk,
        slug=demo.organisation.slug,
        household=family.household,
        user=family.user,
        people=list(family.people),
        classes=list(family.classes),
        made_at=to_iso(demo.made_at),
    )
