"""What the desk's forms of plans and products have in common: texts in each language, and prices."""

from collections.abc import Mapping, Sequence

from chalicelib.billing.amounts import parse_amount
from chalicelib.shared.texts import Message, Texts, say
from chalicelib.web.forms import Form
from chalicelib.web.language import Local, locale_of, own_names

YES = "yes"


def text_fields(name: str, label: Message, languages: Sequence[str], local: Local) -> list[tuple[str, str]]:
    """Name and label of a field for each of the organisation's languages."""
    return [(f"{name}-{code}", f"{local.say(label)} ({own})") for code, own in own_names(languages)]


def shown_texts(name: str, texts: Texts, languages: Sequence[str]) -> dict[str, str]:
    """Values of those fields."""
    return {f"{name}-{code}": texts.get(code, "") for code in languages}


def read_price(form: Form, currency: str, local: Local) -> int:
    """Minor units that were typed into the field `price`; zero is a price."""
    text = form.text("price", required=True)
    if "price" in form.errors:
        return 0
    try:
        minor = parse_amount(text, currency, locale_of(local.language, local.country))
    except ValueError:
        minor = -1
    if minor < 0:
        form.errors["price"] = say("Enter an amount such as 120.50")
    return max(minor, 0)


def ticked(fields: Mapping[str, str], name: str) -> bool:
    """Whether a box was ticked."""
    return fields.get(name) == YES


def box(value: bool) -> str:
    """Value of a box for a form that is shown."""
    return YES if value else ""
