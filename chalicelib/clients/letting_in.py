"""What staff do about how somebody signs in: add an address that is missing, and tell of the account once more.

An address that somebody signs in with is never changed here, nor taken away: only its owner does that (AUTH-13). One
that is missing is added by whoever has just given the code again, and its owner is told at every address on file.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.identity import store
from chalicelib.identity.addresses import identify
from chalicelib.identity.domain import User, is_phone
from chalicelib.identity.logins import tell_added
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.contacts import masked, parse_email, parse_phone
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day

_ONLY_OWNER = say("Only its owner changes an address that is used to sign in")
_NEITHER = say("Enter an email address or a telephone number with its area code")


def require(org: str, household: str, user_id: str) -> User:
    """A user of the household. One strong read. Raises NotFound."""
    user = store.get_user(org, user_id)
    if user is None or user.link(household) is None:
        raise NotFound
    return user


def add_login(organisation: Organisation, household: str, user_id: str, typed: str, now: datetime) -> None:
    """Adds the email address or number that a user is missing, to sign in with (ADM-6).

    Raises NotFound, Conflict, or Invalid for what is none, is there already, or is somebody else's.
    """
    org, user = organisation.slug, require(organisation.slug, household, user_id)
    try:
        identifier = identify(typed, organisation.country)
    except ValueError as error:
        raise Invalid({"address": _NEITHER}) from error
    address = _as_stored(identifier, typed, organisation.country)
    changed = _added(user, identifier, address)
    transaction = Transaction()
    store.save_user(transaction, org, changed)
    store.claim_login(transaction, org, identifier, user.id, address)
    tell_added(transaction, org, user, address, now)
    note(transaction, org, household, Deed("login_added", now, about={"label": masked(address)}))
    try:
        transaction.commit()
    except ConditionFailed as refused:
        if "login" in refused.names:
            raise Invalid({"address": say("Somebody else signs in with this")}) from refused
        raise Conflict from refused


def _as_stored(identifier: str, typed: str, country: str) -> str:
    return parse_phone(typed, country) if is_phone(identifier) else parse_email(typed)


def _added(user: User, identifier: str, address: str) -> User:
    if user.staff_role or (user.mobile if is_phone(identifier) else user.email):
        raise Invalid({"address": _ONLY_OWNER})
    return replace(user, mobile=address) if is_phone(identifier) else replace(user, email=address)


def tell_again(organisation: Organisation, household: str, user_id: str, now: datetime) -> None:
    """Sends the message about the account once more, at most once a day (AUTH-11). Raises NotFound, Conflict."""
    user = require(organisation.slug, household, user_id)
    if user.activated_at:
        raise Conflict(say("This person has signed in already."))
    transaction = Transaction()
    day = local_day(now, organisation.zone)
    enqueue(
        transaction, organisation.slug, Notice("activation", user.id, {}), now, message=f"activation-{user.id}-{day}"
    )
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise Conflict(say("The message went out today already.")) from refused
