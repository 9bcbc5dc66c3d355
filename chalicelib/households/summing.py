"""Adding up a household's records into its summary. Only what writes summaries loads it; pages read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.households.summary import (
    GIVEN_UP,
    MAX_ENROLMENTS,
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
    in_order,
)
from chalicelib.organisations.terms import USUAL, OwnTerms

MAX_UNPAID = 10
"""Unpaid invoices named one by one; the totals count all."""
MAX_NEWS = 10
NEWS_DAYS = 60
MAX_BOOKINGS = 20
MAX_WANTED = 20
"""Papers that the summary names as waited for: those due first."""
MAX_RIGHTS = 40
"""Rights to make up that the summary names: those that expire first."""


_Open = dict[tuple[str, date], tuple[int, int]]


class Owed(NamedTuple):
    """An invoice that waits for money: its row, and what of it falls due when, earliest first."""

    row: UnpaidRow
    dues: Sequence[tuple[date, int]]


def with_owed(summary: Summary, before: Owed | None, after: Owed | None) -> Summary:
    """The summary once what is owed on one invoice changed. Fewer rows than `MAX_UNPAID` may be left: see `missing`."""
    counted: _Open = {(row.currency, row.due_on): (row.minor, row.invoices) for row in summary.open}
    rows = [row for row in summary.unpaid if before is None or row.id != before.row.id]
    if before:
        _count(counted, before, -1)
    if after:
        _count(counted, after, 1)
        rows = [*rows, after.row]
    return replace(summary, open=_rows(counted), unpaid=tuple(earliest(rows)))


def missing_rows(summary: Summary) -> bool:
    """Whether the list of unpaid invoices is shorter than it could be."""
    return len(summary.unpaid) < min(MAX_UNPAID, summary.unpaid_count())


def with_news(summary: Summary, row: NewsRow, now: datetime) -> Summary:
    """The summary with something new; the newest, and nothing that is old."""
    oldest = now - timedelta(days=NEWS_DAYS)
    others = without_news(summary, row.kind, row.id)
    kept = [each for each in (*others.news, row) if each.at >= oldest]
    return replace(others, news=tuple(_newest(kept)), fresh=(*others.fresh, row))


def without_news(summary: Summary, kind: str, thing: str) -> Summary:
    """The summary once something is no news any more."""
    gone = (kind, thing)
    return replace(
        summary,
        news=tuple(each for each in summary.news if (each.kind, each.id) != gone),
        fresh=tuple(each for each in summary.fresh if (each.kind, each.id) != gone),
    )


def with_account(summary: Summary, row: AccountRow) -> Summary:
    """The summary once a ledger went on."""
    others = [each for each in summary.accounts if (each.payer, each.currency) != (row.payer, row.currency)]
    return replace(summary, accounts=tuple(sorted([*others, row])))


def with_enrolment(summary: Summary, row: EnrolmentRow, away: Sequence[AwayRow] = ()) -> Summary:
    """The summary once a place was taken or changed; `away` are all meetings to come that it will not be used at."""
    others = [each for each in summary.enrolments if each.id != row.id]
    elsewhere = [each for each in summary.away if each.enrolment != row.id]
    return replace(
        summary,
        enrolments=tuple(_last_ending([*others, row])),
        away=_in_time([*elsewhere, *away]),
    )


def without_enrolment(summary: Summary, enrolment: str) -> Summary:
    """The summary once a place that was never taken is gone."""
    return replace(
        summary,
        enrolments=tuple(each for each in summary.enrolments if each.id != enrolment),
        away=tuple(each for each in summary.away if each.enrolment != enrolment),
    )


def with_right(summary: Summary, right: str, row: RightRow | None) -> Summary:
    """The summary once a right to make up was given or changed; without a row it may not be used any more."""
    others = [each for each in summary.rights if each.id != right]
    return replace(summary, rights=_in_expiry([*others, row] if row else others)[:MAX_RIGHTS])


def with_wanted(summary: Summary, wanted: str, row: WantedRow | None) -> Summary:
    """The summary once a paper was asked for or came; without a row nobody waits for it any more."""
    others = [each for each in summary.wanted if each.id != wanted]
    return replace(summary, wanted=_first_due([*others, row] if row else others))


def _first_due(rows: Sequence[WantedRow]) -> tuple[WantedRow, ...]:
    """What has no day comes last."""
    return tuple(sorted(rows, key=lambda each: (each.due_on or date.max, each.id))[:MAX_WANTED])


def with_given(summary: Summary, row: GivenRow) -> Summary:
    """The summary once something that the organisation asks was answered.

    An answer takes the place of the one before and of the draft; a draft takes the place of a draft alone, so that
    beginning anew takes nothing back.
    """
    others = [each for each in summary.given if not _is_displaced(each, row)]
    return replace(summary, given=tuple(sorted([*others, row])))


def without_draft(summary: Summary, kind: str, thing: str, member: str) -> Summary:
    """The summary once a draft was thrown away."""
    gone = (kind, thing, member, "draft")
    kept = tuple(each for each in summary.given if (each.kind, each.id, each.member, each.state) != gone)
    return replace(summary, given=kept)


def _is_displaced(old: GivenRow, new: GivenRow) -> bool:
    same = (old.kind, old.id, old.member) == (new.kind, new.id, new.member)
    return same and (new.state != "draft" or old.state == "draft")


def _in_time(rows: Sequence[AwayRow]) -> tuple[AwayRow, ...]:
    return tuple(sorted(rows, key=lambda each: (each.day, each.enrolment, each.meeting)))


def _in_expiry(rows: Sequence[RightRow]) -> tuple[RightRow, ...]:
    return tuple(sorted(rows, key=lambda each: (each.expires_on, each.id)))


def _last_ending(rows: Sequence[EnrolmentRow]) -> list[EnrolmentRow]:
    """Places that were given up make room first: nobody pushes another's classes out of a calendar."""
    return sorted(rows, key=lambda each: (each.status not in GIVEN_UP, each.ends_on, each.id), reverse=True)[
        :MAX_ENROLMENTS
    ]


def _count(open_amounts: _Open, owed: Owed, sign: int) -> None:
    for index, (due_on, part) in enumerate(owed.dues):
        minor, count = open_amounts.get((owed.row.currency, due_on), (0, 0))
        left = (minor + sign * part, count + (sign if index == 0 else 0))
        open_amounts[owed.row.currency, due_on] = left
        if left == (0, 0):
            del open_amounts[owed.row.currency, due_on]


def _rows(open_amounts: _Open) -> tuple[OpenAmount, ...]:
    return tuple(OpenAmount(*kind, *amount) for kind, amount in sorted(open_amounts.items()))


def earliest(rows: Sequence[UnpaidRow]) -> list[UnpaidRow]:
    """The unpaid invoices that the summary names: those due first."""
    return sorted(rows, key=lambda each: (each.due_on, each.id))[:MAX_UNPAID]


def _newest(rows: Sequence[NewsRow]) -> list[NewsRow]:
    return sorted(rows, key=lambda each: (each.at, each.id), reverse=True)[:MAX_NEWS]


@dataclass(slots=True)
class SummaryBuilder:
    """Adds up a household's records into its summary, one at a time, in any order and however many."""

    today: date
    members: list[MemberRow] = field(default_factory=list)
    open: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)
    unpaid: list[UnpaidRow] = field(default_factory=list)
    enrolments: list[EnrolmentRow] = field(default_factory=list)
    away: list[AwayRow] = field(default_factory=list)
    rights: list[RightRow] = field(default_factory=list)
    wanted: list[WantedRow] = field(default_factory=list)
    given: list[GivenRow] = field(default_factory=list)
    bookings: list[BookingRow] = field(default_factory=list)
    news: list[NewsRow] = field(default_factory=list)
    has_invoices: bool = False
    has_bookings: bool = False
    accounts: dict[tuple[str, str], AccountRow] = field(default_factory=dict)
    holds: set[str] = field(default_factory=set)
    unread: int = 0

    def add_given(self, row: GivenRow) -> None:
        """Keeps the latest answer to each thing that is asked, and what was begun since."""
        self.given = [each for each in self.given if not _is_displaced(each, row)] + [row]

    def add_owed(self, owed: Owed) -> None:
        """Counts an invoice that waits for money; keeps the earliest due by name."""
        _count(self.open, owed, 1)
        self.unpaid = earliest([*self.unpaid, owed.row])

    def add_news(self, row: NewsRow) -> None:
        """Keeps the newest."""
        self.news = _newest([*self.news, row])

    def add_booking(self, row: BookingRow) -> None:
        """Keeps the next ones."""
        self.bookings = sorted([*self.bookings, row], key=lambda each: (each.starts, each.id))[:MAX_BOOKINGS]

    def add_enrolment(self, row: EnrolmentRow) -> None:
        """Keeps those that end last: they are what a calendar needs."""
        self.enrolments = _last_ending([*self.enrolments, row])

    def build(
        self, household: str, name: str, number: str, *, archived: bool = False, terms: OwnTerms = USUAL
    ) -> Summary:
        """The summary of all that was added."""
        return Summary(
            household=household,
            name=name,
            number=number,
            terms=terms,
            members=in_order(self.members),
            open=_rows(self.open),
            unpaid=tuple(self.unpaid),
            enrolments=tuple(self.enrolments),
            away=_in_time(self.away),
            rights=_in_expiry(self.rights)[:MAX_RIGHTS],
            wanted=_first_due(self.wanted),
            given=tuple(sorted(self.given)),
            bookings=tuple(self.bookings),
            news=tuple(self.news),
            fresh=tuple(self.news),
            accounts=tuple(sorted(self.accounts.values())),
            holds=frozenset(self.holds),
            unread=self.unread,
            has_invoices=self.has_invoices,
            has_bookings=self.has_bookings,
            archived=archived,
        )
