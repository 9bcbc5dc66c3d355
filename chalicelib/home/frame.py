"""What the layout shows around a page: brand, navigation, whose account it is."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.billing.sections import PATHS
from chalicelib.home.desk import TODAY, pages_for
from chalicelib.households.domain import Role
from chalicelib.households.summary import Summary
from chalicelib.identity.account import Account
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.organisations.routes import logo_url, stylesheet_url
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.routes import Actor


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
    home: str
    """Where the organisation's name leads: to the family's first page or to the desk."""
    leads_to_desk: bool = False
    """Somebody of the staff looks at what is the family's; the menu leads to the desk."""
    leads_to_family: bool = False
    """Somebody at the desk has a family account as well; the menu leads there."""


_PAGES: tuple[tuple[str, Message, str], ...] = (
    ("", say("Home"), "home"),
    ("schedule", say("Schedule"), "calendar"),
    ("bookings", say("Bookings"), "booking"),
    ("invoices", say("Invoices"), "invoice"),
    ("members", say("Members"), "members"),
)


_FOR_DELEGATES = ("", "schedule")
_ENROLLING = ("classes", "enrolling")
"""First parts of the addresses of pages that belong to the schedule's entry of the navigation."""


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
    if account.staff_role and (request.policy.actor is Actor.STAFF or not account.households):
        return _desk_view(request, account, account.staff_role)
    return AccountView(
        user_name=account.user_name,
        household_name=account.summary.name if account.summary else "",
        several=len(account.households) > 1,
        nav=_nav(request, account.summary, account.role) if account.summary else (),
        home=urls.portal(request.org),
        leads_to_desk=account.staff_role is not None,
    )


def _desk_view(request: Request, account: Account, role: StaffRole) -> AccountView:
    """The frame of the staff's pages."""
    return AccountView(
        user_name=account.user_name,
        household_name="",
        several=False,
        nav=_desk_nav(request, role),
        home=urls.portal(request.org, TODAY.path),
        leads_to_family=bool(account.households),
    )


def _desk_nav(request: Request, role: StaffRole) -> tuple[NavItem, ...]:
    here = "/".join(request.portal_path.split("/")[:2])
    return tuple(
        NavItem(request.local.say(page.label), urls.portal(request.org, page.path), here == page.path, page.icon)
        for page in (TODAY, *pages_for(role, request.organisation))
    )


def _nav(request: Request, summary: Summary, role: Role) -> tuple[NavItem, ...]:
    """Pages in reach; what the organisation does not use, or this household has nothing of, is not shown (DASH-6)."""
    here = request.portal_path.split("/")[0]
    here = "invoices" if here in PATHS else "schedule" if here in _ENROLLING else here
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
    if page in ("schedule", "classes"):
        return organisation.uses(Module.CLASSES)
    if page == "bookings":
        return organisation.uses(Module.BOOKINGS) and (summary.has_bookings or organisation.offers_bookings)
    if page == "invoices":
        return organisation.uses(Module.INVOICES)
    return True
