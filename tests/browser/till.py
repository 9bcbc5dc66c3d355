"""Stripe's pages as a payer meets them, and what happens at Stripe without anybody at a browser."""

import json
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from tests.browser.portal import Portal
from tests.browser.visitor import Visitor


def is_at_stripe(visitor: Visitor) -> bool:
    """Whether the visitor is on a page of Stripe's."""
    return "/c/" in visitor.page.url and visitor.page.url.startswith("http://localhost:")


def choose(visitor: Visitor, card: str) -> None:
    """Pays, or saves, with a card of the double's on Stripe's page."""
    visitor.page.wait_for_url("**/c/pay/*")
    visitor.page.check(f"#card-{card}")
    visitor.follow(visitor.page.locator("main form button"))


def consent(visitor: Visitor) -> None:
    """Says yes on the bank's page (3-D Secure)."""
    visitor.page.wait_for_url("**/c/authenticate/*")
    visitor.follow(visitor.page.locator("button[value=yes]"))


class Desk:
    """The one account of the double, through its control API."""

    def __init__(self, portal: Portal) -> None:
        self._url = f"{portal.stripe_url}/_double/accounts"
        self._open = build_opener(ProxyHandler({})).open
        (account,) = self._call("")["accounts"]
        self._url = f"{self._url}/{account['id']}"

    def act(self, command: str, **given: Any) -> Any:
        """Something that happens at the bank or at Stripe."""
        return self._call(f"/{command}", given)

    def pending(self) -> str:
        """The newest payment whose bank has not answered."""
        return self._newest("payment_intent.processing")

    def paid(self) -> str:
        """The newest payment that came in."""
        return self._newest("payment_intent.succeeded")

    def _newest(self, kind: str) -> str:
        told = [event["data"]["object"] for event in self._call("/events") if event["type"] == kind]
        return str(told[-1]["id"])

    def _call(self, path: str, given: dict[str, Any] | None = None) -> Any:
        body = None if given is None else json.dumps(given).encode()
        with self._open(Request(self._url + path, body, {"Content-Type": "application/json"}), timeout=20) as answer:
            return json.load(answer)
