"""What people choose to pay, read from forms: which invoices, and how much (INV-5, X-5)."""

from collections.abc import Mapping

from chalicelib.billing.amounts import parse_amount
from chalicelib.billing.domain import Invoice
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say
from chalicelib.web.forms import Form
from chalicelib.web.language import Local, locale_of

ALL, NEXT, OTHER = "all", "next", "other"
"""Everything that is left, what falls due next, or an amount that is typed."""

_BOX = "pay-"
"""Start of the names of the boxes beside invoices; the invoice's id follows."""


def read_choice(fields: Mapping[str, str], invoice: Invoice, local: Local) -> int:
    """Minor units of an invoice that somebody wants to pay; 0 means all that is left. Raises Invalid."""
    form, choice = Form(fields), fields.get("choice")
    if choice not in (ALL, NEXT, OTHER):
        raise Invalid({"": say("Choose one of the amounts offered")})
    minor = read_amount(form, invoice.currency, local) if choice == OTHER else 0
    form.done()
    return invoice.dues[0].minor if choice == NEXT and invoice.dues else minor


def read_amount(form: Form, currency: str, local: Local) -> int:
    """Minor units that were typed into the field `amount`; what is none is noted in the form."""
    text = form.text("amount", required=True)
    if not text or "amount" in form.errors:
        return 0
    try:
        minor = parse_amount(text, currency, locale_of(local.language, local.country))
    except ValueError:
        form.errors["amount"] = say("Enter an amount such as 120.50")
        return 0
    if minor <= 0:
        form.errors["amount"] = say("Enter an amount above zero")
    return minor


def read_boxes(fields: Mapping[str, str], most: int) -> list[str]:
    """Ids of the invoices whose boxes were ticked. Raises Invalid when there are none, or more than `most`."""
    chosen = [name.removeprefix(_BOX) for name in fields if name.startswith(_BOX)]
    if not chosen:
        raise Invalid({"": say("Choose at least one invoice")})
    if len(chosen) > most:
        raise Invalid({"": say("Choose at most %(n)s invoices", n=most)})
    return chosen


def box(invoice: str) -> str:
    """Name of the box beside an invoice."""
    return f"{_BOX}{invoice}"
