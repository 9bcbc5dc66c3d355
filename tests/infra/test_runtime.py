"""The package under AWS's own runtime client, alone: what it lacks is missing here, unlike in the embedded AWS."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench import runtime_api
from bench.runtime_api import Function
from chalicelib import bootstrap
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.documents.domain import Document, Edition
from chalicelib.documents.store import document_item
from chalicelib.entry import stripe_webhook
from chalicelib.files import keeping
from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.gateway import API_VERSION
from chalicelib.households.domain import Household
from chalicelib.identity import store, tokens
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.models import CodeDispatchItem
from chalicelib.identity.signing_in import Device, new_session
from chalicelib.organisations.domain import Contact
from chalicelib.payments import parking
from chalicelib.payments.domain import EventState
from chalicelib.payments.models import StripeEventItem
from chalicelib.privacy import takeaways
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import to_iso
from chalicelib.web import cookies
from infra import api, functions, parts
from infra.build import Build
from local import events
from local.engine import Engine
from local.events import Call, LambdaContext, Resources
from local.gateway import Gateway
from tests.conftest import BASE_URL
from tests.privacy.packed import opened
from tests.support.acquirer import WEBHOOK_SECRET, Acquirer
from tests.support.browser import Browser
from tests.support.door import record
from tests.support.sent import Sent
from tests.support.world import World, build

Start = Callable[[functions.Function], Function]

_HEAVY = {"stripe", "typst", "phonenumbers", "boto3", "s3transfer", "requests", "email_validator", "dns"}
_FOR_CODES = {"pyotp"}

_SCRIPT = """
import importlib, json, sys
module, _, name = sys.argv[1].rpartition(".")
handler = getattr(importlib.import_module(module), name)
class Context: aws_request_id = "1"
answer = handler(json.loads(sys.stdin.read()), Context())
deep = bool(sys.argv[2])
names = {".".join(name.split(".")[:1 + deep]) for name in sys.modules if name.startswith(sys.argv[2])}
print(json.dumps([answer, sorted(names)]))
"""


def _variables() -> dict[str, str]:
    """What Lambda and the template set, here for the embedded AWS of this test."""
    return {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "FOYER_"))}


@pytest.fixture
def start(aws: Engine, made: Build) -> Iterator[Start]:
    """Starts functions of the package."""
    with ExitStack() as stack:

        def begin(function: functions.Function) -> Function:
            return stack.enter_context(
                runtime_api.running(made.unpacked(function.package), function.handler, _variables())
            )

        yield begin


@pytest.fixture
def now_world(org: str) -> World:
    """An organisation at the real time: the functions have clocks of their own."""
    return build(org, datetime.now(UTC))


def _gateway(account_pages: Function, sign_in: Function) -> Gateway:
    """The API in front of both web functions, each with its own parts, as it is deployed."""
    told = parts.parts(api.routes())

    def route(event: dict[str, Any], _context: LambdaContext) -> Any:
        owners = told[event["resource"]]
        owner = owners.get(event["httpMethod"]) or owners[parts.ANY]
        return {functions.SIGN_IN: sign_in, functions.API_HANDLER: account_pages}[owner].invoke(event)

    return Gateway({path: list(owners) for path, owners in told.items()}, route, BASE_URL, "portal")


def test_a_client_signs_in_through_the_packaged_functions(start: Start, now_world: World, sent: Sent) -> None:
    """AUTH-5, DASH-1: pages, code and account, each from its own function."""
    household = now_world.household("Tremblay", "Léa")
    now_world.user(household, email="marie@example.com")
    browser = Browser(_gateway(start(functions.API_HANDLER), start(functions.SIGN_IN)))
    page = browser.submit(browser.get(f"/{now_world.org}/sign-in"), "sign-in", address="marie@example.com")
    answer = start(functions.CODE_SENDER).invoke({"Records": [record(_order(browser, now_world.org))]})
    assert answer == {"batchItemFailures": []}
    page = browser.submit(page, "sign-in/code", code=sent.code("marie@example.com"))
    assert (page.status, page.url) == (200, f"{BASE_URL}/{now_world.org}")
    assert "Léa" in browser.get(f"/{now_world.org}/members").text


def _order(browser: Browser, org: str) -> CodeDispatchItem:
    cookie = next(value for name, value in browser.cookies.items() if name.endswith(f"code-{org}"))
    partition = f"ORG#{org}#CHALLENGE#{cookie.partition('.')[0]}"
    return list(read.each(CodeDispatchItem, partition, "DISPATCH#"))[-1]


_WORKERS = [function for function in functions.FUNCTIONS if not function.web]


@pytest.mark.parametrize("function", _WORKERS, ids=lambda function: function.name)
def test_the_workers_start_and_answer(start: Start, function: functions.Function) -> None:
    answer = start(function).invoke({"Records": []})
    told = {
        "sweep": {"due"},
        "webhooks_sweep": {"told"},
        "settling_sweep": {"due", "closed", "compared"},
        "money_clock": {"made", "charged", "cards", "quotes", "reminded"},
        "privacy_clock": {"made", "erased", "ended"},
        "moving_clock": {"batches", "exports"},
        "inbound_mail": {"taken"},
        "feedback": {"taken"},
        "time_clock": {"changes", "doors", "rolls", "rights", "requests", "grown", "slips", "statements", "reminded"},
    }
    assert set(answer) == told.get(function.name, {"batchItemFailures"})
    assert not answer.get("batchItemFailures")


def test_a_packaged_function_reaches_the_buckets(start: Start, now_world: World) -> None:
    """NEW-12: a copy is written to the one and takes files from the other, by the package's own S3 client."""
    home = now_world.household("Tremblay", "Léa")
    user, now = now_world.user(home), now_world.now
    file = StoredFile(new_id(), "report.pdf", FileKind.PDF, 4, "0" * 64)
    document = Document(dated_id(now.date()), "Report", (Edition(file, now, "staff"),), household=home.id)
    write.put(document_item(now_world.org, document))
    bootstrap.vault().put(keeping.key(now_world.org, home.id, file.id), b"%PDF", file.content_type)
    takeaways.ask(now_world.organisation, home.id, user.id, "en", now)

    start(functions.PRIVACY_CLOCK).invoke({})

    copy = takeaways.latest(now_world.org, home.id, user.id)
    assert copy
    assert copy.state is takeaways.State.READY
    assert opened(copy).read("files/report.pdf") == b"%PDF"


def test_a_function_that_fails_says_so(start: Start, made: Build, aws: Engine) -> None:
    with pytest.raises(runtime_api.FunctionFailed, match="KeyError"):
        start(functions.CODE_SENDER).invoke({})
    nowhere = replace(functions.SWEEP, handler="chalicelib.entry.nowhere.handler")
    with pytest.raises(runtime_api.FunctionFailed, match=r"chalicelib\.entry\.nowhere"):
        start(nowhere).invoke({})


def _loaded(made: Build, function: functions.Function, event: dict[str, Any], below: str = "") -> tuple[Any, set[str]]:
    """The answer of a fresh process to one event, and the packages it had loaded by then: all, or those in `below`."""
    done = subprocess.run(
        [sys.executable, "-s", "-S", "-c", _SCRIPT, function.handler, below],
        input=json.dumps(event),
        env=_variables() | {"PYTHONPATH": str(made.unpacked(function.package))},
        cwd=made.unpacked(function.package),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer, loaded = json.loads(done.stdout.splitlines()[-1])
    return answer, set(loaded)


def _request(path: str, pattern: str, cookie: str = "") -> dict[str, Any]:
    resource = Resources({pattern: ["GET"]}).find(path)
    assert resource
    call = Call("GET", path, (("Accept", "text/html"), *((("Cookie", cookie),) if cookie else ())))
    return events.build(call, resource, base_url=BASE_URL, stage="portal")


@pytest.fixture
def quiet(org: str, aws: Engine) -> World:
    """An organisation without a phone number, so that its pages show none."""
    return build(org, datetime.now(UTC), contact=Contact(email="desk@northside.example"))


def test_the_sign_in_page_loads_only_what_it_needs(made: Build, quiet: World) -> None:
    event = _request(f"/{quiet.org}/sign-in", "/{org}/sign-in")
    answer, loaded = _loaded(made, functions.SIGN_IN, event)
    assert answer["statusCode"] == 200
    assert not _HEAVY & loaded


def _signed_in(world: World, household: Household) -> str:
    """The cookie of a user of this household."""
    user = world.user(household)
    token = tokens.new_token()
    transaction = Transaction()
    store.create_session(transaction, world.org, new_session(user, token, Device("Firefox"), world.now))
    transaction.commit()
    return f"{cookies.name(cookies.SESSION, world.org)}={SessionCookie(token, user.id, household.id)}"


def test_the_dashboard_loads_only_what_it_needs(made: Build, quiet: World) -> None:
    household = quiet.household("Tremblay", "Léa")
    quiet.invoice(household)
    cookie = _signed_in(quiet, household)
    answer, loaded = _loaded(made, functions.API_HANDLER, _request(f"/{quiet.org}", "/{org}", cookie))
    assert answer["statusCode"] == 200
    assert "2026-1" in answer["body"], "the invoice that is due"
    assert not _HEAVY & loaded


def test_a_page_loads_no_feature_but_its_own(made: Build, quiet: World) -> None:
    """A cold start costs what is asked for, however much the portal can do."""
    household = quiet.household("Tremblay", "Léa")
    cookie = _signed_in(quiet, household)
    answer, loaded = _loaded(made, functions.API_HANDLER, _request(f"/{quiet.org}", "/{org}", cookie), "chalicelib")
    assert answer["statusCode"] == 200
    features = {
        "quotes", "recurring", "payments", "papers", "purchases", "messages", "sharing", "slips", "privacy", "admin",
        "clients", "till", "joining", "viewing", "portals", "moving", "api",
    }  # fmt: skip
    assert {f"chalicelib.{feature}" for feature in features} & loaded == set()
    path = f"/{quiet.org}/quotes"
    answer, loaded = _loaded(made, functions.API_HANDLER, _request(path, "/{org}/quotes", cookie), "chalicelib")
    assert answer["statusCode"] == 200
    assert {f"chalicelib.{feature}" for feature in features} & loaded == {"chalicelib.quotes"}


def _event(payment: str, org: str) -> dict[str, Any]:
    """What Stripe tells of a payment."""
    thing = {"id": payment, "object": "payment_intent", "metadata": {"organisation": org}}
    return {
        "id": f"evt_{payment}", "object": "event", "type": "payment_intent.succeeded", "livemode": False,
        "created": int(datetime.now(UTC).timestamp()), "api_version": API_VERSION, "data": {"object": thing},
    }  # fmt: skip


def _delivery(org: str, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> dict[str, Any]:
    """Stripe's request, signed, as the gateway hands it over: all bodies are binary to it."""
    body = json.dumps(event).encode()
    stamp = int(datetime.now(UTC).timestamp())
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = (("Content-Type", "application/json; charset=utf-8"), ("Stripe-Signature", f"t={stamp},v1={signature}"))
    resource = Resources({stripe_webhook.PATH: ["POST"]}).find(f"/webhooks/stripe/{org}")
    assert resource
    call = Call("POST", f"/webhooks/stripe/{org}", headers, body)
    return events.build(call, resource, base_url=BASE_URL, stage="portal")


def _handed(key: keys.Key) -> dict[str, Any]:
    """What a queue tells of an item that was written."""
    record = {"dynamodb": {"Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}}}}
    return {"Records": [{"messageId": "1", "body": json.dumps(record)}]}


def test_what_stripe_tells_is_kept_by_one_function_and_settled_by_the_other(
    made: Build, world: World, acquirer: Acquirer
) -> None:
    """P-01, P-03: forged messages leave nothing; a payment that is none of ours waits for a person."""
    told = _event("pi_of_nobody", world.org)
    forged, _ = _loaded(made, functions.STRIPE_WEBHOOK, _delivery(world.org, told, "whsec_guessed"))
    assert forged["statusCode"] == 400
    key = keys.stripe_event(world.org, told["id"])
    assert read.one(StripeEventItem, key) is None
    kept, loaded = _loaded(made, functions.STRIPE_WEBHOOK, _delivery(world.org, told))
    assert (kept["statusCode"], kept["body"]) == (200, "kept")
    assert _HEAVY & loaded <= {"stripe", "requests"}
    assert not {"jinja2", "babel"} & loaded
    again, _ = _loaded(made, functions.STRIPE_WEBHOOK, _delivery(world.org, told))
    assert (again["statusCode"], again["body"]) == (200, "known")
    answer, loaded = _loaded(made, functions.SETTLING, _handed(key))
    assert answer == {"batchItemFailures": []}
    assert "typst" not in loaded
    item = read.one(StripeEventItem, key)
    assert item
    assert item.state == EventState.PARKED.value, item.outcome
    assert key in read.waiting(parking.queue(world.org), "9999")


def test_an_invoice_is_made_into_pdf_with_what_its_package_holds(made: Build, quiet: World) -> None:
    """INV-4: templates and fonts come from the package, and no other large library is loaded."""
    household = quiet.household("Tremblay", "Léa")
    invoice = quiet.invoice(household)
    path = f"/{quiet.org}/invoices/{invoice.id}/pdf"
    event = _request(path, "/{org}/invoices/{invoice}/pdf", _signed_in(quiet, household))
    event["headers"]["Accept"] = "application/pdf"
    answer, loaded = _loaded(made, functions.PAPERS, event)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    assert base64.b64decode(answer["body"]).startswith(b"%PDF-")
    assert _HEAVY & loaded == {"typst"}


def test_sending_a_code_loads_only_what_it_needs(made: Build, quiet: World, browser: Browser, sent: Sent) -> None:
    quiet.user(quiet.household(), email="marie@example.com")
    browser.submit(browser.get(f"/{quiet.org}/sign-in"), "sign-in", address="marie@example.com")
    answer, loaded = _loaded(made, functions.CODE_SENDER, {"Records": [record(_order(browser, quiet.org))]})
    assert answer == {"batchItemFailures": []}
    assert sent.code("marie@example.com")
    assert not _HEAVY & loaded


@pytest.mark.parametrize("function", [functions.OUTBOX, functions.SWEEP], ids=lambda function: function.name)
def test_sending_a_message_loads_only_what_it_needs(
    made: Build, quiet: World, sent: Sent, function: functions.Function
) -> None:
    user = quiet.user(quiet.household(), email=f"{quiet.org}@example.com")
    transaction = Transaction()
    notice = Notice("new_device", user.id, {"browser": "Firefox", "at": to_iso(quiet.now)})
    message = enqueue(transaction, quiet.org, notice, quiet.now - timedelta(days=30))  # first of all that wait
    transaction.commit()
    _, loaded = _loaded(made, function, _handed(keys.outbox(quiet.org, message)))
    assert sent.last(f"{quiet.org}@example.com").subject
    assert not (_HEAVY | _FOR_CODES) & loaded
