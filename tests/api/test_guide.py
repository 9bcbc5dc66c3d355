"""What the guide for programmers shows does what it says: its own lines are run."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.api import domain
from chalicelib.api.domain import CALLS_A_MINUTE, MOST_DAYS
from chalicelib.api.hooks import OVERLAP, WAITS, Endpoint, Event, new_secret, signed
from chalicelib.billing import store
from chalicelib.shared.times import DAY, HOUR, MINUTE
from local.gateway import serve
from tests.api.calling import gateway, program
from tests.docs import pages
from tests.support.world import World

GUIDE = (pages.ROOT / "docs" / "api.md").read_text("utf-8")
CLIENT, EXAMPLE, VERIFYING = pages.code(GUIDE, "python")


@pytest.fixture
def url(world: World) -> Iterator[str]:
    """Where the API listens."""
    server = serve(gateway(), 0)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/v1/{world.org}"
    finally:
        server.stop()


def test_the_client_in_python_opens_a_household_bills_it_and_notes_the_money(world: World, url: str) -> None:
    told: dict[str, Any] = {"URL": url, "TOKEN": program(world).token, "TODAY": world.today.isoformat()}

    exec(CLIENT + EXAMPLE, told)  # the guide’s own lines

    home = told["home"]["id"]
    assert [each.status.value for each in store.list_invoices(world.org, home).rows] == ["paid"]
    assert told["foyer"].ask("GET", f"/households/{home}")[0]["city"] == "Laval"


def test_the_client_waits_when_it_is_told_to_and_tries_the_same_call_again(
    world: World, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}
    exec(CLIENT, told)  # the guide’s own lines
    waited: list[int] = []

    def wait(seconds: int) -> None:
        waited.append(seconds)
        monkeypatch.setattr(domain, "CALLS_A_MINUTE", CALLS_A_MINUTE)

    monkeypatch.setattr(told["time"], "sleep", wait)
    monkeypatch.setattr(domain, "CALLS_A_MINUTE", 0)
    foyer = told["Foyer"](url, program(world).token)
    made, _ = foyer.ask("POST", "/households", {"name": "Roy", "email": "roy@example.com"})

    assert len(waited) == 1
    assert [each["id"] for each in foyer.all("/households")] == [made["id"]]


def _is_ours(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    told: dict[str, Any] = {}
    exec(VERIFYING, told)  # the guide’s own lines
    return bool(told["is_ours"](secret, headers, body, now))


def test_the_lines_that_check_a_signature_take_ours_and_nothing_else(world: World) -> None:
    until = world.now + timedelta(hours=1)
    endpoint = Endpoint("e", "https://h.example.com/", frozenset(), new_secret(), world.now, new_secret(), until)
    body = '{"type": "invoice.issued"}'
    headers = signed(endpoint, "event-1", body, world.now)
    now = world.now.timestamp()

    assert _is_ours(endpoint.secret, headers, body.encode(), now)
    assert _is_ours(endpoint.old_secret, headers, body.encode(), now + 299)
    refused = {
        "another secret": _is_ours(new_secret(), headers, body.encode(), now),
        "another body": _is_ours(endpoint.secret, headers, body.encode() + b" ", now),
        "another event": _is_ours(endpoint.secret, headers | {"webhook-id": "event-2"}, body.encode(), now),
        "later": _is_ours(endpoint.secret, headers, body.encode(), now + 301),
        "earlier": _is_ours(endpoint.secret, headers, body.encode(), now - 301),
        "no moment": _is_ours(endpoint.secret, headers | {"webhook-timestamp": "soon"}, body.encode(), now),
        "no mark": _is_ours(endpoint.secret, headers | {"webhook-signature": ""}, body.encode(), now),
        "another way": _is_ours(
            endpoint.secret,
            headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v0,")},
            body.encode(),
            now,
        ),
    }
    assert not any(refused.values()), refused


def test_the_guide_names_every_event_and_the_limits_as_they_are() -> None:
    named, words = set(re.findall(r"`(\w+\.\w+)`", GUIDE)), " ".join(GUIDE.split())

    assert {event.value for event in Event} <= named
    assert f"At most {CALLS_A_MINUTE} calls a minute" in words
    assert f"at most {MOST_DAYS} days on" in words
    assert WAITS == (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, DAY)
    assert "after 1, 5 and 30 minutes, 2 and 8 hours and a day" in words
    assert OVERLAP == DAY
