"""Stripe, for one organisation with its own account and keys (P-21).

Time-outs are ours, the library's two retries repeat one idempotency key (P-19), and answers are
turned into plain facts here, so that nothing else knows Stripe's shapes.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import stripe
from botocore.exceptions import BotoCoreError, ClientError
from stripe._http_client import RequestsClient
from stripe._v1_services import V1Services

from chalicelib.adapters import aws
from chalicelib.gateway import (
    API_VERSION,
    CheckoutOrder,
    Contest,
    Declined,
    Faulted,
    GivenBack,
    HostedCheckout,
    Intent,
    NotSigned,
    StoredMethod,
    Told,
)
from chalicelib.settings import Settings
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.texts import say

T = TypeVar("T")

TOLERANCE_SECONDS = 300
_KEPT_SECONDS = 300
_STAMP_DIGITS = 12
_TIMEOUT = (2.0, 4.0)
"""Seconds to connect and to read; with two retries well within the gateway's time (P-19)."""
_PAGE = 100
_LOCALES = {"fr": "fr-CA", "en": "en", "ru": "ru"}
_DEBITS = frozenset({"acss_debit", "us_bank_account", "sepa_debit", "bacs_debit", "au_becs_debit"})
_STATES = {"succeeded": "paid", "processing": "processing", "canceled": "cancelled"}
_ENDED = {"won": "won", "lost": "lost", "warning_closed": "won"}
_COUNTED_REFUNDS = ("succeeded", "pending", "requires_action")
_CHANGES = [
    "payment_intent.succeeded", "payment_intent.processing", "payment_intent.payment_failed", "payment_intent.canceled",
    "refund.created", "refund.updated", "refund.failed",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
]  # fmt: skip
"""Events by which a payment comes to be something else. Stripe lists those of the last thirty days."""
_TWO_ZEROS = frozenset({"ISK", "UGX"})
"""Currencies without minor units that Stripe writes with two decimals, which must be zero."""


class StripeGateway:
    """Takes payments through one Stripe account."""

    def __init__(self, here: Settings, org: str) -> None:
        self._here = here
        self._org = org
        self._client: stripe.StripeClient | None = None
        self._secrets: tuple[str, ...] = ()
        self._read_at = 0.0

    def open_checkout(self, order: CheckoutOrder, key: str) -> HostedCheckout:
        """Makes a hosted page; cards, wallets and bank debits are the page's to offer."""
        params = _session_params(order)
        with _refusing():
            return _session(self._ask(lambda api: api.checkout.sessions.create(params, _once(key))))

    def find_checkout(self, session_id: str) -> HostedCheckout | None:
        """A hosted page as it stands."""
        found = self._find(lambda api: api.checkout.sessions.retrieve(session_id))
        return _session(found) if found else None

    def close_checkout(self, session_id: str) -> HostedCheckout:
        """Ends a hosted page; one that is complete or ended stays what it is."""
        try:
            return _session(self._ask(lambda api: api.checkout.sessions.expire(session_id)))
        except stripe.InvalidRequestError:
            return _session(self._ask(lambda api: api.checkout.sessions.retrieve(session_id)))

    def find_intent(self, intent_id: str) -> Intent | None:
        """A payment as it stands, with its refunds and dispute."""
        expand = {"expand": ["latest_charge"]}
        found = self._find(lambda api: api.payment_intents.retrieve(intent_id, expand))  # type: ignore[arg-type]
        return self._intent(found) if found else None

    def charge(self, order: CheckoutOrder, method: str, key: str) -> Intent:
        """Charges a method on file while nobody is there."""
        params: Any = {
            "amount": _sent(order.minor, order.currency),
            "currency": order.currency.lower(),
            "customer": order.customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
            "description": order.description,
            "metadata": dict(order.facts),
            "expand": ["latest_charge"],
        }
        with _refusing():
            return self._intent(self._ask(lambda api: api.payment_intents.create(params, _once(key))))

    def give_back(self, intent_id: str, currency: str, minor: int, facts: Mapping[str, str], key: str) -> None:
        """Refunds part of a payment."""
        params: Any = {"payment_intent": intent_id, "amount": _sent(minor, currency), "metadata": dict(facts)}
        with _refusing():
            self._ask(lambda api: api.refunds.create(params, _once(key)))

    def create_customer(self, name: str, email: str, facts: Mapping[str, str], key: str) -> str:
        """Makes a customer and returns its id."""
        params: Any = {"name": name, "metadata": dict(facts)} | ({"email": email} if email else {})
        with _refusing():
            return str(self._ask(lambda api: api.customers.create(params, _once(key))).id)

    def list_methods(self, customer: str) -> list[StoredMethod]:
        """Payment methods on file, the default first; none of a customer whom somebody deleted."""
        found = self._find(lambda api: api.customers.retrieve(customer))
        if found is None or _get(found, "deleted"):
            return []
        chosen = _id(_get(_get(found, "invoice_settings"), "default_payment_method"))
        listed = self._ask(lambda api: list(api.customers.payment_methods.list(customer, {"limit": _PAGE}).data))
        methods = [_method(each, chosen) for each in listed]
        return sorted(methods, key=lambda method: not method.is_default)

    def forget_method(self, method: str) -> None:
        """Takes a payment method off the file; one that is gone already stays gone."""
        try:
            self._ask(lambda api: api.payment_methods.detach(method))
        except stripe.InvalidRequestError:
            return

    def prefer_method(self, customer: str, method: str) -> None:
        """Makes a payment method the default."""
        chosen: Any = {"invoice_settings": {"default_payment_method": method}}
        self._ask(lambda api: api.customers.update(customer, chosen))

    def checkouts_since(self, moment: datetime) -> Iterator[HostedCheckout]:
        """All hosted pages made since."""
        params: Any = {"created": {"gte": int(moment.timestamp())}, "limit": _PAGE}
        yield from map(_session, self._each(lambda api: api.checkout.sessions.list(params)))

    def intents_since(self, moment: datetime) -> Iterator[Intent]:
        """All payments made since; then older ones of which something was told since, whether or not it arrived."""
        since = {"gte": int(moment.timestamp())}
        seen: set[str] = set()
        params: Any = {"created": since, "limit": _PAGE, "expand": ["data.latest_charge"]}
        for found in self._each(lambda api: api.payment_intents.list(params)):
            seen.add(found.id)
            yield self._intent(found)
        told: Any = {"created": since, "limit": _PAGE, "types": _CHANGES}
        for event in self._each(lambda api: api.events.list(told)):
            thing = event.data.object
            intent_id = thing["id"] if thing["object"] == "payment_intent" else _id(_get(thing, "payment_intent"))
            if intent_id and intent_id not in seen:
                seen.add(intent_id)
                older = self.find_intent(intent_id)
                if older:
                    yield older

    def read_message(self, body: bytes, signature: str, now: datetime) -> Told:
        """What a webhook message says, once its signature fits one of the account's secrets."""
        if abs(now.timestamp() - _stamped(signature)) > TOLERANCE_SECONDS:
            raise NotSigned
        if not any(_fits(body, signature, secret) for secret in self._webhook_secrets()):
            raise NotSigned
        try:
            return _told(json.loads(body))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise NotSigned from error

    def _intent(self, found: Any) -> Intent:
        """A payment with what only lists tell: its refunds, each by its id, and its dispute."""
        charge = found.latest_charge
        of_it: Any = {"payment_intent": found.id, "limit": _PAGE}
        refunds = list(self._each(lambda api: api.refunds.list(of_it))) if charge and charge.amount_refunded else []
        disputes = list(self._each(lambda api: api.disputes.list(of_it))) if charge and charge.disputed else []
        return _intent(found, refunds, disputes)

    def _each(self, listing: Callable[[V1Services], Any]) -> Iterator[Any]:
        """All things of a list, page after page."""
        yield from self._ask(lambda api: list(listing(api).auto_paging_iter()))

    def _find(self, call: Callable[[V1Services], T]) -> T | None:
        try:
            return self._ask(call)
        except stripe.InvalidRequestError as error:
            if error.http_status == 404 or error.code == "resource_missing":
                return None
            raise Unavailable from error

    def _ask(self, call: Callable[[V1Services], T]) -> T:
        """One call. Raises Unavailable for whatever is Stripe's or the network's fault."""
        api = self._api()
        try:
            return call(api)
        except (stripe.CardError, stripe.InvalidRequestError):
            raise
        except stripe.AuthenticationError as error:  # the key was rolled: the next call reads it again
            self._client = None
            raise Unavailable from error
        except stripe.StripeError as error:
            raise (Faulted if (error.http_status or 0) >= 500 else Unavailable) from error

    def _api(self) -> V1Services:
        if self._client is None:
            key = self._parameter("key")
            if not key:
                raise Unavailable(say("Online payment is not set up here yet. Please pay in another way, or ask us."))
            _check_mode(key, live=self._here.live_payments)
            addresses: Any = {"api": self._here.stripe_url} if self._here.stripe_url else None
            self._client = stripe.StripeClient(
                key,
                stripe_version=API_VERSION,
                base_addresses=addresses,
                max_network_retries=2,
                http_client=RequestsClient(timeout=_TIMEOUT),
            )
        return self._client.v1

    def _webhook_secrets(self) -> tuple[str, ...]:
        """Secrets of the webhook endpoint, newest first: two while one replaces the other, none where it is off (P-01).

        None as well for an organisation that has no account, so that strangers' messages are refused like any forgery.
        """
        if not self._read_at or time.monotonic() - self._read_at > _KEPT_SECONDS:
            self._secrets = tuple(self._parameter("webhook").split())
            self._read_at = time.monotonic()
        return self._secrets

    def _parameter(self, name: str) -> str:
        """A secret of the organisation; empty when it has none of that name."""
        path = f"{self._here.stripe_parameters}/{self._org}/{name}"
        try:
            answer = aws.client("ssm").get_parameter(Name=path, WithDecryption=True)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ParameterNotFound":
                return ""
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
        return str(answer["Parameter"]["Value"]).strip()


def _check_mode(key: str, *, live: bool) -> None:
    """Refuses a test key where real money moves, and a live key where none must (P-21)."""
    if ("_live_" in key) != live:
        raise RuntimeError("the Stripe key is of the wrong mode for this deployment")


@contextmanager
def _refusing() -> Iterator[None]:
    """Turns Stripe's refusals, of a card or of what is asked, into Declined with Stripe's code."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        raise Declined(_get(error.error, "decline_code") or error.code or "refused") from error


def _sent(minor: int, currency: str) -> int:
    """An amount as Stripe writes it."""
    return minor * 100 if currency in _TWO_ZEROS else minor


def _kept(amount: int, currency: str) -> int:
    """Stripe's amount in minor units. Raises Unavailable for a fraction of a coin that there is not."""
    if currency not in _TWO_ZEROS:
        return amount
    if amount % 100:
        raise Unavailable
    return amount // 100


def _once(key: str) -> Any:
    return {"idempotency_key": key}


def _session_params(order: CheckoutOrder) -> Any:
    facts = dict(order.facts)
    params: dict[str, Any] = {
        "mode": "payment" if order.minor else "setup",
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "expires_at": order.expires_at,
        "locale": _LOCALES.get(order.locale, "auto"),
        "metadata": facts,
        "client_reference_id": facts["checkout"],
    }
    if order.customer:
        params["customer"] = order.customer
    elif order.email:
        params["customer_email"] = order.email
    if not order.minor:
        return params | {"currency": order.currency.lower(), "setup_intent_data": {"metadata": facts}}
    price = {
        "currency": order.currency.lower(),
        "unit_amount": _sent(order.minor, order.currency),
        "product_data": {"name": order.description},
    }
    if order.customer:
        params["saved_payment_method_options"] = {"allow_redisplay_filters": ["always", "limited"]}
    intent: dict[str, Any] = {"metadata": facts, "description": order.description}
    if order.save_method and order.customer:
        intent["setup_future_usage"] = "off_session"
    return params | {"line_items": [{"quantity": 1, "price_data": price}], "payment_intent_data": intent}


def _session(found: Any) -> HostedCheckout:
    return HostedCheckout(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        intent=_id(found.payment_intent),
        facts=_facts(found),
        customer=_id(found.customer),
    )


def _intent(found: Any, refunds: list[Any], disputes: list[Any]) -> Intent:
    charge, currency = found.latest_charge, found.currency.upper()
    kind = charge.payment_method_details.type if charge and charge.payment_method_details else "card"
    return Intent(
        id=found.id,
        state=_state(found),
        minor=_kept(found.amount, currency),
        received_minor=_kept(found.amount_received or 0, currency),
        currency=currency,
        facts=_facts(found),
        created_at=_moment(found.created),
        live=found.livemode,
        method="card" if kind in ("card", "link") else "debit" if kind in _DEBITS else "other",
        paid_at=_moment(charge.created) if charge and charge.paid else None,
        refunds=tuple(
            GivenBack(each.id, _kept(each.amount, currency), _moment(each.created), _facts(each).get("key", ""))
            for each in sorted(refunds, key=lambda each: (each.created, each.id))
            if each.status in _COUNTED_REFUNDS
        ),
        dispute=_contest(disputes, currency) if disputes else None,
        problem=_problem(found.last_payment_error),
        customer=_id(found.customer),
    )


def _state(found: Any) -> str:
    if found.status == "requires_payment_method" and found.last_payment_error:
        return "failed"
    return _STATES.get(found.status, "open")


def _problem(error: Any) -> str:
    return str(_get(error, "decline_code") or _get(error, "code") or "") if error else ""


def _contest(disputes: list[Any], currency: str) -> Contest:
    """Where the disputes of a payment stand together; what banks hold is what all moved, both ways added up."""
    moved = sum(each.amount for dispute in disputes for each in dispute.balance_transactions or ())
    states = {_ENDED.get(dispute.status, "open") for dispute in disputes}
    state = next(state for state in ("open", "lost", "won") if state in states)
    return Contest(state, _kept(max(0, -moved), currency))


def _method(found: Any, chosen: str) -> StoredMethod:
    detail = _get(found, found.type)
    kind = "card" if found.type in ("card", "link") else "debit" if found.type in _DEBITS else "other"
    year, month = _get(detail, "exp_year"), _get(detail, "exp_month")
    return StoredMethod(
        id=found.id,
        kind=kind,
        brand=str(_get(detail, "brand") or _get(detail, "bank_name") or found.type),
        last4=str(_get(detail, "last4") or ""),
        expires=f"{year:04d}-{month:02d}" if year and month else "",
        is_default=found.id == chosen,
    )


def _fits(body: bytes, signature: str, secret: str) -> bool:
    """Whether the signature is over these bytes; its age is looked at apart, by our own clock."""
    try:
        return bool(stripe.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=None))
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
        return False


def _stamped(signature: str) -> int:
    """The moment a message was signed, in seconds since 1970; 0 unless the header has exactly one."""
    stamps = [part.partition("=")[2] for part in signature.split(",") if part.partition("=")[0].strip() == "t"]
    stamp = stamps[0] if len(stamps) == 1 and len(stamps[0]) <= _STAMP_DIGITS else ""
    return int(stamp) if stamp.isascii() and stamp.isdecimal() else 0


def _told(event: Mapping[str, Any]) -> Told:
    thing = event["data"]["object"]
    kind = str(thing.get("object", ""))
    return Told(
        id=event["id"],
        type=event["type"],
        object_id=str(thing.get("id", "")),
        object_type=kind,
        intent=str(thing["id"] if kind == "payment_intent" else _plain_id(thing.get("payment_intent"))),
        customer=str(thing["id"] if kind == "customer" else _plain_id(thing.get("customer"))),
        facts={str(name): str(value) for name, value in (thing.get("metadata") or {}).items()},
        created_at=_moment(event["created"]),
        live=bool(event["livemode"]),
        version=str(event.get("api_version") or ""),
    )


def _plain_id(value: Any) -> str:
    return value["id"] if isinstance(value, dict) else value or ""


def _id(value: Any) -> str:
    """The id of a thing that Stripe gives as an id or whole."""
    if not value:
        return ""
    return value if isinstance(value, str) else str(value.id)


def _get(thing: Any, name: str) -> Any:
    return getattr(thing, name, None) if thing else None


def _facts(found: Any) -> dict[str, str]:
    told = found.metadata.to_dict() if found.metadata else {}
    return {str(name): str(value) for name, value in told.items()}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
