"""Opening an account for a family, by staff: the holder first, and three looks at the address before (ADM-3, AUTH-10).

Whether the address is one, whether a client of the organisation signs in with it, and whether the organisation knows it
in any other way. Other organisations of the same portal are no part of this: what they know stays theirs (ACC-11).
"""

from datetime import datetime

from chalicelib.admin.imports.users import invite
from chalicelib.clients import searching
from chalicelib.clients.searching import Hit
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Address, Household, Person, Role
from chalicelib.households.service import open_household
from chalicelib.identity import store as identity
from chalicelib.identity.addresses import suggest
from chalicelib.identity.domain import HouseholdLink, User, email_identifier, phone_identifier
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say

TAKEN = say("Somebody signs in with this already")


@frozen
class Opening(Frozen):
    """What staff tell of a new client."""

    first_name: str
    last_name: str
    email: str = ""
    """Login address and address for messages; empty: nobody signs in by mail (AUTH-9)."""
    mobile: str = ""
    """The other login address, E.164."""
    language: str = ""
    household_name: str = ""
    number: str = ""
    address: Address = Address()
    takes_part: bool = False
    """Whether the holder is a member as well."""
    tell: bool = False
    """Whether the holder is told of the account (AUTH-11)."""

    @property
    def name(self) -> str:
        """First and last name of the holder."""
        return f"{self.first_name} {self.last_name}".strip()


@frozen
class Doubts(Frozen):
    """What speaks against opening an account, unless whoever opens it knows better."""

    meant: str = ""
    """The address that was probably meant (AUTH-15)."""
    alike: tuple[Hit, ...] = ()
    """Households that the organisation knows by the same address, number or name."""

    def __bool__(self) -> bool:
        return bool(self.meant or self.alike)


def doubts(org: str, opening: Opening) -> Doubts:
    """What whoever opens the account should look at first. One round trip for each thing that was told."""
    told = (opening.email, opening.mobile, opening.name)
    found = [hit for each in told if each for hit in searching.search(org, each).hits]
    alike = {hit.household: hit._replace(invoice="", invoice_number="") for hit in found}
    return Doubts(suggest(opening.email), tuple(alike.values())[:5])


def clients_of(org: str, opening: Opening) -> dict[str, Message]:
    """Fields that hold what somebody signs in with already: the account is to be found, not made. Two strong reads."""
    wanted = {
        "email": email_identifier(opening.email) if opening.email else "",
        "mobile": phone_identifier(opening.mobile) if opening.mobile else "",
    }
    return {field: TAKEN for field, identifier in wanted.items() if identifier and identity.find_login(org, identifier)}


def open_account(organisation: Organisation, opening: Opening, now: datetime) -> str:
    """Opens a family's account and returns the household's id: all of it or nothing.

    Raises Invalid where somebody signs in with the address or number by now, Conflict.
    """
    org, household = organisation.slug, _household(organisation, opening)
    person = _person(opening, household.id) if opening.takes_part else None
    transaction = Transaction()
    open_household(transaction, org, household, Deed("client_opened", now), member=person)
    if opening.email or opening.mobile:
        _let_in(transaction, org, opening, household, person, now)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        taken = clients_of(org, opening)
        raise (Invalid(taken) if taken else Conflict()) from refused
    return household.id


def _household(organisation: Organisation, opening: Opening) -> Household:
    return Household(
        new_id(),
        opening.household_name or opening.last_name,
        opening.number,
        opening.language or organisation.language,
        opening.email,
        opening.mobile,
        opening.address,
    )


def _person(opening: Opening, household: str) -> Person:
    return Person(
        new_id(), opening.first_name, opening.last_name, email=opening.email, phone=opening.mobile,
        households=(household,),
    )  # fmt: skip


def _let_in(
    transaction: Transaction, org: str, opening: Opening, household: Household, person: Person | None, now: datetime
) -> None:
    user = User(
        new_id(), opening.name, household.language, opening.email, opening.mobile,
        households=(HouseholdLink(household.id, Role.HOLDER),), person=person.id if person else "",
    )  # fmt: skip
    identity.create_user(transaction, org, user)
    if opening.tell:
        invite(transaction, org, user, now)
