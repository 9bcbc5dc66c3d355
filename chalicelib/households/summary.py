"""The household summary: what the dashboard, the navigation and short lists need, in one small document.

It is kept by the writes that change a household, so that a page costs one read however long
the history is (design: reading is cheap because writing does the work).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

MAX_UNPAID = 10
"""Unpaid invoices named one by one; the totals count all."""
MAX_NEWS = 10
MAX_BOOKINGS = 20
MAX_ENROLMENTS = 60


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member's name and age, for lists."""

    id: str
    first_name: str
    last_name: str
    birth_date: date | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """What is still due of all invoices of one currency that fall due on one day."""

    currency: str
    due_on: date
    minor: int
    count: int


@dataclass(frozen=True, slots=True)
class UnpaidRow:
    """An invoice that waits for money."""

    id: str
    number: str
    due_on: date
    balance: int
    currency: str


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A member's place in a class group."""

    id: str
    member: str
    class_group: str
    status: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking that is not over, or waits for an answer."""

    id: str
    resource: str
    starts: datetime
    ends: datetime
    status: str


@dataclass(frozen=True, slots=True)
class NewsRow:
    """Something that came to the account."""

    kind: str
    """`invoice`, `payment`, `enrolment` or `booking`."""
    id: str
    label: str
    """What names it: an invoice's number, a payment's minor units and currency (`4000 CAD`), the class group's id of
    an enrolment, the place of a booking. Readers' pages put it into their own words."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """One household at a glance."""

    household: str
    name: str
    number: str = ""
    members: tuple[MemberRow, ...] = ()
    open: tuple[OpenAmount, ...] = ()
    unpaid: tuple[UnpaidRow, ...] = ()
    enrolments: tuple[EnrolmentRow, ...] = ()
    bookings: tuple[BookingRow, ...] = ()
    news: tuple[NewsRow, ...] = ()
    has_invoices: bool = False
    has_bookings: bool = False
    archived: bool = False
    version: int | None = None

    def member(self, member_id: str) -> MemberRow | None:
        """The member with this id, or None when the household has no such member."""
        return next((row for row in self.members if row.id == member_id), None)

    def with_member(self, row: MemberRow) -> "Summary":
        """This summary with a member added, or shown under a new name."""
        others = tuple(member for member in self.members if member.id != row.id)
        return replace(self, members=in_order((*others, row)))

    def due(self) -> Mapping[str, int]:
        """Minor units still to pay, by currency."""
        return _add_up(self.open)

    def overdue(self, today: date) -> Mapping[str, int]:
        """Minor units that should have been paid before `today`, by currency."""
        return _add_up(amount for amount in self.open if amount.due_on < today)

    def unpaid_count(self) -> int:
        """How many invoices wait for money."""
        return sum(amount.count for amount in self.open)


def _add_up(amounts: Iterable[OpenAmount]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return totals


def in_order(members: Iterable[MemberRow]) -> tuple[MemberRow, ...]:
    """Members as lists show them: by first name, then last."""
    return tuple(sorted(members, key=lambda row: (row.first_name.casefold(), row.last_name.casefold(), row.id)))


@dataclass(slots=True)
class SummaryBuilder:
    """Adds up a household's records into its summary, one at a time, in any order and however many."""

    today: date
    members: list[MemberRow] = field(default_factory=list)
    open: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)
    unpaid: list[UnpaidRow] = field(default_factory=list)
    enrolments: list[EnrolmentRow] = field(default_factory=list)
    bookings: list[BookingRow] = field(default_factory=list)
    news: list[NewsRow] = field(default_factory=list)
    has_invoices: bool = False
    has_bookings: bool = False

    def add_unpaid(self, row: UnpaidRow) -> None:
        """Counts an invoice that waits for money; keeps the earliest due by name."""
        minor, count = self.open.get((row.currency, row.due_on), (0, 0))
        self.open[row.currency, row.due_on] = (minor + row.balance, count + 1)
        self.unpaid = sorted([*self.unpaid, row], key=lambda each: (each.due_on, each.id))[:MAX_UNPAID]

    def add_news(self, row: NewsRow) -> None:
        """Keeps the newest."""
        self.news = sorted([*self.news, row], key=lambda each: (each.at, each.id), reverse=True)[:MAX_NEWS]

    def add_booking(self, row: BookingRow) -> None:
        """Keeps the next ones."""
        self.bookings = sorted([*self.bookings, row], key=lambda each: (each.starts, each.id))[:MAX_BOOKINGS]

    def add_enrolment(self, row: EnrolmentRow) -> None:
        """Keeps those that end last: they are what a calendar needs."""
        newest = sorted([*self.enrolments, row], key=lambda each: (each.ends_on, each.id), reverse=True)
        self.enrolments = newest[:MAX_ENROLMENTS]

    def build(self, household: str, name: str, number: str, *, archived: bool = False) -> Summary:
        """The summary of all that was added."""
        return Summary(
            household=household,
            name=name,
            number=number,
            members=in_order(self.members),
            open=tuple(
                OpenAmount(currency, due_on, minor, count)
                for (currency, due_on), (minor, count) in sorted(self.open.items())
            ),
            unpaid=tuple(self.unpaid),
            enrolments=tuple(self.enrolments),
            bookings=tuple(self.bookings),
            news=tuple(self.news),
            has_invoices=self.has_invoices,
            has_bookings=self.has_bookings,
            archived=archived,
        )
