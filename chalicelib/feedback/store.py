"""Reads and writes what is known of addresses. An address itself is never stored here: a digest names it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.feedback.domain import Known, Refusal, Standing
from chalicelib.feedback.models import KnownAddressItem, MailReportItem, RefusedAddressItem
from chalicelib.identity.domain import email_identifier, phone_identifier
from chalicelib.shared.contacts import masked
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import DAY, after, from_iso, moment_or_none, to_iso

KEPT_REPORT = 90 * DAY
"""How long a notice is remembered; longer than the oldest that is taken."""
_KEPT = 730 * DAY
"""L-10: as long as what was sent. A STOP is kept until START, a complaint until its owner takes it back (0078)."""
LASTING = frozenset({Refusal.STOPPED, Refusal.COMPLAINED})
"""What somebody said who wants to hear no more: it does not pass with time, nor with the family's other data."""
_KEPT_NUMBER = 400 * DAY
_RENEWED = 30 * DAY
"""How long before its end the note that a number was texted is written anew."""
_QUEUE = "number#"
"""Start of the queues in which the notes of one number stand, one of each organisation."""
_AT_ONCE = 100


class Refused(NamedTuple):
    """An address in the list of those that are refused."""

    digest: str
    masked: str
    standing: Standing
    why: str
    household: str
    place: str
    """Where the list goes on after it."""


def identifier_of(address: str) -> str:
    """An email address or an E.164 number as logins name it: letters A to Z folded."""
    return phone_identifier(address) if address.startswith("+") else email_identifier(address)


def digest_of(org: str, address: str) -> str:
    """What names an address within an organisation, and tells nobody else anything."""
    return named_id(f"{org} {identifier_of(address)}")


def key_of(org: str, address: str) -> Key:
    """Where what is known of an address lies."""
    return keys.known_address(org, digest_of(org, address))


def get(org: str, digest: str) -> KnownAddressItem | None:
    """What is stored under a digest. One strong read."""
    return read.one(KnownAddressItem, keys.known_address(org, digest))


def of_addresses(org: str, addresses: Iterable[str]) -> Mapping[str, KnownAddressItem]:
    """What is stored of each of these, by the address; one round trip, none for none."""
    places = {key_of(org, address): address for address in addresses if address}
    found = read.many(KnownAddressItem, list(places))
    return {places[key]: item for key, item in found.items()}


def known_from(item: KnownAddressItem | None) -> Known:
    """What an item says."""
    if item is None:
        return Known()
    return Known(
        moment_or_none(item.hard_at), tuple(map(from_iso, item.soft_at or ())), moment_or_none(item.complained_at),
        moment_or_none(item.stopped_at), moment_or_none(item.started_at), moment_or_none(item.lifted_at),
        moment_or_none(item.tried_at), item.tried_code or "", item.why or "",
    )  # fmt: skip


def blank(org: str, address: str, now: datetime) -> KnownAddressItem:
    """A note of an address of which nothing is known; of a number, answers find the organisation by it."""
    digest = digest_of(org, address)
    item = KnownAddressItem(*keys.known_address(org, digest), org=org, digest=digest, masked=masked(address))
    if address.startswith("+"):
        item.queue, item.due = _queue_of(address), to_iso(now)
        item.expires = after(now, _KEPT_NUMBER)
    return item


def is_old(item: KnownAddressItem, now: datetime) -> bool:
    """Whether a note goes by itself so soon that it is written anew."""
    expires: datetime | None = item.expires
    return expires is not None and after(now, _RENEWED) >= expires


def renewed(item: KnownAddressItem, now: datetime) -> KnownAddressItem:
    """The note for another while."""
    item.expires = after(now, _KEPT_NUMBER)
    return item


def texted(number: str, now: datetime) -> list[Key]:
    """Keys of what organisations that texted a number know of it: of all of them, for a STOP is meant for all."""
    found, last = list[Key](), None
    while True:
        part = read.queued(_queue_of(number), to_iso(after(now, DAY)), after=last, size=_AT_ONCE)
        found += [key for _, key in part.rows]
        if not part.next:
            return found
        last = part.rows[-1]


def put(transaction: Transaction, item: KnownAddressItem, known: Known, now: datetime) -> None:
    """Adds what is known of an address, with its place in the list of those that are refused."""
    for name in ("hard_at", "complained_at", "stopped_at", "started_at", "lifted_at", "tried_at"):
        moment = getattr(known, name)
        setattr(item, name, to_iso(moment) if moment else None)
    item.soft_at = [to_iso(moment) for moment in known.soft_at] or None
    item.tried_code, item.why = known.tried_code or None, known.why or None
    standing = known.standing(now)
    _list(transaction, item, standing)
    if standing.refusal in LASTING:
        item.expires = None
    else:
        item.expires = after(now, _KEPT if standing.refusal is not Refusal.NONE else _KEPT_NUMBER)
    transaction.put("known", item)


def _list(transaction: Transaction, item: KnownAddressItem, standing: Standing) -> None:
    """Moves an address to its place in the list, or takes it out."""
    since = to_iso(standing.since) if standing.since else None
    if item.listed and item.listed != since:
        transaction.delete("unlisted", _place(item, item.listed))
    item.listed = since
    if since:
        place = _place(item, since)
        place.refusal, place.since = standing.refusal.value, since
        place.until = to_iso(standing.until) if standing.until else None
        place.expires = standing.until
        place.why, place.household = item.why, item.household
        transaction.put("listed", place)


def _place(item: KnownAddressItem, since: str) -> RefusedAddressItem:
    return RefusedAddressItem(
        *keys.refused_address(item.org, since, item.digest), digest=item.digest, masked=item.masked
    )


def page(org: str, now: datetime, after_place: str = "") -> read.Page[Refused]:
    """Refused addresses, the latest first, 25 at a time, from beyond a place. One round trip."""
    start, beyond = keys.refused_address(org, "", "").pk, f"{keys.REFUSED}{after_place}" if after_place else ""
    found = read.page(RefusedAddressItem, start, keys.REFUSED, after=beyond)
    rows = [_refused(item) for item in found.rows]
    live = [row for row in rows if row.standing.until is None or row.standing.until > now]
    return read.Page(live, found.next.removeprefix(keys.REFUSED))


def _refused(item: RefusedAddressItem) -> Refused:
    standing = Standing(Refusal(item.refusal), from_iso(item.since), moment_or_none(item.until))
    place = item.sk.removeprefix(keys.REFUSED)
    return Refused(item.digest, item.masked, standing, item.why or "", item.household or "", place)


def report(transaction: Transaction, org: str, notice: str, told: str, now: datetime) -> None:
    """Adds that a notice was taken; refused when it was before (M-13)."""
    pk, sk = report_key(org, notice)
    item = MailReportItem(pk, sk, told=told, at=to_iso(now), expires=after(now, KEPT_REPORT))
    transaction.create("report", item)


def report_key(org: str, notice: str) -> Key:
    """Where it stands that a notice was taken."""
    return keys.mail_report(org, named_id(notice))


def forget(transaction: Transaction, item: KnownAddressItem, address: str, now: datetime) -> None:
    """Adds that an address is forgotten, with its place in the list.

    Who complained or said STOP is not written to again by anybody who enters the address later, and a number that was
    texted can still say STOP: of these stays the digest with these moments alone, and tells nobody's name.
    """
    known = known_from(item)
    if item.listed:
        transaction.delete("unlisted", _place(item, item.listed))
    if known.standing(now).refusal not in LASTING and not address.startswith("+"):
        transaction.delete("known", item)
        return
    item.masked, item.household, item.listed, item.answered_at = "", None, None, None
    item.hard_at = item.soft_at = item.tried_at = item.tried_code = item.why = None
    transaction.put("known", item)


def _queue_of(number: str) -> str:
    return f"{_QUEUE}{named_id(phone_identifier(number))}"
