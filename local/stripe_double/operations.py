"""The calls that the double plays: address, the library's type for their parameters, and what they do.

Stripe takes more parameters than the double plays. Those are refused by name (`errors.not_played`)
instead of being passed over in silence: what a call asks for is what it gets.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local.stripe_double import balance, checkout, customers, disputes, intents, listing, refunds, setups
from local.stripe_double.books import Books
from local.stripe_double.errors import not_played
from local.stripe_double.objects import Thing
from local.stripe_double.parameters import Given

Handler = Callable[..., Any]
"""Called with the books, the parameters and the ids of the address, each as text."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API, named as in `StripeClient.v1`, e.g. `checkout.sessions.create`."""

    name: str
    method: str
    path: str
    params: str
    handler: Handler
    plays: frozenset[str]
    """Parameters that have an effect here; empty: all that are declared."""
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        address = re.sub(r"\{\w+\}", "([^/]+)", self.path)
        object.__setattr__(self, "pattern", re.compile(f"/v1/{address}/?"))

    def check_played(self, given: Given) -> None:
        """Raises Refused for a parameter that the library declares and the double does not play."""
        for name in given:
            if self.plays and name not in self.plays and name != "expand":
                raise not_played(f"{self.name}({name}=…)")


def _operation(line: str, handler: Handler, *plays: str) -> Operation:
    name, method, path, params = line.split()
    return Operation(name, method, path, params, handler, frozenset(plays))


def _retrieve(kind: str) -> Handler:
    return lambda books, _given, id_: listing.retrieve(books, kind, id_)


def _list(kind: str, path: str) -> Handler:
    return lambda books, given: listing.page(books.all(kind), given, f"/v1/{path}")


def _living(kind: str, path: str) -> Handler:
    """Lists what is not deleted."""
    return lambda books, given: listing.page(
        [one for one in books.all(kind) if not one.get("deleted")], given, f"/v1/{path}"
    )


def _methods_of_customer(books: Books, given: Given, id_: str) -> Thing:
    customers.living(books, id_, "id")
    rows = books.where("payment_method", customer=id_)
    return listing.page(rows, given, f"/v1/customers/{id_}/payment_methods")


def _method_of_customer(books: Books, _given: Given, id_: str, method_id: str) -> Thing:
    method = books.get("payment_method", method_id)
    return method if method["customer"] == id_ else books.get("payment_method", f"{method_id} of {id_}")


def _methods(books: Books, given: Given) -> Thing:
    """Payment methods that a customer has; Stripe lists no others."""
    rows = [one for one in books.all("payment_method") if one["customer"]]
    return listing.page(rows, given, "/v1/payment_methods")


def _lines(books: Books, given: Given, id_: str) -> Thing:
    return listing.cut(checkout.lines(books, given, id_), given, f"/v1/checkout/sessions/{id_}/line_items")


_SESSION = """
    mode ui_mode line_items payment_intent_data setup_intent_data customer customer_creation customer_email
    client_reference_id metadata success_url cancel_url expires_at locale currency allowed_payment_method_types
    excluded_payment_method_types payment_method_options custom_text branding_settings
    saved_payment_method_options submit_type billing_address_collection phone_number_collection adaptive_pricing
    origin_context
"""
_INTENT = """
    amount currency customer payment_method allowed_payment_method_types excluded_payment_method_types
    payment_method_options automatic_payment_methods confirm off_session return_url metadata description
    receipt_email setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_group
    capture_method use_stripe_sdk
"""
_SETUP = """
    customer payment_method allowed_payment_method_types excluded_payment_method_types payment_method_options
    automatic_payment_methods confirm return_url metadata description usage
"""
_CUSTOMER = (*customers.PLAIN, "metadata", "invoice_settings")
_INTENT_UPDATE = ("amount", "customer", "metadata", "description", "receipt_email", "setup_future_usage", "shipping")


def _table() -> Iterator[Operation]:
    yield from _checkout()
    yield from _payments()
    yield from _people()
    yield from _after_payment()


def _checkout() -> Iterator[Operation]:
    op, path = _operation, "checkout/sessions"
    yield op(f"checkout.sessions.create POST {path} checkout.SessionCreateParams", checkout.create, *_SESSION.split())
    yield op(f"checkout.sessions.list GET {path} checkout.SessionListParams", _list("checkout.session", path))
    one = f"{path}/{{id}}"
    found = _retrieve("checkout.session")
    yield op(f"checkout.sessions.retrieve GET {one} checkout.SessionRetrieveParams", found)
    yield op(f"checkout.sessions.update POST {one} checkout.SessionUpdateParams", checkout.update, "metadata")
    yield op(f"checkout.sessions.expire POST {one}/expire checkout.SessionExpireParams", checkout.expire)
    lines = f"{one}/line_items"
    yield op(f"checkout.sessions.line_items.list GET {lines} checkout.SessionLineItemListParams", _lines)


def _payments() -> Iterator[Operation]:
    op, path = _operation, "payment_intents"
    confirm = ("payment_method", "return_url", "off_session", "use_stripe_sdk")
    yield op(f"payment_intents.create POST {path} PaymentIntentCreateParams", intents.create, *_INTENT.split())
    yield op(f"payment_intents.list GET {path} PaymentIntentListParams", _list("payment_intent", path))
    one = f"{path}/{{id}}"
    yield op(f"payment_intents.retrieve GET {one} PaymentIntentRetrieveParams", _retrieve("payment_intent"))
    yield op(f"payment_intents.update POST {one} PaymentIntentUpdateParams", intents.update, *_INTENT_UPDATE)
    yield op(f"payment_intents.confirm POST {one}/confirm PaymentIntentConfirmParams", intents.confirm, *confirm)
    yield op(f"payment_intents.cancel POST {one}/cancel PaymentIntentCancelParams", intents.cancel)
    path = "setup_intents"
    yield op(f"setup_intents.create POST {path} SetupIntentCreateParams", setups.create, *_SETUP.split())
    yield op(f"setup_intents.list GET {path} SetupIntentListParams", _list("setup_intent", path))
    one = f"{path}/{{id}}"
    yield op(f"setup_intents.retrieve GET {one} SetupIntentRetrieveParams", _retrieve("setup_intent"))
    yield op(f"setup_intents.confirm POST {one}/confirm SetupIntentConfirmParams", setups.confirm, *confirm[:2])
    yield op(f"setup_intents.cancel POST {one}/cancel SetupIntentCancelParams", setups.cancel, "cancellation_reason")


def _people() -> Iterator[Operation]:
    op, path = _operation, "customers"
    yield op(f"customers.create POST {path} CustomerCreateParams", customers.create, *_CUSTOMER, "payment_method")
    yield op(f"customers.list GET {path} CustomerListParams", _living("customer", path), *("limit", "starting_after",
             "ending_before", "email", "created"))  # fmt: skip
    one = f"{path}/{{id}}"
    yield op(f"customers.retrieve GET {one} CustomerRetrieveParams", _retrieve("customer"))
    yield op(f"customers.update POST {one} CustomerUpdateParams", customers.update, *_CUSTOMER)
    yield op(f"customers.delete DELETE {one} CustomerDeleteParams", customers.delete)
    mine = f"{one}/payment_methods"
    yield op(f"customers.payment_methods.list GET {mine} CustomerPaymentMethodListParams", _methods_of_customer)
    own = f"{mine}/{{method}} CustomerPaymentMethodRetrieveParams"
    yield op(f"customers.payment_methods.retrieve GET {own}", _method_of_customer)
    path = "payment_methods"
    one = f"{path}/{{id}}"
    yield op(f"payment_methods.list GET {path} PaymentMethodListParams", _methods)
    yield op(f"payment_methods.retrieve GET {one} PaymentMethodRetrieveParams", _retrieve("payment_method"))
    yield op(f"payment_methods.update POST {one} PaymentMethodUpdateParams", customers.update_method, "metadata",
             "billing_details", "card", "allow_redisplay")  # fmt: skip
    yield op(f"payment_methods.attach POST {one}/attach PaymentMethodAttachParams", customers.attach, "customer")
    yield op(f"payment_methods.detach POST {one}/detach PaymentMethodDetachParams", customers.detach)


def _after_payment() -> Iterator[Operation]:
    op = _operation
    yield op("charges.list GET charges ChargeListParams", _list("charge", "charges"))
    yield op("charges.retrieve GET charges/{id} ChargeRetrieveParams", _retrieve("charge"))
    refund = ("charge", "payment_intent", "amount", "reason", "metadata")
    yield op("refunds.create POST refunds RefundCreateParams", refunds.create, *refund)
    yield op("refunds.list GET refunds RefundListParams", _list("refund", "refunds"))
    yield op("refunds.retrieve GET refunds/{id} RefundRetrieveParams", _retrieve("refund"))
    yield op("refunds.update POST refunds/{id} RefundUpdateParams", refunds.update)
    yield op("disputes.list GET disputes DisputeListParams", _list("dispute", "disputes"))
    yield op("disputes.retrieve GET disputes/{id} DisputeRetrieveParams", _retrieve("dispute"))
    yield op("disputes.update POST disputes/{id} DisputeUpdateParams", disputes.update)
    yield op("disputes.close POST disputes/{id}/close DisputeCloseParams", disputes.accept)
    yield op("events.list GET events EventListParams", _list("event", "events"))
    yield op("events.retrieve GET events/{id} EventRetrieveParams", _retrieve("event"))
    yield op("mandates.retrieve GET mandates/{id} MandateRetrieveParams", _retrieve("mandate"))
    path, kind = "balance_transactions", "balance_transaction"
    yield op(f"balance_transactions.list GET {path} BalanceTransactionListParams", _list(kind, path))
    yield op(f"balance_transactions.retrieve GET {path}/{{id}} BalanceTransactionRetrieveParams", _retrieve(kind))
    yield op("balance.retrieve GET balance BalanceRetrieveParams", balance.retrieve)
    yield op("accounts.retrieve_current GET account AccountRetrieveCurrentParams", balance.account)
    yield op("accounts.retrieve GET accounts/{id} AccountRetrieveParams", balance.account)


OPERATIONS = tuple(_table())


def find(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """The operation at an address, and the ids in it."""
    for operation in OPERATIONS:
        match = operation.pattern.fullmatch(path) if operation.method == method else None
        if match:
            return operation, match.groups()
    return None
