"""Reads and writes households, persons and summaries."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Address, Household, Person, Status
from chalicelib.households.models import HouseholdItem, MemberLinkItem, PersonItem, SummaryItem
from chalicelib.households.summary import (
    AccountRow,
    AwayRow,
    BookingRow,
    EnrolmentRow,
    MemberRow,
    NewsRow,
    OpenAmount,
    RightRow,
    Summary,
    UnpaidRow,
)
from chalicelib.shared.times import from_iso, to_iso


def get_household(org: str, household_id: str) -> Household | None:
    """The household, or None. One strong read."""
    item = read.one(HouseholdItem, keys.household(org, household_id))
    return household_from(item) if item else None


def get_person(org: str, person_id: str) -> Person | None:
    """The person, or None. One strong read. Whether the caller may see him or her is the caller's to know."""
    item = read.one(PersonItem, keys.person(org, person_id))
    return person_from(item) if item else None


def get_persons(org: str, person_ids: Iterable[str]) -> dict[str, Person]:
    """The persons that exist, by id. One round trip a hundred."""
    found = read.many(PersonItem, [keys.person(org, person_id) for person_id in person_ids], consistent=False)
    return {item.person: person_from(item) for item in found.values()}


def get_summaries(org: str, household_ids: tuple[str, ...]) -> dict[str, Summary]:
    """Summaries of the households that exist. One round trip."""
    found = read.many(SummaryItem, [keys.summary(org, household_id) for household_id in household_ids])
    return {item.household: summary_from(item) for item in found.values()}


def save_household(transaction: Transaction, org: str, household: Household) -> None:
    """Adds the write of a changed household to `transaction`; refused when it was changed meanwhile."""
    transaction.put("household", household_item(org, household))


def save_person(transaction: Transaction, org: str, person: Person) -> None:
    """Adds the write of a new or changed person; refused when he or she was changed meanwhile."""
    transaction.put("person", person_item(org, person))


def save_member_link(transaction: Transaction, org: str, household_id: str, person_id: str) -> None:
    """Adds the link that makes a person a member of a household."""
    transaction.put("member", member_link_item(org, household_id, person_id))


def save_summary(transaction: Transaction, org: str, summary: Summary, *, name: str = "summary") -> None:
    """Adds the write of a summary; refused when it was changed meanwhile."""
    transaction.put(name, summary_item(org, summary))


def member_link_item(org: str, household_id: str, person_id: str) -> MemberLinkItem:
    """The item that makes a person a member of a household."""
    pk, sk = keys.membership_link(org, household_id, person_id)
    return MemberLinkItem(pk, sk, person=person_id)


def household_item(org: str, household: Household) -> HouseholdItem:
    """The item that stores `household`."""
    pk, sk = keys.household(org, household.id)
    profile = {
        "name": household.name,
        "number": household.number,
        "language": household.language,
        "email": household.email,
        "phone": household.phone,
        "address": asdict(household.address),
        "status": household.status.value,
    }
    return HouseholdItem(
        pk, sk, household=household.id, profile=profile, source=household.source, version=household.version
    )


def household_from(item: HouseholdItem) -> Household:
    """The household that `item` stores."""
    told: dict[str, Any] = dict(item.profile)
    return Household(
        **{
            **told,
            "id": item.household,
            "address": Address(**told["address"]),
            "status": Status(told["status"]),
            "source": item.source or "",
            "version": item.version,
        }
    )


def person_item(org: str, person: Person) -> PersonItem:
    """The item that stores `person`."""
    pk, sk = keys.person(org, person.id)
    profile = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "email": person.email,
        "phone": person.phone,
        "emergency_name": person.emergency_name,
        "emergency_phone": person.emergency_phone,
        "health_notes": person.health_notes,
        "answers": dict(person.answers),
        "status": person.status.value,
    }
    return PersonItem(
        pk,
        sk,
        person=person.id,
        profile=profile,
        households=list(person.households),
        source=person.source,
        version=person.version,
    )


def person_from(item: PersonItem) -> Person:
    """The person that `item` stores."""
    told: dict[str, Any] = dict(item.profile)
    return Person(
        **{
            **told,
            "id": item.person,
            "birth_date": _day(told["birth_date"]),
            "status": Status(told["status"]),
            "households": tuple(item.households),
            "source": item.source or "",
            "version": item.version,
        }
    )


def summary_item(org: str, summary: Summary) -> SummaryItem:
    """The item that stores `summary`."""
    pk, sk = keys.summary(org, summary.household)
    return SummaryItem(pk, sk, household=summary.household, document=summary_document(summary), version=summary.version)


def summary_document(summary: Summary) -> dict[str, Any]:
    """The summary as JSON: rows are lists, because every page carries them."""
    return {
        "name": summary.name,
        "number": summary.number,
        "members": [[m.id, m.first_name, m.last_name, _text(m.birth_date)] for m in summary.members],
        "open": [[o.currency, _text(o.due_on), o.minor, o.invoices] for o in summary.open],
        "unpaid": [[u.id, u.number, _text(u.due_on), u.balance, u.currency, u.status] for u in summary.unpaid],
        "enrolments": [
            [e.id, e.member, e.class_group, e.status, _text(e.starts_on), _text(e.ends_on), *_single(e)]
            for e in summary.enrolments
        ],
        "bookings": [[b.id, b.resource, to_iso(b.starts), to_iso(b.ends), b.status] for b in summary.bookings],
        "news": [[n.kind, n.id, n.label, to_iso(n.at)] for n in summary.news],
        "has": [summary.has_invoices, summary.has_bookings, summary.archived],
        "accounts": [[a.payer, a.currency, a.balance, a.sequence, _text(a.day)] for a in summary.accounts],
        "holds": sorted(summary.holds),
        "away": [[a.enrolment, a.meeting, _text(a.day)] for a in summary.away],
        "rights": [[r.id, r.member, _text(r.expires_on)] for r in summary.rights],
    }


def summary_from(item: SummaryItem) -> Summary:
    """The summary that `item` stores."""
    told: dict[str, Any] = item.document
    has_invoices, has_bookings, archived = told["has"]
    return Summary(
        household=item.household,
        name=told["name"],
        number=told["number"],
        members=tuple(MemberRow(i, first, last, _day(born)) for i, first, last, born in told["members"]),
        open=tuple(OpenAmount(c, date.fromisoformat(due), minor, n) for c, due, minor, n in told["open"]),
        unpaid=tuple(UnpaidRow(i, no, date.fromisoformat(due), b, c, s) for i, no, due, b, c, s in told["unpaid"]),
        enrolments=tuple(
            EnrolmentRow(i, m, c, s, date.fromisoformat(first), date.fromisoformat(last), *single)
            for i, m, c, s, first, last, *single in told["enrolments"]
        ),
        bookings=tuple(BookingRow(i, r, from_iso(a), from_iso(b), s) for i, r, a, b, s in told["bookings"]),
        news=tuple(NewsRow(kind, i, label, from_iso(at)) for kind, i, label, at in told["news"]),
        has_invoices=has_invoices,
        has_bookings=has_bookings,
        archived=archived,
        accounts=tuple(AccountRow(p, c, b, n, date.fromisoformat(day)) for p, c, b, n, day in told["accounts"]),
        holds=frozenset(told["holds"]),
        away=tuple(AwayRow(e, m, date.fromisoformat(day)) for e, m, day in told.get("away", ())),
        rights=tuple(RightRow(i, m, date.fromisoformat(day)) for i, m, day in told.get("rights", ())),
        version=item.version,
    )


def _single(row: EnrolmentRow) -> tuple[str, ...]:
    """What tells a place in one meeting from one in a class; most are in a class, and every page carries them."""
    return (row.kind, row.meeting) if row.meeting else ()


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
