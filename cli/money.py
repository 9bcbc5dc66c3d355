"""Commands of invoices, payments and credits. Each may be repeated: what was done before is not done again."""

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chalicelib import bootstrap
from chalicelib.admin import billing_files, desk, operators
from chalicelib.admin.desk import Received
from chalicelib.billing.domain import Invoice, InvoiceStatus, Payment, Refund
from chalicelib.data.items import Item
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import parking
from chalicelib.payments.parking import ParkedItem
from chalicelib.shared.errors import NotFound
from chalicelib.shared.money import exponent
from chalicelib.shared.times import local_day
from chalicelib.web.forms import parse_day
from cli import stripe
from cli.asking import Amount, DocumentFile, DocumentId, HouseholdId, Org, at, find, minor_of, plainly, stop, tell, why

invoices = typer.Typer(help="Make invoices, show them to families, take them back.", no_args_is_help=True)
payments = typer.Typer(help="Note payments, give them back, see what waits for a person.", no_args_is_help=True)
credits_ = typer.Typer(help="Give families credit, and use it.", no_args_is_help=True)

Method = Annotated[str, typer.Option(help="How it was paid: cash, cheque, transfer, card, other.")]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="Day of the payment, as 2026-11-22; today if left out.")]
Reference = Annotated[str, typer.Option(help="Number of the cheque or the transfer.")]
Reason = Annotated[str, typer.Option(help="Why; the family reads it.")]
Times = Annotated[int, typer.Option("--number", min=1, help="2 for a second one that is alike in all the rest, …")]
_METHODS = ("cash", "cheque", "transfer", "card", "other")


@invoices.command("draft")
def draft_invoice(org: Org, household: HouseholdId, file: DocumentFile, number: Times = 1) -> None:
    """Make a draft, which the family does not see yet."""
    organisation, home, now = at(org, household)
    with plainly():
        wanted = billing_files.read_invoice(file, organisation)
        name = f"{sha256(file.read_bytes()).hexdigest()} {number}"
        made = desk.draft(organisation, home, wanted, name, now)
    done = "Drafted" if made.status is InvoiceStatus.DRAFT else "Issued before as"
    tell(f"{done} invoice {made.number} {made.id}: {_money(made.total_minor, made.currency)}".replace("  ", " "))


@invoices.command("issue")
def issue_invoice(org: Org, household: HouseholdId, invoice: DocumentId) -> None:
    """Give a draft its number, show it to the family as unpaid, and mail it."""
    _publish(org, household, invoice, send=True)


@invoices.command("mark-sent")
def mark_sent(org: Org, household: HouseholdId, invoice: DocumentId) -> None:
    """The same without a mail: you have sent it in another way."""
    _publish(org, household, invoice, send=False)


@invoices.command("send")
def send_invoice(org: Org, household: HouseholdId, invoice: DocumentId) -> None:
    """Mail an issued invoice once more; at most once a day."""
    organisation, home, now = at(org, household)
    with plainly():
        sent = desk.send(organisation, home, invoice, now)
    tell(f"Mailed {_named(sent)}")


@invoices.command("mark-paid")
def mark_paid(
    org: Org,
    household: HouseholdId,
    invoice: DocumentId,
    method: Method = "cash",
    on: On = "",
    reference: Reference = "",
) -> None:
    """Note that all of an invoice was paid; a draft gets its number and is shown, without a mail."""
    organisation, home, now = at(org, household)
    received = Received(0, _method(method), _day(on, organisation, now), reference)
    with plainly():
        paid, payment = desk.mark_paid(organisation, home, invoice, received, now)
    told = f"with payment {payment.id}" if payment else "before; nothing was noted"
    tell(f"{_named(paid)} is paid, {told}")


@invoices.command("cancel")
def cancel_invoice(org: Org, household: HouseholdId, invoice: DocumentId, reason: Reason = "") -> None:
    """Take an issued invoice back whole by a credit note; what was paid on it becomes credit. A draft just goes."""
    organisation, home, now = at(org, household)
    with plainly():
        cancelled = desk.cancel(organisation, home, invoice, reason, now)
    tell(f"{_named(cancelled)} is {cancelled.status.value}")


@invoices.command("credit")
def credit_invoice(org: Org, household: HouseholdId, invoice: DocumentId, amount: Amount, reason: Reason = "") -> None:
    """Take part of an invoice back by a credit note. AMOUNT is what shall be taken back in all, taxes included."""
    organisation, home, now = at(org, household)
    with plainly():
        note = desk.credit(organisation, home, invoice, minor_of(amount, organisation.currency), reason, now)
    tell(f"Credit note {note.number} over {_money(note.total_minor, note.currency)}" if note else "Taken back before")


@payments.command("record")
def record_payment(
    org: Org,
    household: HouseholdId,
    amount: Amount,
    method: Method = "cash",
    on: On = "",
    reference: Reference = "",
    invoice: Annotated[
        list[str] | None, typer.Option(help="Id of an invoice it is for; else what is due first.")
    ] = None,
    number: Times = 1,
) -> None:
    """Note money that came in by another way than Stripe. What is left over stays as credit."""
    organisation, home, now = at(org, household)
    received = Received(
        minor_of(amount, organisation.currency), _method(method), _day(on, organisation, now), reference,
        tuple(invoice or ()), organisation.currency, number,
    )  # fmt: skip
    with plainly():
        payment, is_new = desk.record(organisation, home, received, now)
    tell(f"{'Noted' if is_new else 'Noted before, as'} payment {payment.id}{_covered(payment)}")


@payments.command("refund")
def refund_payment(
    org: Org,
    household: HouseholdId,
    payment: DocumentId,
    amount: Amount,
    by_hand: Annotated[str, typer.Option(metavar="METHOD", help="It went back by this way; it is only noted.")] = "",
    reason: Reason = "",
) -> None:
    """Give a payment back, the way it came. AMOUNT is what shall be given back in all."""
    organisation, home, now = at(org, household)
    minor = minor_of(amount, organisation.currency)
    given = Refund("", local_day(now, organisation.zone), minor, _method(by_hand) if by_hand else "", reason)
    online = organisation.billing.online and not by_hand
    with plainly():
        gateway = stripe.gateway(org) if online else None
        more = desk.refund(gateway, organisation, home, payment, minor, given, now)
    tell(f"Gave back {_money(more, organisation.currency)}" if more else "So much was given back before")


@payments.command("parked")
def list_parked(org: Org) -> None:
    """Show what waits for a person: money that fits nothing, disputes, answers by mail from senders nobody knows."""
    organisation = find(org)
    table = Table("name", "since", "household", "reason", "about")
    table.columns[0].overflow = "fold"  # whole, for it is typed again to close it
    waiting, now = list(parking.waiting(organisation.slug)), bootstrap.clock().now()
    homes = {item.household or "" for item in waiting if isinstance(item, ParkedItem)}
    for home in homes - {""}:
        operators.look(organisation.slug, home, why(), now)
    if "" in homes:
        operators.work(organisation.slug, why(), now)
    for item in waiting:
        table.add_row(*map(escape, _parked(item)))  # brackets in what strangers write are no markup
    Console().print(table if table.row_count else "Nothing waits.")


@payments.command("close")
def close_parked(
    org: Org,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name as `payments parked` shows it.")],
    note: Annotated[str, typer.Option(help="What was done about it; kept for a year.")],
) -> None:
    """Take something off the list of what waits for a person, once it is dealt with. It changes no money."""
    organisation, now = find(org), bootstrap.clock().now()
    operators.work(organisation.slug, why(), now)
    try:
        parking.close(organisation.slug, name, note, now)
    except NotFound as missing:
        raise stop(f"Nothing waits under the name {name}.") from missing
    tell(f"Closed {name}")


@credits_.command("give")
def give_credit(
    org: Org,
    household: HouseholdId,
    amount: Amount,
    reason: Annotated[str, typer.Option(help="Why; it stands on the credit note.")],
    number: Times = 1,
) -> None:
    """Give a family credit that corrects no invoice."""
    organisation, home, now = at(org, household)
    with plainly():
        minor = minor_of(amount, organisation.currency)
        note, is_new = desk.give_credit(organisation, home, minor, reason, now, times=number)
    tell(f"{'Gave' if is_new else 'Gave before'} credit note {note.number}: {_money(note.total_minor, note.currency)}")


@credits_.command("use")
def use_credit(org: Org, household: HouseholdId, invoice: DocumentId) -> None:
    """Cover an invoice with what the family has in its favour, oldest first."""
    organisation, home, now = at(org, household)
    with plainly():
        used = desk.use_credit(organisation, home, invoice, now)
    tell(f"Used {_money(used, organisation.currency)}")


def _publish(org: str, household: str, invoice: str, *, send: bool) -> None:
    organisation, home, now = at(org, household)
    with plainly():
        issued = desk.issue(organisation, home, invoice, now, send=send)
    tell(f"Issued {_named(issued)} {issued.id}, to be paid until {issued.due_on}")


def _named(invoice: Invoice) -> str:
    return f"invoice {invoice.number}"


def _money(minor: int, currency: str) -> str:
    places = exponent(currency)
    return f"{Decimal(minor).scaleb(-places)} {currency}"


def _covered(payment: Payment) -> str:
    parts = [f"{part.number} {_money(part.minor, payment.currency)}" for part in payment.allocations]
    left = [f"{_money(payment.unapplied_minor, payment.currency)} stays as credit"] if payment.unapplied_minor else []
    return "".join(f"; {words}" for words in (*parts, *left))


def _method(told: str) -> str:
    if told not in _METHODS:
        raise stop(f"{told} is no way of paying; known are {', '.join(_METHODS)}.")
    return told


def _day(text: str, organisation: Organisation, now: datetime) -> date:
    """The day that was told; today if none was."""
    today = local_day(now, organisation.zone)
    found = parse_day(text) if text else today
    if found is None or found > today:
        raise stop(f"--on {text} must be a day such as {today}, and not in the future.")
    return found


def _parked(item: Item) -> tuple[str, ...]:
    told = item.attribute_values
    about = told["facts"] if isinstance(item, ParkedItem) else {"stripe": told["told"]["object"]}
    words = " ".join(f"{name} {value}" for name, value in about.items())
    since = told.get("since") or told["received_at"]
    return item.pk.rpartition("#")[2], since, told.get("household") or "", told.get("reason") or told["outcome"], words
