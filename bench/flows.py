"""Whole flows, from what somebody does to the last function that hears of it: what `bench.costs` makes prices of.

`python -m bench.flows` measures them on the embedded AWS and keeps the figures in `bench/measured.json`.
"""

import json
import platform
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.figures import Figure
from bench.metering import Deployed, Meter, Step
from chalicelib import bootstrap
from chalicelib.shared.ids import new_id
from local import engine, setup
from local.gateway import Gateway
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.sent import Sent
from tests.support.world import World, build

MEASURED = Path(__file__).with_name("measured.json")
BASE_URL = "https://portal.test"
_MOBILE = "+15145550199"
_ROUNDS = 5
_MANY = 10
"""Invoices, reminders or mails that one run of a clock works off; a flow is a share of it."""
_PAGES = ("", "schedule", "invoices", "members", "settings", "notifications")


class Place:
    """An organisation of its own for one round, with a family of three that has classes and invoices."""

    def __init__(self, endpoint: str, clock: TurnedClock) -> None:
        from chalicelib.entry import account, pay, sign_in, stripe_webhook

        self.clock = clock
        self.world: World = build(f"bench-{new_id()[:8]}", clock.now())
        self.home = self.world.household("Tremblay", "Ann", "Ben", "Cleo")
        self.user = self.world.user(self.home, email="parent@example.com")
        self.invoices = [self.world.invoice(self.home, f"2026-{number}") for number in range(_MANY)]
        self.meter = Meter(self.world.org)
        apps = {
            "api_handler": account.app,
            "sign_in": sign_in.app,
            "pay": pay.app,
            "stripe_webhook": stripe_webhook.app,
        }
        deployed = Deployed.of(self.meter, apps)
        self.browser = Browser(Gateway(deployed.routes, deployed, BASE_URL, "test"))
        self.sent = Sent(endpoint)

    def path(self, rest: str) -> str:
        """An address of the organisation's."""
        return f"/{self.world.org}/{rest}".rstrip("/")

    def forget(self) -> None:
        """What was measured until here was only the way to what is to be."""
        self.meter.steps.clear()


Flow = Callable[[Place], None]


def sign_in(place: Place, address: str, reached_at: str = "") -> None:
    """From the empty form to the first page."""
    form = place.browser.get(place.path("sign-in"))
    page = place.browser.submit(form, "sign-in", address=address)
    place.browser.submit(page, "sign-in/code", code=place.sent.code(reached_at or address))


def by_mail(place: Place) -> None:
    """Signing in with a code that comes by mail."""
    sign_in(place, place.user.email)


def by_text(place: Place) -> None:
    """Signing in with a code that comes as a text."""
    place.world.user(place.home, email="anna@example.com", mobile=_MOBILE)
    sign_in(place, "anna@example.com", _MOBILE)


def page(rest: str) -> Flow:
    """One page of somebody who is signed in."""

    def look(place: Place) -> None:
        by_mail(place)
        place.forget()
        assert place.browser.get(place.path(rest)).status == 200

    return look


def idle(function: str, handler: str) -> Flow:
    """A tick that finds nothing to do."""

    def tick(place: Place) -> None:
        from importlib import import_module

        module, _, name = handler.rpartition(".")
        work = getattr(import_module(module), name)
        work({}, None)
        place.forget()
        place.meter.run(function, "finds nothing to do", lambda: work({}, None))

    return tick


def recurring(place: Place) -> None:
    """A run of the money clock that makes the invoices of some families, and what they are told of it."""
    from chalicelib.entry import money_clock
    from tests.recurring.billing_again import made, monthly

    for number in range(_MANY):
        home = place.world.household(f"Home {number}", "Ann")
        place.world.user(home, email=f"home-{number}@example.com")
        made(place.world, home, monthly(place.world.today))
    place.meter.run("money_clock", f"makes {_MANY} invoices", lambda: money_clock.tick({}, None))


def mails(place: Place) -> None:
    """A run of a clock that writes messages for some families, and the sweep that sends them."""
    from chalicelib.data.outbox import Notice, enqueue
    from chalicelib.data.write import Transaction
    from chalicelib.entry import outbox

    def write() -> None:
        for number in range(_MANY):
            transaction = Transaction()
            facts = {"browser": "Firefox", "at": "2026-11-22T18:30:00Z"}
            enqueue(transaction, place.world.org, Notice("new_device", place.user.id, facts, bulk=True),
                    place.clock.now(), message=f"bench-{number}")  # fmt: skip
            transaction.commit()

    place.meter.run("time_clock", f"writes {_MANY} messages", write)
    place.meter.run("sweep", "sends what waits", lambda: outbox.sweep({}, None))


def reminder(place: Place) -> None:
    """A run of the time clock that reminds some families of a class, and the sweep that sends it to them."""
    from chalicelib.entry import outbox, time_clock

    place.clock.set(place.clock.now().replace(hour=16, minute=0, second=0) + timedelta(days=1))
    begins = place.clock.now() + timedelta(hours=25)
    group = place.world.class_group("Piano", begins)
    for number in range(_MANY):
        home = place.world.household(f"Home {number}")
        place.world.user(home, email=f"home-{number}@example.com")
        enrolled = place.clock.now() - timedelta(days=30)
        place.world.enrol(home, place.world.member(home, "Ann"), group, enrolled_at=enrolled)
    time_clock.tick({}, None)
    place.clock.advance(hours=1)
    done = place.meter.run("time_clock", f"reminds {_MANY} families", lambda: time_clock.tick({}, None))
    assert done["reminded"] == _MANY, done
    place.meter.run("sweep", "sends what waits", lambda: outbox.sweep({}, None))
    assert sum(step.mails for step in place.meter.steps) == _MANY, place.meter.steps


def payment(place: Place) -> None:
    """Paying an invoice with a card on Stripe's page, until the receipt is out."""
    from tests.payments.family import Family
    from tests.support.acquirer import acquiring
    from tests.support.door import Door
    from tests.support.terms import with_terms

    with_terms(place.world, taxes=(), online=True)
    with pytest.MonkeyPatch.context() as patch, acquiring(place.world.org, place.clock, patch) as acquirer:
        family = Family(place.world, Door(place.browser, place.sent, place.world.org), acquirer)
        invoice = family.invoice()
        sign_in(place, "marie@example.com")
        place.forget()
        place.meter.asked_stripe = lambda: len(acquirer.account.calls)
        form = family.open(f"invoices/{invoice.id}/pay")
        reply = family.browser.submit(form, "/pay", follow=False)
        session = family.session(reply)
        acquirer.account.complete(session)
        for event in [dict(each) for each in acquirer.account.books.all("event")]:
            body, signed = acquirer.account.signed(event, at=place.clock.now())
            _tell(place, body, signed)
        place.meter.asked_stripe = lambda: 0


def _tell(place: Place, body: bytes, signed: str) -> None:
    from local.events import Call

    headers = (("Content-Type", "application/json"), ("Stripe-Signature", signed))
    place.browser.portal.answer(Call("POST", f"/webhooks/stripe/{place.world.org}", headers, body))


def flows() -> dict[str, tuple[Flow, int]]:
    """All flows by name, each with how many of what it is named after one round holds."""
    from infra.functions import FUNCTIONS

    ticks = {f"tick {each.name}": (idle(each.name, each.handler), 1) for each in FUNCTIONS if each.every}
    looks = {f"page {rest or 'home'}": (page(rest), 1) for rest in _PAGES}
    return {
        "sign-in by mail": (by_mail, 1), "sign-in by text": (by_text, 1), **looks, "mail of a clock": (mails, _MANY),
        "reminder": (reminder, _MANY),
        "invoice": (recurring, _MANY), "payment": (payment, 1), **ticks,
    }  # fmt: skip


def standing() -> dict[str, int]:
    """What the template makes that costs by the month, and how many of each; metrics are those that can be counted.

    An alarm costs as much as the metrics that it looks at.
    """
    from chalicelib.entry.dispatcher import ROUTES
    from chalicelib.web import metrics
    from infra import build, template
    from infra.stages import Stage

    made = template.make(Stage.read("prod", build.ROOT, "arm64"), "0")["Resources"].values()
    kinds = Counter(each["Type"] for each in made)
    rules = sum(len(each["Properties"]["Rules"]) for each in made if each["Type"] == "AWS::WAFv2::WebACL")
    return {
        "alarm": sum(_looks_at(each["Properties"]) for each in made if each["Type"] == "AWS::CloudWatch::Alarm"),
        "metric": len(metrics.NAMES) + kinds["AWS::Logs::MetricFilter"],
        "dashboard": kinds["AWS::CloudWatch::Dashboard"],
        "key": kinds["AWS::KMS::Key"],
        "firewall": kinds["AWS::WAFv2::WebACL"],
        "firewall_rule": rules,
        "queue": len(ROUTES),
    }


def _looks_at(alarm: Mapping[str, Any]) -> int:
    return sum("MetricStat" in each for each in alarm.get("Metrics", ())) or 1


def measure(endpoint: str, flow: Flow) -> list[Step]:
    """The steps of a flow; of each the median time of several rounds, the first of which only warms up."""
    rounds: list[list[Step]] = []
    for _ in range(_ROUNDS + 1):
        with _standing_clock() as clock:
            place = Place(endpoint, clock)
            flow(place)
            rounds.append(place.meter.steps)
    return _middle(rounds[1:])


def _middle(rounds: Sequence[list[Step]]) -> list[Step]:
    """Rounds of the usual length, step by step."""
    usual = statistics.mode(len(steps) for steps in rounds)
    fitting = [steps for steps in rounds if len(steps) == usual]
    return [
        replace(steps[-1], cpu_ms=round(statistics.median(step.cpu_ms for step in steps), 3))
        for steps in zip(*fitting, strict=True)
    ]


@contextmanager
def _standing_clock() -> Iterator[TurnedClock]:
    clock = TurnedClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "clock", lambda: clock)
        yield clock


def main(names: Sequence[str]) -> None:
    """Measures all flows, or those of these names, and keeps the figures of each as soon as it has them."""
    every = flows()
    with engine.running() as running:
        setup.configure(running.endpoint, stage="test", base_url=BASE_URL)
        setup.make_resources()
        for name in names or every:
            flow, share = every[name]
            steps = measure(running.endpoint, flow)
            _keep(name, {"share": share, "steps": [asdict(step) for step in steps]})
            print(name, len(steps), "runs", flush=True)


def keep_starts(figures: Iterable[Figure]) -> None:
    """Writes what starts take, as `bench.cold` measured it, under the names that functions are deployed by."""
    kept: dict[str, Any] = json.loads(MEASURED.read_text())
    for each in figures:
        if each.name.startswith("cold.") and each.name.endswith(".cpu") and each.name != "cold.bare.cpu":
            name = each.name.split(".")[1].replace("-", "_")
            kept["cold_cpu_ms"]["api_handler" if name == "account" else name] = each.value
    MEASURED.write_text(json.dumps(kept, indent=1) + "\n")


def _keep(name: str, flow: dict[str, Any]) -> None:
    """Writes the figures of a flow beside those of the others, and of starts."""
    kept: dict[str, Any] = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    told = {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cold_cpu_ms": kept.get("cold_cpu_ms", {}),
        "standing": standing(),
        "flows": {**kept.get("flows", {}), name: flow},
    }
    MEASURED.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
