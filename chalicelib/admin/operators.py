"""What an operator of the deployment does with an organisation: closes its portal, opens it again, plans its end, opens
a family's records. Each act has a name and a reason, and the organisation reads all of it in its log.

Who runs the deployment can reach the table. What a person does there goes through here, and leaves a note before it
shows or changes anything.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.organisations import audit, store
from chalicelib.organisations.audit import Author, Entry
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.privacy import ending
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message, say

_SHORTEST, _LONGEST = 10, 300
_SUSPENDED = say("The portal was closed, because: %(reason)s")
_RESUMED = say("The portal was opened again, because: %(reason)s")
_ENDING = say("The deletion of everything was asked for, because: %(reason)s")
_KEPT = say("The deletion of everything was taken back, because: %(reason)s")
_LOOKED = say("The records of a family were opened, because: %(reason)s")
_WORKED = say("The records of many families were worked on, because: %(reason)s")
_RESET = say("The authenticator of %(label)s was forgotten, because: %(reason)s")
_CONNECTED = say("The keys to the Stripe account were replaced, because: %(reason)s")


class Why(NamedTuple):
    """Who acts, and for what reason."""

    by: str
    """As the operator's machine knows him or her."""
    reason: str


def because(by: str, text: str) -> Why:
    """A reason in one line. Raises ValueError for one that says nothing."""
    reason = " ".join(text.split())
    if not _SHORTEST <= len(reason) <= _LONGEST:
        raise ValueError(f"a reason has {_SHORTEST} to {_LONGEST} characters")
    return Why(by, reason)


def suspend(slug: str, why: Why, now: datetime) -> None:
    """Closes a portal for families, staff and programs, and rests its clocks. Again it changes nothing.

    Raises NotFound, Conflict.
    """
    _turn(slug, Status.SUSPENDED, _SUSPENDED, why, now)


def resume(slug: str, why: Why, now: datetime) -> None:
    """Opens a closed portal again. Raises NotFound, and Conflict while its deletion is planned."""
    if ending.planned(slug):
        raise Conflict(say("This organisation is to be deleted. Take that back first."))
    _turn(slug, Status.ACTIVE, _RESUMED, why, now)


def end(slug: str, why: Why, now: datetime) -> datetime:
    """Closes a portal and plans its deletion; returns when that begins. Raises NotFound, Conflict if it is planned."""
    transaction = Transaction()
    store.change(transaction, slug, partial(_as, Status.SUSPENDED))
    begins = ending.plan(transaction, slug, now)
    _note(transaction, slug, _ENDING, why, now)
    transaction.commit_or_conflict()
    return begins


def keep(slug: str, why: Why, now: datetime) -> None:
    """Takes a planned deletion back and opens the portal. Raises NotFound, Conflict where it is too late for that."""
    transaction = Transaction()
    store.change(transaction, slug, partial(_as, Status.ACTIVE))
    ending.withdraw(transaction, slug, now)
    _note(transaction, slug, _KEPT, why, now)
    transaction.commit_or_conflict()


def look(slug: str, household: str, why: Why, now: datetime) -> None:
    """Writes down that an operator opens a family's records: for the organisation with the reason, and in the family's
    own log. To be called before anything is shown. Raises Unavailable."""
    transaction = Transaction()
    _note(transaction, slug, _LOOKED, why, now, household=household)
    activity.note(transaction, slug, household, Deed("operator_viewed", now))
    transaction.commit()


def work(slug: str, why: Why, now: datetime) -> None:
    """Writes down that an operator works on many families' records at once: an import, a comparison with Stripe. To be
    called before anything is shown or changed. Raises Unavailable."""
    _tell(slug, _WORKED, why, now)


def reset(slug: str, name: str, why: Why, now: datetime) -> None:
    """Writes down that an operator helped one of the staff who lost an authenticator. Raises Unavailable."""
    _tell(slug, _RESET, why, now, label=name)


def connect(slug: str, why: Why, now: datetime) -> None:
    """Writes down that an operator replaces the keys by which families' money moves. Raises Unavailable."""
    _tell(slug, _CONNECTED, why, now)


def _tell(slug: str, words: Message, why: Why, now: datetime, **about: str) -> None:
    transaction = Transaction()
    _note(transaction, slug, words, why, now, **about)
    transaction.commit()


def _turn(slug: str, status: Status, words: Message, why: Why, now: datetime) -> None:
    transaction = Transaction()
    before, after = store.change(transaction, slug, partial(_as, status))
    if before.status is after.status:
        return
    _note(transaction, slug, words, why, now)
    transaction.commit_or_conflict()


def _as(status: Status, stored: Organisation) -> Organisation:
    return replace(stored, status=status)


def _note(transaction: Transaction, slug: str, words: Message, why: Why, now: datetime, **about: str) -> None:
    told = {"what": words.key, "reason": why.reason, **about}
    audit.note(transaction, slug, Entry("operator", now, Author(name=why.by), told))
