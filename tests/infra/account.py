"""A deployment that runs in an account of the embedded AWS, and what is stored there as the operator would."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra import deploy
from infra.build import ROOT
from infra.target import Target
from local import inbox
from local.engine import Engine

PATIENCE_SECONDS = 180.0
"""Longer than two rounds of what fires each minute."""
SOON_SECONDS = 0.3

WORLD = """
import json, sys
from datetime import UTC, datetime, timedelta
from tests.support.world import build
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.shared.times import to_iso
org, count = sys.argv[1], int(sys.argv[2])
now = datetime.now(UTC)
world = build(org, now)
home = world.household("Roy", "Claire")
told = []
for number in range(count):
    user = world.user(home, email=f"{org}-{number}@example.com")
    transaction = Transaction()
    message = enqueue(transaction, org, Notice("new_device", user.id, {"browser": "Firefox", "at": to_iso(now)}), now)
    transaction.commit()
    told.append([message, user.email])
print(json.dumps(told))
"""
REFUSED = """
import sys
from chalicelib.feedback.addresses import refusal
print(refusal(sys.argv[1], sys.argv[2]))
"""


AGAIN = """
import sys
from datetime import UTC, datetime
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.identity import store
from chalicelib.identity.domain import email_identifier
from chalicelib.shared.times import to_iso
org, now = sys.argv[1], datetime.now(UTC)
user, _ = store.find_login(org, email_identifier(sys.argv[2]))
transaction = Transaction()
print(enqueue(transaction, org, Notice("new_device", user, {"browser": "Firefox", "at": to_iso(now)}), now))
transaction.commit()
"""
WORD = """
import json, sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.organisations.terms import BillingTerms, DunningStep, DunningTerms
from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.shared.times import local, local_day
from tests.support.world import build
org, zone = sys.argv[1:]
now = datetime.now(UTC).replace(microsecond=0)
terms = BillingTerms(dunning=DunningTerms((DunningStep(3),)))
word = WordTerms(class_lead=Lead.THREE_HOURS.value)
world = build(org, now, zone=zone, languages=("en",), billing=terms, word=word)
home = world.household("Roy")
lea = world.member(home, "Lea")
transaction = Transaction()
households.save_household(transaction, org, replace(home, email=f"{org}-claire@example.com", version=1))
transaction.commit()
begins = now + timedelta(hours=3, seconds=20)
world.enrol(home, lea, world.class_group("Piano", begins))
invoice = world.invoice(home, "2026-0041", due_on=local_day(now, zone) - timedelta(days=3))
print(json.dumps(["Piano", invoice.number]))
"""


@dataclass(frozen=True)
class Life:
    """A deployment that runs."""

    aws: Engine
    target: Target
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        """A client of a service there."""
        return self.target.client(service)

    def run(self, script: str, *words: str) -> str:
        """What a script prints that works on the deployment's table, as the operator's command line does."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FOYER_"))}
        environment |= {
            **deploy.variables(self.target, self.outputs), "AWS_ENDPOINT_URL": self.aws.endpoint,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def messages(self, org: str, count: int) -> list[tuple[str, str]]:
        """Stores an organisation with messages that wait; their ids, and to whom each goes."""
        return [(message, address) for message, address in json.loads(self.run(WORLD, org, str(count)))]

    def stored(self, kind: str, org: str) -> list[dict[str, Any]]:
        """Items of a kind that an organisation has."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        return [
            item for page in pages for item in page["Items"]
            if item.get("kind") == {"S": kind} and item["pk"]["S"].startswith(f"ORG#{org}")
        ]  # fmt: skip

    def mails(self, org: str) -> Counter[str]:
        """How many mails went to each address of an organisation."""
        return Counter(message.to for message in self.mails_of(org))

    def mails_of(self, org: str) -> list[inbox.Message]:
        """The mails themselves."""
        return [message for message in inbox.read(self.aws.endpoint) if message.to.startswith(f"{org}-")]

    def state(self, org: str, message: str) -> str:
        """What became of a message."""
        [state] = (each["state"]["S"] for each in self.stored("message", org) if each["message"]["S"] == message)
        return str(state)

    def wait(self, what: str, is_so: Callable[[], bool], instead: Callable[[], object] = str) -> None:
        """Returns once it is so; the account works by itself. `instead` tells how it is where that does not come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, f"{what}: {instead()}"
            time.sleep(SOON_SECONDS)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What a function answers, as what starts it gets it."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        told = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, f"{function}: {told}"
        return told
