"""Lines of the log: what they say, and what they never do; the suite's own canary is tried here as well (L-02)."""

import json
import logging
from typing import Any

import pytest

from chalicelib.shared import tracing
from chalicelib.web import logs
from tests.support.canary import Canary, is_personal


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """The lines of our logger."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    return caplog


def _told(heard: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.getMessage()) for record in heard.records if record.name == "foyer"]


def test_a_line_says_what_happened_and_for_what(heard: pytest.LogCaptureFixture) -> None:
    tracing.begin("abc")
    logs.event("message", outcome="sent")

    assert _told(heard) == [{"level": "info", "event": "message", "outcome": "sent", "request": "abc"}]


def test_without_a_cause_a_line_names_none(heard: pytest.LogCaptureFixture) -> None:
    tracing.begin("")
    logs.event("message", outcome="sent")

    assert _told(heard) == [{"level": "info", "event": "message", "outcome": "sent"}]


def test_an_error_is_told_by_type_and_place_and_not_in_its_own_words(heard: pytest.LogCaptureFixture) -> None:
    """L-02: errors quote what they met, and that may be a person's."""
    try:
        int("anna at example")
    except ValueError as error:
        logs.failure("page.failed", error, route="/x")

    (line,) = _told(heard)
    assert (line["level"], line["error"], line["route"]) == ("error", "ValueError", "/x")
    assert line["at"] == [f"test_logs.py:{test_an_error_is_told_by_type_and_place_and_not_in_its_own_words.__code__.co_firstlineno + 3}"]  # fmt: skip  # noqa: E501
    assert "anna" not in json.dumps(line)
    assert heard.records[-1].levelno == logging.ERROR


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.com", "+15145550100", "code 123456 sent", "Tremblay", "x" * 43, "sk_test_abc", "whsec_1", "4242",
        "Marie-Ève",
    ],
)  # fmt: skip
def test_the_canary_sings(text: str) -> None:
    """Whatever of these stands in a line that any test of the suite writes fails that test."""
    canary, logger = Canary(), logging.getLogger("canary")
    logger.addFilter(canary)
    logger.error(json.dumps({"event": "x", "at": [{"deep": text}]}))

    assert len(canary.found) == 1


@pytest.mark.parametrize(
    "text",
    [
        "/{org}/invoices/{invoice}", "4e1b1f3a-5c2d-4d7e-9a6b-0f1e2d3c4b5a", "evt_1PqXyZ", "org-0123456789ab",
        "20261122-abcdefghijklmnopqrstuvwxyz234567", "delivery.py:123", "sent",
    ],
)  # fmt: skip
def test_what_logs_are_made_of_is_about_nobody(text: str) -> None:
    assert not is_personal(text)
