"""What Stripe takes as an amount: known currencies, the least of each, and the odd ones."""

from local.stripe_double.errors import Refused, invalid

_WORDS = (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf "
    "clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr "
    "ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mro mur "
    "mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek "
    "sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar "
    "zmw "
)
_CURRENCIES = frozenset(_WORDS.split())

_LEAST = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
"""The least charge in each settlement currency, in minor units, as Stripe's documentation lists it."""

_THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_WHOLE_UNITS = frozenset({"isk", "ugx"})
"""Written with two decimals that must be zero."""

_NO_DECIMALS = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)

MOST = 99_999_999
"""Eight digits."""


def currency(given: str, param: str = "currency") -> str:
    """The currency in Stripe's spelling. Raises Refused for one that Stripe does not know."""
    code = given.lower()
    if code not in _CURRENCIES:
        raise invalid(f"Invalid currency: {given}. Stripe currently supports these currencies: usd, …", param)
    return code


def check(amount: int, code: str, param: str = "amount") -> None:
    """Raises Refused where Stripe would not charge `amount` minor units of currency `code`."""
    least = _LEAST.get(code, 1)
    if amount < least:
        message = f"Amount must be at least {least} minor units of {code}."
        raise invalid(message, param, "amount_too_small" if amount >= 0 else "parameter_invalid_integer")
    if amount > MOST:
        raise invalid(f"Amount must be no more than {MOST} minor units of {code}.", param, "amount_too_large")
    step = 10 if code in _THREE_DECIMALS else 100 if code in _WHOLE_UNITS else 1
    if amount % step:
        raise _odd(code, step, param)


def _odd(code: str, step: int, param: str) -> Refused:
    return invalid(
        f"Invalid integer: amounts of {code} must be divisible by {step}.", param, "parameter_invalid_integer"
    )


def digits(code: str) -> int:
    """Decimals of a currency as Stripe counts its minor units."""
    return 0 if code in _NO_DECIMALS else 3 if code in _THREE_DECIMALS else 2
