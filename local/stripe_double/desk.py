"""The double's desk, at its root: what happened lately, with a button for all that banks and dashboards can do.

Somebody who tries the portal on one machine lets a bank debit arrive here, opens a dispute, or
loses webhooks. It is for people who develop, so it speaks English, like the inbox.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader

from local.events import Answer, Call
from local.stripe_double import webhooks, words
from local.stripe_double.account import Account
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused
from local.stripe_double.objects import Thing

if TYPE_CHECKING:
    from local.stripe_double.double import StripeDouble

_SHOWN = 25
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_FLAGS = {"true": True, "false": False}


class Button(NamedTuple):
    """Something that may happen: a command of the account, and its arguments."""

    words: str
    command: str
    given: dict[str, str]


class Row(NamedTuple):
    """One thing that there is, in short."""

    id: str
    what: str
    state: str
    at: str
    buttons: list[Button]


def answer(double: "StripeDouble", call: Call) -> Answer:
    """The desk; or, after a button, back to it."""
    if call.method != "POST":
        return _page(double)
    headers = {name.lower(): value for name, value in call.headers}
    if headers.get("origin") != f"http://{headers.get('host')}":
        return _answer(403, "text/plain", b"Buttons are pressed on this page only.\n")
    try:
        _press(double, {name: values[0] for name, values in parse_qs(call.body.decode()).items()})
    except Refused as refusal:
        return _page(double, problem=str(refusal))
    return Answer(303, [("Location", "/")], b"")


def _press(double: "StripeDouble", form: dict[str, str]) -> None:
    account = double.by_id(form.pop("account", ""))
    command = form.pop("command", "")
    if account is None:
        raise Refused(404, "There is no such account.")
    if command == "mode":
        account.mode = form.get("kind", "normal")
    elif command in _COMMANDS:
        given: dict[str, Any] = {name: _FLAGS.get(value, value) for name, value in form.items()}
        getattr(account, command)(**given)
    else:
        raise Refused(404, "There is no such button.")


_COMMANDS = frozenset(
    {
        "close_dispute",
        "deliver",
        "dispute",
        "expire",
        "fail_refund",
        "refund",
        "release",
        "settle_async",
        "settle_refund",
    }
)


def _page(double: "StripeDouble", problem: str = "") -> Answer:
    accounts = [_account(one) for one in double.accounts()]
    html = _template().render(accounts=accounts, problem=problem, now=_time(double.now().timestamp()))
    return _answer(400 if problem else 200, "text/html", html.encode())


def _account(account: Account) -> dict[str, Any]:
    with account.acting(writes=False) as books:
        tables = {
            "Checkout sessions": _rows(books, "checkout.session", _session),
            "Payments": _rows(books, "payment_intent", _payment),
            "Refunds": _rows(books, "refund", _refund),
            "Disputes": _rows(books, "dispute", _dispute),
            "Events": _rows(books, "event", lambda _books, event: _event(account, event)),
        }
    modes = [Button(kind, "mode", {"kind": kind}) for kind in webhooks.MODES if kind != account.mode.kind]
    if account.courier.held:
        modes.append(Button(f"release {len(account.courier.held)} held events", "release", {}))
    return {"id": account.id, "name": account.name, "url": account.webhook_url, "mode": account.mode.kind,
            "modes": modes, "tables": tables}  # fmt: skip


def _rows(books: Books, kind: str, row: Any) -> list[Row]:
    return [row(books, thing) for thing in books.all(kind)[: -_SHOWN - 1 : -1]]


def _session(_books: Books, one: Thing) -> Row:
    what = _money(one["amount_total"], one["currency"]) if one["mode"] == "payment" else "saves a payment method"
    buttons = [Button("Let it expire", "expire", {"session_id": one["id"]})] if one["status"] == "open" else []
    return Row(one["id"], what, f"{one['status']}, {one['payment_status']}", _time(one["created"]), buttons)


def _payment(books: Books, one: Thing) -> Row:
    return Row(one["id"], _money(one["amount"], one["currency"]), one["status"], _time(one["created"]),
               list(_payment_buttons(books, one)))  # fmt: skip


def _payment_buttons(books: Books, one: Thing) -> Iterator[Button]:
    if one["status"] == "processing":
        yield Button("The bank pays", "settle_async", {"payment_intent": one["id"], "succeeded": "true"})
        yield Button("The bank refuses", "settle_async", {"payment_intent": one["id"], "succeeded": "false"})
    charge = books.find("charge", one["latest_charge"])
    if charge and charge["status"] == "succeeded" and not charge["disputed"]:
        if not charge["refunded"]:
            yield Button("Refund what is left", "refund", {"payment": one["id"]})
        yield Button("Dispute", "dispute", {"payment": one["id"]})


def _refund(_books: Books, one: Thing) -> Row:
    given = {"refund_id": one["id"]}
    buttons = [Button("It arrives", "settle_refund", given)] if one["status"] == "pending" else []
    if one["status"] in ("pending", "succeeded"):
        buttons.append(Button("It fails", "fail_refund", given))
    return Row(one["id"], _money(one["amount"], one["currency"]), one["status"], _time(one["created"]), buttons)


def _dispute(_books: Books, one: Thing) -> Row:
    closed = one["status"] in ("won", "lost", "warning_closed")
    ends = {"The organisation wins": "true", "The organisation loses": "false"}
    buttons = [Button(said, "close_dispute", {"dispute_id": one["id"], "won": won}) for said, won in ends.items()]
    amount = _money(one["amount"], one["currency"])
    return Row(one["id"], amount, one["status"], _time(one["created"]), [] if closed else buttons)


def _event(account: Account, one: Thing) -> Row:
    state = "on its way or lost" if one["pending_webhooks"] else "delivered"
    buttons = [Button("Send again", "deliver", {"event_id": one["id"]})] if account.webhook_url else []
    return Row(one["id"], one["type"], state, _time(one["created"]), buttons)


def _money(amount: int, currency: str) -> str:
    return words.money("en", amount, currency)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


@cache
def _template() -> Any:
    here = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=here, autoescape=True, trim_blocks=True).get_template("desk.html")


def _answer(status: int, kind: str, body: bytes) -> Answer:
    headers = [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Security-Policy", _POLICY)]
    return Answer(status, [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")], body)
