"""What a place costs, and what giving it back comes to: lessons counted, shares and fees worked out to the cent.

No storage, no clock. All amounts are minor units before taxes that are added, unless their names say otherwise. One
rule of rounding for all of it: the price of the lessons that were had is rounded with halves away from zero, and what
is left is the rest; a share of what is left is rounded in the same way; a fee is rounded down. So what is kept and
what is given back always add up to what was charged, and no fee is above the part that a law allows.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from chalicelib.billing.crediting import part_of_line
from chalicelib.billing.domain import Due, Invoice, InvoiceLine, TaxAmount, tax_totals
from chalicelib.billing.pricing import PER_WHOLE, rounded
from chalicelib.schedule.domain import ClassGroup, Enrolment, Occurrence, covered
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.times import day_begins, local_day


class Lessons(NamedTuple):
    """How much of what was bought was given."""

    had: int
    """Lessons that took place and have begun, whoever came, and those made up elsewhere."""
    left: int
    """Those to come, and those that the organisation cancelled and gave nothing for."""
    first: datetime | None
    """When the first of them begins."""
    ahead: bool
    """Whether any is still to come."""


def lessons_of(group: ClassGroup, enrolment: Enrolment, zone: str, now: datetime, unused: Collection[str]) -> Lessons:
    """The lessons that a place was bought for, given its rights to make up that are not used yet.

    What was cancelled before, or added to the class afterwards, is no part of the price.
    """
    bought = [
        meeting
        for meeting in covered(group, enrolment, zone)
        if enrolment.price is None or meeting.starts > enrolment.enrolled_at
    ]
    had = sum(_was_had(enrolment, meeting, now, unused) for meeting in bought)
    first = min((meeting.starts for meeting in bought if meeting.takes_place), default=None)
    count = (enrolment.price.lessons if enrolment.price else 0) or len(bought)
    had = min(had, count)
    return Lessons(had, count - had, first, any(meeting.starts > now for meeting in bought))


def _was_had(enrolment: Enrolment, meeting: Occurrence, now: datetime, unused: Collection[str]) -> bool:
    mark = enrolment.marks.get(meeting.id)
    if mark and mark.right and mark.right not in unused:
        return True
    return meeting.takes_place and meeting.starts <= now


def coming(group: ClassGroup, now: datetime) -> list[Occurrence]:
    """Meetings of a class that a place bought now would cover."""
    return [meeting for meeting in group.occurrences if meeting.takes_place and meeting.starts > now]


def price_of(group: ClassGroup, now: datetime) -> int:
    """What a place in all lessons to come costs: a part of the whole price once the class has begun."""
    lessons = sum(meeting.takes_place for meeting in group.occurrences)
    ahead = len(coming(group, now))
    return group.price_minor if ahead == lessons else rounded(Fraction(group.price_minor * ahead, lessons))


class Rule(Enum):
    """Why so much is given back."""

    WITHDRAWAL = "withdrawal"
    """Within the days after buying: all but the lessons given."""
    SHARE = "share"
    """The part that the rules give at this time."""
    STAFF = "staff"
    """The part that staff decided."""
    ORGANISATION = "organisation"
    """The organisation cancels: all but the lessons given."""


class Share(NamedTuple):
    """What part of the lessons left is given back, and what fee is kept of it."""

    rule: Rule
    back_ppm: int
    fee_minor: int = 0
    """At most."""
    fee_ppm: int = 0


ALL = Share(Rule.ORGANISATION, PER_WHOLE)


def share_of(terms: EnrolmentTerms, lessons: Lessons, bought: datetime, zone: str, now: datetime) -> Share:
    """What the rules give to whom leaves now a place that was `bought` then."""
    if terms.withdrawal_days and now < _withdrawal_ends(bought, terms.withdrawal_days, zone):
        return Share(Rule.WITHDRAWAL, PER_WHOLE)
    begun = lessons.first is not None and lessons.first <= now
    if terms.free_before_start and not begun:
        return Share(Rule.SHARE, _step(terms, lessons.first, now))
    return Share(Rule.SHARE, _step(terms, lessons.first, now), terms.fee_minor, terms.fee_ppm)


def _withdrawal_ends(bought: datetime, days: int, zone: str) -> datetime:
    """The end of the last local day: the day of buying does not count."""
    return day_begins(local_day(bought, zone) + timedelta(days=days + 1), zone)


def _step(terms: EnrolmentTerms, first: datetime | None, now: datetime) -> int:
    if first is None:
        return PER_WHOLE if terms.refund else 0
    return next((step.back_ppm for step in terms.refund if now <= first - timedelta(hours=step.hours)), 0)


class Charge(NamedTuple):
    """What was charged for a place, as it stands now."""

    minor: int = 0
    line: InvoiceLine | None = None
    """What is left of its line on the invoice; None where nothing was charged."""
    invoice: Invoice | None = None


class Preview(NamedTuple):
    """What giving a place back comes to (NEW-1). The digest of it is what the family agrees to."""

    currency: str
    lessons: Lessons
    price_minor: int
    had_minor: int
    """The price of the lessons that were had; it is kept."""
    left_minor: int
    rule: Rule
    back_ppm: int
    shared_minor: int
    """The part of what is left that is given back, before a fee."""
    fee_minor: int
    back_minor: int
    taxes: tuple[TaxAmount, ...] = ()
    """Given back with it."""
    lines: tuple[InvoiceLine, ...] = ()
    """Of the credit note; none when nothing is given back."""
    invoice: str = ""
    invoice_number: str = ""
    due_minor: int = 0
    """What was still to pay on the invoice."""
    dues: tuple[Due, ...] = ()
    """What is still to pay on it afterwards, and when."""
    rights: tuple[str, ...] = ()
    """Rights to make up that go."""
    priced: bool = True
    """Whether it is known here what was charged."""

    @property
    def kept_minor(self) -> int:
        """What of the price stays charged."""
        return self.price_minor - self.back_minor

    @property
    def credit_minor(self) -> int:
        """What the credit note comes to, taxes included."""
        return sum(line.total_minor for line in self.lines)

    @property
    def off_invoice_minor(self) -> int:
        """What of it no longer has to be paid."""
        return min(self.credit_minor, self.due_minor)

    @property
    def to_family_minor(self) -> int:
        """What of it is the family's: credit, or money that is paid out."""
        return self.credit_minor - self.off_invoice_minor

    @property
    def digest(self) -> str:
        """Changes whenever anything does that the family was told."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


def preview(charge: Charge, currency: str, lessons: Lessons, share: Share, rights: Sequence[str] = ()) -> Preview:
    """What giving a place back comes to, to the cent."""
    price, counted = charge.minor, lessons.had + lessons.left
    had = rounded(Fraction(price * lessons.had, counted)) if counted else 0
    shared = rounded(Fraction((price - had) * share.back_ppm, PER_WHOLE))
    fee = min(share.fee_minor, shared * share.fee_ppm // PER_WHOLE)
    back = shared - fee
    lines = (part_of_line(charge.line, back),) if charge.line and back else ()
    made = Preview(
        currency, lessons, price, had, price - had, share.rule, share.back_ppm, shared, fee, back,
        taxes=tuple(tax_totals(lines)), lines=lines, rights=tuple(rights),
    )  # fmt: skip
    return _on_invoice(made, charge.invoice) if charge.invoice else made


def _on_invoice(made: Preview, invoice: Invoice) -> Preview:
    return made._replace(
        invoice=invoice.id,
        invoice_number=invoice.number,
        due_minor=invoice.balance_minor,
        dues=_dues_after(invoice, min(made.credit_minor, invoice.balance_minor)),
    )


def _dues_after(invoice: Invoice, covered_minor: int) -> tuple[Due, ...]:
    """What is still to pay once so much more of an invoice is covered; the earliest part is covered first."""
    left: list[Due] = []
    for due in invoice.dues:
        taken = min(covered_minor, due.minor)
        covered_minor -= taken
        if due.minor > taken:
            left.append(Due(due.on, due.minor - taken))
    return tuple(left)
