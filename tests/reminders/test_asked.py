"""What is over soon if it is not used, and what waits for an answer, is reminded of on its days (ACC-14, MSG-3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.consents import drafting as consents
from chalicelib.consents.domain import Rules as ConsentRules
from chalicelib.consents.domain import Wording
from chalicelib.data.write import Transaction
from chalicelib.enrolments import right_store
from chalicelib.enrolments.rights import Right
from chalicelib.forms import store as forms
from chalicelib.forms.domain import Audience, Catalogue, Listed, Moment, Rules
from chalicelib.households import agendas
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.households.summary import GivenRow, RightRow, WantedRow
from chalicelib.memberships import pass_store
from chalicelib.memberships import store as subscriptions
from chalicelib.memberships.domain import Allowed, Plan, PlanKind, Subscription, SubscriptionStatus, Terms
from chalicelib.memberships.passes import Pass
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.ids import dated_id, new_id
from tests.notifications.carriers import Van
from tests.reminders.clockwork import at, reminders, state, sweep, tick
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay")


@pytest.fixture
def lea(world: World, home: Household) -> Person:
    return world.member(home, "Léa")


@pytest.fixture
def van() -> Van:
    return Van()


def _amend(world: World, home: Household, **changes: object) -> None:
    [stored] = households.get_summaries(world.org, (home.id,)).values()
    transaction = Transaction()
    households.save_summary(transaction, world.org, replace(stored, **changes))  # type: ignore[arg-type]
    transaction.commit()


def _right(world: World, home: Household, lea: Person, days: int) -> Right:
    """A right to make up that may be used for so many days more, in the summary as use cases keep it."""
    group = world.class_group("Ballet", at(world, -3))
    right = Right(
        dated_id(world.today), lea.id, home.id, "e", group.id, group.occurrences[0].id, ("p",), "", world.now,
        world.today + timedelta(days=days),
    )  # fmt: skip
    transaction = Transaction()
    right_store.save_right(transaction, world.org, right, world.organisation.zone)
    transaction.commit()
    _amend(world, home, rights=(RightRow(right.id, lea.id, right.expires_on),))
    return right


def test_a_right_that_is_over_soon_is_told_twice(world: World, home: Household, lea: Person, van: Van) -> None:
    """Fourteen days before its last day and three days before, each once."""
    right = _right(world, home, lea, 20)
    for day in range(21):
        for hour in (8, 10, 11):
            tick(at(world, day, hour))
    told = reminders(world, "makeup_expiring")
    assert len(told) == 2
    assert told[0].facts["rights"] == [
        {"right": right.id, "member": "Léa", "title": {"en": "Ballet", "fr": "Ballet"},
         "last_on": right.expires_on.isoformat()},
    ]  # fmt: skip
    assert [each.created_at[:10] for each in told] == [str(at(world, 6).date()), str(at(world, 17).date())]
    assert sweep(world, van, at(world, 20, 12)) == ["sent", "sent"]


def test_a_right_that_is_used_is_not_told(world: World, home: Household, lea: Person, van: Van) -> None:
    """M-09: neither before its day, nor when the message waits already."""
    _right(world, home, lea, 20)
    tick(at(world, 6, 9))
    _amend(world, home, rights=())

    assert sweep(world, van, at(world, 6, 9, 5)) == ["skipped"]
    tick(at(world, 17, 9))
    assert len(reminders(world)) == 1


def test_a_right_given_for_a_few_days_is_told_on_its_last_stage_alone(
    world: World, home: Household, lea: Person
) -> None:
    """What is given ten days before its end is not told as if fourteen were just over."""
    _right(world, home, lea, 10)
    tick(world.now)
    assert reminders(world) == []
    tick(at(world, 7, 9))
    assert len(reminders(world)) == 1


def _publish(world: World, due_on: date | None, *, version: int = 1, mandatory: bool = True) -> str:
    """A form that all members are asked on the home page, published as the staff do."""
    form = "form-1"
    rules = Rules(Audience(), frozenset({Moment.SIGN_IN}), mandatory=mandatory, due_on=due_on)
    stored = forms.get_catalogue(world.org)
    transaction = Transaction()
    listed = Listed(form, {"en": "Health", "fr": "Santé"}, rules, version)
    forms.save_catalogue(transaction, world.org, Catalogue((listed,), stored.version))
    agendas.stir_all(transaction, world.org)
    transaction.commit()
    return form


def test_a_form_is_reminded_of_before_its_day_and_on_it(world: World, home: Household, lea: Person, van: Van) -> None:
    """ACC-14: to households that have not answered; one message for all members."""
    world.member(home, "Tom")
    tick(world.now)
    form = _publish(world, world.today + timedelta(days=10))
    for day in range(12):
        tick(at(world, day, 10))
    told = reminders(world, "form_due")
    assert [each.created_at[:10] for each in told] == [str(at(world, 7).date()), str(at(world, 10).date())]
    assert told[0].facts["form"] == form
    assert sorted(told[0].facts["members"]) == ["Léa", "Tom"]
    assert told[0].thread == f"form-{form}"


def test_who_answered_is_left_alone(world: World, home: Household, lea: Person, van: Van) -> None:
    """M-09: also between the moment and the sending; of two members, the other is still told of."""
    tom = world.member(home, "Tom")
    tick(world.now)
    form = _publish(world, world.today + timedelta(days=10))
    tick(at(world, 7, 9))
    done = tuple(GivenRow("form", form, 1, each.id, world.today, "done") for each in (lea, tom))
    _amend(world, home, given=done[:1])
    assert sweep(world, van, at(world, 7, 9, 1)) == ["skipped"]
    assert sweep(world, van, at(world, 7, 9, 2)) == ["sent"]
    [_, anew] = reminders(world, "form_due")
    assert "Tom" in str([each.facts["members"] for each in reminders(world)])
    assert anew.household == home.id

    _amend(world, home, given=done)
    tick(at(world, 10, 9))
    assert len(reminders(world, "form_due")) == 2


def test_a_mandatory_form_without_a_day_is_reminded_of_some_days_after_it_was_asked(
    world: World, home: Household, lea: Person, van: Van
) -> None:
    """ACC-14: places wait for it, so it is not left to chance that somebody looks at the home page."""
    tick(world.now)
    _publish(world, None)
    for day in range(2, 20):  # the family is first seen to be asked two days after the form was published
        tick(at(world, day, 10))
        sweep(world, van, at(world, day, 10, 1))

    told = reminders(world, "form_due")
    assert [each.created_at[:10] for each in told] == [str(at(world, 5).date()), str(at(world, 12).date())]
    assert told[0].facts["due_on"] == ""
    assert all(each.until is None for each in told)
    assert ["Santé" in mail.subject and "None" not in mail.text for mail in van.mails] == [True, True]


def test_a_mandatory_form_without_a_day_is_not_reminded_of_once_it_is_answered(
    world: World, home: Household, lea: Person, van: Van
) -> None:
    """M-09: also between the moment and the sending; asked anew, its days begin anew."""
    form = _publish(world, None)
    tick(at(world, 0, 10))
    tick(at(world, 3, 10))
    _amend(world, home, given=(GivenRow("form", form, 1, lea.id, world.today, "done"),))
    assert sweep(world, van, at(world, 3, 10, 1)) == ["skipped"]

    forms_before = len(reminders(world, "form_due"))
    _publish(world, None, version=2)
    _amend(world, home, given=())
    tick(at(world, 4, 10))
    tick(at(world, 6, 10))
    assert len(reminders(world, "form_due")) == forms_before
    tick(at(world, 7, 10))
    assert len(reminders(world, "form_due")) == forms_before + 1


def test_a_form_that_is_neither_mandatory_nor_has_a_day_reminds_nobody(
    world: World, home: Household, lea: Person
) -> None:
    """It waits on the home page."""
    _publish(world, None, mandatory=False)
    for day in range(15):
        tick(at(world, day, 10))
    assert reminders(world) == []


def test_a_paper_is_asked_for_once_more(world: World, home: Household, van: Van) -> None:
    """Three days before its day, and on the day; who sent it is left alone."""
    due = world.today + timedelta(days=5)
    _amend(world, home, wanted=(WantedRow("20260101-" + "a" * 32, "Birth certificate", "", due),))
    tick(at(world, 2, 9))
    [told] = reminders(world, "document_wanted")
    assert told.facts["title"] == "Birth certificate"
    assert sweep(world, van, at(world, 2, 9, 1)) == ["sent"]
    assert "Birth certificate" in van.mails[0].text
    _amend(world, home, wanted=())
    tick(at(world, 5, 9))
    assert len(reminders(world)) == 1


def test_a_text_that_changed_is_told_to_whom_signed_it(world: World, home: Household, lea: Person, van: Van) -> None:
    """NEW-13: once for each version; to nobody who never signed, and to nobody again."""
    wording = Wording({"en": "Photos", "fr": "Photos"}, {"en": "We may.", "fr": "Nous pouvons."})
    consent = consents.add(world.org, wording, ConsentRules())
    consents.publish(world.org, consent.id, "kate", world.now)
    tick(world.now)
    signed = GivenRow("consent", consent.id, 1, lea.id, world.today, "signed")
    _amend(world, home, given=(signed,))
    tick(world.now)
    assert reminders(world) == []

    later = wording._replace(text={"en": "We may not.", "fr": "Nous ne pouvons pas."})
    consents.change(world.org, replace(consents.require(world.org, consent.id), wording=later))
    consents.publish(world.org, consent.id, "kate", world.now)
    tick(at(world, 1, 10))
    tick(at(world, 2, 10))
    [told] = reminders(world, "consent_changed")
    assert (told.facts["members"], told.facts["mandatory"]) == (["Léa"], False)
    assert sweep(world, van, at(world, 1, 10, 1)) == ["sent"]


def _subscribed(world: World, home: Household, days: int | None, **changes: object) -> Subscription:
    since = world.today - timedelta(days=60)
    terms = Terms("plan", {"en": "Pool", "fr": "Piscine"}, 5000, "CAD", Frequency.MONTHLY, since)
    last = world.today + timedelta(days=days) if days is not None else None
    plain = Subscription(dated_id(since), home.id, PlanKind.MEMBERSHIP, terms, SubscriptionStatus.ACTIVE, since, last)
    subscription = replace(plain, **changes)  # type: ignore[arg-type]
    transaction = Transaction()
    subscriptions.save(transaction, world.org, subscription)
    transaction.commit()
    return replace(subscription, version=1)


def test_a_membership_that_ends_is_told_a_fortnight_before(world: World, home: Household, van: Van) -> None:
    """SUB-2: once, however often the clock ticks and whatever is written of it."""
    subscription = _subscribed(world, home, 20)
    tick(at(world, 5))
    assert reminders(world) == []
    tick(at(world, 6, 20))
    transaction = Transaction()
    found = subscriptions.get(world.org, home.id, subscription.id)
    assert found
    subscriptions.save(transaction, world.org, replace(found, licence="F-1"))
    transaction.commit()
    tick(at(world, 6, 21))
    [told] = reminders(world, "membership_expiring")
    assert (told.facts["kind"], told.facts["ends_on"]) == ("plan", str(subscription.expires_on))
    assert sweep(world, van, at(world, 7, 9)) == ["sent"]


@pytest.mark.parametrize(
    ("may_renew", "is_offered", "told"),
    [(True, True, {"renew_minor": 6000, "currency": "CAD"}), (True, False, {}), (False, True, {})],
)
def test_who_may_renew_a_membership_hears_what_that_costs(
    world: World, home: Household, may_renew: bool, is_offered: bool, told: dict[str, object]
) -> None:
    """SUB-2: by today's price of the plan, not by what was paid last; nothing where the family can not renew."""
    title = {"en": "Pool"}
    plan = Plan("plan", title, PlanKind.MEMBERSHIP, 6000, "CAD", Frequency.MONTHLY, is_offered=is_offered)
    transaction = Transaction()
    subscriptions.save_plan(transaction, world.org, plan)
    transaction.commit()
    _subscribed(world, home, 20, allowed=Allowed(renew=may_renew))

    tick(at(world, 6, 20))

    [message] = reminders(world, "membership_expiring")
    assert {name: message.facts[name] for name in ("renew_minor", "currency") if name in message.facts} == told


@pytest.mark.parametrize(
    ("days", "changes"),
    [(None, {}), (20, {"status": SubscriptionStatus.FROZEN}), (20, {"status": SubscriptionStatus.CANCELLED})],
)
def test_what_renews_or_was_given_up_is_not_told(
    world: World, home: Household, days: int | None, changes: dict[str, object]
) -> None:
    """What renews by itself has no end; who gave it up knows of it."""
    _subscribed(world, home, days, **changes)
    tick(at(world, 15))
    assert reminders(world) == []


def test_what_was_renewed_meanwhile_is_not_told(world: World, home: Household, van: Van) -> None:
    """M-09."""
    subscription = _subscribed(world, home, 20)
    tick(at(world, 6, 20))
    found = subscriptions.get(world.org, home.id, subscription.id)
    assert found
    transaction = Transaction()
    subscriptions.save(transaction, world.org, replace(found, expires_on=world.today + timedelta(days=50)))
    transaction.commit()

    assert sweep(world, van, at(world, 7, 9)) == ["skipped"]
    [told] = reminders(world)
    assert state(told)[1] == "renewed"


def test_a_pass_that_ends_is_told_with_what_is_left(world: World, home: Household) -> None:
    """SUB-4: a short one, bought within the fortnight, is not."""
    for days in (20, 10):
        bought = world.now - timedelta(days=40 if days == 20 else 1)
        each = Pass(
            dated_id(bought.date()), home.id, {"en": "Ten visits", "fr": "Dix"}, "product", bought, new_id(), uses=10,
            days=60, starts_on=bought.date(), expires_on=world.today + timedelta(days=days), used=3,
        )  # fmt: skip
        transaction = Transaction()
        pass_store.save(transaction, world.org, each)
        transaction.commit()
    tick(at(world, 7))
    [told] = reminders(world, "membership_expiring")
    assert (told.facts["kind"], told.facts["left"]) == ("pass", 7)
