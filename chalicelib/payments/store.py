"""Reads attempts to pay, claims, payment methods and customers, and writes them as items."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.payments.domain import CARDS_QUEUE, Checkout, CheckoutState, Claim, Method, Purpose
from chalicelib.payments.models import CheckoutItem, ClaimItem, CustomerItem, CustomerOwnerItem, MethodItem
from chalicelib.shared.times import from_iso, to_iso

_TOLD_BEFORE = timedelta(days=30)
"""So long before a method's end the family is told of it (NEW-15)."""


def get_checkout(org: str, household_id: str, checkout_id: str) -> Checkout | None:
    """An attempt to pay, or None. One strong read."""
    item = read.one(CheckoutItem, keys.checkout(org, household_id, checkout_id))
    return checkout_from(item) if item else None


def get_with_claims(
    org: str, household_id: str, checkout_id: str, invoices: Sequence[str]
) -> tuple[Checkout | None, dict[str, Claim]]:
    """An attempt to pay, and who is paying each of `invoices`. One strong round trip."""
    wanted = [keys.claim(org, household_id, invoice) for invoice in invoices]
    found = read.raw([keys.checkout(org, household_id, checkout_id), *wanted])
    items = [Item.from_raw_data(item) for item in found.values()]
    checkout = next((checkout_from(item) for item in items if isinstance(item, CheckoutItem)), None)
    claims = [claim_from(item) for item in items if isinstance(item, ClaimItem)]
    return checkout, {claim.invoice: claim for claim in claims}


def get_claim(org: str, household_id: str, invoice: str) -> Claim | None:
    """Which attempt to pay an invoice is under way, or None. One strong read."""
    item = read.one(ClaimItem, keys.claim(org, household_id, invoice))
    return claim_from(item) if item else None


def save_checkout(transaction: Transaction, org: str, checkout: Checkout) -> None:
    """Adds the write of an attempt; refused when it was changed meanwhile."""
    transaction.put("checkout", checkout_item(org, checkout))


def save_claim(transaction: Transaction, org: str, household_id: str, claim: Claim, before: Claim | None) -> None:
    """Adds the claim of an invoice; refused when somebody else claimed it meanwhile."""
    pk, sk = keys.claim(org, household_id, claim.invoice)
    item = ClaimItem(pk, sk, invoice=claim.invoice, checkout=claim.checkout, attempt=claim.attempt)
    transaction.put("claim", item, _same(before))


def drop_claim(transaction: Transaction, org: str, household_id: str, claim: Claim) -> None:
    """Adds the end of a claim; refused when it became another's."""
    pk, sk = keys.claim(org, household_id, claim.invoice)
    item = ClaimItem(pk, sk, invoice=claim.invoice, checkout=claim.checkout, attempt=claim.attempt)
    transaction.delete("claim", item, _same(claim))


def _same(claim: Claim | None) -> Any:
    if claim is None:
        return ClaimItem.pk.does_not_exist()
    return (ClaimItem.checkout == claim.checkout) & (ClaimItem.attempt == claim.attempt)


def checkout_item(org: str, checkout: Checkout) -> CheckoutItem:
    """The item that stores `checkout`."""
    pk, sk = keys.checkout(org, checkout.household, checkout.id)
    order = {
        "purpose": checkout.purpose.value,
        "currency": checkout.currency,
        "minor": checkout.minor,
        "created_at": to_iso(checkout.created_at),
        "expires_at": to_iso(checkout.expires_at),
        "invoices": list(checkout.invoices),
        "payer": checkout.payer,
        "link": checkout.link,
        "payer_name": checkout.payer_name,
        "payer_email": checkout.payer_email,
        "description": checkout.description,
        "customer": checkout.customer,
        "email": checkout.email,
        "language": checkout.language,
        "save_method": checkout.save_method,
        "method": checkout.method,
        "back": checkout.back,
    }
    return CheckoutItem(
        pk,
        sk,
        checkout=checkout.id,
        household=checkout.household,
        state=checkout.state.value,
        attempt=checkout.attempt,
        order=order,
        session=checkout.session or None,
        url=checkout.url or None,
        intent=checkout.intent or None,
        problem=checkout.problem or None,
        version=checkout.version,
    )


def checkout_from(item: CheckoutItem) -> Checkout:
    """The attempt that `item` stores."""
    told: dict[str, Any] = item.order
    return Checkout(
        **{
            **told,
            "id": item.checkout,
            "household": item.household,
            "purpose": Purpose(told["purpose"]),
            "attempt": int(item.attempt),
            "state": CheckoutState(item.state),
            "created_at": from_iso(told["created_at"]),
            "expires_at": from_iso(told["expires_at"]),
            "invoices": tuple(told["invoices"]),
            "session": item.session or "",
            "url": item.url or "",
            "intent": item.intent or "",
            "problem": item.problem or "",
            "version": item.version,
        }
    )


def claim_from(item: ClaimItem) -> Claim:
    """The claim that `item` stores."""
    return Claim(item.invoice, item.checkout, int(item.attempt))


def get_customer(org: str, household_id: str, payer: str) -> str:
    """Stripe's customer for a payer; empty when there is none yet. One strong read."""
    item = read.one(CustomerItem, keys.customer(org, household_id, payer))
    return item.customer if item else ""


def customer_items(org: str, household_id: str, payer: str, customer: str) -> list[Item]:
    """The items that store who Stripe's customer is, and whose the customer is."""
    mine, owner = keys.customer(org, household_id, payer), keys.customer_owner(org, customer)
    return [
        CustomerItem(mine.pk, mine.sk, customer=customer, payer=payer or None),
        CustomerOwnerItem(owner.pk, owner.sk, household=household_id, payer=payer or None),
    ]


def list_methods(org: str, household_id: str) -> list[Method]:
    """Payment methods on file, the default first. One round trip."""
    found = read.page(MethodItem, keys.household_partition(org, household_id), keys.METHODS, newest_first=False)
    return sorted(map(method_from, found.rows), key=lambda method: not method.is_default)


def method_item(org: str, household_id: str, method: Method) -> MethodItem:
    """The item that stores `method`."""
    pk, sk = keys.payment_method(org, household_id, method.id)
    ends = method.last_day if method.is_default else None
    return MethodItem(
        pk,
        sk,
        method=method.id,
        method_kind=method.kind,
        brand=method.brand,
        last4=method.last4,
        valid_until=method.expires or None,
        is_default=method.is_default,
        payer=method.payer or None,
        queue=CARDS_QUEUE if ends else None,
        due=to_iso(datetime.combine(ends - _TOLD_BEFORE, time(12), UTC)) if ends else None,
    )


def method_from(item: MethodItem) -> Method:
    """The payment method that `item` stores."""
    return Method(
        item.method, item.method_kind, item.brand, item.last4, item.valid_until or "", item.is_default, item.payer or ""
    )
