"""What the layout shows around a page: brand, navigation, whose account it is."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.billing.sections import PATHS
from chalicelib.documents.sections import PATHS as PAPERS
from chalicelib.documents.sections import first as first_paper
from chalicelib.home.desk import TODAY, DeskGroup, DeskPage, groups_for
from chalicelib.households.domain import Role
from chalicelib.households.summary import Summary
from chalicelib.identity.account import Account
from chalicelib.identity.domain import StaffRole
from chalicelib.identity.staff import DESK
from chalicelib.memberships.sections import PATHS as BUYING
from chalicelib.memberships.sections import has_any, sells
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
    pages: "tuple[NavItem, ...]" = ()
    """What stands below it while somebody is on one of them; the first is the entry itself."""


class Inbox(NamedTuple):
    """The envelope on every page (MSG-1)."""

    href: str
    label: str
    """What it is, with how many messages are unread."""
    unread: int = 0


class DemoBar(NamedTuple):
    """What stands above every page of a demonstration (ADM-5)."""

    day: str
    """What day it is there."""
    href: str
    """Where the staff move its clock."""


class ViewingBar(NamedTuple):
    """What stands above every page while staff see the portal as a family does (T-11)."""

    until: str
    acts: bool
    """Whether they were given the family's code, and so may act."""


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
    inbox: Inbox | None = None
    """None where the organisation uses no messages, or whoever looks may not read them."""
    shows_news: bool = False
    """Whether the menu leads to all that came to the account (MSG-2)."""
    viewing: ViewingBar | None = None


_PAGES: tuple[tuple[str, Message, str], ...] = (
    ("", say("Home"), "home"),
    ("schedule", say("Schedule"), "calendar"),
    ("bookings", say("Bookings"), "booking"),
    ("invoices", say("Invoices"), "invoice"),
    ("purchases", say("Purchases"), "ticket"),
    ("papers", say("Documents"), "document"),
    ("members", say("Members"), "members"),
)


_MODULES = {
    "schedule": Module.CLASSES,
    "classes": Module.CLASSES,
    "bookings": Module.BOOKINGS,
    "messages": Module.MESSAGES,
    "invoices": Module.INVOICES,
    "documents": Module.DOCUMENTS,
    "slips": Module.SLIPS,
}
"""Parts of the portal that pages belong to; where the organisation does not use one, its pages are not shown."""
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
        "demo_bar": _demo_bar(request, organisation.demo_of) if organisation.demo_of else None,
    }


def _demo_bar(request: Request, demo_of: str) -> DemoBar:
    return DemoBar(request.local.date(request.today), urls.portal(demo_of, "desk/demo"))


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
        inbox=_inbox(request, account.summary, account.role) if account.summary else None,
        shows_news=account.summary is not None and account.role.sees_account,
        viewing=_viewing_bar(request, account) if account.summary else None,
    )


def _viewing_bar(request: Request, account: Account) -> ViewingBar | None:
    if account.viewing is None:
        return None
    return ViewingBar(request.local.time(account.viewing.until), acts=not account.only_looks)


def _desk_view(request: Request, account: Account, role: StaffRole) -> AccountView:
    """The frame of the staff's pages."""
    return AccountView(
        user_name=account.user_name,
        household_name="",
        several=False,
        nav=_desk_nav(request, role),
        home=urls.portal(request.org, TODAY.path),
        leads_to_family=bool(account.households),
        inbox=_desk_inbox(request, role),
    )


def _inbox(request: Request, summary: Summary, role: Role) -> Inbox | None:
    if not is_shown("messages", request.organisation, summary, role):
        return None
    label = say("Messages, %(n)s unread", plural="Messages, %(n)s unread", n=summary.unread)
    words = request.local.say(label if summary.unread else say("Messages"))
    return Inbox(urls.portal(request.org, "messages"), words, summary.unread)


def _desk_inbox(request: Request, role: StaffRole) -> Inbox | None:
    if role.value not in DESK or not request.organisation.uses(Module.MESSAGES):
        return None
    return Inbox(urls.portal(request.org, "desk/messages"), request.local.say(say("Messages")))


def _desk_nav(request: Request, role: StaffRole) -> tuple[NavItem, ...]:
    """The first page of each group; whoever is in a group sees the others of it."""
    groups = ((TODAY,), *groups_for(role, request.organisation))
    return tuple(_group_entry(request, group) for group in groups)


def _group_entry(request: Request, group: DeskGroup) -> NavItem:
    pages = tuple(_desk_entry(request, page) for page in group)
    is_here = any(page.current for page in pages)
    return pages[0]._replace(current=is_here, pages=pages if is_here and len(pages) > 1 else ())


def _desk_entry(request: Request, page: DeskPage) -> NavItem:
    here = page.leads_to(request.portal_path)
    return NavItem(request.local.say(page.label), urls.portal(request.org, page.path), here, page.icon)


def _nav(request: Request, summary: Summary, role: Role) -> tuple[NavItem, ...]:
    """Pages in reach; what the organisation does not use, or this household has nothing of, is not shown (DASH-6)."""
    here = request.portal_path.split("/")[0]
    here = "invoices" if here in PATHS else "schedule" if here in _ENROLLING else here
    here = "purchases" if here in BUYING else "papers" if here in PAPERS else here
    waiting = {"invoices": summary.unpaid_count(), "papers": len(summary.wanted)}
    return tuple(
        NavItem(
            label=request.local.say(label),
            href=urls.portal(request.org, first_paper(request.organisation, summary) if path == "papers" else path),
            current=here == path,
            icon=icon,
            badge=str(waiting[path]) if waiting.get(path) else "",
        )
        for path, label, icon in _PAGES
        if is_shown(path, request.organisation, summary, role)
    )


def is_shown(page: str, organisation: Organisation, summary: Summary, role: Role) -> bool:
    """Whether a page of the navigation has a place in this household's portal, for somebody in this role (C5)."""
    module = _MODULES.get(page)
    if (module and not organisation.uses(module)) or (not role.sees_account and page not in _FOR_DELEGATES):
        return False
    if page == "bookings":
        return summary.has_bookings or organisation.offers_bookings
    if page == "papers":
        return bool(first_paper(organisation, summary))
    if page == "shop":
        return sells(organisation)
    return page != "purchases" or has_any(organisation, summary)
