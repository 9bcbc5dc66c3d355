"""Changing a place for one in another group of the same programme (SCH-10).

What is left of the old place counts for the new one, lesson by lesson and without a fee. Where the new one costs as
much or less, the difference is credited on the invoice that billed the old one, which goes on paying for the new one.
Where it costs more, the rest of the old one is credited whole and the new one billed, and the credit covers the bill.
So a place always has one line of one invoice behind it.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing.books import Books
from chalicelib.billing.covering import apply_credit_note
from chalicelib.billing.crediting import part_of_line
from chalicelib.billing.domain import Invoice, InvoiceLine
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.data import read
from chalicelib.data.outbox import Notice
from chalicelib.enrolments import enrolling, leaving, waiting
from chalicelib.enrolments.admission import seat_of_person, wish_of_person
from chalicelib.enrolments.asking import require_answers
from chalicelib.enrolments.enrolling import Changed
from chalicelib.enrolments.leaving import FAMILY, STAFF
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.reckoning import ALL, Charge, Lessons, coming, preview, price_of
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus, Price
from chalicelib.schedule.presets import ALWAYS
from chalicelib.schedule.roll import with_enrolment
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import in_language, say
from chalicelib.shared.times import local_day, to_iso


class Exchange(NamedTuple):
    """What changing group comes to. The digest of it is what the family agrees to."""

    currency: str
    lessons: Lessons
    """Of the place that is given up."""
    left_minor: int
    """What is left of the old place, before taxes that are added."""
    new_minor: int
    """What the new one costs, before taxes that are added."""
    new_lessons: int
    first: datetime
    """When the new group meets next."""
    credited: tuple[InvoiceLine, ...]
    """Of the credit note on the old invoice; none where nothing is credited."""
    billed: tuple[InvoiceLine, ...]
    """Of the new invoice; none where nothing is billed."""
    invoice: str
    line: int
    priced: bool
    rights: tuple[str, ...]
    """Rights to make up that go."""

    @property
    def difference_minor(self) -> int:
        """What the family has to pay more, taxes included; below zero it is given back."""
        return total(self.billed) - total(self.credited)

    @property
    def digest(self) -> str:
        """Changes whenever anything does that the family was told."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


def may_change(enrolment: Enrolment, terms: EnrolmentTerms, lessons: Lessons) -> bool:
    """Whether the family changes group itself: its rules allow it, as often as they say."""
    able = terms.transfer and terms.transfer_limit != 0 and lessons.ahead
    return able and leaving.is_live(enrolment) and not _is_shared(enrolment)


def may_ask(enrolment: Enrolment, terms: EnrolmentTerms, lessons: Lessons) -> bool:
    """Whether the family can ask for another group, where it does not change itself."""
    able = terms.transfer_requests and leaving.is_live(enrolment) and lessons.ahead and not _is_shared(enrolment)
    return able and not may_change(enrolment, terms, lessons)


def _is_shared(enrolment: Enrolment) -> bool:
    """Whether another home pays a part: a change of group would be a new bargain between the two (NEW-2)."""
    return enrolment.price is not None and bool(enrolment.price.parts)


def exchange(places: Places, enrolment: Enrolment, group: ClassGroup) -> Exchange:
    """What changing a place for one in `group` comes to now. Raises Conflict when that group is over."""
    meetings = coming(group, places.now)
    if not meetings:
        raise Conflict(say("This class is over."))
    books, lessons = places.books, leaving.lessons(places, enrolment)
    charge = leaving.charge_of(books, enrolment.price)
    currency = enrolment.price.currency if enrolment.price else books.organisation.currency
    left = preview(charge, currency, lessons, ALL).back_minor
    new = price_of(group, places.now) if enrolment.price else 0
    return Exchange(
        currency, lessons, left, new, len(meetings), meetings[0].starts,
        credited=_credited(charge, left, new),
        billed=_billed(books, enrolment, group, new) if new > left else (),
        invoice=charge.invoice.id if charge.invoice else "",
        line=enrolment.price.line if enrolment.price else 0,
        priced=enrolment.price is not None,
        rights=tuple(_rights_that_go(places, enrolment)),
    )  # fmt: skip


def _rights_that_go(places: Places, enrolment: Enrolment) -> list[str]:
    """Unused rights for lessons that count for the new place; one for a lesson that was missed stays."""
    group, unused = places.group(enrolment.class_group), leaving.unused_rights(places, enrolment)
    over = {meeting.id for meeting in group.occurrences if meeting.takes_place and meeting.starts <= places.now}
    return [mark.right for meeting, mark in enrolment.marks.items() if mark.right in unused and meeting not in over]


def _credited(charge: Charge, left: int, new: int) -> tuple[InvoiceLine, ...]:
    minor = left if new > left else left - new
    return (part_of_line(charge.line, minor),) if charge.line and minor else ()


def _billed(books: Books, enrolment: Enrolment, group: ClassGroup, minor: int) -> tuple[InvoiceLine, ...]:
    title = in_language(group.title, books.language())
    return price([LineRequest(title, Decimal(1), minor, enrolment.person)], books.organisation.billing)


def preview_of(places: Places, enrolment: Enrolment, class_id: str, *, by: str = FAMILY) -> Exchange:
    """What the family is shown before it changes group. Raises NotFound, and Conflict when it can not be."""
    group = _fitting(places, enrolment, class_id, by)
    return exchange(places, enrolment, group)


def _fitting(places: Places, enrolment: Enrolment, class_id: str, by: str) -> ClassGroup:
    """Another group of the same programme with a place, for this age. Raises Conflict, NotFound."""
    group, old = places.group(class_id), places.group(enrolment.class_group)
    unknown_price = enrolment.price is None and group.price_minor > 0
    if group.id == old.id or group.programme != old.programme or not (group.open or by == STAFF):
        raise Conflict(say("This group can not be changed to."))
    if unknown_price and by == FAMILY:  # nobody knows what it cost: people settle that
        raise Conflict(say("This place can not be changed here. Please contact us."))
    meetings, roll = enrolling.wanted(places, group, leaving.member_of(places, enrolment)), places.roll(class_id)
    if seat_of_person(roll, enrolment.person):
        raise Conflict(say("Already has a place in this class."))
    wish = wish_of_person(roll, enrolment.person)
    if not roll.has_room(group, meetings, places.zone, places.now, but=wish.id if wish else ""):
        raise Conflict(say("There is no place left in this class."))
    return group


def transfer(
    organisation: Organisation,
    household: str,
    person: str,
    enrolment_id: str,
    class_id: str,
    now: datetime,
    *,
    digest: str = "",
    by: str = FAMILY,
) -> Enrolment:
    """Changes a place for one in another group and returns the new one; again gives the same one.

    Raises NotFound, Conflict when it can not be (by the family, when its rules do not allow it), and Changed when a
    `digest` is given and it comes to something else by now.
    """

    def work(places: Places) -> Enrolment:
        enrolment = leaving.owned(places, person, enrolment_id)
        if enrolment.status is EnrolmentStatus.TRANSFERRED:
            return places.enrolment(person, enrolment.successor)
        return change(places, enrolment, class_id, digest=digest, by=by)

    return keep_places(organisation, household, now, work)


def change(
    places: Places,
    enrolment: Enrolment,
    class_id: str,
    *,
    digest: str = "",
    by: str = FAMILY,
    most_minor: int | None = None,
) -> Enrolment:
    """Does the same within a use case, for a place that was not changed yet.

    Raises Conflict when it would cost the family more than `most_minor`, taxes included, and Unanswered while a
    mandatory form or consent is missing (ACC-13).
    """
    _require(places, enrolment, by)
    require_answers(places, (enrolment.person, class_id))
    waiting.offer_next(places, class_id)
    made = preview_of(places, enrolment, class_id, by=by)
    if digest and made.digest != digest:
        raise Changed
    if most_minor is not None and made.difference_minor > most_minor:
        raise Conflict(say("It would cost the family more than it agreed to. Decline it, so that it can ask again."))
    return _change(places, enrolment, places.group(class_id), made, by)


def _require(places: Places, enrolment: Enrolment, by: str) -> None:
    """Raises Conflict when a place can not be changed for another."""
    if _is_shared(enrolment):
        raise Conflict(say("Two homes pay for this place. It can only be given back, and another one taken."))
    lessons = leaving.lessons(places, enrolment)
    able = leaving.is_live(enrolment) and lessons.ahead
    if not able or (by == FAMILY and not may_change(enrolment, terms_held(places, enrolment), lessons)):
        raise Conflict(say("This place can not be changed here. Please contact us."))


def _change(places: Places, enrolment: Enrolment, group: ClassGroup, made: Exchange, by: str) -> Enrolment:
    cost, invoice = _pay(places.books, made)
    new = _successor(places, enrolment, group, cost)
    old = replace(
        enrolment,
        status=EnrolmentStatus.TRANSFERRED,
        successor=new.id,
        ended_at=places.now,
        ended_by=by,
        wanted="",
        wanted_at=None,
        wanted_minor=0,
    )
    places.put(new)
    wish = wish_of_person(places.roll(group.id), enrolment.person)
    if wish:
        waiting.give_up(places, places.enrolment(enrolment.person, wish.id))
    places.put_roll(with_enrolment(places.roll(group.id), new))
    leaving.vacate(places, old, made.rights)
    _tell(places, old, new, made, invoice)
    return new


def _pay(books: Books, made: Exchange) -> tuple[Price | None, Invoice | None]:
    """Settles the difference; returns what stands behind the new place, and the invoice that bills it, if one does."""
    if not made.priced:
        return None, None
    title = made.credited[0].description if made.credited else ""
    old = books.invoices.get(made.invoice) if made.credited else None
    note = issuing.credit_part(books, old, made.credited, title) if old else None
    if not made.billed:
        return Price(made.new_minor, made.currency, made.invoice, made.line, made.new_lessons), None
    blank = issuing.draft(books, InvoiceRequest((), made.currency, autopay=books.organisation.billing.autopay.at_first))
    priced = replace(blank, lines=made.billed, total_minor=total(made.billed))
    invoice = issuing.issue(books, priced, send=False)
    if note:
        apply_credit_note(books, books.credit_notes.get(note.id), [invoice.id])
    return Price(made.new_minor, made.currency, invoice.id, 0, made.new_lessons), books.invoices.get(invoice.id)


def _successor(places: Places, old: Enrolment, group: ClassGroup, cost: Price | None) -> Enrolment:
    """The new place, under the rules of the old one: what is left of its changes and of its days to withdraw."""
    terms, today = terms_held(places, old), local_day(places.now, places.zone)
    bought = local_day(old.enrolled_at, places.zone)
    withdrawal_left = (bought + timedelta(days=terms.withdrawal_days) - today).days if terms.withdrawal_days else 0
    limit = None if terms.transfer_limit is None else max(0, terms.transfer_limit - 1)
    ahead = coming(group, places.now)
    kept = replace(
        _deadlines_kept(terms, leaving.lessons(places, old).first, ahead[0].starts, places.now),
        transfer_limit=limit,
        withdrawal_days=max(0, withdrawal_left),
    )
    days = [local_day(meeting.starts, places.zone) for meeting in ahead]
    return Enrolment(
        dated_id(min(days)), old.person, group.id, old.household, EnrolmentStatus.ACTIVE, min(days), max(days),
        places.now, terms=kept, price=cost,
    )  # fmt: skip


def _deadlines_kept(terms: EnrolmentTerms, was: datetime | None, will: datetime, now: datetime) -> EnrolmentTerms:
    """Rules whose days of leaving stay where they were, for whoever changes group gets no new time to leave."""
    if was is None:
        return terms
    hours = (will - was) // timedelta(hours=1)
    steps = tuple(step if step.hours <= ALWAYS else step._replace(hours=step.hours + hours) for step in terms.refund)
    return replace(terms, refund=steps, free_before_start=terms.free_before_start and now < was)


def asked_for(places: Places, enrolment: Enrolment, class_id: str) -> Exchange:
    """What the group that a family asks for would come to now, free or not. Raises Conflict when it may not ask."""
    group, lessons = places.group(class_id), leaving.lessons(places, enrolment)
    same = group.programme == places.group(enrolment.class_group).programme and group.id != enrolment.class_group
    if not same or not group.open or not may_ask(enrolment, terms_held(places, enrolment), lessons):
        raise Conflict(say("This group can not be changed to."))
    return exchange(places, enrolment, group)


def request(
    organisation: Organisation,
    household: str,
    person: str,
    enrolment_id: str,
    class_id: str,
    now: datetime,
    *,
    digest: str = "",
) -> Enrolment:
    """Notes that the family asks for another group, and what it agrees to pay more at most; staff answer.

    Raises NotFound, Conflict when it may not ask, and Changed when a `digest` is given and it comes to something else.
    """

    def work(places: Places) -> Enrolment:
        enrolment = leaving.owned(places, person, enrolment_id)
        made = asked_for(places, enrolment, class_id)
        if digest and made.digest != digest:
            raise Changed
        return _set_wanted(places, enrolment, class_id, now, made.difference_minor)

    return keep_places(organisation, household, now, work)


def withdraw(organisation: Organisation, household: str, person: str, enrolment_id: str, now: datetime) -> Enrolment:
    """Takes a request for another group back, or declines it; again changes nothing. Raises NotFound."""

    def work(places: Places) -> Enrolment:
        return _set_wanted(places, leaving.owned(places, person, enrolment_id), "", None)

    return keep_places(organisation, household, now, work)


def _set_wanted(places: Places, enrolment: Enrolment, class_id: str, at: datetime | None, minor: int = 0) -> Enrolment:
    if enrolment.wanted == class_id:
        return enrolment
    asking = replace(enrolment, wanted=class_id, wanted_at=at, wanted_minor=minor)
    places.put(asking)
    return asking


def _tell(places: Places, old: Enrolment, new: Enrolment, made: Exchange, invoice: Invoice | None) -> None:
    facts = {
        "old": dict(places.group(old.class_group).title),
        "new": dict(places.group(new.class_group).title),
        "member": leaving.member_of(places, old).first_name,
        "at": to_iso(made.first),
        "difference": made.difference_minor,
        "currency": made.currency,
        "number": invoice.number if invoice else "",
        "path": f"members/{new.person}/enrolments/{new.id}",
    }
    places.note("enrolment_moved", new)
    notice = Notice("enrolment_moved", "", facts, household=places.books.household)
    places.books.tell(notice, message=f"moved-{old.id}")


def list_requests(organisation: Organisation, now: datetime) -> list[Enrolment]:
    """Places whose family asks for another group, oldest request first, at most a hundred; `Enrolment.wanted` says
    which. Two round trips.
    """
    waiting_there = read.waiting(store.transfer_requests(organisation.slug), to_iso(now))
    return store.enrolments_at(waiting_there)
