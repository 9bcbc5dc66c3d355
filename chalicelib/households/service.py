"""Opening a household, and what a family changes itself: its particulars, its members' profiles (ACC-8, ACC-10)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.write import Transaction
from chalicelib.households import store
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import MAX_MEMBERS, Household, Person
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say


def require_household(org: str, household_id: str) -> Household:
    """The household. Raises NotFound."""
    household = store.get_household(org, household_id)
    if household is None:
        raise NotFound
    return household


def require_summary(org: str, household_id: str) -> Summary:
    """The household's summary. One strong read. Raises NotFound."""
    summary = store.get_summaries(org, (household_id,)).get(household_id)
    if summary is None:
        raise NotFound
    return summary


def require_member(org: str, summary: Summary, person_id: str) -> Person:
    """A member of the household in view; anybody else is not found (T-03). One round trip. Raises NotFound."""
    person = store.get_person(org, person_id) if summary.member(person_id) else None
    if person is None:
        raise NotFound
    return person


def open_household(
    transaction: Transaction,
    org: str,
    household: Household,
    deed: Deed,
    *,
    member: Person | None = None,
    summary: Summary | None = None,
) -> None:
    """Adds a new household to `transaction`, with the `deed` that begins its log, and its only member if it has one.

    `summary` is what its home page shows from the start; left out, that is its name, its number and the member.
    """
    members = (store.member_row(member),) if member else ()
    store.save_household(transaction, org, household)
    store.save_summary(transaction, org, summary or Summary(household.id, household.name, household.number, members))
    if member:
        store.save_person(transaction, org, member)
        store.save_member_link(transaction, org, household.id, member.id)
    note(transaction, org, household.id, deed)


def add_member(org: str, summary: Summary, profile: Person, now: datetime) -> str:
    """Adds a person of any age to a household and returns the person's id. Raises Conflict, or Invalid when it is full.

    A profile that has an id keeps it, so that a program may try again without adding anybody twice.

    A family that could add members without end would make its summary too large to be written, by anybody.
    """
    if len(summary.members) >= MAX_MEMBERS:
        raise Invalid({"first_name": say("No further member can be added here: contact us")})
    person = replace(profile, id=profile.id or new_id(), households=(summary.household,))
    transaction = Transaction()
    store.save_person(transaction, org, person)
    store.save_member_link(transaction, org, summary.household, person.id)
    store.save_summary(transaction, org, summary.with_member(store.member_row(person)))
    note(transaction, org, summary.household, Deed("member_added", now, about={"label": person.name}))
    transaction.commit_or_conflict()
    return person.id


def change_member(org: str, person: Person, now: datetime) -> None:
    """Stores a changed profile, and the name it has in every home that lists it. Raises Conflict."""
    transaction = Transaction()
    store.save_person(transaction, org, person)
    for index, summary in enumerate(store.get_summaries(org, person.households).values()):
        store.save_summary(transaction, org, summary.with_member(store.member_row(person)), name=f"summary {index}")
        note(transaction, org, summary.household, Deed("member_changed", now, about={"label": person.name}))
    transaction.commit_or_conflict()


def change_household(
    org: str, household: Household, summary: Summary, now: datetime, deed: str = "household_changed"
) -> None:
    """Stores changed particulars of a household, noted in its log as `deed`. Raises Conflict."""
    transaction = Transaction()
    store.save_household(transaction, org, household)
    note(transaction, org, household.id, Deed(deed, now))
    told = replace(summary, name=household.name, number=household.number, terms=household.terms)
    if told != summary:
        store.save_summary(transaction, org, told)
    transaction.commit_or_conflict()
