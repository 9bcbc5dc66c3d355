"""Accepting an invitation: a code to the invited address proves whose it is, and opens the door at once (NEW-7).

Whoever has an account with that address gets the role added to it; for anybody else the account begins here. Code,
role and session are one transaction, so an invitation is accepted once.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.write import Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.identity import arriving, signing_in
from chalicelib.identity.domain import User, email_identifier, is_phone, phone_identifier
from chalicelib.identity.refusal import WrongCode
from chalicelib.identity.signing_in import Device, SignedIn
from chalicelib.identity.verifying import Verified
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import new_id
from chalicelib.sharing import people
from chalicelib.sharing.domain import Invitation
from chalicelib.sharing.store import get_invitation, take_invitation


def find(org: str, reference: str, now: datetime) -> Invitation:
    """The invitation that an address names. Raises NotFound for one that is over like for one that never was."""
    found = get_invitation(org, reference)
    if found is None or not found.is_open(now):
        raise NotFound
    return found


def identifier_of(invitation: Invitation) -> str:
    """What the invited will type to sign in."""
    address = invitation.address
    return phone_identifier(address) if address.startswith("+") else email_identifier(address)


def accept(organisation: Organisation, verified: Verified, device: Device, now: datetime) -> SignedIn:
    """Gives whoever proved the address the role, and signs in. Raises WrongCode, NotFound, Conflict."""
    org = organisation.slug
    invitation = find(org, verified.challenge.next, now)
    if identifier_of(invitation) != verified.challenge.identifier:
        raise WrongCode
    known = arriving.known(org, verified.challenge.identifier)
    if invitation.person and people.is_somebody_elses(org, invitation.person, invitation.address):
        raise NotFound
    user = _joined(known or _new(invitation), invitation)
    transaction = Transaction()
    verified.consume(transaction, org, now)
    take_invitation(transaction, org, invitation)
    came = signing_in.open_session(transaction, org, user, device, now)
    arriving.save(transaction, org, came.user, invitation.household)
    note(transaction, org, invitation.household, Deed("access_given", now, user.id, {"label": user.name}))
    verified.commit(transaction)
    return replace(came, household=invitation.household)


def _new(invitation: Invitation) -> User:
    user = User(new_id(), invitation.name, invitation.language)
    if is_phone(identifier_of(invitation)):
        return replace(user, mobile=invitation.address)
    return replace(user, email=invitation.address)


def _joined(user: User, invitation: Invitation) -> User:
    """The user with the role; one that he or she has here already stays: an invitation takes nothing away."""
    user = replace(user, person=user.person or invitation.person)
    return user if user.link(invitation.household) else user.linked(invitation.grant.link(invitation.household))
