"""The papers in a family's copy: PDF of its documents of the last years, of its accounts by year, and its calendar."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.billing import reading
from chalicelib.billing.domain import CreditNote, Invoice, InvoiceStatus, Payment
from chalicelib.billing.period import Period
from chalicelib.billing.statements import Switches
from chalicelib.calendar import gathering, ical
from chalicelib.calendar.gathering import Family
from chalicelib.consents import store as consents
from chalicelib.consents.domain import Signature
from chalicelib.files.naming import neutral
from chalicelib.forms import store as forms
from chalicelib.forms.domain import Answers, Content
from chalicelib.forms.pages import subject
from chalicelib.households.domain import Role
from chalicelib.identity.seeing import without_private
from chalicelib.organisations.domain import Module
from chalicelib.papers import composing, typesetting
from chalicelib.papers.composing import Desk
from chalicelib.papers.consent_paper import consent_paper
from chalicelib.papers.documents import credit_note_paper, has_receipt, invoice_paper, quote_paper, receipt_paper
from chalicelib.papers.form_paper import form_paper
from chalicelib.papers.paper import Paper
from chalicelib.papers.statement import statement_paper
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.shared.times import local_day
from chalicelib.slips.domain import Slip
from chalicelib.slips.paper import slip_paper
from chalicelib.web.language import Local

YEARS = 7
"""Papers of so many years back are made; of older ones there are the records."""
_ALL = Switches(*([True] * len(Switches._fields)))
_REACH = timedelta(days=730)
"""How far the calendar reaches, back and ahead."""


class Press(NamedTuple):
    """Where a family's papers are made: whose, with which logo, when."""

    desk: Desk
    logo: bytes
    now: datetime

    @property
    def today(self) -> date:
        """The organisation's day."""
        return local_day(self.now, self.desk.organisation.zone)

    @property
    def since(self) -> date:
        """First day of which papers are made."""
        return date(self.today.year - YEARS, 1, 1)

    def pdf(self, paper: Paper) -> bytes:
        """One paper as PDF."""
        look = composing.look(self.desk.organisation, self.logo)
        return typesetting.make(typesetting.Bundle(paper.name, [paper], look, self.now))


def paper_of(press: Press, record: object) -> tuple[str, Paper] | None:
    """The paper of a record, and its place in the copy; None where there is none, or where it is too old."""
    desk, since = press.desk, press.since
    match record:
        case Invoice() if record.status is not InvoiceStatus.DRAFT and record.issued_on >= since:
            return _place("invoices", record.number), invoice_paper(desk, record)
        case CreditNote() if record.issued_on >= since:
            return _place("credit-notes", record.number), credit_note_paper(desk, record)
        case Payment() if has_receipt(record) and record.received_on >= since:
            return _place("receipts", record.receipt_number), receipt_paper(desk, record)
        case Quote() if record.status is not QuoteStatus.DRAFT and record.made_on >= since:
            return _place("quotes", record.number), quote_paper(desk, record, press.today)
        case Answers() | Signature() | Slip() if local_day(_made_at(record), desk.organisation.zone) >= since:
            return _told_paper(desk, record)
    return None


def _made_at(record: Answers | Signature | Slip) -> datetime:
    return record.released_at if isinstance(record, Slip) else record.at


def _told_paper(desk: Desk, record: Answers | Signature | Slip) -> tuple[str, Paper] | None:
    """What the family told or agreed to, in the language in which it was read, or what it was told for its taxes."""
    org = desk.organisation.slug
    match record:
        case Answers():
            content = forms.get_version(org, record.whom.form, record.version) if record.id else None
            return _form(_read_in(desk, record.language), content, record) if content else None
        case Signature():
            edition = consents.get_edition(org, record.consent, record.version)
            made = consent_paper(_read_in(desk, record.language), record, edition)
            return _place("consents", f"{record.title} {record.member_name} {record.id}"), made
        case Slip():
            return _place("slips", f"{record.number} {record.code}"), slip_paper(desk, record)


def _form(desk: Desk, content: Content, answers: Answers) -> tuple[str, Paper]:
    member = answers.whom.member
    about = subject(desk.summary, member, desk.local) if member else desk.summary.name
    made = form_paper(desk, content, answers, about)
    return _place("forms", f"{made.title} {about} {answers.id}"), made


def _read_in(desk: Desk, language: str) -> Desk:
    organisation = desk.organisation
    return desk._replace(local=Local(language, organisation.country, organisation.zone))


def _place(folder: str, number: str) -> str:
    return f"papers/{folder}/{neutral(number, 'pdf')}"


def statements(press: Press) -> Iterator[tuple[str, Paper]]:
    """A statement of each account for each of the last years in which anything was booked."""
    desk = press.desk
    for row in desk.summary.accounts:
        account = reading.Account(desk.organisation.slug, desk.household.id, row.payer, row.currency)
        for year in range(press.since.year, press.today.year + 1):
            period = Period(date(year, 1, 1), min(date(year, 12, 31), press.today))
            made = reading.statement(desk.summary, account, period, press.today, _ALL)
            if made.rows:
                name = neutral(f"{year} {row.currency} {row.payer[:6]}", "pdf")
                yield f"papers/statements/{name}", statement_paper(desk, made, row.currency, row.payer)


def calendar(press: Press, person: str) -> bytes:
    """All that stands in the family's calendar in two years back and two ahead, as iCalendar; empty for nothing.

    Members who keep their schedule to themselves are not in it, but for the `person` who asks (NEW-14).
    """
    desk, organisation = press.desk, press.desk.organisation
    if not organisation.uses(Module.CLASSES):
        return b""
    family = Family(organisation, without_private(desk.summary, person), Role.HOLDER, press.now)
    found = gathering.everything(family, press.now - _REACH, press.now + _REACH, whole=True, bookings=True)
    return ical.calendar(ical.Writing(organisation, desk.local, (desk.summary,)), "", found).encode()
