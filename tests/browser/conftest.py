"""One browser and one running portal for all tests of this folder that a worker runs."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, StorageState
from pyotp import TOTP

from tests.browser.people import Person
from tests.browser.portal import Portal, running
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor

SignedIn = Callable[..., Visitor]
_STAYS = timedelta(hours=12)
"""Well within the time for which an idle session lasts; every sign-in turns the portal's clock on."""


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The running portal with the demonstration organisation."""
    with running() as started:
        yield started


@pytest.fixture
def visit(chromium: Browser, portal: Portal) -> Iterator[Callable[..., Visitor]]:
    """Makes a browser that was never here before; what its pages do wrong fails the test."""
    visitors: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        visitors.append(Visitor(chromium, portal, **options))
        return visitors[-1]

    yield arrive
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.close()
    assert problems == []


class Kept(NamedTuple):
    """Cookies of somebody who signed in, and when by the portal's clock."""

    at: datetime
    state: StorageState


@pytest.fixture(scope="session")
def kept() -> dict[str, Kept]:
    """Who signed in, by address."""
    return {}


@pytest.fixture
def signed_in(visit: Callable[..., Visitor], portal: Portal, kept: dict[str, Kept]) -> SignedIn:
    """Makes a browser in which somebody is signed in already; each signs in again only when half a day has passed."""

    def arrive(person: Person, **options: Any) -> Visitor:
        known = kept.get(person.mail)
        if known is None or portal.pass_time(minutes=0) - known.at > _STAYS:
            visitor = visit()
            visitor.sign_in(person.mail, person.reached_at)
            known = kept[person.mail] = Kept(portal.pass_time(minutes=0), visitor.context.storage_state())
        return visit(**{"storage_state": known.state, **options})

    return arrive


@pytest.fixture(scope="session")
def apps() -> dict[str, TOTP]:
    """Authenticators that staff enrolled, by address."""
    return {}


@pytest.fixture
def at_desk(visit: Callable[..., Visitor], apps: dict[str, TOTP]) -> SignedIn:
    """Makes a browser in which somebody of the staff has just come to the desk."""

    def arrive(person: Person, **options: Any) -> Visitor:
        visitor = visit(**options)
        come_to_the_desk(visitor, person, apps)
        return visitor

    return arrive
