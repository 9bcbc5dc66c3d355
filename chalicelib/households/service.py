"""What a family changes itself: its own particulars, and its members' profiles (ACC-8, ACC-10)."""

from dataclasses import replace

from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import store
from chalicelib.households.domain import Household, Person
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id


def require_household(org: str, household_id: str) -> Household:
    """The household. Raises NotFound."""
    household = store.get_household(org, household_id)
    if household is None:
        raise NotFound
    return household


def require_member(org: str, summary: Summary, person_id: str) -> Person:
    """A member of the household in view; anybody else is not found (T-03). One round trip. Raises NotFound."""
    person = store.get_person(org, person_id) if summary.member(person_id) else None
    if person is None:
        raise NotFound
    return person


def add_member(org: str, summary: Summary, profile: Person) -> str:
    """Adds a person of any age to a household and returns the person's id. Raises Conflict."""
    person = replace(profile, id=new_id(), households=(summary.household,))
    transaction = Transaction()
    store.save_person(transaction, org, person)
    store.save_member_link(transaction, org, summary.household, person.id)
    store.save_summary(transaction, org, summary.with_member(_row(person)))
    _commit(transaction)
    return person.id


def change_member(org: str, person: Person) -> None:
    """Stores a changed profile, and the name it has in every home that lists it. Raises Conflict."""
    transaction = Transaction()
    store.save_person(transaction, org, person)
    for index, summary in enumerate(store.get_summaries(org, person.households).values()):
        store.save_summary(transaction, org, summary.with_member(_row(person)), name=f"summary {index}")
    _commit(transaction)


def change_household(org: str, household: Household, summary: Summary) -> None:
    """Stores changed particulars of a household. Raises Conflict."""
    transaction = Transaction()
    store.save_household(transaction, org, household)
    if summary.name != household.name:
        store.save_summary(transaction, org, replace(summary, name=household.name))
    _commit(transaction)


def _row(person: Person) -> MemberRow:
    return MemberRow(person.id, person.first_name, person.last_name, person.birth_date)


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise Conflict from refused
