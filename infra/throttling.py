"""How many requests the gateway takes a second before it says that it is too many, at each part of the API.

Each method of each part has a bucket of its own, so a flood of one stands in the way of nobody else. What everything
below an organisation is asked for by is one part, though, so that has room for many families at once. The gateway takes
settings for a method by its name only, also where a part has all methods together.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from infra.functions import API_HANDLER, SIGN_IN, STRIPE_WEBHOOK
from infra.parts import ANY, Parts


class Rate(NamedTuple):
    """Requests a second, and how many at once."""

    steady: int
    burst: int


USUAL = Rate(50, 100)
PAGES = Rate(500, 1000)
"""Five hundred families within a minute ask for some thousand pages, and each page for its files."""
DOOR = Rate(25, 100)
"""What is sent in at the door: codes that are asked for or typed. A thousand people sign in within a minute."""
STRIPE = Rate(25, 50)
"""Stripe tells again what is turned away."""
_PAGES_AT = ("/{org}", "/{org}/{proxy+}")
_BEHIND_THE_DOOR = ("/{org}/desk/", "/{org}/settings/")
"""Where the door's function has pages of people who are in."""


def settings(told: Parts) -> list[dict[str, Any]]:
    """The settings of the stage's methods; `told` are the parts of the API."""
    return [_setting("/*", "*", USUAL), *(_setting(_named(path), method, rate) for path, method, rate in _own(told))]


def _own(told: Parts) -> Iterator[tuple[str, str, Rate]]:
    """Parts that have another rate than usual, with the method that it is for."""
    for path, methods in told.items():
        owner = methods.get(ANY) or methods.get("POST")
        if path in _PAGES_AT and owner is API_HANDLER:
            yield path, "GET", PAGES
        if owner is SIGN_IN and not path.startswith(_BEHIND_THE_DOOR):
            yield path, "POST", DOOR
        if owner is STRIPE_WEBHOOK:
            yield path, "POST", STRIPE


def _named(path: str) -> str:
    """A path as settings call it."""
    return "/" + path.replace("/", "~1")


def _setting(path: str, method: str, rate: Rate) -> dict[str, Any]:
    return {
        "ResourcePath": path,
        "HttpMethod": method,
        "ThrottlingRateLimit": rate.steady,
        "ThrottlingBurstLimit": rate.burst,
    }
