"""What a household wants to be told and how, as it is stored; the address by which it can do without, signed."""

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item, JSONAttribute, Version
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import activity, agendas
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Status
from chalicelib.households.store import get_household
from chalicelib.notifications.purposes import Preferences, Purpose, Way
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.word import Lead
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import derived_id
from chalicelib.web import urls


class PreferencesItem(Item, discriminator="preferences"):
    """What a household chose."""

    ways = JSONAttribute()
    leads = JSONAttribute(null=True)
    """How long before a class and before a booking; "" as the organisation usually does."""
    version = Version()


def get(org: str, household: str) -> Preferences:
    """What a household chose. One strong read."""
    return _preferences(read.one(PreferencesItem, keys.preferences(org, household)))


def get_many(org: str, households: Iterable[str]) -> dict[str, Preferences]:
    """What each of several households chose. One strong round trip for each hundred."""
    places = {household: keys.preferences(org, household) for household in households}
    found = read.many(PreferencesItem, list(places.values()))
    return {household: _preferences(found.get(key)) for household, key in places.items()}


def _preferences(item: PreferencesItem | None) -> Preferences:
    if item is None:
        return Preferences()
    classes, bookings = [Lead(lead) if lead else None for lead in item.leads or ("", "")]
    return Preferences({Purpose(name): Way(way) for name, way in item.ways.items()}, classes, bookings, item.version)


def change(org: str, household: str, changed: Callable[[Preferences], Preferences], user: str, now: datetime) -> None:
    """Writes what a household wants from now on, unless it is so; `user` is who says so, "" for whoever has the link.
    Raises Conflict.

    `changed` is asked again when somebody else was quicker, so that two choices at once are both kept.
    """
    for _ in write.turns():
        before = get(org, household)
        wanted = changed(before)
        if wanted == before:
            return
        transaction = Transaction()
        pk, sk = keys.preferences(org, household)
        ways = {purpose.value: way.value for purpose, way in wanted.ways.items()}
        leads = [lead.value if lead else "" for lead in (wanted.class_lead, wanted.booking_lead)]
        transaction.put("preferences", PreferencesItem(pk, sk, ways=ways, leads=leads, version=wanted.version))
        agendas.stir(transaction, org, household)
        activity.note(transaction, org, household, Deed("preferences_changed", now, user))
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise Conflict


def switch_off(org: str, household: str, purpose: Purpose, now: datetime) -> None:
    """Has a household told nothing of a purpose any more. Nothing is written where that is so already, nor of a
    household that is gone: the link lies in old mails for ever. Raises Conflict.
    """
    stored = get_household(org, household)
    if stored is None or stored.status is Status.ARCHIVED:
        return
    change(org, household, lambda before: before.having(purpose, Way.NONE), "", now)


def unsubscribe_url(organisation: Organisation, household: str, purpose: Purpose) -> str:
    """The address at which a household does without a purpose, signed in or not."""
    signature = _signature(organisation.signing_keys[0], organisation, household, purpose.value)
    token = f"{household}.{purpose.value}.{signature}"
    return urls.absolute(organisation.slug, f"unsubscribe/{token}")


def read_token(organisation: Organisation, token: str) -> tuple[str, Purpose] | None:
    """The household and the purpose of such an address, or None where we did not sign it."""
    household, _, rest = token.partition(".")
    name, _, signature = rest.partition(".")
    ours = (_signature(key, organisation, household, name).encode() for key in organisation.signing_keys)
    if not any(hmac.compare_digest(signature.encode(), each) for each in ours):
        return None
    return household, Purpose(name)


def _signature(key: bytes, organisation: Organisation, household: str, purpose: str) -> str:
    return derived_id(key, "unsubscribe", organisation.slug, household, purpose)
