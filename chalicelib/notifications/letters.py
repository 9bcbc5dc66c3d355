"""From a message to a letter: who reads it, by which way it goes, and all its words, decided at this moment (M-11)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib import settings
from chalicelib.data.outbox import CLOSED, DOOR, MessageItem
from chalicelib.feedback.addresses import refusal
from chalicelib.households.domain import Household
from chalicelib.households.domain import Status as HouseholdStatus
from chalicelib.households.store import get_household
from chalicelib.identity.domain import UserStatus
from chalicelib.identity.store import get_user
from chalicelib.notifications import compose, own_words, preferences
from chalicelib.notifications.archive import Written
from chalicelib.notifications.plans import Quiet, plan_of
from chalicelib.notifications.purposes import Purpose, Way, addresses_for, purpose_of
from chalicelib.notifications.refusals import holds
from chalicelib.notifications.threads import thread_of
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.organisations.store import get as get_organisation
from chalicelib.ports import Mail
from chalicelib.shared.times import from_iso

REPLY = "reply"
"""Name among the facts of the secret by which an answer finds its thread."""


class NotWanted(Exception):
    """A message that goes to nobody; its text says why."""


class Held(Exception):
    """A message that waits for the end of the quiet hours, at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("quiet hours")
        self.until = until


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
    addresses: Sequence[str]
    """Where it may be reached, the chosen one first."""
    is_other: bool = False
    """Somebody without an account: gets no link into it (NEW-8)."""
    way_out: Purpose | None = None
    """What a household may switch off with a link of the mail."""


def write(item: MessageItem, now: datetime, without: Collection[str] = ()) -> Letter:
    """The message in the reader's language, to the first of the reader's addresses that is not one of `without`.

    Raises NotWanted when nobody is to be written to, Held when not at this moment, and Unavailable.
    """
    organisation = get_organisation(item.org)
    if organisation is None or organisation.status is Status.SUSPENDED:
        raise NotWanted(CLOSED)
    reader = _reader(item)
    address = _address(organisation, item, reader, now, without)
    local = compose.local_for(organisation, reader.language)
    facts = {**_moments(item.facts), "name": reader.name, "is_other": reader.is_other}
    door = facts.get(DOOR, "")
    if _is_number(address):
        text = compose.text_message(organisation, local, item.template, facts)
        return Letter(address, text, door=door, is_demo=bool(organisation.demo_of))
    reply_to = _reply_to(organisation, item)
    way_out = preferences.unsubscribe_url(organisation, item.household or "", reader.way_out) if reader.way_out else ""
    facts |= {"unsubscribe": way_out, "can_reply": bool(reply_to)}
    words = own_words.get(item.org, item.template)
    mail = compose.mail(organisation, local, item.template, address, item.message, facts, words)
    mail = mail._replace(reply_to=reply_to or mail.reply_to, unsubscribe=way_out)
    thread = item.thread or thread_of(item.template, item.facts)
    mail = mail._replace(thread=thread, org=item.org, message=item.message, request=item.request or "")
    return Letter(address, mail.text, mail, door, bool(organisation.demo_of))


def _address(
    organisation: Organisation, item: MessageItem, reader: _Reader, now: datetime, without: Collection[str]
) -> str:
    """Where the message goes at this moment (M-11). Raises NotWanted, Held."""
    known = [address for address in reader.addresses if address]
    left = [address for address in known if address not in without]
    if not known:
        raise NotWanted("no address")
    ends = None if organisation.demo_of else _quiet_until(organisation, item, now)
    is_late = bool(ends and item.until and from_iso(item.until) <= ends)
    if is_late:  # of no use after the quiet hours: as a mail it disturbs nobody (decision 0072)
        left.sort(key=_is_number)
    why = "no other address"
    for address in left:
        refused = refusal(item.org, address, now, item.household or "")
        if not holds(refused, item.template):
            if ends and not is_late and _waits(item, address):
                raise Held(ends)
            return address
        why = refused
    raise NotWanted(why)


def _quiet_until(organisation: Organisation, item: MessageItem, now: datetime) -> datetime | None:
    """When the quiet hours end, of which this moment is one; None where nothing of this kind is held by them."""
    if plan_of(item.template).quiet is Quiet.NOTHING or not organisation.word.is_quiet(now, organisation.zone):
        return None
    return organisation.word.quiet_ends(now, organisation.zone)


def _waits(item: MessageItem, address: str) -> bool:
    return plan_of(item.template).quiet is Quiet.EVERYTHING or _is_number(address)


def _is_number(address: str) -> bool:
    return address.startswith("+")


def _reply_to(organisation: Organisation, item: MessageItem) -> str:
    """Where an answer finds its thread; empty where it can not."""
    secret, domain = item.facts.get(REPLY, ""), settings.current().inbound_domain
    return f"reply+{organisation.slug}.{secret}@{domain}" if secret and domain else ""


def _reader(item: MessageItem) -> _Reader:
    """Whom the message is for. Raises NotWanted when that person or household is not to be written to any more."""
    if item.user:
        return _user(item)
    if item.address:
        return _Reader(item.facts["name"], item.facts["language"], [item.address], is_other=True)
    return _household(item)


def _user(item: MessageItem) -> _Reader:
    user = get_user(item.org, item.user or "")
    if user is None or user.status is UserStatus.SUSPENDED:
        raise NotWanted("reader gone")
    return _Reader(user.name, user.language, [item.address] if item.address else [user.email, user.mobile])


def _household(item: MessageItem) -> _Reader:
    """The household at its own address (ACC-11), by the way that it chose for this purpose."""
    household = get_household(item.org, item.household or "")
    if household is None or household.status is HouseholdStatus.ARCHIVED:
        raise NotWanted("reader gone")
    purpose = purpose_of(item.template)
    way = preferences.get(item.org, household.id).way(purpose)
    if way is Way.NONE:
        raise NotWanted("switched off")
    addresses = [_bills_to(household, purpose), *addresses_for(way, household.email, household.phone)]
    return _Reader(household.name, household.language, addresses, way_out=purpose if purpose.is_optional else None)


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
