"""One browser and one running portal for all tests of this folder that a worker runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.people import Person
from tests.browser.portal import Portal, running
from tests.browser.visitor import Visitor

SignedIn = Callable[..., Visitor]


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


@pytest.fixture(scope="session")
def kept() -> dict[str, StorageState]:
    """Cookies of people who signed in, by address."""
    return {}


@pytest.fixture
def signed_in(visit: Callable[..., Visitor], kept: dict[str, StorageState]) -> SignedIn:
    """Makes a browser in which somebody is signed in already; each signs in once in the whole run."""

    def arrive(person: Person, **options: Any) -> Visitor:
        if person.mail not in kept:
            visitor = visit()
            visitor.sign_in(person.mail, person.reached_at)
            kept[person.mail] = visitor.context.storage_state()
        return visit(**{"storage_state": kept[person.mail], **options})

    return arrive
