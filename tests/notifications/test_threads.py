"""Mails about one thing are shown together."""

import pytest

from chalicelib.notifications.threads import thread_of
from chalicelib.portals.samples import samples
from tests.portals.golden import NOW


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("booking_requested", "booking_confirmed"), ("booking_confirmed", "booking_reminder"),
        ("booking_confirmed", "booking_cancelled"), ("quote", "quote_expiring"), ("receipt", "refund"),
        ("invoice", "payment_failed"), ("invoice", "autopay_notice"), ("document_wanted", "document_wanted"),
        ("message", "message"),
    ],
)  # fmt: skip
def test_what_is_about_one_thing_has_one_thread(first: str, second: str) -> None:
    """MSG-3: a mail program shows the confirmation below the request."""
    found = samples("CAD", NOW)
    facts = {"payment": "example", **found[first].facts}

    assert thread_of(first, facts) == thread_of(second, {"payment": "example", **found[second].facts})
    assert thread_of(first, facts)


def test_a_booking_that_is_moved_to_another_day_keeps_its_thread() -> None:
    assert thread_of("booking_moved", {"booking": "20261202-abc"}) == thread_of(
        "booking_confirmed", {"booking": "20261201-abc"}
    )


def test_other_things_have_other_threads() -> None:
    found = samples("CAD", NOW)
    threads = [thread_of(name, found[name].facts) for name in ("invoice", "quote", "booking_confirmed", "message")]

    assert len(set(threads)) == len(threads)
    assert thread_of("invoice", {"invoice": "a"}) != thread_of("invoice", {"invoice": "b"})
    for name in ("new_device", "code", "statement"):
        assert not thread_of(name, found[name].facts), "each stands alone"
