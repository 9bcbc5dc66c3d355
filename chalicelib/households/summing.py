"""Adding up a household's records into its summary. Only what writes summaries loads it; pages read them."""

from dataclasses import dataclass, field
from datetime import date

from chalicelib.households.summary import (
    BookingRow,
    EnrolmentRow,
    MemberRow,
    NewsRow,
    OpenAmount,
    Summary,
    UnpaidRow,
    in_order,
)

MAX_UNPAID = 10
"""Unpaid invoices named one by one; the totals count all."""
MAX_NEWS = 10
MAX_BOOKINGS = 20
MAX_ENROLMENTS = 60


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
