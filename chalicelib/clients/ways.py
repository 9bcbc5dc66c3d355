"""The ways from the page of a client: to its other parts, and to every page of the desk about the same household."""

from typing import NamedTuple

from chalicelib.identity.account import Account
from chalicelib.identity.staff import BOOKS, CLIENTS, DESK, OFFICE, VIEWING
from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.tabs import Tab

HOME = "/{org}/desk/clients/{household}"
"""Begins the address of every page about one household."""


class _Way(NamedTuple):
    path: str
    """`%s` stands for the household."""
    label: Message
    roles: frozenset[str]
    module: Module | None = None


_PARTS = (
    _Way("", say("Overview"), CLIENTS),
    _Way("/timeline", say("What happened", context="timeline"), CLIENTS),
    _Way("/notes", say("Notes"), CLIENTS),
    _Way("/access", say("Who signs in"), CLIENTS),
    _Way("/addresses", say("Addresses"), CLIENTS),
)
_ELSEWHERE = (
    _Way("desk/clients/%s/billing", say("Invoices and payments"), BOOKS, Module.INVOICES),
    _Way("desk/clients/%s/quotes", say("Quotes"), BOOKS, Module.INVOICES),
    _Way("desk/clients/%s/recurring", say("Recurring invoices"), BOOKS, Module.INVOICES),
    _Way("desk/clients/%s/subscriptions", say("Subscriptions"), BOOKS, Module.INVOICES),
    _Way("desk/clients/%s/purchases", say("Purchases"), BOOKS, Module.PURCHASES),
    _Way("desk/clients/%s/statements", say("Statements"), BOOKS, Module.INVOICES),
    _Way("desk/clients/%s/payment-methods", say("Payment methods"), BOOKS, Module.INVOICES),
    _Way("desk/documents/%s", say("Documents"), DESK, Module.DOCUMENTS),
    _Way("desk/households/%s/signatures", say("Consents"), DESK, Module.FORMS),
    _Way("desk/messages/%s/new", say("Write a message"), DESK, Module.MESSAGES),
    _Way("desk/slips/families/%s", say("Tax slips"), OFFICE, Module.SLIPS),
    _Way("desk/duplicates/%s", say("On file twice?"), DESK),
    _Way("desk/clients/%s/view", say("See the portal as this family"), VIEWING),
)


class Link(NamedTuple):
    """A link with its words."""

    label: str
    href: str


def path_of(household: str, rest: str = "") -> str:
    """Path of a page about a household, below the portal."""
    return f"desk/clients/{household}{rest}"


def parts(request: Request, current: str) -> list[Tab]:
    """The parts of a client's page; `current` is how the address of the one in view ends."""
    household = request.params["household"]
    return [
        Tab(request.local.say(way.label), urls.portal(request.org, path_of(household, way.path)), way.path == current)
        for way in _PARTS
    ]


def elsewhere(request: Request, account: Account) -> list[Link]:
    """Pages about the household in other parts of the desk, as far as this role may open them."""
    household = request.params["household"]
    return [
        Link(request.local.say(way.label), urls.portal(request.org, way.path % household))
        for way in _ELSEWHERE
        if account.works_as(way.roles) and (way.module is None or request.organisation.uses(way.module))
    ]
