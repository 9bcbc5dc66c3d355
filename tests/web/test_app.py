"""Functions find their routes by themselves: what the gateway calls the resource only says whose path it is."""

from typing import Any

import pytest

from app import app
from chalicelib.api import serving
from chalicelib.entry import account, rest
from local import events
from local.events import Answer, Call, LambdaContext, Resources
from local.gateway import ALL
from tests.conftest import BASE_URL
from tests.support.browser import Page, check
from tests.support.world import World


def _answer(handler: Any, call: Call) -> Answer:
    resource = Resources(ALL).find(call.target)
    assert resource
    return events.invoke(handler, events.build(call, resource, base_url=BASE_URL, stage="test"), LambdaContext())


def test_a_request_through_a_part_of_the_api_finds_its_route(world: World) -> None:
    answer = _answer(app, Call("GET", f"/{world.org}/sign-in"))
    assert answer.status == 200
    assert world.org.encode() in answer.body


@pytest.mark.parametrize(
    "path", ["/nobody/knows/this", "/{org}/nothing", "/webhooks/paypal/demo", "/demo/invoices/7/x/y"]
)
def test_an_address_that_nothing_is_at_has_the_page_of_the_portal(world: World, path: str) -> None:
    """W-01, L-03: with every header."""
    answer = _answer(account.app, Call("GET", path))
    page = Page(path, answer.status, tuple(answer.headers), answer.body)
    check(page, answer)
    assert page.status == 404
    assert page.title


def test_a_method_that_an_address_has_not_is_told_so(world: World) -> None:
    """W-07."""
    answer = _answer(account.app, Call("DELETE", f"/{world.org}/invoices"))
    assert answer.status == 405
    assert dict(answer.headers)["Allow"] == "GET"


def test_programs_are_told_in_their_own_shape_that_nothing_is_there(world: World) -> None:
    for handler in (rest.app, app):
        answer = _answer(handler, Call("GET", f"/api/v1/{world.org}/nothing"))
        assert answer.status == 404
        assert dict(answer.headers)["Content-Type"].startswith("application/problem+json")
    assert _answer(rest.app, Call("GET", serving.DESCRIPTION)).status == 200


def test_what_another_function_answers_is_not_found_here(world: World) -> None:
    """A path that came to the wrong function shows nothing, least of all somebody else's page."""
    assert _answer(account.app, Call("GET", f"/{world.org}/sign-in")).status == 404
