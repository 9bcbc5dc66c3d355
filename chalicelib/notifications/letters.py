"""From a message to a letter: who reads it, by which way it goes, and all its words, decided at this moment (M-11)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib import settings
from chalicelib.data.outbox import DOOR, MessageItem
from chalicelib.households.domain import Household
from chalicelib.households.domain import Status as HouseholdStatus
from chalicelib.households.store import get_household
from chalicelib.identity.domain import UserStatus
from chalicelib.identity.store import get_user
from chalicelib.notifications import compose, own_words, preferences
from chalicelib.notifications.archive import Written
from chalicelib.notifications.purposes import Purpose, Way, address_for, purpose_of
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.organisations.store import get as get_organisation
from chalicelib.ports import Mail
from chalicelib.shared.times import from_iso

REPLY = "reply"
"""Name among the facts of the secret by which an answer finds its thread."""


class NotWanted(Exception):
    """A message that goes to nobody; its text says why."""


class Letter(NamedTuple):
    """All that a carrier needs."""

    address: str
    text: str
    mail: Mail | None = None
    """None for a text message."""
    door: str = ""
    is_demo: bool = False
    """Whether nobody gets it: the family of a demonstration reads it among what was sent (NEW-17)."""

    @property
    def written(self) -> Written:
        """What is kept of it: no link that acts by itself, and none that opens a door."""
        text = self.text
        for link in filter(None, (self.mail.unsubscribe if self.mail else "", self.door)):
            text = text.replace(link, "…")
        return Written(self.address, self.mail.subject if self.mail else "", text)


class _Reader(NamedTuple):
    """Who reads a message."""

    name: str
    language: str
    address: str
    is_other: bool = False
    """Somebody without an account: gets no link into it (NEW-8)."""
    way_out: Purpose | None = None
    """What a household may switch off with a link of the mail."""


def write(item: MessageItem) -> Letter:
    """The message in the reader's language. Raises NotWanted when nobody is to be written to at this moment."""
    organisation = get_organisation(item.org)
    if organisation is None or organisation.status is Status.SUSPENDED:
        raise NotWanted("organisation closed")
    reader = _reader(item)
    if not reader.address:
        raise NotWanted("no address")
    local = compose.local_for(organisation, reader.language)
    facts = {**_moments(item.facts), "name": reader.name, "is_other": reader.is_other}
    door = facts.get(DOOR, "")
    if reader.address.startswith("+"):
        text = compose.text_message(organisation, local, item.template, facts)
        return Letter(reader.address, text, door=door, is_demo=bool(organisation.demo_of))
    reply_to = _reply_to(organisation, item)
    way_out = preferences.unsubscribe_url(organisation, item.household or "", reader.way_out) if reader.way_out else ""
    facts |= {"unsubscribe": way_out, "can_reply": bool(reply_to)}
    words = own_words.get(item.org, item.template)
    mail = compose.mail(organisation, local, item.template, reader.address, item.message, facts, words)
    mail = mail._replace(reply_to=reply_to or mail.reply_to, unsubscribe=way_out)
    return Letter(reader.address, mail.text, mail, door, bool(organisation.demo_of))


def _reply_to(organisation: Organisation, item: MessageItem) -> str:
    """Where an answer finds its thread; empty where it can not."""
    secret, domain = item.facts.get(REPLY, ""), settings.current().inbound_domain
    return f"reply+{organisation.slug}.{secret}@{domain}" if secret and domain else ""


def _reader(item: MessageItem) -> _Reader:
    """Whom the message is for. Raises NotWanted when that person or household is not to be written to any more."""
    if item.user:
        return _user(item)
    return _Reader(item.facts["name"], item.facts["language"], item.address, True) if item.address else _household(item)


def _user(item: MessageItem) -> _Reader:
    user = get_user(item.org, item.user or "")
    if user is None or user.status is UserStatus.SUSPENDED:
        raise NotWanted("reader gone")
    return _Reader(user.name, user.language, item.address or user.email or user.mobile)


def _household(item: MessageItem) -> _Reader:
    """The household at its own address (ACC-11), by the way that it chose for this purpose."""
    household = get_household(item.org, item.household or "")
    if household is None or household.status is HouseholdStatus.ARCHIVED:
        raise NotWanted("reader gone")
    purpose = purpose_of(item.template)
    way = preferences.get(item.org, household.id).way(purpose)
    if way is Way.NONE:
        raise NotWanted("switched off")
    address = _bills_to(household, purpose) or address_for(way, household.email, household.phone)
    return _Reader(household.name, household.language, address, way_out=purpose if purpose.is_optional else None)


def _bills_to(household: Household, purpose: Purpose) -> str:
    """Where what is about money goes, if the household wants it apart from all else (STM-2); else ""."""
    return household.bills_to if purpose is Purpose.MONEY else ""


def _moments(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as templates want them: `at`, and what ends in `_at`, is stored as text and read as a moment."""
    return {name: _moment(name, value) for name, value in facts.items()}


def _moment(name: str, value: Any) -> Any:
    if isinstance(value, str) and value and (name == "at" or name.endswith("_at")):
        return from_iso(value)
    return [_moments(each) if isinstance(each, dict) else each for each in value] if isinstance(value, list) else value
