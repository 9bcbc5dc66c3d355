"""The rules of places in classes, as settings files say them: the table `[enrolment]` of an organisation's."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.admin.tables import PERCENT, Table, between
from chalicelib.schedule.presets import PRESETS
from chalicelib.shared.texts import say

_PER_PERCENT = 10_000
_WHOLE = 100 * _PER_PERCENT
_FLAGS = (
    "makeups", "makeup_on_cancel", "leave", "free_before_start", "transfer", "transfer_requests",
)  # fmt: skip
_MINUTES = ("absence_notice_minutes", "makeup_notice_minutes", "offer_minutes")
_DAYS = ("makeup_days", "withdrawal_days", "payout_days")
_COUNTS = ("makeup_limit", "transfer_limit")
_KNOWN = ("preset", *_FLAGS, *_MINUTES, *_DAYS, *_COUNTS, "makeup_programmes", "refund", "fee", "fee_percent")
_MOST_MINUTES = 366 * 24 * 60
_MOST = 366


def read_enrolment_terms(table: Table, currency: str) -> Mapping[str, Any]:
    """The rules that the table says, as `schedule.terms` takes them; nothing of what it leaves out."""
    table.only(*_KNOWN)
    told: dict[str, Any] = {}
    if table.has("preset"):
        told["preset"] = table.checked(
            "preset", PRESETS.__contains__, say("must be one of %(known)s", known=", ".join(PRESETS))
        )
    told |= {key: table.value(key, bool, False) for key in _FLAGS if table.has(key)}
    told |= {key: _whole(table, key, _MOST_MINUTES) for key in _MINUTES if table.has(key)}
    told |= {key: _whole(table, key, _MOST) for key in (*_DAYS, *_COUNTS) if table.has(key)}
    return told | _lists(table) | _fee(table, currency)


def _whole(table: Table, key: str, most: int) -> int:
    found = table.value(key, int, 0)
    if not 0 <= found <= most:
        table.wrong(key, between(0, most))
    return found


def _lists(table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if table.has("makeup_programmes"):
        told["makeup_programmes"] = [str(each) for each in table.value("makeup_programmes", list, [])]
    if table.has("refund"):
        told["refund"] = _refund(table)
    return told


def _refund(table: Table) -> list[list[int]]:
    """Steps, earliest first: whoever leaves later never gets a greater part."""
    steps = [_step(each) for each in table.tables("refund")]
    if steps != sorted(steps, reverse=True) or sorted((back for _, back in steps), reverse=True) != [
        back for _, back in steps
    ]:
        table.wrong("refund", say("must go from most hours to fewest, and from the greatest part to the smallest"))
    return steps


def _step(table: Table) -> list[int]:
    table.only("hours", "percent")
    return [table.value("hours", int, 0, required=True), _percent(table, "percent")]


def _percent(table: Table, key: str) -> int:
    ppm = table.number(key, Decimal(0), required=True) * _PER_PERCENT
    if ppm != int(ppm) or not 0 <= ppm <= _WHOLE:
        table.wrong(key, PERCENT)
    return int(ppm)


def _fee(table: Table, currency: str) -> dict[str, int]:
    told: dict[str, int] = {}
    if table.has("fee"):
        told["fee_minor"] = table.amount("fee", currency)
        if told["fee_minor"] < 0:
            table.wrong("fee", say("can not be below zero"))
    if table.has("fee_percent"):
        told["fee_ppm"] = _percent(table, "fee_percent")
    return told
