"""The household whose affairs the desk looks after: whose page it is, and the ways between its pages."""

from chalicelib.clients import ways
from chalicelib.households.domain import Household
from chalicelib.households.service import require_summary
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import Local, choose
from chalicelib.web.tabs import Tab

PATH = ways.HOME
"""Begins the address of every page about one household."""

AT_ONCE = 10
"""Rows of one page of a list: addresses at the desk are long, and a page stays under 50 KB."""

ID = 64
"""Characters of an id that a form may name: no id of ours is longer, and a key has an end."""

_SECTIONS: tuple[tuple[str, Message, Module], ...] = (
    ("billing", say("Invoices"), Module.INVOICES),
    ("billing/payments", say("Payments"), Module.INVOICES),
    ("billing/credits", say("Credits"), Module.INVOICES),
    ("quotes", say("Quotes"), Module.INVOICES),
    ("recurring", say("Recurring invoices"), Module.INVOICES),
    ("subscriptions", say("Subscriptions"), Module.INVOICES),
    ("purchases", say("Purchases"), Module.PURCHASES),
    ("statements", say("Statements"), Module.INVOICES),
    ("payment-methods", say("Payment methods"), Module.INVOICES),
    ("billing/reminders", say("Reminders"), Module.INVOICES),
    ("billing/terms", say("Agreement"), Module.INVOICES),
)


def home_of(request: Request) -> Summary:
    """The household that the address names. One strong read. Raises NotFound.

    From here on the request's organisation bills by what is agreed with this household (STM-2).
    """
    home = require_summary(request.org, request.params["household"])
    request.tenant = request.organisation.billing_as(home.terms)
    return home


def path_of(home: Summary, rest: str = "") -> str:
    """The path of a page of the desk about a household, for `urls.portal` and templates' `url`."""
    return f"{base_of(home)}{rest}".rstrip("/")


def base_of(home: Summary) -> str:
    """What begins the paths of all pages of the desk about a household (`base` of view models)."""
    return f"{ways.path_of(home.household)}/"


def billing_base(home: Summary) -> str:
    """What begins the paths of pages about a household's invoices, payments and credits."""
    return f"{base_of(home)}billing/"


def url_of(request: Request, home: Summary, rest: str = "", **query: str) -> str:
    """The address of a page of the desk about a household."""
    return urls.portal(request.org, path_of(home, rest), **query)


def sections(request: Request, home: Summary, current: str) -> list[Tab]:
    """The pages about a household's account, and the one in view."""
    return [
        Tab(request.local.say(label), url_of(request, home, path), path == current)
        for path, label, module in _SECTIONS
        if request.organisation.uses(module)
    ]


def member_choices(home: Summary, local: Local) -> list[tuple[str, str]]:
    """Whom something may be for: the household as a whole, or one of its members."""
    return [("", local.say(say("The whole household"))), *((row.id, row.name) for row in home.members)]


def local_of(organisation: Organisation, household: Household) -> Local:
    """The language that the family's papers are in."""
    language = choose(household.language, "", organisation.languages)
    return Local(language, organisation.country, organisation.zone)
