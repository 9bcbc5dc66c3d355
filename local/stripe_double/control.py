"""The control API under /_double/: JSON in, JSON out, for people with curl and for tests in other processes.

GET  /_double/                            what there is
POST /_double/accounts                    {"secret_key": "sk_test_…", "webhook_url": …, "webhook_secret": …}
POST /_double/clock                       {"seconds": 3600}
GET  /_double/accounts/acct_…/events      and /deliveries, /calls, /mode
POST /_double/accounts/acct_…/COMMAND     arguments of account.Account.COMMAND by name, e.g. {"session_id": "cs_…"}
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from local.events import Answer, Call
from local.stripe_double.account import Account
from local.stripe_double.cards import BEHAVIOURS
from local.stripe_double.errors import Refused
from local.stripe_double.faults import KINDS
from local.stripe_double.webhooks import Mode

if TYPE_CHECKING:
    from local.stripe_double.double import StripeDouble

COMMANDS = (
    "change_card", "close_dispute", "complete", "deliver", "delivered", "dispute", "expire", "fail_refund", "fault",
    "refund", "release", "save_card", "settle_async", "settle_refund", "wait_until_idle", "withdraw_dispute",
)  # fmt: skip
"""What may be done to an account, each a method of Account."""

_VIEWS: dict[str, Callable[[Account], Any]] = {
    "events": lambda account: account.events(),
    "deliveries": lambda account: account.deliveries,
    "calls": lambda account: account.calls,
    "mode": lambda account: account.mode,
}


def answer(double: "StripeDouble", call: Call) -> Answer:
    """The answer to a call under /_double/. Only JSON is taken, so no page elsewhere can post here."""
    try:
        return _json(200, _result(double, call))
    except Refused as refusal:
        return _json(refusal.status, refusal.body)
    except (ValueError, TypeError, KeyError) as error:
        return _json(400, {"error": {"message": str(error)}})


def _result(double: "StripeDouble", call: Call) -> Any:
    steps = call.target.partition("?")[0].removeprefix("/_double").strip("/").split("/")
    if call.method == "GET":
        return _read(double, steps)
    if call.method != "POST" or _header(call, "content-type").partition(";")[0] != "application/json":
        raise ValueError("POST application/json, or GET")
    given = json.loads(call.body or b"{}")
    if not isinstance(given, dict):
        raise TypeError("an object with arguments by name is needed")
    return _do(double, steps, given)


def _header(call: Call, name: str) -> str:
    return next((value for key, value in call.headers if key.lower() == name), "")


def _read(double: "StripeDouble", steps: list[str]) -> Any:
    match steps:
        case [""] | ["accounts"]:
            return _overview(double)
        case ["accounts", id_]:
            return _row(_account(double, id_))
        case ["accounts", id_, view] if view in _VIEWS:
            return _VIEWS[view](_account(double, id_))
    raise _nowhere(steps)


def _do(double: "StripeDouble", steps: list[str], given: dict[str, Any]) -> Any:
    match steps:
        case ["clock"]:
            double.advance(float(given["seconds"]))
            return {"now": double.now().isoformat()}
        case ["accounts"]:
            return _row(double.account(**_bound(double.account, given)))
        case ["accounts", id_, "mode"]:
            account = _account(double, id_)
            account.mode = Mode(**_bound(Mode, given))
            return account.mode
        case ["accounts", id_, command] if command in COMMANDS:
            method = getattr(_account(double, id_), command)
            return method(**_bound(method, given))
    raise _nowhere(steps)


def _bound(method: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """The arguments, if the method has them all. Raises TypeError."""
    inspect.signature(method).bind(**given)
    return given


def _account(double: "StripeDouble", id_: str) -> Account:
    account = double.by_id(id_) or double.of_key(id_)
    if account is None:
        raise _nowhere([id_])
    return account


def _nowhere(steps: list[str]) -> Refused:
    return Refused(404, f"There is nothing at {'/'.join(steps)}.")


def _overview(double: "StripeDouble") -> dict[str, Any]:
    return {
        "now": double.now().isoformat(),
        "accounts": [_row(one) for one in double.accounts()],
        "commands": {name: str(inspect.signature(getattr(Account, name))) for name in COMMANDS},
        "cards": list(BEHAVIOURS),
        "faults": KINDS,
    }


def _row(account: Account) -> dict[str, Any]:
    """An account in short; of its keys only the end."""
    return {
        "id": account.id,
        "name": account.name,
        "key": f"…{account.secret_key[-4:]}",
        "webhook_url": account.webhook_url,
        "mode": asdict(account.mode),
        "objects": {kind: len(found) for kind, found in account.books.kinds.items() if kind != "private"},
    }


def _json(status: int, found: Any) -> Answer:
    text = json.dumps(found, indent=2, default=_plain)
    return Answer(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")], text.encode())


def _plain(one: Any) -> Any:
    if is_dataclass(one) and not isinstance(one, type):
        return asdict(one)
    raise TypeError(f"{one!r} is no JSON")
