"""What the staff decide about requests: whose account it is, or no (C6, ACC-6). Each is done once."""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.identity import arriving
from chalicelib.identity.refusal import WrongCode
from chalicelib.joining import admitting, store
from chalicelib.joining.domain import Request, RequestState, Wish
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say


def require(org: str, request_id: str) -> Request:
    """A request. Raises NotFound."""
    found = store.get_request(org, request_id)
    if found is None:
        raise NotFound
    return found


def approve(organisation: Organisation, request: Request, household: str, by: str, now: datetime) -> str:
    """Gives who asked access to a household, or with "" to a new one, tells him or her, and returns the household's id.

    The staff made sure who it is. Raises NotFound, Conflict.
    """
    org, asked = organisation.slug, _open(request).asked
    try:
        user = admitting.user_of(org, asked)
    except WrongCode as refused:
        raise Conflict(say("Whoever has this address is suspended.")) from refused
    transaction = Transaction()
    if household:
        user = admitting.give_access(transaction, organisation, household, user, now)
    else:
        opened, user = admitting.open_household(transaction, organisation, asked, user, now)
        household = opened.id
    arriving.save(transaction, org, user, household)
    after = replace(request, state=RequestState.APPROVED, household=household, decided_by=by)
    store.move_request(transaction, org, request, after)
    enqueue(transaction, org, Notice("join_approved", user.id, {}), now)
    transaction.commit_or_conflict()
    return household


def decline(organisation: Organisation, request: Request, reason: str, by: str, now: datetime) -> None:
    """Says no, with a reason that who asked reads in a mail. Raises Conflict when it was decided meanwhile."""
    asked = _open(request).asked
    after = replace(request, state=RequestState.DECLINED, decided_by=by, reason=reason)
    transaction = Transaction()
    store.move_request(transaction, organisation.slug, request, after)
    facts = {"name": asked.name, "language": asked.language or organisation.language, "reason": reason}
    enqueue(transaction, organisation.slug, Notice("join_declined", "", facts, asked.email), now)
    transaction.commit_or_conflict()


def note_seen(organisation: Organisation, request: Request, by: str) -> None:
    """Notes that somebody looked at a new household. Raises Conflict when it was before."""
    if request.asked.wish is not Wish.NEW or request.state is not RequestState.OPENED:
        raise Conflict(say("This is decided already."))
    transaction = Transaction()
    after = replace(request, state=RequestState.SEEN, decided_by=by)
    store.move_request(transaction, organisation.slug, request, after)
    transaction.commit_or_conflict()


def _open(request: Request) -> Request:
    if request.state is not RequestState.OPEN:
        raise Conflict(say("This is decided already."))
    return request
