"""What functions do is what they may do (L-05): the recorder that looks at every test, and a round of all workers.

`tests/conftest.py` fails any test in which a function does what its policy does not allow.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest

from chalicelib import bootstrap, settings
from chalicelib.billing.models import InvoiceItem
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState, Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.entry import (
    dispatcher,
    finder,
    money_clock,
    moving_clock,
    outbox,
    privacy_clock,
    settling,
    time_clock,
    webhooks,
)
from chalicelib.gateway import Gateway
from chalicelib.notifications import standing
from chalicelib.privacy import takeaways
from chalicelib.reminders.telling import OCCASIONS
from chalicelib.shared.errors import Unavailable
from infra import functions
from infra.functions import FUNCTIONS, Function
from local.events import LambdaContext
from tests.support import asked, rights
from tests.support.asked import Asked
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.stream import handed, image_of, record
from tests.support.world import World

_TABLE = "${Table.Arn}"
_WORK = f"{_TABLE}/index/work"


@pytest.fixture(autouse=True)
def _from_the_start(aws: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What other tests used does not count here, and is not forgotten. Nor is Stripe asked for those that use it."""

    def no_stripe(_org: str) -> Gateway:
        raise Unavailable

    monkeypatch.setattr(bootstrap, "gateway", no_stripe)
    before = set(rights.used)
    rights.used.clear()
    yield
    rights.used.update(before)


def _used(function: Function) -> set[str]:
    """Actions that a function has used since the test began."""
    return {action for name, _, action in rights.used if name == function.name}


def _enqueue(world: World, template: str, facts: Mapping[str, Any], household: str) -> MessageItem:
    transaction = Transaction()
    name = enqueue(transaction, world.org, Notice(template, "", facts, household=household), world.now)
    transaction.commit()
    found = read.one(MessageItem, keys.outbox(world.org, name))
    assert found
    return found


def _hand_over(item: MessageItem) -> None:
    told = {name: value for name, value in image_of(item).items() if name not in ("queue", "due")}
    outbox.handler(handed("outbox", [record(told)]), LambdaContext())


# What the recorder sees


def test_a_function_that_does_what_it_may_not_is_noted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: a call inside a function, seen on the stack, held against a policy that lacks the right."""
    told = [one for one in rights.statements(functions.OUTBOX) if one["Sid"] != "Table"]
    monkeypatch.setattr(rights, "statements", lambda _: told)
    _hand_over(_enqueue(world, "reminder", {}, world.household().id))
    assert any(one.startswith(f"outbox may not dynamodb:GetItem {_TABLE} ") for one in rights.refused)
    rights.refused.clear()


def test_the_threads_of_a_function_are_the_functions(world: World) -> None:
    """The sweep works with several at once, and none of them has more rights than it."""
    home = world.household()
    world.user(home)
    transaction = Transaction()
    enqueue(transaction, world.org, Notice("message", "", {}, household=home.id), world.now)
    transaction.commit()
    outbox.sweep({}, LambdaContext())
    assert {"dynamodb:Query", "dynamodb:GetItem", "dynamodb:UpdateItem"} <= _used(functions.SWEEP)
    assert not _used(functions.OUTBOX)


def test_a_page_is_its_own_functions_though_all_are_served_together(browser: Browser, world: World) -> None:
    browser.get(f"/{world.org}/sign-in")
    assert _used(functions.SIGN_IN)
    assert {name for name, _, _ in rights.used} == {"sign_in"}


def test_what_a_test_does_in_the_middle_of_a_function_is_nobodys(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a race that a test plays would be held against the function that loses it."""
    item = _enqueue(world, "reminder", {}, world.household().id)
    monkeypatch.setattr("chalicelib.notifications.delivery.deliver", lambda *_: item.delete() and "sent")
    _hand_over(item)
    assert "dynamodb:DeleteItem" not in _used(functions.OUTBOX)


@pytest.mark.parametrize("name", rights.WORK)
def test_what_is_held_against_functions_without_them_is_there(name: str) -> None:
    """Else tests that call it would say nothing of rights any more."""
    module, _, function = name.rpartition(".")
    work = getattr(import_module(module), function)
    assert (work.__module__, work.__qualname__) == (module, function)


def test_whoever_looks_for_a_file_that_is_not_there_may_know_it(world: World) -> None:
    """S3 calls a missing file forbidden where one may not list names; a copy of one's data begins with such a look."""
    missing = list(asked.of_missing({"Bucket": settings.current().files_bucket, "Key": "takeaways/none"}))
    assert missing == [Asked("s3:ListBucket", "${Files.Arn}", {})]
    home = world.household("Tremblay", "Léa")
    takeaways.ask(world.organisation, home.id, world.user(home).id, "fr", world.now)
    privacy_clock.tick({}, LambdaContext())
    assert "s3:ListBucket" in _used(functions.PRIVACY_CLOCK)


# What the checker allows


@pytest.mark.parametrize(
    ("function", "wanted", "allowed"),
    [
        (functions.OUTBOX, Asked("dynamodb:PutItem", _TABLE, {}), True),
        (functions.OUTBOX, Asked("dynamodb:DeleteItem", _TABLE, {}), False),
        (functions.OUTBOX, Asked("dynamodb:Query", _WORK, {"dynamodb:LeadingKeys": ["outbox"]}), False),
        (functions.SWEEP, Asked("dynamodb:Query", _WORK, {"dynamodb:LeadingKeys": ["outbox"]}), True),
        (functions.REST, Asked("dynamodb:Query", _WORK, {"dynamodb:LeadingKeys": ["households#a"]}), True),
        (functions.REST, Asked("dynamodb:Query", _WORK, {"dynamodb:LeadingKeys": ["owing#a"]}), False),
        (functions.PAPERS, Asked("dynamodb:PutItem", _TABLE, {"dynamodb:LeadingKeys": ["ORG#a#AUDIT"]}), True),
        (functions.PAPERS, Asked("dynamodb:PutItem", _TABLE, {"dynamodb:LeadingKeys": ["ORG#a#HH#b"]}), False),
        (functions.OUTBOX, Asked("sns:Publish", "+15145550100", {}), True),
        (functions.OUTBOX, Asked("sns:Publish", "arn:${AWS::Partition}:sns:eu-west-1:1:topic", {}), False),
        (functions.FILES, Asked("s3:GetObject", "${Vault.Arn}/kept/a", {}), True),
        (functions.FILES, Asked("s3:GetObject", "${Vault.Arn}/other/a", {}), False),
        (functions.PRIVACY_CLOCK, Asked("s3:ListBucket", "${Vault.Arn}", {"s3:prefix": ["kept/a"]}), True),
        (functions.PRIVACY_CLOCK, Asked("s3:ListBucket", "${Vault.Arn}", {}), True),
        (functions.FILES, Asked("s3:ListBucket", "${Vault.Arn}", {}), False),
    ],
)
def test_a_right_is_given_by_action_thing_and_condition(function: Function, wanted: Asked, allowed: bool) -> None:
    assert (rights.allowing(rights.statements(function), wanted) is not None) == allowed


@pytest.mark.parametrize(
    ("operation", "params", "told"),
    [
        (
            "TransactWriteItems",
            {"TransactItems": [
                {"ConditionCheck": {"Key": {"pk": {"S": "a"}}}},
                {"Put": {"Item": {"pk": {"S": "b"}}}},
            ]},
            [("ConditionCheckItem", ["a"]), ("PutItem", ["b"])],
        ),
        (
            "BatchWriteItem",
            {"RequestItems": {"": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}},
                                   {"DeleteRequest": {"Key": {"pk": {"S": "b"}}}}]}},
            [("BatchWriteItem", ["a", "b"])],
        ),
        (
            "Query",
            {
                "IndexName": "work", "KeyConditionExpression": "(#0 = :0 AND #1 <= :1)",
                "ExpressionAttributeNames": {"#0": "queue", "#1": "due"},
                "ExpressionAttributeValues": {":0": {"S": "outbox"}, ":1": {"S": "2026"}},
            },
            [("Query", ["outbox"])],
        ),
    ],
)  # fmt: skip
def test_a_call_asks_for_the_rights_of_all_that_is_in_it(
    operation: str, params: dict[str, Any], told: list[tuple[str, list[str]]]
) -> None:
    """A transaction has no right of its own: it needs those of its parts."""

    def named(value: Any) -> Any:
        """With the table's name where AWS wants it."""
        return {settings.current().table if name == "" else name: each for name, each in value.items()}

    table = {"TableName": settings.current().table}
    full = {name: named(value) if name == "RequestItems" else value for name, value in params.items()}
    if "TransactItems" in full:
        full["TransactItems"] = [
            {verb: one | table for verb, one in each.items()} for each in full["TransactItems"]
        ]  # fmt: skip
    elif "RequestItems" not in full:
        full |= table
    found = list(asked.of("dynamodb", operation, full))
    assert [(one.action.partition(":")[2], one.context["dynamodb:LeadingKeys"]) for one in found] == told
    assert {one.thing for one in found} == {_WORK if "IndexName" in params else _TABLE}


# A round of all that is not a page


_FACTS = {
    OCCASIONS: [["lesson-1", "form"]], "kind": "pass", "id": "p1", "ends_on": "2026-12-01", "quote": "q1",
    "method": "m1", "expires": "2026-12", "invoice": "i1", "due_on": "2026-12-01", "planned_on": "2026-12-01",
    "invoices": [{"invoice": "i1", "due_on": "2026-12-01", "due_minor": 100}],
}  # fmt: skip


@pytest.mark.parametrize("template", standing.CHECKS)
def test_each_check_of_what_still_stands_is_within_the_rights_of_the_outbox(world: World, template: str) -> None:
    """M-09: asked under the claim, by the sweep as well; what it says here is that nothing is left to be told."""
    home = world.household("Tremblay", "Léa")
    world.user(home)
    item = _enqueue(world, template, _FACTS, home.id)
    _hand_over(item)
    found = read.one(MessageItem, Key(item.pk, item.sk))
    assert found
    assert found.state == MessageState.SKIPPED.value, found.outcome
    assert "dynamodb:UpdateItem" in _used(functions.OUTBOX) | _used(functions.SWEEP)


_RUNS: Mapping[Function, Callable[[Any, Any], Any]] = {
    functions.SWEEP: outbox.sweep, functions.WEBHOOKS_SWEEP: webhooks.sweep,
    functions.SETTLING_SWEEP: settling.sweep, functions.TIME_CLOCK: time_clock.tick,
    functions.MONEY_CLOCK: money_clock.tick, functions.PRIVACY_CLOCK: privacy_clock.tick,
    functions.MOVING_CLOCK: moving_clock.tick,
}  # fmt: skip


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if one.every], ids=lambda one: one.name)
def test_each_clock_finds_what_is_due_within_its_rights(world: World, function: Function) -> None:
    """M-08: whatever other tests left there is worked on as well, which is all the better here."""
    _RUNS[function]({}, LambdaContext())
    assert "dynamodb:Query" in _used(function)
    assert {sid for name, sid, _ in rights.used if name == function.name} >= {"Waiting"}


def test_what_is_handed_on_is_handed_on_within_rights(world: World, door: Door) -> None:
    """The dispatcher, the functions behind its queues, and the sender of codes."""
    home = world.household("Tremblay", "Léa")
    world.user(home, email="marie@example.com")
    invoice = world.invoice(home)
    item = _enqueue(world, "message", {}, home.id)
    stored = read.one(InvoiceItem, keys.invoice(world.org, home.id, invoice.id))
    assert stored
    written = [record(image_of(item)), record(image_of(stored))]
    dispatcher.handler({"Records": written}, LambdaContext())
    finder.handler(handed("finder", written), LambdaContext())
    webhooks.handler(handed("webhooks", written), LambdaContext())
    bootstrap.secrets.cache_clear()  # as a process that begins
    door.enter("marie@example.com")
    assert _used(functions.DISPATCHER) == {"sqs:SendMessage"}
    assert {"ssm:GetParameter", "ses:SendEmail"} <= _used(functions.CODE_SENDER)
    for function in (functions.FINDER, functions.WEBHOOKS, functions.SIGN_IN, functions.API_HANDLER):
        assert _used(function), function.name
