"""The household summary: what the dashboard, the navigation and short lists need, in one small document.

It is kept by the writes that change a household, so that a page costs one read however long
the history is (design: reading is cheap because writing does the work).
"""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.organisations.terms import USUAL, OwnTerms
from chalicelib.shared.frozen import Frozen, frozen

MAX_ENROLMENTS = 60
ENROLMENT_DAYS = 365
"""How long after its end an enrolment stays in the summary; a calendar reads those from before on their own."""
GIVEN_UP = frozenset({"cancelled", "transferred", "offer_expired"})
"""States of places (`schedule.domain.EnrolmentStatus`) that are over for good."""


class MemberRow(NamedTuple):
    """A member's name and age, for lists."""

    id: str
    first_name: str
    last_name: str
    birth_date: date | None = None
    keeps: frozenset[str] = frozenset()
    """What the member keeps from everybody else in the household (values of `households.domain.Private`)."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class OpenAmount(NamedTuple):
    """What is still due of all invoices of one currency that fall due on one day."""

    currency: str
    due_on: date
    minor: int
    invoices: int
    """How many; an invoice with several due dates counts at its first."""


class AccountRow(NamedTuple):
    """Where the ledger of one payer and currency stands."""

    payer: str
    """Empty: the household itself."""
    currency: str
    balance: int
    """Minor units; below zero it is credit."""
    sequence: int
    """Number of the last entry."""
    day: date
    """Day on which the last entry was booked."""


class UnpaidRow(NamedTuple):
    """An invoice that waits for money."""

    id: str
    number: str
    due_on: date
    """When its next part falls due."""
    balance: int
    currency: str
    status: str = "issued"


class EnrolmentRow(NamedTuple):
    """A member's place in a class group."""

    id: str
    member: str
    class_group: str
    status: str
    starts_on: date
    ends_on: date
    kind: str = "course"
    meeting: str = ""
    """The one meeting it is for, such as a make-up; empty: all between the days."""


class AwayRow(NamedTuple):
    """A meeting to come that a member will not be at."""

    enrolment: str
    meeting: str
    day: date


class RightRow(NamedTuple):
    """A right to make up that is not used."""

    id: str
    member: str
    expires_on: date


class GivenRow(NamedTuple):
    """The latest answer to something that the organisation asks: a form filled in, a consent given."""

    kind: str
    """`form` or `consent`."""
    id: str
    """Of the form or consent that asks."""
    version: int
    """That was answered."""
    member: str
    """Whom it is about; empty: the household."""
    day: date
    state: str
    """`draft` or `done` of a form; `signed`, `declined` or `withdrawn` of a consent."""
    until: date | None = None
    """Last day on which it holds; None: until it is asked anew."""


class WantedRow(NamedTuple):
    """A paper that the organisation waits for."""

    id: str
    title: str
    member: str
    """Whom it is about; empty: the household."""
    due_on: date | None
    """Last day on which it is in time."""


class BookingRow(NamedTuple):
    """A booking that is not over, or waits for an answer."""

    id: str
    resource: str
    starts: datetime
    ends: datetime
    status: str


class NewsRow(NamedTuple):
    """Something that came to the account."""

    kind: str
    """`invoice`, `payment`, `credit_note`, `quote`, `enrolment` or `booking`."""
    id: str
    label: str
    """What names it: the number of an invoice, quote or credit note, a payment's minor units and currency
    (`4000 CAD`), the class group's id of an enrolment, the place of a booking. Readers' pages put it into words."""
    at: datetime


@frozen
class Summary(Frozen):
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
    accounts: tuple[AccountRow, ...] = ()
    holds: frozenset[str] = frozenset()
    """Other kinds of things the household has, e.g. `quote`, so that only these are shown (DASH-6)."""
    away: tuple[AwayRow, ...] = ()
    rights: tuple[RightRow, ...] = ()
    """First to expire first."""
    given: tuple[GivenRow, ...] = ()
    unread: int = 0
    """Messages of the organisation that nobody of the household has opened."""
    wanted: tuple[WantedRow, ...] = ()
    """Papers that the family has to send, due first."""
    fresh: tuple[NewsRow, ...] = field(default=(), compare=False)
    """News that came since the summary was read: whoever writes it adds them to the list of all news (MSG-2)."""
    parted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What somebody keeps who is no member any more, by his or her id: papers stay here, but do not open by it."""
    terms: OwnTerms = USUAL
    """What is agreed with the household alone about its invoices (`Household.terms`)."""
    version: int | None = None
    known: object = field(default=None, compare=False)
    """What of it there was to come (`ahead`) when it was read; None: it was not stored yet."""

    @property
    def ahead(self) -> tuple[object, ...]:
        """All that a family may have to be reminded of."""
        return (
            self.members, self.enrolments, self.away, self.bookings, self.rights, self.given, self.wanted,
            self.archived,
        )  # fmt: skip

    def member(self, member_id: str) -> MemberRow | None:
        """The member with this id, or None when the household has no such member."""
        return next((row for row in self.members if row.id == member_id), None)

    def keeps(self, member_id: str) -> frozenset[str]:
        """What a member, or somebody who was one, keeps from everybody else in the household (NEW-14)."""
        row = self.member(member_id)
        return row.keeps if row else self.parted.get(member_id, frozenset())

    def with_member(self, row: MemberRow) -> "Summary":
        """This summary with a member added, or shown under a new name."""
        others = tuple(member for member in self.members if member.id != row.id)
        parted = {member: keeps for member, keeps in self.parted.items() if member != row.id}
        return replace(self, members=in_order((*others, row)), parted=parted)

    def put_away(self, member_id: str) -> "Summary":
        """This summary once somebody is in its lists no more; where he or she went stays, and so does what is kept."""
        keeps = self.keeps(member_id)
        members = tuple(row for row in self.members if row.id != member_id)
        return replace(self, members=members, parted={**self.parted, **({member_id: keeps} if keeps else {})})

    def without_member(self, member_id: str) -> "Summary":
        """This summary once somebody is no member any more; papers that name the member stay."""
        gone = {row.id for row in self.enrolments if row.member == member_id}
        return replace(
            self.put_away(member_id),
            enrolments=tuple(row for row in self.enrolments if row.id not in gone),
            away=tuple(row for row in self.away if row.enrolment not in gone),
            rights=tuple(row for row in self.rights if row.member != member_id),
        )

    def due(self) -> Mapping[str, int]:
        """Minor units still to pay, by currency."""
        return _add_up(self.open)

    def overdue(self, today: date) -> Mapping[str, int]:
        """Minor units that should have been paid before `today`, by currency."""
        return _add_up(amount for amount in self.open if amount.due_on < today)

    def account(self, payer: str, currency: str) -> AccountRow | None:
        """Where the ledger of a payer stands; None before its first entry."""
        return next((row for row in self.accounts if (row.payer, row.currency) == (payer, currency)), None)

    def credit(self) -> Mapping[str, int]:
        """Minor units the family has in its favour, by currency: what it is owed beyond what is due (CRED-1)."""
        due = self.due()
        totals: dict[str, int] = {}
        for row in self.accounts:
            totals[row.currency] = totals.get(row.currency, 0) + row.balance
        left = {currency: due.get(currency, 0) - balance for currency, balance in totals.items()}
        return {currency: minor for currency, minor in left.items() if minor > 0}

    def unpaid_count(self) -> int:
        """How many invoices wait for money."""
        return sum(amount.invoices for amount in self.open)


def _add_up(amounts: Iterable[OpenAmount]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, 0) + amount.minor
    return totals


def in_order(members: Iterable[MemberRow]) -> tuple[MemberRow, ...]:
    """Members as lists show them: by first name, then last."""
    return tuple(sorted(members, key=lambda row: (row.first_name.casefold(), row.last_name.casefold(), row.id)))
