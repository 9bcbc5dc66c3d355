"""What a household wants to be told and how, as it is stored; the address by which it can do without, signed."""

import hmac
from collections.abc import Callable
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item, JSONAttribute, Version
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.notifications.purposes import Preferences, Purpose, Way
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import derived_id
from chalicelib.web import urls


class PreferencesItem(Item, discriminator="preferences"):
    """What a household chose."""

    ways = JSONAttribute()
    version = Version()


def get(org: str, household: str) -> Preferences:
    """What a household chose. One strong read."""
    item = read.one(PreferencesItem, keys.preferences(org, household))
    if item is None:
        return Preferences()
    return Preferences({Purpose(name): Way(way) for name, way in item.ways.items()}, item.version)


def change(org: str, household: str, changed: Callable[[Preferences], Preferences], user: str, now: datetime) -> None:
    """Writes what a household wants from now on; `user` is who says so, "" for whoever has the link. Raises Conflict.

    `changed` is asked again when somebody else was quicker, so that two choices at once are both kept.
    """
    for _ in write.turns():
        wanted = changed(get(org, household))
        transaction = Transaction()
        pk, sk = keys.preferences(org, household)
        ways = {purpose.value: way.value for purpose, way in wanted.ways.items()}
        transaction.put("preferences", PreferencesItem(pk, sk, ways=ways, version=wanted.version))
        activity.note(transaction, org, household, Deed("preferences_changed", now, user))
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise Conflict


def unsubscribe_url(organisation: Organisation, household: str, purpose: Purpose) -> str:
    """The address at which a household does without a purpose, signed in or not."""
    token = f"{household}.{purpose.value}.{_signature(organisation, household, purpose.value)}"
    return urls.absolute(organisation.slug, f"unsubscribe/{token}")


def read_token(organisation: Organisation, token: str) -> tuple[str, Purpose] | None:
    """The household and the purpose of such an address, or None where we did not sign it."""
    household, _, rest = token.partition(".")
    name, _, signature = rest.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(organisation, household, name).encode()):
        return None
    return household, Purpose(name)


def _signature(organisation: Organisation, household: str, purpose: str) -> str:
    return derived_id(organisation.import_key, "unsubscribe", organisation.slug, household, purpose)
