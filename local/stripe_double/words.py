"""What the double's pages say, in the payer's language."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_currency

from local.stripe_double import amounts

_TEXTS = Path(__file__).with_name("texts.json")
_PROBLEMS = ("generic_decline", "insufficient_funds", "expired_card")


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Language to sentences."""
    found: Mapping[str, Mapping[str, str]] = json.loads(_TEXTS.read_text("utf-8"))
    return found


def language(locale: str | None, accepted: str) -> str:
    """The language of a session's `locale`; for `auto` the first that the browser accepts (`Accept-Language`)."""
    wished = [locale] if locale and locale != "auto" else [part.partition(";")[0] for part in accepted.split(",")]
    known = (wish.strip().lower().partition("-")[0] for wish in wished)
    return next((one for one in known if one in texts()), "en")


def say(lang: str, name: str, /, **values: Any) -> str:
    """A sentence, filled in."""
    return texts()[lang][name].format(**values)


def money(lang: str, amount: int, currency: str) -> str:
    """An amount in minor units as `lang` writes it."""
    value = Decimal(amount).scaleb(-amounts.digits(currency))
    return format_currency(value, currency.upper(), locale=lang, currency_digits=False, format=_format(lang, currency))


def _format(lang: str, currency: str) -> str:
    decimals = amounts.digits(currency)
    number = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    return f"¤{number}" if lang == "en" else f"{number}\u00a0¤"


def problem(lang: str, code: str) -> str:
    """Why the last try failed, from Stripe's code; empty where it did not."""
    if not code:
        return ""
    return say(lang, f"problem_{code}" if code in _PROBLEMS else "problem_authentication")
