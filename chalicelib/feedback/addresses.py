"""Whether an address may be written to, asked at the moment when something is to be sent to it (M-11)."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from chalicelib import bootstrap
from chalicelib.data import read, write
from chalicelib.feedback import store
from chalicelib.feedback.domain import Refusal
from chalicelib.feedback.models import KnownAddressItem
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import to_iso


def refusal(org: str, address: str, now: datetime | None = None, household: str = "") -> str:
    """Why an address is not to be written to: `bounced`, `complained`, `stopped`, or "" when it may be.

    One strong read. Before the first text to a number it leaves a note there, by which an answer to the text finds the
    organisation, and the `household` that the text is about. Raises Unavailable.
    """
    now = now or bootstrap.clock().now()
    item = read.one(KnownAddressItem, store.key_of(org, address))
    found = store.known_from(item).standing(now).refusal
    if address.startswith("+") and found is Refusal.NONE:
        _note_number(org, address, item, now, household)
    return found.value


class CodeWay(NamedTuple):
    """An address to which a one-time code may go."""

    address: str
    is_counted: bool = False
    """Whether this is the one code a day for an address whose mails come back: `note_code` says that it went."""


def code_ways(
    org: str, addresses: Iterable[str], code: str, is_known: Callable[[], bool], now: datetime
) -> list[CodeWay]:
    """Where the one-time code named `code` may go, of a reader's addresses as they are wished, "" for none; those that
    work come first (decision 0076). One strong read of each. Raises Unavailable.

    A complaint holds back no code: somebody asked for it just now. To an address whose mails come back for good, one
    code goes a day, for it may work again and nobody is to be locked out; and every code that `is_known`, a browser
    that signed in there before, asked for: no stranger uses up what lets the owner in. A STOP holds.
    """
    works, returns = list[CodeWay](), list[CodeWay]()
    for address in filter(None, addresses):
        item = read.one(KnownAddressItem, store.key_of(org, address))
        known = store.known_from(item)
        standing = known.standing(now)
        if address.startswith("+") and standing.refusal is Refusal.NONE:
            _note_number(org, address, item, now)
        if standing.refusal in (Refusal.NONE, Refusal.COMPLAINED):
            works.append(CodeWay(address))
        elif standing.refusal is Refusal.BOUNCED:
            is_over_soon = standing.until is not None
            may_count = not is_over_soon and known.may_try_code(code, now)
            if is_over_soon or may_count or is_known():
                returns.append(CodeWay(address, may_count))
    return [*works, *returns]


def note_code(org: str, address: str, code: str, now: datetime) -> None:
    """Notes that the one code of the day went to an address whose mails come back. Best effort: it went."""
    with suppress(write.ConditionFailed, Unavailable):
        item = read.one(KnownAddressItem, store.key_of(org, address))
        if item is not None:
            tried = [KnownAddressItem.tried_at.set(to_iso(now)), KnownAddressItem.tried_code.set(code)]
            write.update(item, tried)


def _note_number(org: str, number: str, item: KnownAddressItem | None, now: datetime, household: str = "") -> None:
    """Notes that a number is texted. Failing stops no text."""
    if item is not None and not store.is_old(item, now):
        return
    note = store.blank(org, number, now) if item is None else store.renewed(item, now)
    note.household = note.household or household or None
    with suppress(write.ConditionFailed, Unavailable):
        write.put(note)
