"""Events: how they are signed, and which addresses they may go to."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.api.hooks import TEST, Endpoint, Event, new_secret, parse_url, signed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _expected(secret: str, content: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, content.encode(), hashlib.sha256)).decode()


def test_a_signature_covers_the_event_the_moment_and_the_body() -> None:
    """As Standard Webhooks describes it, so that receivers use its libraries."""
    endpoint = Endpoint("e", "https://hooks.example.com/", frozenset(), new_secret(), NOW)

    told = signed(endpoint, "event-1", '{"a": 1}', NOW)

    assert told["webhook-id"] == "event-1"
    assert told["webhook-timestamp"] == "1795348800"
    assert told["webhook-signature"] == _expected(endpoint.secret, 'event-1.1795348800.{"a": 1}')


def test_an_old_secret_signs_beside_the_new_one_until_its_time_is_over() -> None:
    until = NOW + timedelta(hours=1)
    endpoint = Endpoint("e", "https://h.example.com/", frozenset(), new_secret(), NOW, new_secret(), until)

    both = signed(endpoint, "e", "{}", NOW)["webhook-signature"].split(" ")
    later = signed(endpoint, "e", "{}", until)["webhook-signature"].split(" ")

    assert len(both) == 2
    assert both[1] == _expected(endpoint.old_secret, "e.1795348800.{}")
    assert len(later) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://10.0.0.8/x",
        "https://2130706433/", "https://0x7f.1/", "https://user:pw@hooks.example.com/", "https://hooks.example.com:8443/",
        "https://metadata.google.internal/", "https://hooks.example.com/#part", "ftp://hooks.example.com/", "hooks",
        "https://hooks.example.com/\n", "https://hooks.example.com/é", "https://hooks.example.com./", "https:///x",
        "https://" + "a" * 300 + ".com/",
    ],
)  # fmt: skip
def test_only_plain_public_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match=r"^not a"):
        parse_url(url)


def test_an_ordinary_address_is_taken_as_it_is() -> None:
    assert parse_url("https://hooks.example.com:443/in?key=1") == "https://hooks.example.com:443/in?key=1"


def test_an_address_wants_what_was_chosen_and_nothing_while_it_is_off() -> None:
    on = Endpoint("e", "https://h.example.com/", frozenset({Event.INVOICE_ISSUED}), "s", NOW)
    off = Endpoint("e", "https://h.example.com/", frozenset({Event.INVOICE_ISSUED}), "s", NOW, is_on=False)

    assert [on.wants(told) for told in ("invoice.issued", "invoice.changed", TEST)] == [True, False, True]
    assert not any(off.wants(told) for told in ("invoice.issued", TEST))
