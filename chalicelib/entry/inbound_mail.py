"""The inbound mail function: answers to our mails, as the mail service took them in (MSG-1)."""

from collections.abc import Mapping
from typing import Any

from chalicelib import bootstrap
from chalicelib.entry import loaded
from chalicelib.messages import inbound
from chalicelib.messages.inbound import Envelope
from chalicelib.shared import tracing
from chalicelib.web import logs

FOLDER = "mail/"
"""Beginning of the keys under which the mail service puts what comes in."""
_DANGERS = ("spamVerdict", "virusVerdict", "dmarcVerdict")
_PASS, _FAIL = "PASS", "FAIL"


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Takes each mail of the event. What fails is asked again by the mail service, and nothing is kept twice."""
    logs.configure()
    for record in event["Records"]:
        tracing.begin(str(record["ses"]["mail"]["messageId"]))
        _take(record["ses"])
    return {"taken": len(event["Records"])}


def _take(told: Mapping[str, Any]) -> None:
    raw = bootstrap.mails().get(f"{FOLDER}{told['mail']['messageId']}")
    outcome = inbound.receive(_envelope(told), raw, bootstrap.clock().now())
    logs.event("mail", outcome=outcome)


def _envelope(told: Mapping[str, Any]) -> Envelope:
    receipt = told["receipt"]

    def status(name: str) -> str:
        return str(receipt.get(name, {}).get("status", ""))

    handed_in_by = str(told["mail"].get("source", "")).rpartition("@")[2].strip(">").lower()
    return Envelope(
        recipients=tuple(str(address) for address in receipt["recipients"]),
        proven=status("dmarcVerdict") == _PASS,
        domain=handed_in_by if status("spfVerdict") == _PASS else "",
        dangerous=any(status(name) == _FAIL for name in _DANGERS),
    )


loaded()
