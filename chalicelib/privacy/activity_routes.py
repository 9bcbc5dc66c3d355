"""The page of what was done in the family's account, and the way out for whoever finds a stranger there (NEW-11)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Private
from chalicelib.identity import devices
from chalicelib.identity.settings_routes import signed_out
from chalicelib.identity.store import get_users
from chalicelib.privacy import reports
from chalicelib.privacy.wording import sentence
from chalicelib.shared.times import day_begins, months_after
from chalicelib.web import cookies, paging, render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_MONTHS = 14
"""How far back there is anything: notes are kept for 400 days."""


class DeedView(NamedTuple):
    """One act, ready to read."""

    what: str
    when: str
    who: str
    by_staff: bool


@routes.get("/{org}/activity", Actor.MEMBER)
def show_activity(request: Request) -> Reply:
    """What was done, latest first, a month at a time, 25 to a page. Two round trips."""
    month = _month(request)
    first, last = (day_begins(day, request.organisation.zone) for day in (month, months_after(month, 1)))
    after = paging.after(request, _is_place)
    found = activity.page(request.org, request.me.household, first, last, after_key=after)
    path = "activity"
    return render.page(
        request,
        "privacy/activity.html",
        month=request.local.date(month, "month_year"),
        deeds=_views(request, found.rows),
        earlier=_link(request, months_after(month, -1)),
        later=_link(request, months_after(month, 1)),
        **paging.links(request, path, found.next, month=f"{month:%Y-%m}"),
    )


@routes.post("/{org}/activity/not-me", Actor.USER)
def report_stranger(request: Request) -> Reply:
    """Signs out everywhere, tells the log and warns the staff. No code is wanted: who is in a hurry must not wait."""
    transaction = Transaction()
    reports.report(transaction, request.organisation, request.me, request.now)
    devices.sign_out(transaction, request.org, request.me.user, request.now)
    transaction.commit_or_conflict()
    devices.tidy(request.org, request.me.user)
    return signed_out(request, cookies.KNOWN, left="everywhere")


def _month(request: Request) -> date:
    """The first day of the month that the address names; of this one where it names none that there could be."""
    this = request.today.replace(day=1)
    try:
        told = date.fromisoformat(f"{request.query.get('month', '')}-01")
    except ValueError:
        return this
    return told if _is_kept(told, this) else this


def _is_kept(month: date, this: date) -> bool:
    return months_after(this, -_MONTHS) <= month <= this


def _link(request: Request, month: date) -> str:
    """The way to another month; "" where there can be nothing."""
    is_there = _is_kept(month, request.today.replace(day=1))
    return urls.portal(request.org, "activity", month=f"{month:%Y-%m}") if is_there else ""


def _is_place(told: str) -> bool:
    """Whether an address may go on after `told`: a moment and the name of a note."""
    moment, mark, name = told.partition("#")
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return bool(mark) and name.isalnum() and len(told) < 100


def _views(request: Request, deeds: Sequence[Deed]) -> list[DeedView]:
    users = get_users(request.org, {deed.user for deed in deeds if deed.user})
    local = request.local
    return [
        DeedView(
            what=sentence(_open(request, deed), local),
            when=local.datetime(deed.at),
            who=users[deed.user].name if deed.user in users else "",
            by_staff=deed.user in users and users[deed.user].link(request.me.household) is None,
        )
        for deed in deeds
    ]


def _open(request: Request, deed: Deed) -> Deed:
    """The deed without its names, where it is about somebody who keeps them from whoever looks (NEW-14)."""
    may_see = deed.user == request.me.user or request.me.may_see(deed.about.get("of", ""), Private.PROFILE)
    return deed if may_see else replace(deed, about={})
