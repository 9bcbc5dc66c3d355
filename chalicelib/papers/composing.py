"""What papers have in common: who writes to whom, lines by member, taxes and totals, in the reader's language."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chalicelib.billing.domain import InvoiceLine, tax_totals
from chalicelib.billing.pages import tax_words
from chalicelib.households.domain import Household
from chalicelib.households.summary import Summary
from chalicelib.organisations import brand
from chalicelib.organisations.domain import Organisation
from chalicelib.papers.paper import (
    Column,
    Fact,
    Group,
    Kind,
    Look,
    Paper,
    Party,
    Passage,
    Row,
    Size,
    Table,
    Total,
    Words,
)
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

_LETTER_COUNTRIES = frozenset({"CA", "US", "MX"})
"""Where the usual sheet is US Letter (ISO 3166 codes); elsewhere it is A4."""


class Desk(NamedTuple):
    """Where papers are written: for whom, by whom, in which language."""

    organisation: Organisation
    household: Household
    summary: Summary
    local: Local

    def say(self, key: Message) -> str:
        """A sentence in the reader's language."""
        return self.local.say(key)

    @property
    def issuer_name(self) -> str:
        """The name that stands on papers."""
        return self.organisation.billing.legal_name or self.local.text(self.organisation.name)


def look(organisation: Organisation, logo: bytes = b"") -> Look:
    """How the organisation's papers look: its colour, its logo, and the sheet of its country."""
    size = Size.LETTER if organisation.country in _LETTER_COUNTRIES else Size.A4
    return Look(size, brand.on_white(organisation.brand.colour), logo)


def paper(desk: Desk, kind: Kind, title: Message, number: str, addressee: Party) -> Paper:
    """A paper with its letterhead and foot, and nothing on it yet."""
    local, contact = desk.local, desk.organisation.contact
    name = desk.issuer_name
    return Paper(
        kind=kind,
        title=desk.say(title),
        number=number,
        language=local.language,
        direction=local.direction,
        words=Words(
            page=desk.say(say("Page %(page)s of %(pages)s", page="{page}", pages="{pages}")),
            logo=desk.say(say("Logo of %(name)s", name=local.text(desk.organisation.name))),
        ),
        issuer=Party(name, tuple(_issuer_lines(desk))),
        addressee=addressee,
        footer=" · ".join(part for part in (name, contact.website, contact.email) if part),
    )


def _issuer_lines(desk: Desk) -> Iterable[str]:
    organisation = desk.organisation
    contact, public_name = organisation.contact, desk.local.text(organisation.name)
    if public_name != desk.issuer_name:
        yield public_name
    yield contact.address
    yield " · ".join(part for part in (contact.phone_shown, contact.email) if part)
    yield " · ".join(f"{tax.name} {tax.registration}" for tax in organisation.billing.taxes if tax.registration)


def billed(desk: Desk, title: Message, payer: str = "") -> Party:
    """Who a paper is made out to: the household, or the member who pays for himself."""
    member = desk.summary.member(payer) if payer else None
    address = desk.household.address
    city = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    abroad = address.country if address.country != desk.organisation.country else ""
    lines = tuple(part for part in (address.street, city, abroad) if part)
    return Party(member.name if member else desk.household.name, lines, desk.say(title))


def facts(desk: Desk, *pairs: tuple[Message, str]) -> tuple[Fact, ...]:
    """The facts that there are; empty ones are left out."""
    return tuple(Fact(desk.say(label), value) for label, value in pairs if value)


def columns(desk: Desk, wide: Message, *numbers: Message) -> tuple[Column, ...]:
    """A wide column and columns of numbers after it."""
    return (Column(desk.say(wide), is_wide=True), *(Column(desk.say(title), is_number=True) for title in numbers))


def lines_table(desk: Desk, lines: Sequence[InvoiceLine], currency: str) -> Table:
    """The lines of a document, by member; columns that would be empty are left out."""
    discounted, taxed = any(line.discount_minor for line in lines), any(line.taxes for line in lines)
    optional = ((say("Discount"), discounted), (say("Taxes"), taxed))
    titles = (say("Quantity"), say("Unit price"), *(title for title, shown in optional if shown), say("Amount"))
    members = list(dict.fromkeys(line.member for line in lines))
    groups = tuple(
        Group(
            tuple(_line(desk, line, currency, discounted, taxed) for line in lines if line.member == member),
            _group_title(desk, member, alone=members == [""]),
        )
        for member in members
    )
    return Table(columns(desk, say("Description"), *titles), groups)


def _group_title(desk: Desk, member: str, *, alone: bool) -> str:
    found = desk.summary.member(member) if member else None
    if found:
        return found.name
    return "" if alone else desk.say(say("For the household"))


def _line(desk: Desk, line: InvoiceLine, currency: str, discounted: bool, taxed: bool) -> Row:
    local = desk.local
    discount = local.money(-line.discount_minor, currency) if line.discount_minor else ""
    cells = [line.description, local.number(line.quantity), local.money(line.unit_minor, currency)]
    cells += [discount] if discounted else []
    cells += [", ".join(tax.name for tax in line.taxes)] if taxed else []
    return Row((*cells, local.money(line.amount_minor, currency)))


def line_totals(desk: Desk, lines: Sequence[InvoiceLine], total_minor: int, currency: str) -> list[Total]:
    """Subtotal, each tax, and the total of a document."""
    local = desk.local
    subtotal = Total(desk.say(say("Subtotal")), local.money(sum(line.amount_minor for line in lines), currency))
    taxes = [Total(tax_words(tax, local), local.money(tax.minor, currency)) for tax in tax_totals(lines)]
    total = Total(desk.say(say("Total")), local.money(total_minor, currency), is_strong=True)
    return [subtotal, *taxes, total]


def notes(desk: Desk, text: str, title: Message | None = None) -> tuple[Passage, ...]:
    """A note with its title, and the organisation's own words for the foot of papers; what there is of them."""
    footer = desk.local.text(desk.organisation.billing.footer)
    passages = (Passage(text, desk.say(title) if title else ""), Passage(footer))
    return tuple(passage for passage in passages if passage.text)
