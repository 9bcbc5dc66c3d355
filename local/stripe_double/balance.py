"""The account's own money: balance transactions, and the balance they add up to."""

from local.stripe_double.books import Books
from local.stripe_double.objects import Thing, sample
from local.stripe_double.parameters import Given

_FEE_PER_MILLE = 29
_FEE_FIXED = 30

_WORDS = {"charge": "charge", "payment": "charge", "refund": "refund", "adjustment": "dispute"}


def book(books: Books, kind: str, amount: int, source: Thing, fee: int = 0) -> Thing:
    """A movement of `amount` minor units because of `source`; `kind` as Stripe's `type`, e.g. charge or refund."""
    return books.new(
        "balance_transaction",
        type=kind,
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency=source["currency"],
        source=source["id"],
        description=source.get("description"),
        available_on=books.now(),
        reporting_category=_WORDS.get(kind, kind),
        fee_details=[_fee(fee, source["currency"])] if fee else [],
    )


def fee_of(amount: int) -> int:
    """Stripe's usual fee of a charge, in minor units, rounded half up."""
    return (amount * _FEE_PER_MILLE + 500) // 1000 + _FEE_FIXED


def _fee(amount: int, currency: str) -> Thing:
    words = "Stripe processing fees"
    return {"amount": amount, "application": None, "currency": currency, "description": words, "type": "stripe_fee"}


def retrieve(books: Books, _given: Given) -> Thing:
    """The balance in each currency; all of it is available at once."""
    sums: dict[str, int] = {books.currency: 0}
    for one in books.all("balance_transaction"):
        sums[one["currency"]] = sums.get(one["currency"], 0) + one["net"]
    rows = [{"amount": amount, "currency": code, "source_types": {"card": amount}} for code, amount in sums.items()]
    empty = [row | {"amount": 0, "source_types": {"card": 0}} for row in rows]
    return {**sample("balance"), "available": rows, "pending": empty, "livemode": books.livemode}


def account(books: Books, _given: Given, id_: str = "") -> Thing:
    """The account that the key belongs to. Raises Refused for another one."""
    own = {"id": books.account_id, "country": books.country, "default_currency": books.currency}
    if id_ and id_ != books.account_id:
        return books.get("account", id_)
    return {**sample("account"), **own, "charges_enabled": True, "payouts_enabled": True, "details_submitted": True}
