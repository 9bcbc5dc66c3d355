"""Comparing with Stripe: whatever was lost on the way is found and set right (P-16)."""

import random
from datetime import datetime, timedelta

import pytest

from chalicelib import bootstrap
from chalicelib.admin import organisations as settings
from chalicelib.data import keys, read, write
from chalicelib.gateway import Gateway
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import reconciling, store
from chalicelib.payments.domain import CheckoutState, Purpose
from chalicelib.payments.models import ReconcileItem
from chalicelib.payments.reconciling import compare
from chalicelib.web import metrics
from local.stripe_double import Mode
from tests.payments.endpoint import arrived, listening
from tests.payments.till import Till, facts_of
from tests.support.clock import TurnedClock
from tests.support.terms import with_terms


def _compare(till: Till, **window: float) -> int:
    since = till.world.now - timedelta(**(window or {"days": 3}))
    return compare(till.gateway, till.world.organisation, since, till.world.now)


def _happen(till: Till, family: Till, chance: random.Random, intents: list[str]) -> None:
    """One thing that a payer, a bank or the dashboard does."""
    account, what = till.acquirer.account, chance.choice(["card", "debit", "refused", "refund", "dispute", "settle"])
    intent = chance.choice(intents) if intents else ""
    state = account.books.get("payment_intent", intent)["status"] if intent else ""
    if what in ("card", "debit", "refused"):
        checkout = family.begin(family.invoice(chance.randint(1000, 9000)))
        account.complete(checkout.session, {"card": "succeeds", "debit": "bank_debit", "refused": "declined"}[what])
        intents.append(family.intent_of(checkout))
    elif what == "settle" and state == "processing":
        account.settle_async(intent, chance.random() < 0.7)
    elif what == "refund" and state == "succeeded" and not account.books.where("dispute", payment_intent=intent):
        left = account.books.where("charge", payment_intent=intent)[-1]
        if left["amount"] - left["amount_refunded"] > 500:
            refund = account.refund(intent, 500)
            if chance.random() < 0.4:
                account.fail_refund(refund["id"])
    elif what == "dispute" and state == "succeeded" and not account.books.where("dispute", payment_intent=intent):
        dispute = account.dispute(intent)
        if chance.random() < 0.6:
            account.close_dispute(dispute["id"], won=chance.random() < 0.5)


def test_half_of_the_webhooks_dropped_over_four_days_are_repaired(till: Till, clock: TurnedClock) -> None:
    """P-16: after one comparison our books are what they would be had every event come, and nothing differs."""
    chance = random.Random(16)
    families = [Till(till.world, till.acquirer) for _ in range(4)]
    intents: dict[int, list[str]] = {number: [] for number in range(4)}
    account = till.acquirer.account
    account.mode = Mode("drop", fraction=0.5, seed=16)
    with listening(till):
        for _ in range(4):
            for number, family in enumerate(families):
                for _ in range(3):
                    _happen(till, family, chance, intents[number])
            arrived(till)
            till.world.now += timedelta(hours=23)
            clock.advance(hours=23)  # the double's as well, and that of the webhook's function
    assert 0.3 < len(account.courier.lost) / len(account.events()) < 0.7
    assert {each.status for each in account.deliveries} == {200}
    _compare(till, days=30)
    assert _compare(till, days=30) == 0
    _assert_books_are_stripes(till, families, intents)
    before = [facts_of(family.check()) for family in families]
    till._told = 0
    till.hear_all()
    assert [facts_of(family.check()) for family in families] == before


def _assert_books_are_stripes(till: Till, families: list[Till], intents: dict[int, list[str]]) -> None:
    for number, family in enumerate(families):
        payments = {each.intent: each for each in family.check().payments}
        for intent in intents[number]:
            truth = till.acquirer.account.books.get("payment_intent", intent)
            ours = payments.get(intent)
            if truth["status"] == "succeeded":
                charge = till.acquirer.account.books.get("charge", truth["latest_charge"])
                assert ours
                assert ours.refunded_minor == charge["amount_refunded"]
            elif truth["status"] == "processing":
                assert ours
                assert ours.status.value == "pending"
            elif ours:
                assert ours.status.value in ("failed", "voided")
        assert not [each for each in family.checkouts() if each.state is CheckoutState.CREATING]


def test_where_nothing_differs_nothing_is_written(till: Till) -> None:
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    before = till.check(), till.checkouts()
    assert _compare(till) == 0
    assert (till.check(), till.checkouts()) == before


def test_pages_that_expired_or_saved_a_card_unheard_are_found(till: Till) -> None:
    """P-16: also where no payment ever came of them."""
    invoice = till.invoice()
    till.begin(invoice)
    till.start(till.wish(purpose=Purpose.SETUP))
    setup = next(each for each in till.checkouts() if each.purpose is Purpose.SETUP)
    till.acquirer.account.complete(setup.session)
    till.wait(hours=2)
    assert _compare(till) == 2
    assert _compare(till) == 0
    assert till.claims() == []
    assert len(store.list_methods(till.world.org, till.home)) == 1
    assert {each.state for each in till.checkouts()} == {CheckoutState.CLOSED, CheckoutState.DONE}


def test_what_happens_to_an_old_payment_is_found_by_the_short_comparison(till: Till) -> None:
    """A dispute is decided weeks after the payment."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    intent = till.intent_of(checkout)
    till.wait(days=10)
    dispute = till.acquirer.account.dispute(intent)["id"]
    assert _compare(till) == 1
    till.wait(days=40)
    till.acquirer.account.close_dispute(dispute, won=True)
    assert _compare(till) == 1
    assert till.payments()[0].kept_minor == 10000


def test_what_is_not_ours_is_left_alone_and_holds_nothing_up(till: Till) -> None:
    """P-02: somebody else uses the same account of Stripe's."""
    books = till.acquirer.account.books
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    stranger = dict(books.get("payment_intent", till.intent_of(checkout)), id="pi_stranger", metadata={})
    books.kinds["payment_intent"]["pi_stranger"] = stranger
    assert _compare(till) == 1
    assert len(till.payments()) == 1


def _turn(till: Till) -> ReconcileItem:
    """The organisation's turn, as it stands; made by switching online payments on."""
    found = read.one(ReconcileItem, keys.reconcile(till.world.org))
    assert found
    return found


def test_a_comparison_over_a_month_counts_only_once_it_went_through(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-16: broken off, it is begun again a quarter of an hour later, as far back; once done, short ones follow."""
    till.stand_at(till.world.now.replace(hour=12))  # all of it happens on one day
    with_terms(till.world, taxes=(), online=True)
    settings.update(till.world.organisation, b"", till.world.now)
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    sinces: list[datetime] = []

    def noting(gateway: Gateway, organisation: Organisation, since: datetime, now: datetime) -> int:
        if organisation.slug == till.world.org:
            sinces.append(since)
        return compare(gateway, organisation, since, now)

    monkeypatch.setattr(reconciling, "compare", noting)
    till.acquirer.account.fault("*", "drop", 3)
    reconciling.run(bootstrap.gateway, till.world.now)
    assert _turn(till).whole_on is None
    assert till.payments() == []
    reconciling.run(bootstrap.gateway, till.world.now)
    assert len(sinces) == 1, "its turn is over for now"
    till.wait(minutes=15)

    reconciling.run(bootstrap.gateway, till.world.now)

    assert _turn(till).whole_on == f"{till.world.now:%Y-%m-%d}"
    assert [each.minor for each in till.payments()] == [10000]
    till.wait(minutes=15)
    reconciling.run(bootstrap.gateway, till.world.now)
    assert [(till.world.now - since).days for since in sinces] == [30, 30, 3]


def test_what_differed_is_counted(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """L-08: an alarm rings at the first difference; where nothing differs there is nothing to count."""
    with_terms(till.world, taxes=(), online=True)
    settings.update(till.world.organisation, b"", till.world.now)
    till.acquirer.account.complete(till.begin(till.invoice()).session)
    counted: list[float] = []
    monkeypatch.setattr(metrics, "count", lambda name, value: counted.extend([value] * (name == "BooksDiffer")))
    reconciling.run(bootstrap.gateway, till.world.now)
    assert max(counted) >= 1
    counted.clear()
    till.wait(minutes=15)
    reconciling.run(bootstrap.gateway, till.world.now)
    assert sum(counted) == 0


def test_what_was_deleted_while_it_was_compared_does_not_come_back(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-15: an organisation that ends in this very minute leaves nothing."""
    with_terms(till.world, taxes=(), online=True)
    settings.update(till.world.organisation, b"", till.world.now)

    def ending(_gateway: Gateway, organisation: Organisation, *_told: datetime) -> int:
        if organisation.slug == till.world.org:
            write.delete(_turn(till))
        return 0

    monkeypatch.setattr(reconciling, "compare", ending)
    assert _turn(till).whole_on is None
    reconciling.run(bootstrap.gateway, till.world.now)

    assert read.one(ReconcileItem, keys.reconcile(till.world.org)) is None
