"""What the layout shows around a page: brand, navigation, whose account it is."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.billing.sections import PATHS
from chalicelib.households.domain import Role
from chalicelib.households.summary import Summary
from chalicelib.identity.account import Account
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.organisations.routes import logo_url, stylesheet_url
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request


class NavItem(NamedTuple):
    """An entry of the navigation."""

    label: str
    href: str
    current: bool
    icon: str
    badge: str = ""


class AccountView(NamedTuple):
    """Whose account the page belongs to."""

    user_name: str
    household_name: str
    several: bool
    nav: tuple[NavItem, ...]


_PAGES: tuple[tuple[str, Message, str], ...] = (
    ("", say("Home"), "home"),
    ("schedule", say("Schedule"), "calendar"),
    ("bookings", say("Bookings"), "booking"),
    ("invoices", say("Invoices"), "invoice"),
    ("members", say("Members"), "members"),
)


_FOR_DELEGATES = ("", "schedule")


def frame(request: Request) -> Mapping[str, Any]:
    """The layout's parts for this request."""
    organisation = request.tenant
    if organisation is None:
        return {}
    return {
        "brand_stylesheet": stylesheet_url(organisation),
        "logo": logo_url(organisation),
        "language_url": urls.portal(request.org, "settings/language" if request.account else "language"),
        "account": _account_view(request, request.account) if request.account else None,
    }


def _account_view(request: Request, account: Account) -> AccountView:
    return AccountView(
        user_name=account.user_name,
        household_name=account.summary.name if account.summary else "",
        several=len(account.households) > 1,
        nav=_nav(request, account.summary, account.role) if account.summary else (),
    )


def _nav(request: Request, summary: Summary, role: Role) -> tuple[NavItem, ...]:
    """Pages in reach; what the organisation does not use, or this household has nothing of, is not shown (DASH-6)."""
    here = request.portal_path.split("/")[0]
    here = "invoices" if here in PATHS else here
    unpaid = summary.unpaid_count()
    return tuple(
        NavItem(
            label=request.local.say(label),
            href=urls.portal(request.org, path),
            current=here == path,
            icon=icon,
            badge=str(unpaid) if path == "invoices" and unpaid else "",
        )
        for path, label, icon in _PAGES
        if is_shown(path, request.organisation, summary, role)
    )


def is_shown(page: str, organisation: Organisation, summary: Summary, role: Role) -> bool:
    """Whether a page of the navigation has a place in this household's portal, for somebody in this role (C5)."""
    if not role.sees_account and page not in _FOR_DELEGATES:
        return False
    if page == "schedule":
        return organisation.uses(Module.CLASSES)
    if page == "bookings":
        return organisation.uses(Module.BOOKINGS) and summary.has_bookings
    if page == "invoices":
        return organisation.uses(Module.INVOICES)
    return True
