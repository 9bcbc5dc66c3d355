"""What Stripe tells: a signed event, and the webhook function that takes it, warm."""

import hashlib
import hmac
import itertools
import json
import os
import time
from collections.abc import Iterator
from typing import Any

from bench import pages
from bench.figures import Figure
from bench.pages import Work
from bench.world import ORG
from chalicelib import settings
from chalicelib.adapters import aws
from chalicelib.entry import stripe_webhook
from local import events
from local.events import Call, LambdaContext, Resources

_PARAMETERS = "/foyer/bench/stripe"
_SECRET = "whsec_of_the_bench"


def prepare() -> None:
    """Puts the secret where the function looks for it."""
    os.environ["FOYER_STRIPE_PARAMETERS"] = _PARAMETERS
    settings.current.cache_clear()
    name = f"{_PARAMETERS}/{ORG}/webhook"
    aws.client("ssm").put_parameter(Name=name, Type="SecureString", Value=_SECRET, Overwrite=True)


def delivery(base_url: str, name: str) -> dict[str, Any]:
    """The gateway's event for an event of Stripe's called `name`, signed now."""
    thing = {"id": f"pi_{name}", "object": "payment_intent", "metadata": {"organisation": ORG}}
    told = {
        "id": name, "object": "event", "type": "payment_intent.succeeded", "livemode": False,
        "created": int(time.time()), "data": {"object": thing},
    }  # fmt: skip
    body, stamp = json.dumps(told).encode(), int(time.time())
    signature = hmac.new(_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = (("Content-Type", "application/json"), ("Stripe-Signature", f"t={stamp},v1={signature}"))
    path = f"/webhooks/stripe/{ORG}"
    resource = Resources({stripe_webhook.PATH: ["POST"]}).find(path)
    if resource is None:
        raise LookupError(path)
    return events.build(Call("POST", path, headers, body), resource, base_url=base_url, stage="bench")


def measure(base_url: str, floor: Work) -> Iterator[Figure]:
    """A webhook answered: each event is a new one, so each is signed, checked and kept."""
    names, context = itertools.count(), LambdaContext()

    def take() -> Any:
        answer = stripe_webhook.app(delivery(base_url, f"evt_{next(names)}"), context)
        if answer["body"] != "kept":
            raise RuntimeError(f"a webhook is answered with {answer['body']}")
        return answer

    yield from pages.compare("webhook", take, floor)
