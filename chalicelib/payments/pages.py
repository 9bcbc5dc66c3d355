"""View models of paying: what may be chosen, payment methods, links, where a payment stands."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.billing.domain import Invoice
from chalicelib.households.summary import Summary, UnpaidRow
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import BillingTerms
from chalicelib.payments.domain import Checkout, CheckoutState, Method
from chalicelib.payments.forms import ALL, NEXT, OTHER, box
from chalicelib.shared.ids import named_id
from chalicelib.shared.money import Money
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import months_after
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

if TYPE_CHECKING:
    from chalicelib.payments.links import Link

_BRANDS = {
    "visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover",
    "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay", "interac": "Interac",
}  # fmt: skip
_KINDS: dict[str, Message] = {"card": say("Card"), "debit": say("Bank account"), "other": say("Payment method")}

_SOON_MONTHS = 2


class PaymentView(NamedTuple):
    """What can be done about an invoice that waits for money."""

    id: str
    number: str
    balance: str
    """Empty when nothing is left to pay."""
    due_on: str
    options: list[tuple[str, str]]
    """Amounts to choose from; one alone is no choice."""
    credit: str
    """What the family has in its favour for it; empty when nothing."""
    method: str
    """The method on file that Stripe's page will offer; empty when there is none."""
    is_autopay: bool
    is_under_way: bool
    """Whether money for it is on its way."""
    online: bool
    has_links: bool


class BoxView(NamedTuple):
    """An invoice that can be ticked."""

    name: str
    label: str


class MethodView(NamedTuple):
    """A payment method on file (PM-1)."""

    title: str
    """Brand and last four digits."""
    expires: str
    href: str
    path: str
    """Path of its acts within the portal."""
    is_default: bool
    badge: tuple[str, str] | None
    """What is to be known of it first, and its tone: that it has expired, soon will, or is the default."""


class LinkView(NamedTuple):
    """A link by which somebody else pays."""

    hash: str
    name: str
    amount: str
    meta: str
    is_over: bool


class DoneView(NamedTuple):
    """Where a payment stands."""

    state: str
    """`paid`, `pending`, `open` or `unknown`."""
    amount: str
    onward: str
    """Where to go on: to the invoice, or to all payments."""
    is_invoice: bool
    again: str
    """Where to try again."""


def payment_view(
    invoice: Invoice,
    organisation: Organisation,
    local: Local,
    *,
    credit_minor: int = 0,
    methods: Sequence[Method] = (),
    is_under_way: bool = False,
) -> PaymentView:
    """An invoice as the page shows it on which it is paid."""
    terms = organisation.billing
    default = next((m for m in methods if m.is_default and m.payer == invoice.payer), None)
    return PaymentView(
        id=invoice.id,
        number=invoice.number,
        balance=local.money(invoice.balance_minor, invoice.currency) if invoice.balance_minor else "",
        due_on=local.date(invoice.dues[0].on, "long") if invoice.dues else "",
        options=[(key, local.say(words)) for key, words in _options(invoice, terms)],
        credit=local.money(min(credit_minor, invoice.balance_minor), invoice.currency) if credit_minor else "",
        method=method_title(default, local) if default else "",
        is_autopay=invoice.autopay,
        is_under_way=is_under_way,
        online=terms.online,
        has_links=terms.online and terms.pay_links,
    )


def _options(invoice: Invoice, terms: BillingTerms) -> list[tuple[str, Message]]:
    """What may be paid (X-5): all, what falls due next, another amount where that can be something else."""
    options = [(ALL, say("All that is left: %(amount)s", amount=Money(invoice.balance_minor, invoice.currency)))]
    if len(invoice.dues) > 1:
        due = invoice.dues[0]
        words = say("What is due by %(day)s: %(amount)s", day=due.on, amount=Money(due.minor, invoice.currency))
        options.append((NEXT, words))
    if len(invoice.dues) > 1 or terms.partial or terms.overpayment:
        options.append((OTHER, say("Another amount")))
    return options


def boxes(rows: Sequence[UnpaidRow], local: Local) -> list[BoxView]:
    """Open invoices, for choosing several."""
    return [BoxView(box(row.id), dotted(row.number, _due(row, local), _left(row, local))) for row in rows]


def _due(row: UnpaidRow, local: Local) -> str:
    return local.say(say("Due %(day)s", day=row.due_on))


def _left(row: UnpaidRow, local: Local) -> str:
    return local.money(row.balance, row.currency)


def payers(home: Summary) -> list[tuple[str, str]]:
    """Who is billed within the household, where that is more than one: id (empty: the household) and name."""
    told = dict.fromkeys(["", *(row.payer for row in home.accounts)])
    named = [(payer, member.name) for payer in told if payer and (member := home.member(payer))]
    return [("", home.name), *named] if named else []


def method_view(method: Method, local: Local, org: str, today: date) -> MethodView:
    """A payment method on file, as it stands today."""
    path = f"payment-methods/{named_id(method.id)}"
    return MethodView(
        title=method_title(method, local),
        expires=local.date(date.fromisoformat(f"{method.expires}-01"), "month_year") if method.expires else "",
        href=urls.portal(org, path),
        path=path,
        is_default=method.is_default,
        badge=_badge(method, local, today),
    )


def method_title(method: Method, local: Local) -> str:
    """What people know a method by: `Visa •••• 4242`."""
    kind = local.say(_KINDS.get(method.kind, _KINDS["other"]))
    name = _BRANDS.get(method.brand) or (method.brand if method.kind == "debit" else "") or kind
    return " •••• ".join(part for part in (name, method.last4) if part)


def _badge(method: Method, local: Local, today: date) -> tuple[str, str] | None:
    if method.is_expired(today):
        return local.say(say("Expired", context="payment_method")), "danger"
    if method.is_expired(months_after(today, _SOON_MONTHS)):
        return local.say(say("Expires soon")), "warning"
    return (local.say(say("Default", context="payment_method")), "info") if method.is_default else None


def link_view(link: "Link", currency: str, local: Local, today: date) -> LinkView:
    """A link in the family's list."""
    is_over = link.until < today
    words = say("Ended on %(day)s", day=link.until) if is_over else say("Good until %(day)s", day=link.until)
    return LinkView(link.hash, link.name, local.money(link.minor, currency), local.say(words), is_over)


_STATES = {
    CheckoutState.DONE: "paid", CheckoutState.PENDING: "pending",
    CheckoutState.OPEN: "open", CheckoutState.CREATING: "open", CheckoutState.CLOSED: "open",
}  # fmt: skip


def done_view(checkout: Checkout, local: Local, org: str, *, is_known: bool) -> DoneView:
    """Where an attempt stands; `is_known` is whether Stripe could say so."""
    one = len(checkout.invoices) == 1
    return DoneView(
        state=_STATES[checkout.state] if is_known or not checkout.state.is_live else "unknown",
        amount=local.money(checkout.minor, checkout.currency),
        onward=urls.portal(org, f"invoices/{checkout.invoices[0]}" if one else "payments"),
        is_invoice=one,
        again=urls.portal(org, checkout.back),
    )
