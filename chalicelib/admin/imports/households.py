"""Writes one household after another: itself, its people, enrolments, bookings, invoices, payments, ledger, summary.

Each household is worked out whole from what is stored and what its rows say, and written in that
order. Whatever a crash leaves is a beginning of it, and the next import goes on from there:
ledger and summary always follow from what is stored, never from what a former import believed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.admin.imports.bills import plan_bills
from chalicelib.admin.imports.holdings import Holdings, load
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.lettings import Lettings
from chalicelib.admin.imports.plan import Operation, Outcome, Plan, carry_out
from chalicelib.admin.imports.posting import missing_entries
from chalicelib.admin.imports.purchases import Purchases
from chalicelib.admin.imports.staging import Record, Staging, batches
from chalicelib.admin.imports.work import Work, put, remove
from chalicelib.admin.summaries import account_row, over, stored_classes, summarise
from chalicelib.billing.items import entry_item, journal_item
from chalicelib.billing.ledger import LedgerEntry
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Person
from chalicelib.households.store import (
    get_summaries,
    household_item,
    member_link_item,
    person_item,
    save_member_link,
    save_summary,
)
from chalicelib.households.summary import Summary
from chalicelib.households.summing import with_account
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.store import enrolment_item

_ENTRIES = 40
"""Entries of the ledger that are written together."""

_WORK = """
SELECT id FROM record WHERE kind = 'household'
UNION SELECT target FROM reference WHERE target_kind = 'household' AND kind != 'user'
EXCEPT SELECT household FROM written ORDER BY 1
"""
_ENROLLED = """
SELECT DISTINCT m.target FROM reference h
CROSS JOIN reference m ON m.kind = 'enrolment' AND m.id = h.id AND m.target_kind = 'member'
WHERE h.target_kind = 'household' AND h.target = ? AND h.kind = 'enrolment'
"""
"""The household's own rows come first: SQLite keeps the order of a cross join."""


def names(staging: Staging) -> Iterator[str]:
    """Households that any row touches and that are not written yet, by the organisation's id."""
    for (name,) in staging.rows(_WORK):
        yield name


def write_household(organisation: Organisation, staging: Staging, name: str, now: datetime, total: Outcome) -> None:
    """Writes all that the files say of one household. Raises Conflict when others keep changing it meanwhile."""
    carry_out(lambda: _plan(Work(organisation, staging, name, now, _load(organisation, staging, name))), total)


def _load(organisation: Organisation, staging: Staging, name: str) -> Holdings:
    """What the household has, with the people whom its rows name."""
    members = {member.id for member in staging.naming("member", "household", name)}
    named = members | {other for (other,) in staging.rows(_ENROLLED, name)}
    people = [internal_id(organisation, "member", member) for member in sorted(named)]
    return load(organisation.slug, internal_id(organisation, "household", name), people)


def _plan(work: Work) -> Plan:
    """Everything to write, in order; nothing when all of it is stored already."""
    _plan_household(work)
    _People(work).plan()
    purchases = Purchases(work)
    for record in work.rows("enrolment"):
        _plan_enrolment(work, purchases, record)
    Lettings(work).plan()
    plan_bills(work)
    _plan_ledger_and_summary(work)
    return work.plan


def _plan_household(work: Work) -> None:
    record, stored = work.staging.record("household", work.name), work.has.household
    if record is None:
        return
    changed = stored is None or stored.source != record.source
    work.plan.count("household", stored, changed=changed)
    if changed:
        work.has.household = work.build.household(record, stored)
        work.plan.add(put("household", household_item(work.org, work.has.household)))


class _People:
    """The members of a household; those who leave another home leave it at once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._left: dict[str, Summary] = {}
        """Summaries of homes that somebody left, as they are planned so far."""

    def plan(self) -> None:
        for record in self._work.rows("member"):
            self._plan_person(record)

    def _plan_person(self, record: Record) -> None:
        work = self._work
        stored = work.has.people.get(work.inner(record))
        changed = stored is None or stored.source != record.source
        shared = record.id if len(record.get("households")) > 1 else ""
        work.plan.count("member", stored, changed=changed, shared=shared)
        person = work.build.person(record, stored) if changed or stored is None else stored
        if changed:
            work.has.people[person.id] = person
            left = tuple(home for home in (stored.households if stored else ()) if home not in person.households)
            work.plan.add(put("person", person_item(work.org, person)), *self._leave(person, left), apart=bool(left))
        if person.id not in work.has.links and work.id in person.households:
            work.plan.add(partial(save_member_link, org=work.org, household_id=work.id, person_id=person.id))

    def _leave(self, person: Person, homes: tuple[str, ...]) -> Iterator[Operation]:
        """Takes a person out of homes that the row no longer names, and out of their summaries."""
        work = self._work
        unread = tuple(home for home in homes if home not in self._left)
        self._left |= get_summaries(work.org, unread) if unread else {}
        enrolments = {each.id for each in work.has.enrolments.values() if each.person == person.id}
        for home in homes:
            yield remove("member", member_link_item(work.org, home, person.id))
            if home in self._left:
                summary = _without(self._left[home], person.id, enrolments)
                self._left[home] = _once_written(summary)
                yield partial(save_summary, org=work.org, summary=summary, name=f"summary of {home}")


def _plan_enrolment(work: Work, purchases: Purchases, record: Record) -> None:
    place = work.inner(record)
    stored = work.has.enrolments.get(place)
    changed = stored is None or stored.source != record.source
    work.plan.count("enrolment", stored, changed=changed)
    if changed:
        enrolment = work.teaching.enrolment(record, stored, work.successor(record, stored))
        work.has.enrolments[place] = enrolment
        if stored and stored.class_group != enrolment.class_group:
            work.leave_class(stored)
        write = put("enrolment", enrolment_item(work.org, enrolment))
        told = purchases.of_enrolment(stored, enrolment)
        work.plan.add(write, *told, *work.note(record, enrolment.id, enrolment.person))
    enrolled = work.has.enrolments[place]
    work.staging.add_seat(enrolled.class_group, enrolled.person, enrolled.id)
    _show_others(work, enrolled.person)


def _show_others(work: Work, person: str) -> None:
    """The other home of a shared child sees what this one enrolled it in; also after a crash before its turn."""
    found = work.has.people.get(person)
    for home in found.households if found else ():
        if home != work.id:
            work.staging.add_stale(home)


def _plan_ledger_and_summary(work: Work) -> None:
    """Entries go in together with the summary that tells where the ledger then stands.

    Its version makes an import and somebody who pays meanwhile take turns.
    """
    if work.has.household is None:
        return
    found = summarise(
        work.organisation, work.has.household, work.has.parts(), work.now, stored_classes(work.organisation)
    )
    summary, zone = over(work.has.summary, found), work.organisation.zone
    missing = missing_entries(work.has.parts(), work.now, zone)
    for batch in batches(missing, _ENTRIES):
        for entry in batch:
            summary = with_account(summary, account_row(entry, zone))
        writes = (write for entry in batch for write in _book(work, entry))
        work.plan.add(*writes, partial(save_summary, org=work.org, summary=summary), apart=True)
        summary = _once_written(summary)
    if not missing and summary != work.has.summary:
        work.plan.add(partial(save_summary, org=work.org, summary=summary))


def _book(work: Work, entry: LedgerEntry) -> Iterator[Operation]:
    """The entry itself, and the same in the organisation's journal."""
    day, name = account_row(entry, work.organisation.zone).day, f"{entry.payer} {entry.currency} {entry.sequence}"
    yield partial(Transaction.create, name=f"entry {name}", item=entry_item(work.org, work.id, entry, day))
    yield partial(Transaction.put, name=f"journal {name}", item=journal_item(work.org, work.id, entry, day))


def _once_written(summary: Summary) -> Summary:
    """The summary with the version that it has when it is stored."""
    return replace(summary, version=(summary.version or 0) + 1)


def _without(summary: Summary, person: str, enrolments: set[str]) -> Summary:
    """The summary of a home that a person left."""
    return replace(
        summary,
        members=tuple(row for row in summary.members if row.id != person),
        enrolments=tuple(row for row in summary.enrolments if row.member != person),
        away=tuple(row for row in summary.away if row.enrolment not in enrolments),
        rights=tuple(row for row in summary.rights if row.member != person),
        news=tuple(row for row in summary.news if row.id not in enrolments),
    )
