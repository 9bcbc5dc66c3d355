"""Reads what a household's slips are made from: its children's invoices and what covers them, credit notes, places."""

from collections.abc import Iterable, Sequence
from datetime import date

from chalicelib.billing import store as billing
from chalicelib.billing.domain import CreditNote, Invoice
from chalicelib.billing.models import CreditNoteItem, MemberInvoiceItem
from chalicelib.data import keys, read
from chalicelib.households import store as households
from chalicelib.households.domain import ARCHIVED
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import Enrolment
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.shared.errors import NotFound
from chalicelib.slips import store
from chalicelib.slips.domain import RULES, Paid, SlipFile, SlipSettings, Standing, is_too_old
from chalicelib.slips.reckoning import Counts, paid_in
from chalicelib.slips.standing import Season, standings
from chalicelib.web.forms import whole

FIRST_YEAR = 2000


def season_of(organisation: Organisation, year: int) -> Season:
    """A tax year of an organisation. One strong read. Raises NotFound where its country has no slip."""
    rules = RULES.get(organisation.country)
    if rules is None:
        raise NotFound
    return Season(year, rules, store.get_settings(organisation.slug))


def year_in(text: str, today: date) -> int:
    """The tax year that an address asks for: this one or an earlier one; the last one where it asks for none."""
    told = whole(text, 4) or 0
    return told if FIRST_YEAR <= told <= today.year else today.year - 1


def look(org: str, season: Season, summary: Summary, file: SlipFile) -> list[Standing]:
    """Where each child of a household stands in a year.

    Round trips: two for each child, and four: invoices, credit notes where there are any, classes, slips.
    """
    slips = store.slips_of_year(org, summary.household, season.year)
    members = _members(org, summary)
    return standings(season, file, members, _paid(org, season, summary, members), slips)


def _members(org: str, summary: Summary) -> Sequence[MemberRow]:
    """Everybody of the household; who was put away with the history (X-6) may have been paid for before."""
    if ARCHIVED not in summary.holds:
        return summary.members
    return (*summary.members, *map(households.member_row, households.list_archived(org, summary.household)))


def _paid(org: str, season: Season, summary: Summary, members: Iterable[MemberRow]) -> Sequence[Paid]:
    """What was paid for members; of those beyond the limit of age as well, so that they are told why there is none."""
    if not _anything_counts(season.settings):
        return ()
    notes = _notes(org, summary)
    children = [member for member in members if not _is_adult(member, season)]
    invoices = _invoices(org, summary.household, children, notes)
    return [
        paid
        for paid in paid_in(season.year, invoices, notes, _counts(org, season.settings, children))
        if any(paid.member == child.id for child in children)
    ]


_GROWN = 5
"""Years beyond the limit of age after which nobody wonders why there is no slip."""


def _is_adult(member: MemberRow, season: Season) -> bool:
    """Whether nobody expects a slip for a member."""
    lenient = season.rules._replace(oldest=season.rules.oldest + _GROWN)
    return is_too_old(member.birth_date, season.year, lenient, season.settings)


def _anything_counts(settings: SlipSettings) -> bool:
    return bool(settings.programmes or settings.class_groups or settings.words)


def _notes(org: str, summary: Summary) -> list[CreditNote]:
    if "credit_note" not in summary.holds:
        return []
    start = keys.credit_note(org, summary.household, "")
    return [billing.credit_note_from(item) for item in read.each(CreditNoteItem, start.pk, start.sk)]


def _invoices(org: str, household: str, children: Iterable[MemberRow], notes: Iterable[CreditNote]) -> list[Invoice]:
    """All invoices with a line for one of the children, and those whose credit notes may cover one of these."""
    partition = keys.household_partition(org, household)
    pointers = (
        item.invoice
        for child in children
        for item in read.each(MemberInvoiceItem, partition, keys.member_invoice_prefix(child.id))
    )
    found = dict.fromkeys(pointers)
    if not found:
        return []
    sources = {note.invoice: None for note in notes if note.invoice}
    return billing.get_invoices(org, household, list(found | sources))


def _counts(org: str, settings: SlipSettings, children: Iterable[MemberRow]) -> Counts:
    """Tells of an invoice line whether it counts: by the place that it pays for, or by how its words begin."""
    bought = _lines_of_places(org, settings, children)
    beginnings = tuple(word.casefold() for word in settings.words)

    def counts(invoice: Invoice, place: int) -> bool:
        line = invoice.lines[place]
        return (invoice.id, place) in bought or line.description.casefold().startswith(beginnings)

    return counts


def _lines_of_places(org: str, settings: SlipSettings, children: Iterable[MemberRow]) -> set[tuple[str, int]]:
    """Invoices and places of the lines by which children's places in classes that count were bought, by any home."""
    places = [each for child in children for each in _enrolments(org, child.id) if each.price and each.price.invoice]
    groups = schedule.get_class_groups(org, {each.class_group for each in places}) if settings.programmes else {}
    counting = [
        each.price
        for each in places
        if each.price
        and (
            each.class_group in settings.class_groups
            or (each.class_group in groups and groups[each.class_group].programme in settings.programmes)
        )
    ]
    others = {(part.invoice, part.line) for price in counting for part in price.parts}
    return {(price.invoice, price.line) for price in counting} | others


def _enrolments(org: str, person: str) -> Iterable[Enrolment]:
    start = keys.enrolment(org, person, "")
    return (schedule.enrolment_from(item) for item in read.each(EnrolmentItem, start.pk, start.sk))
