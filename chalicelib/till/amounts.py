"""Amounts of money as they are typed into fields of the desk's forms."""

from chalicelib.billing.amounts import parse_amount
from chalicelib.shared.texts import say
from chalicelib.web.forms import Form
from chalicelib.web.http import Request
from chalicelib.web.language import locale_of


def read_amount(form: Form, request: Request, name: str, currency: str = "", *, may_be_nothing: bool = False) -> int:
    """Minor units of a field, in the organisation's currency unless told; what is none, or not above zero, is noted
    in `form`, but for zero itself where that `may_be_nothing`. 0 where nothing was typed, which is noted as well."""
    text = form.text(name, required=True)
    if not text:
        return 0
    local = request.local
    try:
        minor = parse_amount(text, currency or request.organisation.currency, locale_of(local.language, local.country))
    except ValueError:
        form.errors[name] = say("Enter an amount such as 120.50")
        return 0
    if minor < 0 or not (minor or may_be_nothing):
        form.errors[name] = say("Enter an amount above zero")
    return minor
