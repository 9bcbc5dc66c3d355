"""The owner's pages of tokens and of webhooks."""

import re
from datetime import timedelta

import pytest

from chalicelib.api import delivering, endpoints, tokens
from chalicelib.api.domain import MOST_TOKENS, Scope
from chalicelib.api.hooks import MOST_ENDPOINTS, Event, State
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import audit
from chalicelib.organisations.audit import OPERATOR, Author
from tests.api.calling import Program, gateway
from tests.api.test_delivering import Postbox, postbox, waiting
from tests.support.browser import Browser, Page
from tests.support.world import World

__all__ = ["postbox"]


def _send(desk: Browser, path: str, *, chosen: str = "", **fields: str) -> Page:
    """Fills in the form for a new one and sends it, with a box ticked."""
    form = desk.get(path).form(path)
    return desk.post(path, {**form.fields, **fields, **({chosen: "yes"} if chosen else {})})


@pytest.fixture
def desk(browser: Browser, world: World) -> Browser:
    """The owner at the desk."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)


def test_a_token_is_shown_once_works_and_ends_in_one_press(desk: Browser, world: World) -> None:
    path = f"/{world.org}/desk/api"

    made = _send(desk, path, name="Bookkeeping", days="30", chosen="households-read")
    told = re.search(r"foyer_[a-z2-7]{32}_[\w-]{43}", made.text)
    assert told
    caller = Program(gateway(), world, told[0])
    works = caller.get("/households").status
    later = desk.get(path)
    ended = desk.submit(later, f"{path}/end")

    assert works == 200
    assert told[0] not in later.text
    assert "Bookkeeping" in later.text
    assert "Your change is saved" in ended.text
    assert tokens.of(world.org) == []
    assert caller.get("/households").status == 401
    assert {(entry.author.name, entry.about["what"]) for entry in audit.page(world.org).rows} == {
        ("Kate Murphy", f"Token for a program {done}: %(label)s") for done in ("made", "ended")
    }


def test_a_token_without_a_scope_a_name_or_an_end_is_refused(desk: Browser, world: World) -> None:
    path = f"/{world.org}/desk/api"

    refused = _send(desk, path, name="", days="999")

    assert refused.status == 400
    for sentence in ("Fill in this field", "Choose at least one", "Enter a whole number from 1 to 366"):
        assert sentence in refused.text
    assert tokens.of(world.org) == []


def test_there_are_no_more_tokens_and_addresses_than_fit_on_a_page(desk: Browser, world: World) -> None:
    for number in range(MOST_TOKENS):
        day = world.today + timedelta(days=1)
        tokens.make(world.org, f"Program {number}", [Scope.READ_INVOICES], day, Author("user"), world.now)
    for number in range(MOST_ENDPOINTS):
        endpoints.add(world.org, f"https://h{number}.example.com/", [Event.INVOICE_ISSUED], OPERATOR, world.now)
    api, hooks = f"/{world.org}/desk/api", f"/{world.org}/desk/webhooks"

    no_token = _send(desk, api, name="One more", days="1", chosen="invoices-read")
    no_hook = _send(desk, hooks, url="https://h.example.com/", chosen="invoice-issued")

    assert (no_token.status, no_hook.status) == (409, 409)
    assert len(tokens.of(world.org)) == MOST_TOKENS
    assert len(endpoints.of(world.org)) == MOST_ENDPOINTS


def test_an_address_is_added_tested_switched_off_and_removed(desk: Browser, world: World, postbox: Postbox) -> None:
    path = f"/{world.org}/desk/webhooks"

    made = _send(desk, path, url="https://hooks.example.com/in", chosen="invoice-issued")
    (endpoint,) = endpoints.of(world.org)
    here = f"{path}/{endpoint.id}"
    renewed = desk.submit(desk.get(here), f"{here}/secret")
    tested = desk.submit(desk.get(here), f"{here}/test")
    off = desk.submit(desk.get(here), f"{here}/off")
    on = desk.submit(desk.get(here), f"{here}/on")
    removed = desk.submit(desk.get(here), f"{here}/remove")

    assert endpoint.secret in made.text
    assert endpoint.secret not in renewed.text
    assert re.search(r"whsec_[\w+/=]{44}", renewed.text)
    assert "whsec_" not in tested.text
    assert "Test" in tested.text
    assert ("Switched off" in off.text, "In use" in on.text) == (True, True)
    assert "Nothing is told to any program" in removed.text
    assert endpoints.of(world.org) == []


def test_what_failed_is_told_once_more_from_the_log(desk: Browser, world: World) -> None:
    endpoint = endpoints.add(world.org, "https://hooks.example.com/in", [Event.INVOICE_ISSUED], OPERATOR, world.now)
    delivering.deliver(Postbox(), waiting(world, endpoint), world.now)
    here = f"/{world.org}/desk/webhooks/{endpoint.id}"

    told = desk.submit(desk.get(here), f"{here}/again")

    assert "Waiting" in told.text
    assert endpoints.list_deliveries(world.org, endpoint.id).rows[0].state is State.WAITING


def test_an_address_inside_is_refused_with_a_sentence(desk: Browser, world: World) -> None:
    path = f"/{world.org}/desk/webhooks"

    refused = _send(desk, path, url="https://169.254.169.254/latest", chosen="invoice-issued")

    assert refused.status == 400
    assert "anybody on the internet can reach" in refused.text
    assert endpoints.of(world.org) == []


def test_only_the_owner_comes_here(browser: Browser, world: World) -> None:
    desk = browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)

    assert [desk.get(f"/{world.org}/desk/{page}").status for page in ("api", "webhooks")] == [403, 403]
