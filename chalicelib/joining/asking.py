"""Registering: the steps of whoever asks, each with the same answer whatever is on file (C6, A-17, AUTH-14).

Telephone and human check come first, then who it is; a code proves the address. A new household is opened then. For one
on file the request goes to the desk, and at the same time a code goes to what is on file, if what was told leads to one
household. No page ever looks whether it does: the sender of the code is the first to. Typed, that code settles the
request.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import arriving, braking, signing_in
from chalicelib.identity.braking import Counted
from chalicelib.identity.counting import network
from chalicelib.identity.domain import email_identifier
from chalicelib.identity.limits import Rule
from chalicelib.identity.refusal import WrongCode
from chalicelib.identity.signing_in import Device, SignedIn
from chalicelib.identity.verifying import Verified
from chalicelib.joining import admitting, human, matching, store
from chalicelib.joining.domain import Asked, Begun, Request, RequestState, Wish
from chalicelib.organisations.domain import Organisation, Registration
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import local_day

_FROM_NETWORK = Rule((), sends_an_hour=10, sends_a_day=30, failures=0, failure_window=0)
"""Registrations from one network, which a school's families may share."""


def require(organisation: Organisation, wish: Wish | None = None) -> None:
    """Raises NotFound where nobody registers, or nobody for this (C4)."""
    registration = organisation.sign_in.registration
    if registration is Registration.CLOSED or (wish is Wish.NEW and registration is not Registration.OPEN):
        raise NotFound


def begin(organisation: Organisation, asked: Asked, check: str, source: str, now: datetime) -> Begun:
    """Begins a registration with a telephone number and a used-up human check (AUTH-14). Raises TooMany, Stale."""
    require(organisation, asked.wish)
    brake = braking.load(organisation.slug, [Counted("joining", network(source), _FROM_NETWORK)], now)
    brake.check()
    begun = Begun(new_id(), asked, now)
    transaction = Transaction()
    human.use_up(transaction, organisation.slug, check, now)
    store.save_begun(transaction, organisation.slug, begun)
    brake.add(transaction)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise human.Stale from refused
    return begun


def require_begun(organisation: Organisation, joining_id: str, now: datetime) -> Begun:
    """A registration on its way. Raises NotFound for one that ran out like for one that never was."""
    found = store.get_begun(organisation.slug, joining_id)
    if found is None or not found.is_open(now):
        raise NotFound
    require(organisation, found.asked.wish)
    return found


def describe(organisation: Organisation, begun: Begun, asked: Asked) -> None:
    """Notes who it is; what was told first stays. Raises Conflict."""
    whole = replace(asked, wish=begun.asked.wish, phone=begun.asked.phone, language=begun.asked.language)
    transaction = Transaction()
    store.save_begun(transaction, organisation.slug, replace(begun, asked=whole))
    transaction.commit_or_conflict()


def open_new(organisation: Organisation, verified: Verified, begun: Begun, device: Device, now: datetime) -> SignedIn:
    """Opens a household for whoever proved the address, and signs in (AUTH-7). Raises WrongCode, Conflict.

    Somebody who has access to a household here already gets no second one: that is a sign-in.
    """
    org, asked = organisation.slug, _proved(verified, begun)
    user = admitting.user_of(org, asked)
    if user.households:
        return signing_in.sign_in(organisation, verified, device, now)
    transaction = Transaction()
    verified.consume(transaction, org, now)
    store.drop_begun(transaction, org, begun)
    household, user = admitting.open_household(transaction, organisation, asked, user, now)
    came = signing_in.open_session(transaction, org, user, device, now)
    arriving.save(transaction, org, came.user, household.id)
    request = _request(organisation, asked, now, RequestState.OPENED, household.id)
    store.create_request(transaction, org, request)
    verified.commit(transaction)
    return came


def hand_in(organisation: Organisation, verified: Verified, begun: Begun, now: datetime) -> Request:
    """Hands a request whose address is proved to the desk. Raises WrongCode, Conflict."""
    asked = _proved(verified, begun)
    request = _request(organisation, asked, now, RequestState.OPEN)
    transaction = Transaction()
    verified.consume(transaction, organisation.slug, now)
    store.drop_begun(transaction, organisation.slug, begun)
    store.create_request(transaction, organisation.slug, request)
    verified.commit(transaction)
    return request


def prove(organisation: Organisation, verified: Verified, device: Device, now: datetime) -> SignedIn:
    """Gives access to the household on file whose code came back, and signs in (C6).

    Raises NotFound where nobody registers any more, WrongCode, Conflict.
    """
    org = organisation.slug
    require(organisation)
    request = store.get_request(org, verified.challenge.next)
    home = matching.the_one(organisation, request.asked, now) if request else None
    if request is None or home is None or request.state is not RequestState.OPEN:
        raise WrongCode
    user = admitting.user_of(org, request.asked)
    household = home.household.id
    transaction = Transaction()
    verified.consume(transaction, org, now)
    user = admitting.give_access(transaction, organisation, household, user, now)
    came = signing_in.open_session(transaction, org, user, device, now)
    arriving.save(transaction, org, came.user, household)
    store.move_request(transaction, org, request, replace(request, state=RequestState.PROVED, household=household))
    verified.commit(transaction)
    return replace(came, household=household)


def _proved(verified: Verified, begun: Begun) -> Asked:
    """What was told by whoever's code it is. Raises WrongCode when another address was told since."""
    if email_identifier(begun.asked.email) != verified.challenge.identifier:
        raise WrongCode
    return begun.asked


def _request(
    organisation: Organisation, asked: Asked, now: datetime, state: RequestState, household: str = ""
) -> Request:
    return Request(dated_id(local_day(now, organisation.zone)), asked, now, state, household)
