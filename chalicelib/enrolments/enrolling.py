"""Taking places: a seat is held while its taker makes up his or her mind, then places are confirmed and billed.

A family holds places in several classes and for several relatives (ACC-3), and confirms all of them at once, on one
invoice. What it confirms is what it was shown: rules and prices are looked at again, and when anything is another by
then, it is asked anew.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing.books import Books
from chalicelib.billing.domain import Invoice, InvoiceLine
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.billing.sharing_out import Share
from chalicelib.data.outbox import Notice
from chalicelib.enrolments import dividing, waiting
from chalicelib.enrolments.admission import seat_of_person, unfit, wish_of_person
from chalicelib.enrolments.asking import require_answers
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.reckoning import coming, price_of
from chalicelib.enrolments.terms_of import terms_now
from chalicelib.households.summary import MemberRow
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import (
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Occurrence,
    Part,
    Price,
)
from chalicelib.schedule.roll import MAX_SEATS, with_enrolment
from chalicelib.schedule.terms import EnrolmentTerms, terms_document
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import in_language, say
from chalicelib.shared.times import local_day, to_iso

HOLD = timedelta(minutes=15)
"""For how long a place is kept for whom it is shown to."""
MOST_HELD = 8
"""Places confirmed at once: each writes up to five items, and a transaction holds a hundred."""


class Changed(Conflict):
    """What was agreed to is not what would happen now; nothing was done, and the page is shown again."""


class HeldPlace(NamedTuple):
    """A place that is kept for the family, and what it would be bought for."""

    enrolment: Enrolment
    group: ClassGroup
    minor: int
    """Before taxes that are added."""
    terms: EnrolmentTerms


class Basket(NamedTuple):
    """All places that are kept for a household, as they would be billed."""

    places: tuple[HeldPlace, ...]
    lines: tuple[InvoiceLine, ...]
    """Of the invoice, one for each place of which the household pays something."""
    shares: tuple[tuple[Share, ...], ...] = ()
    """For each place, how homes share it; none where the household pays all of it (NEW-2)."""
    parts: tuple[Mapping[str, InvoiceLine], ...] = ()
    """For each place, what each home pays of it."""

    @property
    def people(self) -> list[tuple[str, str]]:
        """Who would take a place in which class, by their ids."""
        return [(each.enrolment.person, each.group.id) for each in self.places]

    @property
    def total_minor(self) -> int:
        """Taxes included."""
        return total(self.lines)

    @property
    def is_shared(self) -> bool:
        """Whether another home pays a part."""
        return any(self.shares)

    @property
    def digest(self) -> str:
        """Changes with everything that the family was told but the time left."""
        told = [
            (each.enrolment.id, each.group.title, each.minor, terms_document(each.terms), each.enrolment.starts_on)
            for each in self.places
        ]
        return hashlib.sha256(repr((told, self.lines, self.shares)).encode()).hexdigest()[:32]


def hold(organisation: Organisation, household: str, person: str, class_id: str, now: datetime) -> Enrolment:
    """Keeps a place for a while; asking again gives the same one.

    An offer from the waiting list is taken by it, and is kept no shorter than was promised.

    Raises NotFound, and Conflict when the age does not fit, there is no place, or the person has one.
    """

    def work(places: Places) -> Enrolment:
        member, group = _member(places, person), _open(places, class_id)
        waiting.offer_next(places, class_id)
        known = _known(places, class_id, person)
        if known and known.status is EnrolmentStatus.HELD and known.until and now < known.until:
            return known
        meetings = wanted(places, group, member)
        roll = places.roll(class_id)
        has_room = roll.has_room(group, meetings, places.zone, now, but=known.id if known else "")
        others_first = any(
            not wish.right and not wish.is_offered(now) and wish.person != person for wish in roll.waiting
        )
        if not has_room or len(roll.seats) >= MAX_SEATS or (others_first and not known):
            raise Conflict(say("There is no place left in this class."))
        _require_few(places)
        until = max(now + HOLD, known.until) if known and known.until else now + HOLD
        return put_place(places, replace(known or _new(places, person, group), until=until), EnrolmentStatus.HELD)

    return keep_places(organisation, household, now, work)


def join(organisation: Organisation, household: str, person: str, class_id: str, now: datetime) -> Enrolment:
    """Puts somebody on the waiting list of a full class; asking again gives the same wish.

    Raises NotFound, and Conflict when the age does not fit, the person has a place, or the list is full.
    """

    def work(places: Places) -> Enrolment:
        member, group = _member(places, person), _open(places, class_id)
        waiting.offer_next(places, class_id)
        known = _known(places, class_id, person)
        if known:
            return known
        wanted(places, group, member)
        terms = terms_now(organisation, group)
        return waiting.wait(places, replace(_new(places, person, group), terms=terms))

    return keep_places(organisation, household, now, work)


def give_back(organisation: Organisation, household: str, enrolment_id: str, now: datetime) -> None:
    """Lets a place go that was only kept; when it is gone already, nothing changes."""

    def work(places: Places) -> None:
        held = next((each for each in held_places(places) if each.id == enrolment_id), None)
        if held is None:
            return
        places.drop(held)
        places.put_roll(places.roll(held.class_group).without(held.id))
        waiting.offer_next(places, held.class_group)

    keep_places(organisation, household, now, work)


def basket(places: Places) -> Basket:
    """The places that are kept for the household now, each with its price and the rules it would be bought under."""
    held = held_places(places)
    places.load(each.class_group for each in held)
    found = tuple(_offer(places, each) for each in held if coming(places.group(each.class_group), places.now))
    language, home = places.books.language(), places.books.household
    asked = [
        LineRequest(in_language(each.group.title, language), Decimal(1), each.minor, each.enrolment.person)
        for each in found
    ]
    shares = dividing.shares(places, [(each.enrolment.person, each.group.programme) for each in found])
    whole = price(asked, places.books.organisation.billing)
    parts = tuple(dividing.parts(line, shared, home) for line, shared in zip(whole, shares, strict=True))
    own = tuple(part[home] for part in parts if home in part)
    return Basket(found, own, shares, parts)


def confirm(
    organisation: Organisation, household: str, enrolment_ids: Sequence[str], digest: str, now: datetime
) -> Invoice | None:
    """Makes the places that are kept the family's, and bills them; returns the invoice, None when nothing is to pay.

    Confirming again gives the same invoice. Raises Changed when prices, rules or places are not what was shown, and
    Unanswered while a mandatory form or consent is missing (ACC-13).
    """

    def work(places: Places) -> Invoice | None:
        done = [each for each in _named(places, enrolment_ids) if each.status.holds_place]
        if done and len(done) == len(enrolment_ids):
            return _invoice_of(places, done)
        wanted = basket(places)
        kept = {each.enrolment.id for each in wanted.places}
        if not kept or wanted.digest != digest or kept != set(enrolment_ids):
            raise Changed
        require_answers(places, *wanted.people)
        return _buy(places, wanted)

    return keep_places(organisation, household, now, work)


def _buy(places: Places, wanted: Basket) -> Invoice | None:
    books, home = places.books, places.books.household
    homes = dict.fromkeys(payer for part in wanted.parts for payer in part)
    invoices = {payer: _bill(books.of(payer), wanted, send=payer != home) for payer in homes}
    lines = dict.fromkeys(homes, 0)
    for each, part in zip(wanted.places, wanted.parts, strict=True):
        cost = Price(0, books.organisation.currency, lessons=len(coming(each.group, books.now)))
        for payer, line in part.items():
            billed = Part(payer, line.amount_minor, invoices[payer].id, lines[payer])
            cost, lines[payer] = dividing.with_part(cost, billed, home), lines[payer] + 1
        bought = replace(each.enrolment, until=None, terms=each.terms, price=cost, enrolled_at=books.now)
        put_place(places, bought, EnrolmentStatus.ACTIVE)
    _tell(places, wanted, invoices.get(home))
    return invoices.get(home)


def _bill(books: Books, wanted: Basket, *, send: bool) -> Invoice:
    """A home's invoice over what was shown. Its own is not mailed apart: the message about the places names it."""
    lines = tuple(part[books.household] for part in wanted.parts if books.household in part)
    blank = issuing.draft(books, InvoiceRequest((), autopay=books.organisation.billing.autopay.at_first))
    return issuing.issue(books, replace(blank, lines=lines, total_minor=total(lines)), send=send)


def _tell(places: Places, wanted: Basket, invoice: Invoice | None) -> None:
    books = places.books
    facts = {
        "places": [
            [_member(places, each.enrolment.person).first_name, dict(each.group.title)] for each in wanted.places
        ],
        "at": to_iso(min(coming(each.group, books.now)[0].starts for each in wanted.places)),
        "invoice": invoice.id if invoice else "",
        "number": invoice.number if invoice else "",
        "minor": invoice.total_minor if invoice else 0,
        "currency": books.organisation.currency,
    }  # fmt: skip
    for each in wanted.places:
        places.note("enrolled", each.enrolment)
    books.tell(
        Notice("enrolled", "", facts, household=books.household), message=f"enrolled-{wanted.places[0].enrolment.id}"
    )


def _offer(places: Places, held: Enrolment) -> HeldPlace:
    group = places.group(held.class_group)
    return HeldPlace(
        _dated(held, coming(group, places.now), places.zone),
        group,
        price_of(group, places.now),
        terms_now(places.books.organisation, group),
    )


def _named(places: Places, enrolment_ids: Sequence[str]) -> list[Enrolment]:
    """Those of the enrolments that the household has and bought itself."""
    rows = {row.id: row for row in places.books.summary.enrolments}
    found = (places.enrolment(rows[each].member, each) for each in enrolment_ids if each in rows)
    return [each for each in found if each.household == places.books.household]


def held_places(places: Places) -> list[Enrolment]:
    """Places that are kept for the household and no longer than now, first to begin first."""
    ids = [row.id for row in places.books.summary.enrolments if row.status == EnrolmentStatus.HELD.value]
    found = [
        each
        for each in _named(places, ids)
        if each.status is EnrolmentStatus.HELD and each.kind is EnrolmentKind.COURSE
    ]
    return sorted((each for each in found if each.until and places.now < each.until), key=lambda each: each.id)


def _invoice_of(places: Places, bought: Sequence[Enrolment]) -> Invoice | None:
    ids = [each.price.invoice for each in bought if each.price and each.price.invoice]
    return places.books.invoices.get(ids[0]) if ids else None


def _new(places: Places, person: str, group: ClassGroup) -> Enrolment:
    """A place in all meetings to come."""
    day = local_day(places.now, places.zone)
    blank = Enrolment("", person, group.id, places.books.household, EnrolmentStatus.WAITLISTED, day, day, places.now)
    dated = _dated(blank, coming(group, places.now), places.zone)
    return replace(dated, id=dated_id(dated.starts_on))


def _dated(enrolment: Enrolment, meetings: Sequence[Occurrence], zone: str) -> Enrolment:
    """The place from the first to the last of `meetings`."""
    if not meetings:
        return enrolment
    days = [local_day(meeting.starts, zone) for meeting in meetings]
    return replace(enrolment, starts_on=min(days), ends_on=max(days))


def put_place(places: Places, enrolment: Enrolment, status: EnrolmentStatus) -> Enrolment:
    """Writes a place in a state, and what that means for its class's roll."""
    enrolment = replace(enrolment, status=status)
    places.put(enrolment)
    places.put_roll(with_enrolment(places.roll(enrolment.class_group), enrolment))
    return enrolment


def _member(places: Places, person: str) -> MemberRow:
    member = places.books.summary.member(person)
    if member is None:
        raise NotFound
    return member


def _open(places: Places, class_id: str) -> ClassGroup:
    """A class in which families take places themselves. Raises NotFound."""
    group = places.group(class_id)
    if not group.open:
        raise NotFound
    return group


def wanted(places: Places, group: ClassGroup, member: MemberRow) -> list[Occurrence]:
    """The meetings that a place would cover. Raises Conflict when it is over, or not for this age."""
    meetings = coming(group, places.now)
    if not meetings:
        raise Conflict(say("This class is over."))
    reason = unfit(group.ages, member.birth_date, meetings[0].starts, places.zone)
    if reason:
        raise Conflict(reason)
    return meetings


def _known(places: Places, class_id: str, person: str) -> Enrolment | None:
    """What the person has in the class already: a place that is kept, or a wish. Raises Conflict for a place taken,
    and for what another home of the person has.
    """
    roll = places.roll(class_id)
    if (seat := seat_of_person(roll, person)) is not None:
        found = places.enrolment(person, seat.enrolment)
        if seat.until is None or found.household != places.books.household:
            raise Conflict(say("Already has a place in this class."))
        return found
    wish = wish_of_person(roll, person)
    if wish is None:
        return None
    if wish.household != places.books.household:
        raise Conflict(say("Already on the waiting list."))
    return places.enrolment(person, wish.id)


def _require_few(places: Places) -> None:
    if len(held_places(places)) >= MOST_HELD:
        raise Conflict(say("Confirm the places that are kept for you first."))
