"""One id from the page somebody opened to the mail somebody else gets, through queues and functions (L-02, M-02)."""

import json
import logging
import time
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys, read
from chalicelib.data import outbox as stored
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.entry import dispatcher, outbox, settling, stripe_webhook
from chalicelib.payments.models import StripeEventItem
from chalicelib.shared import tracing
from local.events import Call, LambdaContext
from local.gateway import Gateway
from local.stripe_double.webhooks import signature
from tests.payments.till import Till
from tests.support.acquirer import WEBHOOK_SECRET, Acquirer
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.stored import messages_of
from tests.support.stream import handed, image_of, record
from tests.support.wire import tapped
from tests.support.world import World


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """The lines of our logger."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    return caplog


def _lines(heard: pytest.LogCaptureFixture, event: str) -> list[dict[str, Any]]:
    told = [json.loads(each.getMessage()) for each in heard.records if each.name == "foyer"]
    return [line for line in told if line.get("event") == event]


def test_a_page_its_message_whoever_sends_it_and_the_mail_have_one_id(
    world: World, door: Door, clock: TurnedClock, heard: pytest.LogCaptureFixture
) -> None:
    """A family tells the desk the reference of a page; the desk finds the page, the message and the mail by it."""
    world.user(world.household("Tremblay", "Léa"))
    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/settings/login")
    clock.advance(minutes=2)
    door.browser.submit(form, "settings/login", address="new@example.com")
    door.dispatch()
    code = door.sent.code("new@example.com")
    asked = door.browser.get(f"/{world.org}/settings/login/code")
    page = door.browser.submit(asked, "settings/login/code", code=code, follow=False)
    reference = page.header("x-request-id")
    message = next(each for each in messages_of(world.org) if each.template == "login_changed")
    tracing.begin("somebody else's")
    heard.clear()
    with tapped() as wire:
        assert outbox.handler(handed("outbox", [record(image_of(message))]), LambdaContext("outbox")) == {
            "batchItemFailures": []
        }

    assert reference
    assert message.request == reference
    assert [line["request"] for line in _lines(heard, "message")] == [reference]
    mail = next(body for call, body in zip(wire.calls, wire.bodies, strict=True) if call == "SendEmail")
    assert {"Name": "X-Foyer-Request", "Value": reference} in json.loads(mail)["Content"]["Simple"]["Headers"]


def test_what_the_sweep_takes_up_has_the_id_of_its_cause_and_the_run_one_of_its_own(
    world: World, clock: TurnedClock, heard: pytest.LogCaptureFixture
) -> None:
    """M-08: a message that was left over is still found by the page that wrote it."""
    user = world.user(world.household())
    tracing.begin("page-1")
    transaction = Transaction()
    enqueue(transaction, world.org, Notice("new_device", user.id, {"browser": "Firefox", "at": "2026-11-22T18:30:00Z"}),
            clock.now(), message="mine")  # fmt: skip
    transaction.commit()
    context = LambdaContext("sweep")
    heard.clear()
    with read.work_of([keys.outbox(world.org, "mine").pk]):
        outbox.sweep({}, context)

    told = [json.loads(each.getMessage()) for each in heard.records if each.name == "foyer"]
    age = next(line for line in told if "OutboxAge" in line)
    assert age["request"] == context.aws_request_id
    assert [line["request"] for line in _lines(heard, "message")] == ["page-1"]
    assert tracing.current() == context.aws_request_id


def test_a_worker_that_is_used_again_tells_nothing_of_what_it_did_before(
    world: World, clock: TurnedClock, heard: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The threads of a run live on: what fails before it is known whose it is has no request, not the last one's."""
    user = world.user(world.household())
    tracing.begin("page-1")
    transaction = Transaction()
    enqueue(transaction, world.org, Notice("new_device", user.id, {"browser": "Firefox", "at": "2026-11-22T18:30:00Z"}),
            clock.now(), message="mine")  # fmt: skip
    transaction.commit()
    monkeypatch.setattr(outbox, "_WORKERS", 1)
    mine = keys.outbox(world.org, "mine")
    waiting = iter([[mine, keys.outbox(world.org, "nobody's")]])
    monkeypatch.setattr(stored, "due", lambda *_: next(waiting, []))
    heard.clear()
    outbox.sweep({}, LambdaContext("sweep"))

    assert [line.get("request", "") for line in _lines(heard, "message")] == ["page-1", ""]


@pytest.mark.parametrize("chosen", ["somebody-else's", ""])
def test_nobody_chooses_the_id_of_his_request(world: World, browser: Browser, chosen: str) -> None:
    """API Gateway takes `x-amzn-RequestId` for its own `requestId`: one could hide behind another's page."""
    page = browser.get(f"/{world.org}/sign-in", headers={"x-amzn-RequestId": chosen})
    other = browser.get(f"/{world.org}/sign-in", headers={"x-amzn-RequestId": chosen})
    assert page.header("x-request-id")
    assert page.header("x-request-id") not in (chosen, other.header("x-request-id"))


def test_a_code_is_found_by_the_page_that_ordered_it(
    world: World, browser: Browser, sent: Sent, heard: pytest.LogCaptureFixture
) -> None:
    """A-31: an order of a code carries the id, and whoever sends it writes it."""
    world.user(world.household("Tremblay", "Léa"))
    door = Door(browser, sent, world.org)
    page = browser.submit(browser.get(f"/{world.org}/sign-in"), "sign-in", address="marie@example.com", follow=False)
    tracing.begin("somebody else's")
    heard.clear()
    door.dispatch()

    (line,) = _lines(heard, "code")
    assert line["request"] == page.header("x-request-id") != ""


def test_what_stripe_tells_is_found_by_stripes_own_id(
    world: World, acquirer: Acquirer, heard: pytest.LogCaptureFixture, clock: TurnedClock
) -> None:
    """P-03: from the webhook through the queue to whoever settles it, by the id that Stripe's dashboard shows."""
    till = Till(world, acquirer)
    checkout = till.begin(till.invoice())
    till.fresh()
    acquirer.account.complete(checkout.session)
    event = next(each for each in till.fresh() if each["type"] == "checkout.session.completed")
    body = json.dumps(event).encode()
    signed = signature(WEBHOOK_SECRET, body, int(time.time()))
    clock.set(bootstrap.clock().now())
    call = Call("POST", f"/webhooks/stripe/{world.org}", [("Content-Type", "application/json"),
                ("Stripe-Signature", signed)], body)  # fmt: skip
    Gateway(stripe_webhook.app.routes, stripe_webhook.app, "https://portal.test", "test").answer(call)
    kept = read.one(StripeEventItem, keys.stripe_event(world.org, event["id"]))
    assert kept is not None
    settling.handler(handed("settling", [record(image_of(kept))]), LambdaContext("settling"))

    assert [line["request"] for line in _lines(heard, "stripe")] == [event["id"]]
    assert [line["request"] for line in _lines(heard, "settling")] == [event["id"]]
    receipts = [each for each in messages_of(world.org) if each.request == event["id"]]
    assert receipts


def test_the_id_goes_through_the_queue_and_nothing_else_of_the_item() -> None:
    told = json.loads(
        dispatcher.message(
            record(
                {
                    "pk": {"S": "a"},
                    "sk": {"S": "b"},
                    "kind": {"S": "message"},
                    "request": {"S": "page-1"},
                    "address": {"S": "anna at example"},
                }
            )
        )
    )
    assert told["dynamodb"]["NewImage"] == {
        "pk": {"S": "a"}, "sk": {"S": "b"}, "kind": {"S": "message"}, "request": {"S": "page-1"},
    }  # fmt: skip


def test_an_error_page_shows_the_id_that_its_lines_have(
    world: World, browser: Browser, heard: pytest.LogCaptureFixture
) -> None:
    """L-03: also where no route was found, and where the address alone was wrong."""
    for path in ("/none-such-portal/sign-in", "/assets/x/none.css"):
        page = browser.get(path)
        reference = page.header("x-request-id")
        assert page.status == 404
        assert reference
        assert reference in page.html
        assert _lines(heard, "request")[-1]["request"] == reference


def test_what_caches_keep_names_no_request(world: World, browser: Browser) -> None:
    """A cache answers others with it."""
    page = browser.get(f"/{world.org}/sign-in")
    style = next(part for part in page.html.split('"') if part.endswith("portal.css"))

    assert page.header("x-request-id")
    assert browser.get(style).header("x-request-id") == ""
