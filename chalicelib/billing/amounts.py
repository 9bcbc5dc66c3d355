"""Amounts of money as people type them. Never through a float (P-17).

Babel reads the number as the reader's language writes it. Before that, the currency's sign is taken off, and
spaces and apostrophes between thousands are, for people type every kind of them. A number that this language
can not have is then tried as others write it, since people do not always think in the language of the page:
`12,50` on an English one. Nothing is guessed: what could be thousands to one and decimals to another is read
by the reader's language alone, and refused where the currency has not so many decimals.
"""

import re
import unicodedata
from decimal import Decimal

from chalicelib.shared.money import exponent

_THOUSANDS = re.compile(r"^\d{1,3}([ '’])\d{3}(?:\1\d{3})*(?=[.,]|$)", re.ASCII)
_NUMBER = re.compile(r"[\d.,]+", re.ASCII)
_DIGITS = 12
"""More before the decimals is no amount that anybody owes."""
_LONGEST = 40
_OTHERWISE = str.maketrans(".,", ",.")


def parse_amount(text: str, currency: str, locale: str) -> int:
    """Minor units of `currency` that `text` means to a reader of `locale` (`fr_CA`). Below zero after a minus sign.

    Raises ValueError for what is no amount, has more decimals than the currency, or is beyond all reason.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long")
    text = " ".join(text.replace("−", "-").split())
    unsigned = text.removeprefix("-")
    value = _number(_bare(unsigned, currency, locale), locale)
    if -int(value.as_tuple().exponent) > exponent(currency) or value >= 10**_DIGITS:
        raise ValueError(f"no amount of {currency}")
    minor = int(value.scaleb(exponent(currency)))
    return minor if unsigned == text else -minor


def _bare(text: str, currency: str, locale: str) -> str:
    """Digits, points and commas of `text`. Raises ValueError when it has anything but the currency's sign besides."""
    text = _without_sign(text, currency, locale)
    text = _THOUSANDS.sub(lambda found: found.group().replace(found.group(1), ""), text)
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    return text


def _without_sign(text: str, currency: str, locale: str) -> str:
    """`text` less the sign of its currency before or after it, in any of its ways: `CAD`, `$`, `CA$`, `$ CA`."""
    from babel.numbers import get_currency_symbol

    symbol = " ".join(get_currency_symbol(currency, locale).split())
    short = "".join(letter for letter in symbol if unicodedata.category(letter) == "Sc") or symbol
    country = currency[:2]
    for sign in (currency, f"{country}{short}", f"{short}{country}", f"{short} {country}", symbol, short):
        if text.startswith(sign) or text.endswith(sign):
            return text.removeprefix(sign).removesuffix(sign).strip()
    return text


def _number(text: str, locale: str) -> Decimal:
    """What `text` says in the reader's language, else in English, else in languages with a decimal comma."""
    from babel.numbers import parse_decimal

    for typed, language in ((text, locale), (text, "en"), (text.translate(_OTHERWISE), "en")):
        try:
            return parse_decimal(typed, locale=language, strict=True)
        except ValueError:
            continue
    raise ValueError("not a number")
