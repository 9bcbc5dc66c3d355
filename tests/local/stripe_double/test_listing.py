"""Lists in pages, filters, expanded fields, and accounts that see nothing of each other."""

import pytest
import stripe

from local.stripe_double import Account, StripeDouble
from tests.local.stripe_double.conftest import Open, client_of
from tests.support.clock import TurnedClock


def test_a_list_is_read_page_by_page_newest_first(client: stripe.StripeClient, open_: Open) -> None:
    opened = [open_().id for _ in range(7)]
    first = client.v1.checkout.sessions.list({"limit": 3})
    assert ([one.id for one in first.data], first.has_more) == (opened[:3:-1], True)
    assert [one.id for one in first.auto_paging_iter()] == opened[::-1]
    newer = client.v1.checkout.sessions.list({"limit": 2, "ending_before": opened[2]})
    assert ([one.id for one in newer.data], newer.has_more) == ([opened[4], opened[3]], True)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.list({"limit": 101})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.list({"starting_after": "cs_test_nothing"})


def test_lists_are_filtered(client: stripe.StripeClient, account: Account, open_: Open, turned: TurnedClock) -> None:
    old = open_(customer_email="ana@example.com")
    since = int(turned.advance(60).timestamp())
    new = open_(customer_email="ben@example.com")
    sessions = client.v1.checkout.sessions
    assert [one.id for one in sessions.list({"created": {"gte": since}}).data] == [new.id]
    assert [one.id for one in sessions.list({"created": {"lt": since}}).data] == [old.id]
    assert [one.id for one in sessions.list({"customer_details": {"email": "ana@example.com"}}).data] == [old.id]
    payment = account.complete(new.id)["payment_intent"]
    assert [one.id for one in sessions.list({"payment_intent": payment}).data] == [new.id]
    assert [one.id for one in sessions.list({"status": "open"}).data] == [old.id]


def test_events_are_listed_by_type_and_by_whether_they_arrived(
    client: stripe.StripeClient, account: Account, open_: Open
) -> None:
    account.complete(open_().id)
    listed = client.v1.events.list({"types": ["charge.*", "checkout.session.completed"]}).data
    assert [one.type for one in listed] == ["checkout.session.completed", "charge.updated", "charge.succeeded"]
    missed = client.v1.events.list({"delivery_success": False})
    assert len(missed.data) == 5
    account.delivered(missed.data[0].id)
    assert [one.id for one in client.v1.events.list({"delivery_success": True}).data] == [missed.data[0].id]
    assert client.v1.events.list({"type": "charge.succeeded"}).data[0].data.object["amount"] == 12000


def test_an_event_keeps_its_object_as_it_was(client: stripe.StripeClient, account: Account, open_: Open) -> None:
    session = account.complete(open_().id, "bank_debit")
    account.settle_async(session["payment_intent"])
    (event,) = client.v1.events.list({"type": "checkout.session.completed"}).data
    assert event.data.object["payment_status"] == "unpaid"
    assert event.api_version == stripe.api_version
    assert client.v1.events.retrieve(event.id).data == event.data


def test_an_event_says_which_call_it_came_from(client: stripe.StripeClient, account: Account) -> None:
    client.v1.customers.create({}, {"idempotency_key": "make-ana"})
    account.save_card(client.v1.customers.list().data[0].id)
    made, saved = account.events()
    assert (made["request"]["idempotency_key"], saved["request"]["idempotency_key"]) == ("make-ana", None)
    assert made["request"]["id"].startswith("req_")


def test_fields_are_expanded_in_lists_and_wrong_paths_refused(
    client: stripe.StripeClient, account: Account, open_: Open
) -> None:
    account.complete(open_().id)
    (payment,) = client.v1.payment_intents.list({"expand": ["data.latest_charge.balance_transaction"]}).data
    assert payment.latest_charge.balance_transaction.type == "charge"  # type: ignore[union-attr]
    for path in ("latest_charge.colour", "amount", "a.b.c.d.e", "status"):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.retrieve(payment.id, {"expand": [path]})


def test_accounts_see_nothing_of_each_other(double: StripeDouble, account: Account, open_: Open) -> None:
    double.account("sk_test_other", currency="eur", country="FR")
    other = client_of(double, "sk_test_other")
    opened = open_()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        other.v1.checkout.sessions.retrieve(opened.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert other.v1.checkout.sessions.list().data == []
    mine, theirs = client_of(double).v1.accounts.retrieve_current(), other.v1.accounts.retrieve_current()
    assert (mine.id, mine.default_currency, theirs.country) == (account.id, "cad", "FR")
    assert mine.id != theirs.id


@pytest.mark.parametrize("key", ["sk_test_nobody", "sk_test_schoo", "sk_live_school"])
def test_a_wrong_key_is_turned_away(double: StripeDouble, account: Account, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError):
        client_of(double, key).v1.balance.retrieve()
    assert account.calls == []


def test_an_unknown_address_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.coupons.list()


def test_a_live_account_says_so(double: StripeDouble) -> None:
    double.account("sk_live_school", livemode=True)
    opened = client_of(double, "sk_live_school").v1.payment_intents.create({"amount": 500, "currency": "cad"})
    assert opened.livemode
