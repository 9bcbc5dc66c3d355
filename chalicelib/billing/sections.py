"""The parts of the portal that are about money, as tabs on top of each; what a household has nothing of is left out."""

from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.tabs import Tab

_SECTIONS: tuple[tuple[str, Message], ...] = (
    ("invoices", say("Invoices")),
    ("payments", say("Payments")),
    ("credits", say("Credits")),
    ("balance", say("Account balance")),
    ("quotes", say("Quotes")),
    ("recurring", say("Recurring invoices")),
    ("payment-methods", say("Payment methods")),
)
PATHS = frozenset(path for path, _ in _SECTIONS) | {"statement", "pay", "autopay"}
"""First parts of the addresses of these pages; the navigation has one entry for all of them."""
_HELD = {
    "quotes": "quote",
    "recurring": "recurring",
    "payment-methods": "payment_method",
}
"""The kind of things that a part shows, as the summary names it."""


def sections(request: Request, current: str) -> list[Tab]:
    """The parts about money that this household has, and the one in view (DASH-6)."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, path), path == current)
        for path, label in _SECTIONS
        if path == current or _is_shown(path, request.organisation, request.me.home)
    ]


def _is_shown(path: str, organisation: Organisation, home: Summary) -> bool:
    if path == "credits":
        return "credit_note" in home.holds or bool(home.credit())
    if path == "payment-methods" and organisation.billing.online:
        return True
    return path not in _HELD or _HELD[path] in home.holds
