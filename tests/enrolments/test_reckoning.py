"""What places cost and what giving them back comes to: laws by hand, and sums that always add up (P-17, NEW-1)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.domain import Due, Invoice, InvoiceLine, InvoiceStatus
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.enrolments.reckoning import (
    ALL,
    Charge,
    Lessons,
    Preview,
    Rule,
    Share,
    lessons_of,
    preview,
    price_of,
    share_of,
)
from chalicelib.organisations.terms import BillingTerms, Tax
from chalicelib.schedule.domain import (
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentStatus,
    Mark,
    Occurrence,
    OccurrenceStatus,
    Price,
)
from chalicelib.schedule.presets import PRESETS
from chalicelib.schedule.terms import EnrolmentTerms, RefundStep, terms_document, terms_from
from tests.support.proof import PROOF

ZONE = "America/Toronto"
FIRST = datetime(2026, 9, 14, 21, 0, tzinfo=UTC)
"""A Monday at five in the afternoon in Toronto."""
BOUGHT = datetime(2026, 8, 20, 15, 0, tzinfo=UTC)
QUEBEC = EnrolmentTerms().with_({"preset": "quebec_course"})
EU = EnrolmentTerms().with_({"preset": "eu_withdrawal"})
TAXES = (Tax("TPS", 50_000), Tax("TVQ", 99_750))


def weekly(lessons: int, *cancelled: int, price_minor: int = 30000) -> ClassGroup:
    """A class that meets each week from FIRST on."""
    meetings = tuple(
        Occurrence(
            f"m{number}", FIRST + timedelta(weeks=number), FIRST + timedelta(weeks=number, hours=1),
            status=OccurrenceStatus.CANCELLED if number in cancelled else OccurrenceStatus.PLANNED,
        )
        for number in range(lessons)
    )  # fmt: skip
    return ClassGroup("c", {"en": "Ballet"}, occurrences=meetings, price_minor=price_minor)


def place(minor: int = 30000, **changes: object) -> Enrolment:
    """A place that was bought before the class began."""
    told = {"price": Price(minor, "CAD", "i"), **changes}
    return Enrolment(
        "e", "p", "c", "h", EnrolmentStatus.ACTIVE, date(2026, 9, 14), date(2027, 9, 14), BOUGHT, **told  # type: ignore[arg-type]
    )  # fmt: skip


def billed(minor: int, taxes: tuple[Tax, ...] = TAXES, paid: int = 0, schedule: tuple[Due, ...] = ()) -> Charge:
    """A place on an invoice of its own."""
    (line,) = price([LineRequest("Ballet", Decimal(1), minor)], BillingTerms(taxes=taxes))
    invoice = Invoice(
        "i", "h", "2026-1", "CAD", date(2026, 8, 20), date(2026, 9, 3), InvoiceStatus.ISSUED, (line,),
        line.total_minor, paid, schedule=schedule,
    )  # fmt: skip
    return Charge(minor, line, invoice)


def left(terms: EnrolmentTerms, group: ClassGroup, now: datetime, minor: int = 30000) -> Preview:
    """What leaving at a moment comes to."""
    lessons = lessons_of(group, place(minor), ZONE, now, ())
    return preview(billed(minor), "CAD", lessons, share_of(terms, lessons, BOUGHT, ZONE, now))


@pytest.mark.parametrize(
    ("weeks", "had", "fee", "back"),
    [
        (-1, 0, 0, 30000),  # before the start: nothing is kept
        (0.5, 3000, 2700, 24300),  # one lesson of ten; 10 % of 270 $
        (4.5, 15000, 1500, 13500),  # five; 10 % of 150 $
        (8.5, 27000, 300, 2700),
        (9.5, 30000, 0, 0),  # all ten
    ],
)
def test_a_quebec_course(weeks: float, had: int, fee: int, back: int) -> None:
    """X-13: nothing before the start; then the lessons received, and the lesser of 50 $ or 10 % of the rest."""
    made = left(QUEBEC, weekly(10), FIRST + timedelta(weeks=weeks))

    assert (made.had_minor, made.fee_minor, made.back_minor) == (had, fee, back)


def test_fifty_dollars_are_the_most_that_a_quebec_course_keeps() -> None:
    """X-13: of 1000 $ with one of ten lessons given, 10 % of what is left would be 90 $."""
    made = left(QUEBEC, weekly(10), FIRST + timedelta(days=1), 100_000)

    assert (made.had_minor, made.left_minor, made.fee_minor, made.back_minor) == (10_000, 90_000, 5_000, 85_000)


def test_the_start_is_the_first_minute_of_the_first_lesson() -> None:
    """X-13: it takes effect when it is sent."""
    before, at = (left(QUEBEC, weekly(10), FIRST + timedelta(seconds=each)) for each in (-1, 0))

    assert (before.lessons.had, before.back_minor) == (0, 30000)
    assert (at.lessons.had, at.had_minor, at.fee_minor) == (1, 3000, 2700)


@pytest.mark.parametrize(
    ("when", "rule", "back"),
    [
        (datetime(2026, 8, 20, 15, 0, tzinfo=UTC), Rule.WITHDRAWAL, 30000),
        (datetime(2026, 9, 4, 3, 59, 59, tzinfo=UTC), Rule.WITHDRAWAL, 30000),  # the last second of 3 September there
        (datetime(2026, 9, 4, 4, 0, tzinfo=UTC), Rule.SHARE, 0),
    ],
)
def test_fourteen_days_to_withdraw(when: datetime, rule: Rule, back: int) -> None:
    """X-14: the day of buying does not count, and the fourteenth is there to its end."""
    made = left(EU, weekly(10), when)

    assert (made.rule, made.back_minor) == (rule, back)


def test_withdrawing_after_the_first_lesson_pays_that_lesson() -> None:
    group = weekly(10)
    bought = FIRST - timedelta(days=3)
    now = FIRST + timedelta(days=1)
    lessons = lessons_of(group, place(), ZONE, now, ())
    share = share_of(EU, lessons, bought, ZONE, now)

    assert share == Share(Rule.WITHDRAWAL, 1_000_000)
    assert preview(billed(30000), "CAD", lessons, share).back_minor == 27000


@pytest.mark.parametrize(
    ("hours", "ppm"), [(49, 1_000_000), (48, 1_000_000), (47.99, 500_000), (0, 500_000), (-24, 250_000), (-24.01, 0)]
)
def test_the_share_falls_step_by_step(hours: float, ppm: int) -> None:
    """Hours before the first lesson; a step holds up to its very moment."""
    steps = (RefundStep(48, 1_000_000), RefundStep(0, 500_000), RefundStep(-24, 250_000))
    now = FIRST - timedelta(hours=hours)
    lessons = lessons_of(weekly(10), place(), ZONE, now, ())

    assert share_of(EnrolmentTerms(refund=steps), lessons, BOUGHT, ZONE, now).back_ppm == ppm


def test_taxes_go_back_with_the_price() -> None:
    """100.00 and 14.98 of taxes; three of ten lessons were given: what stays bears 1.50 and 2.99."""
    made = preview(billed(10000), "CAD", Lessons(3, 7, FIRST, True), ALL)

    assert made.back_minor == 7000
    assert [(tax.name, tax.minor) for tax in made.taxes] == [("TPS", 350), ("TVQ", 699)]
    assert made.credit_minor == 8049


def test_what_is_not_paid_yet_is_taken_off_first() -> None:
    """The last instalments stay, for credit covers what falls due first."""
    days = [Due(date(2026, 9, day), 5749) for day in (3, 17)]
    charge = billed(10000, paid=5749, schedule=tuple(days))
    made = preview(charge, "CAD", Lessons(5, 5, FIRST, True), Share(Rule.SHARE, 500_000))

    assert (made.credit_minor, made.off_invoice_minor, made.to_family_minor) == (2875, 2875, 0)
    assert made.dues == (Due(date(2026, 9, 17), 2874),)
    whole = preview(charge, "CAD", Lessons(0, 10, FIRST, True), ALL)
    assert (whole.off_invoice_minor, whole.to_family_minor, whole.dues) == (5749, 5749, ())


def test_a_lesson_that_the_organisation_cancelled_was_not_had() -> None:
    made = left(QUEBEC, weekly(10, 1), FIRST + timedelta(weeks=2, days=1))

    assert made.lessons == Lessons(2, 8, FIRST, True)


def test_a_lesson_that_was_made_up_was_had_even_if_it_is_still_to_come() -> None:
    """A right that was used stands for its lesson; one that was not goes, and the lesson is left."""
    mark = Mark(Attendance.ABSENT_EXCUSED, BOUGHT, right="r")
    now = FIRST + timedelta(days=1)

    def had(*unused: str) -> int:
        return lessons_of(weekly(10), place(marks={"m5": mark}), ZONE, now, unused).had

    assert (had("r"), had()) == (1, 2)


def test_a_place_in_a_class_that_has_begun_costs_its_part() -> None:
    group = weekly(7, price_minor=10000)

    assert price_of(group, FIRST - timedelta(seconds=1)) == 10000
    assert price_of(group, FIRST) == 8571
    assert price_of(group, FIRST + timedelta(weeks=7)) == 0


def test_rules_that_were_copied_are_the_same_when_they_are_read() -> None:
    """NEW-1: also where they differ from the ready-made ones that they began as."""
    changed = EnrolmentTerms().with_({"preset": "quebec_course", "leave": False, "fee_minor": 0})

    for terms in (QUEBEC, EU, changed, EnrolmentTerms()):
        assert terms_from(terms_document(terms)) == terms
    assert not changed.leave
    assert set(PRESETS) == {"quebec_course", "eu_withdrawal"}


_COUNTS = st.integers(1, 40)
_RULES = st.builds(
    EnrolmentTerms,
    refund=st.lists(st.tuples(st.integers(-300, 300), st.integers(0, 1_000_000)), max_size=4).map(
        lambda steps: tuple(
            RefundStep(hours, ppm)
            for hours, ppm in zip(
                sorted((step[0] for step in steps), reverse=True),
                sorted((step[1] for step in steps), reverse=True),
                strict=True,
            )
        )
    ),
    fee_minor=st.integers(0, 10_000),
    fee_ppm=st.integers(0, 1_000_000),
    free_before_start=st.booleans(),
    withdrawal_days=st.integers(0, 40),
)


@given(
    minor=st.integers(0, 200_000),
    had=st.integers(0, 40),
    more=_COUNTS,
    ppm=st.integers(0, 1_000_000),
    fee=st.integers(0, 10_000),
    part=st.integers(0, 1_000_000),
    rates=st.lists(st.integers(0, 250_000), max_size=3),
)
@PROOF
def test_what_is_kept_and_what_is_given_back_are_what_was_charged(
    minor: int, had: int, more: int, ppm: int, fee: int, part: int, rates: list[int]
) -> None:
    """P-17: never more than was charged, with taxes and without, and no fee above its part."""
    taxes = tuple(Tax(f"T{number}", rate) for number, rate in enumerate(rates))
    charge = billed(minor, taxes)
    made = preview(charge, "CAD", Lessons(had, more, FIRST, True), Share(Rule.SHARE, ppm, fee, part))

    assert made.kept_minor + made.back_minor == minor == made.had_minor + made.left_minor
    assert 0 <= made.back_minor <= made.shared_minor <= made.left_minor <= minor
    assert made.fee_minor <= fee
    assert made.fee_minor * 1_000_000 <= made.shared_minor * part
    assert 0 <= made.credit_minor <= total([charge.line] if charge.line else [])
    assert made.off_invoice_minor + made.to_family_minor == made.credit_minor
    assert sum(due.minor for due in made.dues) == made.due_minor - made.off_invoice_minor
    assert sum(line.amount_minor for line in made.lines) == made.back_minor


@given(terms=_RULES, minor=st.integers(0, 200_000), lessons=st.integers(1, 12),
       hours=st.lists(st.integers(-900, 2200), min_size=2, max_size=2))  # fmt: skip
@PROOF
def test_whoever_leaves_later_never_gets_more(
    terms: EnrolmentTerms, minor: int, lessons: int, hours: list[int]
) -> None:
    group, (early, late) = weekly(lessons), sorted(hours)

    earlier, later = (left(terms, group, max(BOUGHT, FIRST + timedelta(hours=each)), minor) for each in (early, late))

    assert later.back_minor <= earlier.back_minor
    assert later.credit_minor <= earlier.credit_minor


@given(steps=st.lists(st.integers(0, 40), min_size=1, max_size=6), minor=st.integers(1, 100_000))
@PROOF
def test_parts_of_a_line_never_come_to_more_than_the_line(steps: list[int], minor: int) -> None:
    """Credit after credit, each for a part of what the one before left."""
    from chalicelib.billing.crediting import part_of_line, uncredited

    lines = price([LineRequest("Ballet", Decimal(1), minor)], BillingTerms(taxes=TAXES))
    credited: list[InvoiceLine] = []
    for step in steps:
        (rest,) = uncredited(lines, credited)
        part = rest.amount_minor * step // 40
        if part:
            credited.append(part_of_line(rest, part))

    (rest,) = uncredited(lines, credited)
    assert all(tax.minor >= 0 for tax in rest.taxes)
    assert rest.total_minor + total(credited) == total(lines)
