"""Lines of what is billed, as the desk types them: what, how many, at which price, for whom, with which taxes.

A form shows the lines that there are and a few that are empty; what stays empty is left out. A button gives more lines
without a script.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing.amounts import parse_amount
from chalicelib.billing.domain import InvoiceLine
from chalicelib.billing.pricing import LineRequest
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import Tax
from chalicelib.shared.texts import Message, say
from chalicelib.till.homes import member_choices, path_of, url_of
from chalicelib.web import render
from chalicelib.web.forms import LONG, Form, whole
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import Local, locale_of

MOST = 20
"""Lines of one paper: each has six fields, and a form has no more than two hundred."""
MORE = "more"
"""Name of the button that gives more lines."""
_EMPTY = 2
"""Lines beyond those that are filled in."""
_QUANTITY = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?", re.ASCII)
_USUAL, _NONE = "usual", "none"
_PARTS = ("what", "quantity", "price", "discount")


class LineView(NamedTuple):
    """A line of the form: its fields are called `line-<number>-…`."""

    number: int
    is_open: bool
    """Whether it is shown at once."""


class LinesView(NamedTuple):
    """What the form of lines is made of."""

    lines: list[LineView]
    members: list[tuple[str, str]]
    taxes: list[tuple[str, str]]
    """What may be charged on a line; empty where the organisation charges none."""
    labels: dict[str, str]
    """Names of the fields where several have the same mistake."""
    has_more: bool


def view(organisation: Organisation, home: Summary, fields: Mapping[str, str], local: Local) -> LinesView:
    """The form with `fields` in it, and room for more."""
    filled = max((number for number in range(1, MOST + 1) if _is_filled(fields, number)), default=0)
    count = min(MOST, max(filled, whole(fields.get("lines", ""), 2) or 0) + (_EMPTY if MORE in fields else 0))
    shown = min(MOST, max(count, filled + 1))
    return LinesView(
        lines=[LineView(number, number <= max(filled, 1) or MORE in fields) for number in range(1, shown + 1)],
        members=member_choices(home, local),
        taxes=_tax_choices(organisation.billing.taxes, local),
        labels={
            f"line-{number}-{part}": local.say(say("Line %(n)s", n=number))
            for number in range(1, shown + 1)
            for part in _PARTS
        },
        has_more=shown < MOST,
    )


def _tax_choices(taxes: Sequence[Tax], local: Local) -> list[tuple[str, str]]:
    if not taxes:
        return []
    alone = [(tax.name, local.say(say("Only %(tax)s", tax=tax.name))) for tax in taxes] if len(taxes) > 1 else []
    return [(_USUAL, local.say(say("The usual taxes"))), *alone, (_NONE, local.say(say("No taxes")))]


def page(
    request: Request,
    template: str,
    home: Summary,
    fields: Mapping[str, str],
    papers: str,
    stored: str,
    errors: Mapping[str, Message] | None = None,
    status: int = 400,
    **more: object,
) -> Reply:
    """The page with the form of a paper of lines; with errors it is answered with `status`.

    `papers` is the path of the household's papers of this kind, `stored` the id of the one that is changed; empty: it
    is a new one.
    """
    shown = view(request.organisation, home, fields, request.local)
    return render.page(
        request,
        template,
        status=status if errors else 200,
        errors=errors,
        fields=fields,
        home=home,
        lines=shown,
        labels=shown.labels,
        back_path=path_of(home, f"{papers}/{stored}" if stored else papers),
        action=url_of(request, home, f"{papers}/{stored}/edit" if stored else f"{papers}/new"),
        **more,
    )


def fields_of(lines: Iterable[LineRequest | InvoiceLine], organisation: Organisation, currency: str,
              local: Local) -> dict[str, str]:  # fmt: skip
    """What the form shows of lines that are stored."""
    fields: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        fields |= {
            f"line-{number}-what": line.description,
            f"line-{number}-quantity": f"{line.quantity.normalize():f}",
            f"line-{number}-price": local.money(line.unit_minor, currency),
            f"line-{number}-discount": local.money(line.discount_minor, currency) if line.discount_minor else "",
            f"line-{number}-member": line.member,
            f"line-{number}-taxes": _taxes_told(line, organisation.billing.taxes),
        }
    return fields


def _taxes_told(line: LineRequest | InvoiceLine, usual: Sequence[Tax]) -> str:
    """The choice that stands for the taxes of a line."""
    if line.taxes is None or {tax.name for tax in line.taxes} == {tax.name for tax in usual}:
        return _USUAL
    return line.taxes[0].name if line.taxes else _NONE


def read(form: Form, request: Request, home: Summary, currency: str) -> tuple[LineRequest, ...]:
    """The lines that were filled in; mistakes are noted in `form`, under the names of its fields."""
    numbers = [number for number in range(1, MOST + 1) if _is_filled(request.form, number)]
    reader = _Reader(form, request, home, currency)
    lines = tuple(reader.line(number) for number in numbers)
    if not lines:
        form.errors["line-1-what"] = say("Enter at least one line")
    return lines


def mistakes(form: Form, request: Request) -> Mapping[str, Message]:
    """What is wrong with a form of lines; nothing is, as long as somebody only asks for more of them."""
    return {} if MORE in request.form else form.errors


def _is_filled(fields: Mapping[str, str], number: int) -> bool:
    return any(fields.get(f"line-{number}-{part}", "").strip() for part in ("what", "price", "discount"))


class _Reader:
    """Reads one line after the other out of the same form."""

    def __init__(self, form: Form, request: Request, home: Summary, currency: str) -> None:
        self._form, self._currency = form, currency
        self._locale = locale_of(request.local.language, request.local.country)
        self._members = tuple(row.id for row in home.members)
        self._taxes = {tax.name: (tax,) for tax in request.organisation.billing.taxes}

    def line(self, number: int) -> LineRequest:
        """The line of a number; what is wrong with it is noted in the form."""
        name = f"line-{number}-"
        description = self._form.text(f"{name}what", required=True, maximum=LONG // 10)
        quantity = self._quantity(f"{name}quantity")
        unit = self._amount(f"{name}price", required=True)
        discount = self._amount(f"{name}discount")
        if not 0 <= discount <= max(Decimal(0), unit * quantity):
            self._form.errors.setdefault(f"{name}discount", say("Enter at most what the line comes to"))
            discount = 0
        return LineRequest(
            description,
            quantity,
            unit,
            member=self._form.choice(f"{name}member", self._members),
            discount_minor=discount,
            taxes=self._charged(f"{name}taxes"),
        )

    def _quantity(self, name: str) -> Decimal:
        text = self._form.text(name) or "1"
        if not _QUANTITY.fullmatch(text):
            self._form.errors[name] = say("Enter a number such as 1 or 2.5")
            return Decimal(1)
        return Decimal(text.replace(",", "."))

    def _amount(self, name: str, *, required: bool = False) -> int:
        text = self._form.text(name, required=required)
        if not text:
            return 0
        try:
            return parse_amount(text, self._currency, self._locale)
        except ValueError:
            self._form.errors[name] = say("Enter an amount such as 120.50")
            return 0

    def _charged(self, name: str) -> tuple[Tax, ...] | None:
        told = self._form.choice(name, (_USUAL, _NONE, *self._taxes))
        return () if told == _NONE else self._taxes.get(told)
