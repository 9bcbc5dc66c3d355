"""An organisation for a year: what families and staff do in it, each act at its moment, and what they know of it.

Nothing here looks at what the portal made of it; `tests.year.oracle` does.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from chalicelib.billing import receiving
from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Payment, PaymentStatus
from chalicelib.billing.pricing import LineRequest
from chalicelib.bookings import service as bookings
from chalicelib.bookings.domain import Booking, BookingStatus, Side
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.households.summary import AwayRow
from chalicelib.notifications import preferences
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import AutopayMode, BillingTerms, BrakeTerms, DunningStep, DunningTerms
from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.payments import customers, methods
from chalicelib.recurring import service as recurring
from chalicelib.recurring.domain import Frequency
from chalicelib.recurring.service import RecurringRequest
from chalicelib.schedule import classes
from chalicelib.schedule.classes import Staff
from chalicelib.schedule.domain import ClassGroup
from chalicelib.shared.ids import dated_id
from chalicelib.shared.times import from_local, local_day
from tests.support.acquirer import Acquirer
from tests.support.world import ZONE, World, build

STARTS = date(2027, 1, 4)
STEPS = (DunningStep(3), DunningStep(10, tone=2, fee_minor=500), DunningStep(24, tone=3, fee_ppm=20_000))
_CLASSES = ((2, time(7)), (0, time(16)), (5, time(9)), (6, time(10)))
"""Weekday and hour; on two Sundays the clocks are changed, and at seven nobody is to be disturbed."""
_LEADS = (Lead.DAY, Lead.EVENING, Lead.DAY, Lead.HOUR, Lead.DAY, Lead.NONE, Lead.DAY, Lead.TWO_DAYS)
_PAY = ("card", "card", "card", "declines", "never", "5", "12", "26", "-4", "card", "0", "never")
"""How each family pays: by the card on file, by one that is declined, never, or by hand, so many days after the day."""


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A time of the organisation's clock, in UTC."""
    return from_local(datetime.combine(day, time(hour, minute)), ZONE)


@dataclass
class Met:
    """A meeting as it is for everybody, from a moment on."""

    id: str
    starts: datetime
    takes_place: bool = True
    since: datetime = field(default_factory=lambda: at(STARTS))


@dataclass
class Booked:
    """A booking that was confirmed before the year began."""

    id: str
    starts: datetime
    cancelled_at: datetime | None = None


@dataclass
class Family:
    """A household as the scenario knows it."""

    number: int
    home: Household
    child: Person
    group: str
    place: str
    lead: Lead
    pays: str
    away: dict[str, datetime] = field(default_factory=dict)
    """Meetings that the child misses, and since when that is known."""
    booked: list[Booked] = field(default_factory=list)
    paid: dict[str, datetime] = field(default_factory=dict)
    """Invoices that were paid by hand, and when."""


@dataclass
class Living:
    """The organisation and all that happens in it."""

    world: World
    acquirer: Acquirer
    dice: random.Random
    days: int
    groups: dict[str, ClassGroup] = field(default_factory=dict)
    meetings: dict[str, list[list[Met]]] = field(default_factory=dict)
    """Of each class the meetings, each with all that it ever was, oldest first."""
    families: list[Family] = field(default_factory=list)
    acts: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)

    @property
    def ends(self) -> datetime:
        """When the year is over."""
        return at(STARTS + timedelta(days=self.days))

    @property
    def terms(self) -> BillingTerms:
        """What the organisation decided about money."""
        dunning = DunningTerms(STEPS, late_fees=True, late_fee_note={"en": "Art. 7", "fr": "Art. 7"})
        return BillingTerms(online=True, dunning=dunning, brakes=BrakeTerms(notice_days=3))

    def _weeks(self) -> Iterator[date]:
        return (STARTS + timedelta(weeks=week) for week in range(1, self.days // 7))

    def fill(self) -> None:
        """Everything that is there on the first day, and everything that will be done later."""
        self.world.organisation = replace(self.world.organisation, billing=self.terms, word=WordTerms())
        organisations.update(self.world.organisation)
        for weekday, hour in _CLASSES:
            self._teach(weekday, hour)
        for number, pays in enumerate(_PAY):
            self._move_in(number, pays)
        for family in self.families:
            self._plan_family(family)
        for group in self.groups.values():
            self._plan_class(group)
        self.acts.sort(key=lambda act: act[0])

    def _teach(self, weekday: int, hour: time) -> None:
        starts = [at(day + timedelta(days=weekday), hour.hour, hour.minute) for day in self._weeks()]
        group = self.world.class_group(f"Class {weekday}", *starts)
        self.groups[group.id] = group
        self.meetings[group.id] = [[Met(each.id, each.starts)] for each in group.occurrences]

    def _move_in(self, number: int, pays: str) -> None:
        group = list(self.groups.values())[number % len(self.groups)]
        home = self.world.household(f"Home {number}")
        self.world.user(home, email=f"home-{number}@example.com")
        child = self.world.member(home, f"Child{number}")
        place = self.world.enrol(
            home, child, group, starts_on=STARTS - timedelta(days=30), ends_on=STARTS + timedelta(days=self.days + 60),
            enrolled_at=self.world.now - timedelta(days=30),
        )  # fmt: skip
        family = Family(number, home, child, group.id, place.id, _LEADS[number % len(_LEADS)], pays)
        for month in range(1, self.days // 30, 2):
            if number % 2:
                self._book(family, STARTS + timedelta(days=30 * month + number))
        self.families.append(family)

    def _book(self, family: Family, day: date) -> None:
        starts = at(day, 14)
        booking = Booking(
            dated_id(day), family.home.id, "Room", starts, starts + timedelta(hours=1), BookingStatus.CONFIRMED,
            requested_at=self.world.now, decided_at=self.world.now,
        )  # fmt: skip
        self.world.booking(booking)
        family.booked.append(Booked(booking.id, starts))

    def _plan_family(self, family: Family) -> None:
        if family.lead is not Lead.DAY:
            wants = partial(replace, class_lead=family.lead)
            preferences.change(self.world.org, family.home.id, wants, "", self.world.now)
        line = LineRequest("Piano", Decimal(1), 5000 + 100 * family.number)
        mode = AutopayMode.ALWAYS if family.pays in ("card", "declines") else AutopayMode.OFF
        asked = RecurringRequest("Lessons", [line], Frequency.MONTHLY, date(2027, 2, 1), autopay=mode)
        recurring.create(self.world.organisation, family.home.id, asked, self.world.now)
        if mode is AutopayMode.ALWAYS:
            card = "succeeds" if family.pays == "card" else "declines_later"
            customer = customers.customer_of(
                self.acquirer.gateway, self.world.organisation, family.home.id, "", self.world.now
            )
            self.acquirer.account.save_card(customer, card)
            methods.refresh(self.acquirer.gateway, self.world.org, customer, self.world.now)
        elif family.pays != "never":
            self._plan_paying(family, int(family.pays))
        for each in family.booked[::3]:
            moment = each.starts - timedelta(hours=self.dice.choice((4, 60)))
            self.acts.append((moment, self._cancel_booking(family, each)))
        for meeting in self.dice.sample(self.meetings[family.group], min(5, len(self.meetings[family.group]))):
            moment = meeting[0].starts - timedelta(hours=self.dice.choice((2, 23.5, 30, 80)))
            self.acts.append((moment, self._stay_away(family, meeting[0].id)))

    def _plan_paying(self, family: Family, days: int) -> None:
        for month in range(2, 13):
            issued = date(2027, month, 1)
            self.acts.append((at(issued + timedelta(days=14 + days), 12, 5), self._pay(family, issued)))

    def _plan_class(self, group: ClassGroup) -> None:
        later, ahead = self.meetings[group.id][3:4], self.meetings[group.id][4:]
        for fourth in later:  # called off when a day before was half an hour ago
            self.acts.append((fourth[0].starts - timedelta(hours=23.5), self._cancel(group.id, fourth)))
        for meeting in self.dice.sample(ahead, min(6, len(ahead))):
            was = meeting[0]
            moment = was.starts - timedelta(hours=self.dice.choice((3, 23.5, 23.5, 31, 75)))
            change = self._cancel if self.dice.random() < 0.5 else self._move
            self.acts.append((moment, change(group.id, meeting)))

    def _cancel(self, group: str, meeting: list[Met]) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            classes.cancel_meetings(Staff(self.world.org, now), group, [meeting[0].id], {})
            meeting.append(replace(meeting[-1], takes_place=False, since=now))

        return act

    def _move(self, group: str, meeting: list[Met]) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            starts = meeting[-1].starts + timedelta(hours=self.dice.choice((2, 49, 73)))
            classes.move_meeting(
                Staff(self.world.org, now), group, meeting[0].id, starts, starts + timedelta(hours=1), "", {},
                overlap=True,
            )  # fmt: skip
            meeting.append(replace(meeting[-1], starts=starts, since=now))

        return act

    def _stay_away(self, family: Family, meeting: str) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            if meeting in family.away:
                return
            family.away[meeting] = now
            rows = tuple(AwayRow(family.place, each, local_day(now, ZONE)) for each in sorted(family.away))
            [stored] = households.get_summaries(self.world.org, (family.home.id,)).values()
            transaction = Transaction()
            households.save_summary(transaction, self.world.org, replace(stored, away=rows))
            transaction.commit()

        return act

    def _cancel_booking(self, family: Family, booked: Booked) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            told = self.world.organisation, family.home.id, booked.id
            step = bookings.cancelling(*told, Side.ORGANISATION, now)
            bookings.cancel(*told, Side.ORGANISATION, "", step.digest, now)
            booked.cancelled_at = now

        return act

    def _pay(self, family: Family, issued: date) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            found = billing.list_invoices(self.world.org, family.home.id).rows
            for invoice in found:
                if invoice.issued_on.month == issued.month and invoice.balance_minor and not invoice.late_for:
                    self._receive(family, invoice.id, invoice.balance_minor, now)

        return act

    def _receive(self, family: Family, invoice: str, minor: int, now: datetime) -> None:
        day = local_day(now, ZONE)
        payment = Payment(dated_id(day), family.home.id, day, minor, "CAD", "cheque", PaymentStatus.PENDING)
        keep(self.world.organisation, family.home.id, now, lambda books: receiving.receive(books, payment, (invoice,)))
        family.paid[invoice] = now


def begin(org: str, acquirer: Acquirer, seed: int, days: int) -> Living:
    """The organisation on its first day."""
    living = Living(build(org, at(STARTS)), acquirer, random.Random(seed), days)
    living.fill()
    return living
