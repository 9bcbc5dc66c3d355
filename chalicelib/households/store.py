"""Reads and writes households, persons and summaries."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.households import agendas
from chalicelib.households.domain import Address, Household, Person, Private, Status
from chalicelib.households.models import HouseholdItem, MemberLinkItem, NewsItem, PersonItem, SummaryItem
from chalicelib.households.summary import (
    AccountRow,
    AwayRow,
    BookingRow,
    EnrolmentRow,
    GivenRow,
    MemberRow,
    NewsRow,
    OpenAmount,
    RightRow,
    Summary,
    UnpaidRow,
    WantedRow,
)
from chalicelib.organisations.terms import OwnTerms
from chalicelib.shared.times import DAY, after, day_or_none, from_iso, to_iso

BIRTHDAYS = "birthdays"
"""The work queue of persons whose age will mean something (NEW-14)."""
_LAST = "~"
"""Behind every id."""
_NOON = "T12:00:00Z"
"""When a day has begun in every zone but the furthest, and is over in none."""
_NEWS_KEPT = 730 * DAY
"""L-10."""


def get_household(org: str, household_id: str) -> Household | None:
    """The household, or None. One strong read."""
    return household_from(item) if (item := read.one(HouseholdItem, keys.household(org, household_id))) else None


def list_household_ids(org: str, after: str = "", *, size: int = read.PAGE) -> read.Page[str]:
    """Ids of all households in their order, from beyond the id `after`; those put away as well. One round trip.

    The list is an index, so that nothing has to look through the table (NEW-20).
    """
    last = (after, keys.household(org, after)) if after else None
    found = read.queued(keys.households(org), _LAST, after=last, size=size)
    return read.Page([household for household, _ in found.rows], found.next)


def list_households(org: str, after: str = "") -> read.Page[Household]:
    """Households in the order of their ids, from beyond the id `after`, 25 at a time. Two round trips."""
    found = list_household_ids(org, after)
    places = [keys.household(org, each) for each in found.rows]
    items = read.many(HouseholdItem, places, consistent=False)
    return read.Page([household_from(items[key]) for key in places if key in items], found.next)


def get_person(org: str, person_id: str) -> Person | None:
    """The person, or None. One strong read. Whether the caller may see him or her is the caller's to know."""
    return person_from(item) if (item := read.one(PersonItem, keys.person(org, person_id))) else None


def get_persons(org: str, person_ids: Iterable[str]) -> dict[str, Person]:
    """The persons that exist, by id. One round trip a hundred."""
    found = read.many(PersonItem, [keys.person(org, person_id) for person_id in person_ids], consistent=False)
    return {item.person: person_from(item) for item in found.values()}


def get_summaries(org: str, household_ids: tuple[str, ...]) -> dict[str, Summary]:
    """Summaries of the households that exist. One round trip."""
    found = read.many(SummaryItem, [keys.summary(org, household_id) for household_id in household_ids])
    return {item.household: summary_from(item) for item in found.values()}


def owing(org: str) -> str:
    """Name of the queue of households that have something to pay, by the day on which the first of it falls due.

    The summary itself stands in it, so the list is right whoever writes a summary, and costs no write of its own.
    """
    return f"owing#{org}"


def list_owing(org: str, before: date, after: str = "", *, size: int = read.PAGE) -> read.Page[keys.Key]:
    """Keys of the summaries of households that should have paid something before a day, longest ago first, a page
    at a time. One round trip. The page goes on after what `next` says: `<first due day>#<household>`.
    """
    day, _, household = after.partition("#")
    beyond = (day, keys.summary(org, household)) if household else None
    found = read.queued(owing(org), (before - timedelta(days=1)).isoformat(), after=beyond, size=size)
    following = f"{found.rows[-1][0]}#{keys.owner(found.rows[-1][1])[1]}" if found.next else ""
    return read.Page([key for _, key in found.rows], following)


def member_row(person: Person) -> MemberRow:
    """The person as the summaries of his or her homes tell."""
    keeps = frozenset(private.value for private in person.keeps)
    return MemberRow(person.id, person.first_name, person.last_name, person.birth_date, keeps)


def list_archived(org: str, household_id: str) -> list[Person]:
    """Those whom a household put away with their history, by name. Two round trips."""
    links = read.each(MemberLinkItem, *keys.membership_link(org, household_id, ""))
    found = get_persons(org, [item.person for item in links])
    gone = [person for person in found.values() if household_id in person.archived_in]
    return sorted(gone, key=lambda person: (person.name.casefold(), person.id))


def save_household(transaction: Transaction, org: str, household: Household) -> None:
    """Adds the write of a changed household to `transaction`; refused when it was changed meanwhile."""
    transaction.put("household", household_item(org, household))


def save_person(transaction: Transaction, org: str, person: Person) -> None:
    """Adds the write of a new or changed person; refused when he or she was changed meanwhile."""
    transaction.put("person", person_item(org, person))


def save_member_link(transaction: Transaction, org: str, household_id: str, person_id: str) -> None:
    """Adds the link that makes a person a member of a household."""
    transaction.put("member", member_link_item(org, household_id, person_id))


def drop_member_link(transaction: Transaction, org: str, household_id: str, person_id: str) -> None:
    """Adds that a person is no member of a household any more."""
    transaction.delete("member", member_link_item(org, household_id, person_id))


def save_summary(transaction: Transaction, org: str, summary: Summary, *, name: str = "summary") -> None:
    """Adds the write of a summary; refused when it was changed meanwhile. What is ahead goes on the agenda."""
    transaction.put(name, summary_item(org, summary))
    if summary.ahead != summary.known:
        agendas.stir(transaction, org, summary.household)
    for row in summary.fresh:
        transaction.put("news", _news_item(org, summary.household, row))


def list_news(org: str, household_id: str, beyond: str = "") -> read.Page[NewsRow]:
    """All that came to the account, the latest first, 25 at a time (MSG-2). One round trip.

    The page goes on after what `next` says.
    """
    start = f"{keys.NEWS}{beyond}" if beyond else ""
    found = read.page(NewsItem, keys.household_partition(org, household_id), keys.NEWS, after=start)
    rows = [NewsRow(item.news, item.thing, item.label, from_iso(item.at)) for item in found.rows]
    return read.Page(rows, found.next.removeprefix(keys.NEWS))


def delete_news(transaction: Transaction, org: str, household_id: str, row: NewsRow) -> None:
    """Adds the removal of a piece of news from the list, for what was taken back."""
    transaction.delete(f"news {to_iso(row.at)}", _news_item(org, household_id, row))


def _news_item(org: str, household_id: str, row: NewsRow) -> NewsItem:
    pk, sk = keys.news(org, household_id, to_iso(row.at), row.kind, row.id)
    expires = after(row.at, _NEWS_KEPT)
    return NewsItem(pk, sk, news=row.kind, thing=row.id, label=row.label, at=to_iso(row.at), expires=expires)


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
        **_agreed(household),
    }
    return HouseholdItem(
        pk,
        sk,
        household=household.id,
        profile=profile,
        queue=keys.households(org),
        due=household.id,
        source=household.source,
        version=household.version,
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


def _agreed(household: Household) -> dict[str, Any]:
    """What is agreed with a household alone; with most nothing is."""
    told = {"due_days": household.due_days, "exempt_for": household.exempt_for, "bills_to": household.bills_to}
    return {name: value for name, value in told.items() if value not in (None, "")}


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
        "archived_in": list(person.archived_in),
        "keeps": sorted(private.value for private in person.keeps),
        "looked_on": _text(person.looked_on),
    }
    waits = person.looked_on is not None and person.status is Status.ACTIVE
    return PersonItem(
        pk,
        sk,
        person=person.id,
        profile=profile,
        households=list(person.households),
        queue=BIRTHDAYS if waits else None,
        due=f"{person.looked_on}{_NOON}" if waits else None,
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
            "birth_date": day_or_none(told["birth_date"]),
            "status": Status(told["status"]),
            "archived_in": tuple(told.get("archived_in", ())),
            "keeps": frozenset(map(Private, told.get("keeps", ()))),
            "looked_on": day_or_none(told.get("looked_on", "")),
            "households": tuple(item.households),
            "source": item.source or "",
            "version": item.version,
        }
    )


def summary_item(org: str, summary: Summary) -> SummaryItem:
    """The item that stores `summary`."""
    pk, sk = keys.summary(org, summary.household)
    first_due = min((amount.due_on for amount in summary.open), default=None)
    waits: dict[str, Any] = {"queue": owing(org), "due": first_due.isoformat()} if first_due else {}
    return SummaryItem(
        pk, sk, household=summary.household, document=summary_document(summary), version=summary.version, **waits
    )


def summary_document(summary: Summary) -> dict[str, Any]:
    """The summary as JSON: rows are lists, because every page carries them."""
    return {
        "name": summary.name,
        "number": summary.number,
        "members": [[m.id, m.first_name, m.last_name, _text(m.birth_date), *sorted(m.keeps)] for m in summary.members],
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
        "given": [[g.kind, g.id, g.version, g.member, _text(g.day), g.state, _text(g.until)] for g in summary.given],
        "unread": summary.unread,
        "parted": {member: sorted(keeps) for member, keeps in summary.parted.items()},
        "terms": [summary.terms.due_days, summary.terms.exempt],
        "wanted": [[w.id, w.title, w.member, _text(w.due_on)] for w in summary.wanted],
    }


def summary_from(item: SummaryItem) -> Summary:
    """The summary that `item` stores."""
    told: dict[str, Any] = item.document
    has_invoices, has_bookings, archived = told["has"]
    summary = Summary(
        household=item.household,
        name=told["name"],
        number=told["number"],
        members=tuple(
            MemberRow(i, first, last, day_or_none(born), frozenset(keeps))
            for i, first, last, born, *keeps in told["members"]
        ),
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
        given=tuple(
            GivenRow(kind, i, int(version), m, date.fromisoformat(day), state, day_or_none(until))
            for kind, i, version, m, day, state, until in told.get("given", ())
        ),
        terms=OwnTerms(*told.get("terms", ())),
        parted={member: frozenset(keeps) for member, keeps in told.get("parted", {}).items()},
        unread=int(told.get("unread", 0)),
        wanted=tuple(WantedRow(i, title, member, day_or_none(due)) for i, title, member, due in told.get("wanted", ())),
        version=item.version,
    )
    return replace(summary, known=summary.ahead)


def _single(row: EnrolmentRow) -> tuple[str, ...]:
    """What tells a place in one meeting from one in a class; most are in a class, and every page carries them."""
    return (row.kind, row.meeting) if row.meeting else ()


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
