"""Putting members and households away with their history, and bringing them back (X-6). Nothing is deleted.

Who is archived is in no list, takes no places and is written to no more; invoices, lessons and certificates stay where
they are. A child of two homes is archived in one of them and goes on in the other.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.write import Transaction
from chalicelib.households import store
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import ARCHIVED, MAX_MEMBERS, Person, Status
from chalicelib.households.service import require_household, require_summary
from chalicelib.households.summary import GIVEN_UP, Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.recurring.domain import RecurringStatus
from chalicelib.recurring.store import has_any
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day


def archive_member(organisation: Organisation, household: str, person_id: str, now: datetime) -> None:
    """Puts a member of a household away. Raises NotFound, Conflict while places are still to come."""
    org, summary = organisation.slug, require_summary(organisation.slug, household)
    person = _person(organisation, person_id)
    if summary.member(person_id) is None or household not in person.households:
        raise NotFound
    if _goes_on(summary, organisation, now, person_id):
        raise Conflict(say("There are classes to come for this member. They come to an end first."))
    homes = tuple(home for home in person.households if home != household)
    gone = replace(
        person,
        households=homes,
        archived_in=(*person.archived_in, household),
        status=person.status if homes else Status.ARCHIVED,
    )
    after = replace(summary.put_away(person_id), holds=summary.holds | {ARCHIVED})
    _write(org, gone, after, Deed("member_archived", now, about={"label": person.name}))


def bring_member_back(organisation: Organisation, household: str, person_id: str, now: datetime) -> None:
    """Makes somebody a member again as before. Raises NotFound, Conflict when the household is full."""
    summary, person = require_summary(organisation.slug, household), _person(organisation, person_id)
    if household not in person.archived_in:
        raise NotFound
    if len(summary.members) >= MAX_MEMBERS:
        raise Conflict(say("No further member can be added here: contact us"))
    back = replace(
        person,
        households=(*person.households, household),
        archived_in=tuple(home for home in person.archived_in if home != household),
        status=Status.ACTIVE,
    )
    after = summary.with_member(store.member_row(back))
    _write(organisation.slug, back, after, Deed("member_brought_back", now, about={"label": person.name}))


def archive_household(organisation: Organisation, household: str, now: datetime) -> None:
    """Closes a household's account: nobody of it comes in any more, and nothing is sent to it.

    Raises NotFound, Conflict while classes, unpaid invoices or recurring invoices are open.
    """
    summary = require_summary(organisation.slug, household)
    if _goes_on(summary, organisation, now):
        raise Conflict(say("There are classes to come for this household. They come to an end first."))
    if summary.unpaid_count():
        raise Conflict(say("There are unpaid invoices. They are paid or taken back first."))
    if _is_billed(organisation.slug, household):
        raise Conflict(say("There is a recurring invoice. It comes to an end first."))
    _set_household(organisation, summary, Status.ARCHIVED, Deed("household_archived", now))


def bring_household_back(organisation: Organisation, household: str, now: datetime) -> None:
    """Opens a household's account again. Raises NotFound."""
    summary = require_summary(organisation.slug, household)
    _set_household(organisation, summary, Status.ACTIVE, Deed("household_brought_back", now))


def _set_household(organisation: Organisation, summary: Summary, status: Status, deed: Deed) -> None:
    org, household = organisation.slug, require_household(organisation.slug, summary.household)
    if household.status is status:
        return
    transaction = Transaction()
    store.save_household(transaction, org, replace(household, status=status))
    store.save_summary(transaction, org, replace(summary, archived=status is Status.ARCHIVED))
    note(transaction, org, household.id, deed)
    transaction.commit_or_conflict()


def _goes_on(summary: Summary, organisation: Organisation, now: datetime, member: str = "") -> bool:
    """Whether a place of a member, or of anybody, has not come to its end."""
    today = local_day(now, organisation.zone)
    ahead = [row for row in summary.enrolments if row.ends_on >= today and row.status not in GIVEN_UP]
    return any(member in ("", row.member) for row in ahead)


def _is_billed(org: str, household: str) -> bool:
    return has_any(org, household, lambda each: each.status is RecurringStatus.ACTIVE)


def _person(organisation: Organisation, person_id: str) -> Person:
    found = store.get_person(organisation.slug, person_id)
    if found is None:
        raise NotFound
    return found


def _write(org: str, person: Person, summary: Summary, deed: Deed) -> None:
    transaction = Transaction()
    store.save_person(transaction, org, person)
    store.save_summary(transaction, org, summary)
    note(transaction, org, summary.household, deed)
    transaction.commit_or_conflict()
