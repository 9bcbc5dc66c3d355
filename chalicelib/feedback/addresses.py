"""Whether an address may be written to, asked at the moment when something is to be sent to it (M-11)."""

from contextlib import suppress
from datetime import datetime

from chalicelib import bootstrap
from chalicelib.data import read, write
from chalicelib.feedback import store
from chalicelib.feedback.domain import Refusal
from chalicelib.feedback.models import KnownAddressItem
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import to_iso


def refusal(org: str, address: str, now: datetime | None = None) -> str:
    """Why an address is not to be written to: `bounced`, `complained`, `stopped`, or "" when it may be.

    One strong read. Before the first text to a number it leaves a note there, by which an answer to the text finds the
    organisation. Raises Unavailable.
    """
    now = now or bootstrap.clock().now()
    item = read.one(KnownAddressItem, store.key_of(org, address))
    found = store.known_from(item).standing(now).refusal
    if address.startswith("+") and found is Refusal.NONE:
        _note_number(org, address, item, now)
    return found.value


def code_address(org: str, wished: str, other: str, now: datetime) -> str:
    """Where a one-time code goes that is wished at one address, `other` being on file too ("": nothing is); "" for
    nowhere (decision 0076). Raises Unavailable.

    A complaint holds back no code: somebody asked for it just now. Where nothing else is on file, an address whose
    mails come back is still tried once a day, for it may work again and nobody is to be locked out. A STOP holds.
    """
    refused = {address: refusal(org, address, now) for address in (wished, other) if address}
    for address, why in refused.items():
        if why in ("", Refusal.COMPLAINED.value):
            return address
    tried = (address for address, why in refused.items() if why == Refusal.BOUNCED.value)
    return next((address for address in tried if _may_try(org, address, now)), "")


def _note_number(org: str, number: str, item: KnownAddressItem | None, now: datetime) -> None:
    """Notes that a number is texted. Failing stops no text."""
    if item is not None and not store.is_old(item, now):
        return
    note = store.blank(org, number, now) if item is None else store.renewed(item, now)
    with suppress(write.ConditionFailed, Unavailable):
        write.put(note)


def _may_try(org: str, address: str, now: datetime) -> bool:
    """Whether a code is tried there, of which a note is made: who comes second, does not."""
    item = read.one(KnownAddressItem, store.key_of(org, address))
    if item is None or not store.known_from(item).may_try_code(now):
        return item is None
    try:
        write.update(item, [KnownAddressItem.tried_at.set(to_iso(now))])
    except write.ConditionFailed:
        return False
    return True
