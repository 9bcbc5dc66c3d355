"""What an organisation does not use is nowhere: no page, no news, no link (DASH-6)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.organisations import store
from chalicelib.organisations.domain import Module
from tests.web import cast as casts
from tests.web.cast import POLICIES, Cast, name_of


@pytest.fixture(params=Module)
def off(request: pytest.FixtureRequest, cast: Cast) -> Iterator[Module]:
    """A module that the organisation switched off."""
    stored = cast.world.organisation
    store.update(replace(stored, modules=frozenset(Module) - {request.param}))
    yield request.param
    store.update(stored)


def test_every_module_has_pages() -> None:
    assert {policy.module for policy in POLICIES} == {None, *Module}


def test_none_of_its_pages_is_there(cast: Cast, off: Module) -> None:
    gateway = casts.portal()
    opened = {
        name_of(policy): cast.browser("holder", gateway).get(cast.path(policy)).status
        for policy in POLICIES
        if policy.module is off and policy.method == "GET"
    }
    assert set(opened.values()) == {404}, opened


def test_no_other_page_leads_there(cast: Cast, off: Module) -> None:
    gateway = casts.portal()
    seen: set[str] = set()
    for policy in POLICIES:
        if policy.method == "GET" and policy.has_organisation and policy.module is not off:
            page = cast.browser("holder", gateway).get(cast.path(policy))
            links = set(page.links.values()) - seen if page.is_html else set()
            dead = [
                href
                for href in links
                if href.startswith(f"/{cast.org}") and cast.browser("holder", gateway).get(href).status == 404
            ]
            assert dead == [], name_of(policy)
            seen |= links
    assert len(seen) > 10
