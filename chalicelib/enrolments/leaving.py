"""Giving a place in a class back: what it comes to is told to the cent before, and then done just so (NEW-1, SCH-5).

The money goes as a credit note on the invoice that billed the place. It takes off what is still to pay there; what was
paid already becomes credit of the family. The seat is given back once and the credit once, however often it is asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing import store as documents
from chalicelib.billing.books import Books
from chalicelib.billing.crediting import uncredited
from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus
from chalicelib.data.outbox import Notice
from chalicelib.enrolments import waiting
from chalicelib.enrolments.enrolling import Changed
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.reckoning import (
    ALL,
    Charge,
    Lessons,
    Preview,
    Rule,
    Share,
    lessons_of,
    preview,
    share_of,
)
from chalicelib.enrolments.terms_of import terms_held
from chalicelib.households.summary import MemberRow
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Enrolment, EnrolmentKind, EnrolmentStatus, Price
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say

FAMILY, STAFF, ORGANISATION = "family", "staff", "organisation"
"""Who ends a place."""

_LIVE = (
    EnrolmentStatus.ACTIVE,
    EnrolmentStatus.PENDING_FORMS,
    EnrolmentStatus.PENDING_PAYMENT,
    EnrolmentStatus.FROZEN,
)


class Ending(NamedTuple):
    """Who ends a place, and what of the lessons left they decide to give back."""

    by: str = FAMILY
    back_ppm: int | None = None
    """Millionths that staff give back without a fee; None: as the rules of the place say."""
    reason: str = ""


BY_FAMILY = Ending()


def may_end(enrolment: Enrolment, terms: EnrolmentTerms, had: Lessons) -> bool:
    """Whether the family can give a place back itself: its rules allow it, and there is something left of it."""
    return terms.leave and is_live(enrolment) and had.ahead


def is_live(enrolment: Enrolment) -> bool:
    """Whether a place in a class can still be given back, or changed for another."""
    return enrolment.kind is EnrolmentKind.COURSE and enrolment.status in _LIVE


def preview_of(places: Places, enrolment: Enrolment, ending: Ending) -> Preview:
    """What ending a place now comes to."""
    had = lessons(places, enrolment)
    share = _share(places, enrolment, had, ending)
    currency = enrolment.price.currency if enrolment.price else places.books.organisation.currency
    rights = unused_rights(places, enrolment)
    made = preview(charge_of(places.books, enrolment.price), currency, had, share, rights)
    return made._replace(priced=enrolment.price is not None)


def lessons(places: Places, enrolment: Enrolment) -> Lessons:
    """How much of a place was given by now."""
    group = places.group(enrolment.class_group)
    return lessons_of(group, enrolment, places.zone, places.now, unused_rights(places, enrolment))


def _share(places: Places, enrolment: Enrolment, had: Lessons, ending: Ending) -> Share:
    if ending.back_ppm is not None:
        return Share(Rule.STAFF, ending.back_ppm)
    if ending.by == ORGANISATION:
        return ALL
    return share_of(terms_held(places, enrolment), had, enrolment.enrolled_at, places.zone, places.now)


def charge_of(books: Books, price: Price | None) -> Charge:
    """What is still charged for a place: no more than its line on the invoice has left."""
    if price is None or not price.invoice:
        return Charge()
    invoice = books.invoices.get(price.invoice)
    if invoice.status in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
        return Charge(invoice=invoice)
    line = uncredited(invoice.lines, _credited(books, invoice))[price.line]
    return Charge(max(0, min(price.minor, line.amount_minor)), line, invoice)


def _credited(books: Books, invoice: Invoice) -> list[InvoiceLine]:
    notes = documents.credit_notes_of(books.org, books.household, invoice.id)
    return [line for note in notes for line in note.lines]


def unused_rights(places: Places, enrolment: Enrolment) -> list[str]:
    """Rights to make up that the place gave and nobody used: they go with it."""
    given = {mark.right for mark in enrolment.marks.values() if mark.right}
    return [row.id for row in places.books.summary.rights if row.id in given]


def leave(
    organisation: Organisation,
    household: str,
    person: str,
    enrolment_id: str,
    now: datetime,
    *,
    digest: str = "",
    ending: Ending = BY_FAMILY,
) -> Enrolment:
    """Ends a place and gives back what its preview said; ending it again changes nothing.

    Raises NotFound for a place that the household did not buy, Conflict when it can not be ended (by the family, when
    its rules do not allow it), and Changed when a `digest` is given and the preview is another by now.
    """

    def work(places: Places) -> Enrolment:
        enrolment = owned(places, person, enrolment_id)
        if enrolment.status is EnrolmentStatus.CANCELLED:
            return enrolment
        made = preview_of(places, enrolment, ending)
        _require(places, enrolment, made, ending)
        if digest and made.digest != digest:
            raise Changed
        return end(places, enrolment, made, ending)

    return keep_places(organisation, household, now, work)


def owned(places: Places, person: str, enrolment_id: str) -> Enrolment:
    """A member's place that the household bought itself. Raises NotFound."""
    enrolment = places.enrolment(person, enrolment_id)
    if places.books.summary.member(person) is None or enrolment.household != places.books.household:
        raise NotFound
    return enrolment


def _require(places: Places, enrolment: Enrolment, made: Preview, ending: Ending) -> None:
    if not is_live(enrolment):
        raise Conflict(say("This place can not be given back any more."))
    if ending.by == FAMILY and not may_end(enrolment, terms_held(places, enrolment), made.lessons):
        raise Conflict(say("This place can not be cancelled here. Please contact us."))


def end(places: Places, enrolment: Enrolment, made: Preview, ending: Ending) -> Enrolment:
    """Does what a preview says: money, seat, rights and words, in the transaction of `places`."""
    note = _give_money_back(places, made)
    _give_others_back(places, enrolment, made, ending)
    ended = replace(
        enrolment,
        status=EnrolmentStatus.CANCELLED,
        ended_at=places.now,
        ended_by=ending.by,
        reason=ending.reason,
        returned=Price(made.off_invoice_minor + made.to_family_minor, made.currency, note) if note else None,
        wanted="",
        wanted_at=None,
    )
    vacate(places, ended, made.rights)
    _tell(places, ended, made, note)
    return ended


def _give_money_back(places: Places, made: Preview) -> str:
    """The credit note that a preview asks for, by its number; empty when nothing is given back."""
    if not made.lines:
        return ""
    title = made.lines[0].description
    return issuing.credit_part(places.books, places.books.invoices.get(made.invoice), made.lines, title).number


def _give_others_back(places: Places, enrolment: Enrolment, made: Preview, ending: Ending) -> None:
    """Credits what other homes paid of a place, each on its own invoice, by the same rules (NEW-2)."""
    cost = enrolment.price
    for part in cost.parts if cost else ():
        books, share = places.books.of(part.household), _share(places, enrolment, made.lessons, ending)
        charge = charge_of(books, Price(part.minor, made.currency, part.invoice, part.line))
        theirs = preview(charge, made.currency, made.lessons, share)
        if theirs.lines:
            title = theirs.lines[0].description
            issuing.credit_part(books, books.invoices.get(part.invoice), theirs.lines, title)


def vacate(places: Places, ended: Enrolment, rights: Sequence[str]) -> None:
    """Gives the seat of a place that has ended to the next, and takes its unused rights away."""
    places.put(ended)
    for right_id in rights:
        _take_away(places, ended, right_id)
    places.put_roll(places.roll(ended.class_group).without(ended.id))
    waiting.offer_next(places, ended.class_group)


def _take_away(places: Places, ended: Enrolment, right_id: str) -> None:
    """A right that goes takes with it what was held or waited for by it."""
    place = places.right(ended.person, right_id).place
    if place:
        wish = places.enrolment(ended.person, place)
        if wish.status in waiting.WAITS:
            waiting.give_up(places, wish)
        elif wish.status is EnrolmentStatus.HELD:
            places.drop(wish)
            places.put_roll(places.roll(wish.class_group).without(wish.id))
    places.drop_right(places.right(ended.person, right_id))


def member_of(places: Places, enrolment: Enrolment) -> MemberRow:
    """Whose place it is. Raises NotFound when the household has no such member any more."""
    member = places.books.summary.member(enrolment.person)
    if member is None:
        raise NotFound
    return member


def _tell(places: Places, ended: Enrolment, made: Preview, note: str) -> None:
    facts = {
        "title": dict(places.group(ended.class_group).title),
        "member": member_of(places, ended).first_name,
        "by": ended.ended_by,
        "reason": ended.reason,
        "note": note,
        "off_invoice": made.off_invoice_minor,
        "to_family": made.to_family_minor,
        "currency": made.currency,
        "payout_days": terms_held(places, ended).payout_days,
        "path": f"members/{ended.person}/enrolments/{ended.id}",
    }
    places.note("enrolment_cancelled", ended)
    notice = Notice("enrolment_cancelled", "", facts, household=places.books.household)
    places.books.tell(notice, message=f"left-{ended.id}")
