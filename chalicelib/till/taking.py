"""Money that somebody hands over at the desk: by which way, when, and what it is for."""

from collections.abc import Mapping
from datetime import date

from chalicelib.admin.desk import Received
from chalicelib.billing.pages import METHOD_WORDS
from chalicelib.shared.texts import Message, say
from chalicelib.till.amounts import read_amount
from chalicelib.till.homes import ID
from chalicelib.till.refusing import name_of_form
from chalicelib.web.forms import Form
from chalicelib.web.http import Request

METHODS: dict[str, Message] = {name: METHOD_WORDS[name] for name in ("cash", "cheque", "transfer", "card", "other")}
"""Ways that do not go through Stripe; a card is one that was read by the organisation's own terminal."""
BOX = "for-"
"""Start of the names of the boxes beside invoices; the invoice's id follows."""
MOST = 20
"""Invoices that one payment is for."""


def chosen_invoices(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the invoices whose boxes are ticked."""
    return tuple(name.removeprefix(BOX)[:ID] for name in fields if name.startswith(BOX))


def read_method(form: Form, name: str = "method") -> str:
    """The way that was chosen."""
    return form.choice(name, tuple(METHODS), required=True)


def read_day(form: Form, request: Request) -> date | None:
    """The day on which the money came; today where none was told."""
    told = form.day("on")
    if told and told > request.today:
        form.errors["on"] = say("Choose today or an earlier day")
    return told


def read_payment(form: Form, request: Request) -> Received:
    """What a form says of money that came in; mistakes are noted in `form`."""
    chosen = chosen_invoices(request.form)
    if len(chosen) > MOST:
        form.errors[""] = say("Choose at most %(n)s invoices", n=MOST)
    return Received(
        read_amount(form, request, "amount"),
        read_method(form),
        read_day(form, request),
        form.text("reference"),
        chosen,
        asked=name_of_form(request),
        receipt="receipt" in request.form,
    )
