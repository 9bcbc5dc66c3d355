"""The day's takings: what came in by which way and through whose hands, counted at the end of the day and printed."""

from collections.abc import Mapping, Sequence
from datetime import date

from chalicelib.data import keys, read
from chalicelib.households.models import SummaryItem
from chalicelib.households.store import summary_from
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import User
from chalicelib.identity.models import UserItem
from chalicelib.identity.staff import BOOKS, TILL
from chalicelib.identity.store import user_from
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.till import takings
from chalicelib.till.amounts import read_amount
from chalicelib.till.homes import AT_ONCE
from chalicelib.till.money_pages import close_view, moved_row, sections, sum_row
from chalicelib.till.takings import Booked, Close, Count, Day, Sum
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form, parse_day
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_TAKINGS = "desk/money/takings"


@routes.get("/{org}/desk/money/takings", Actor.STAFF, staff=BOOKS)
def show_takings(request: Request) -> Reply:
    """A day's payments and refunds, added up by way and by who took them, and its counts. Two round trips."""
    return _page(request, _day(request, request.query))


@routes.post("/{org}/desk/money/takings", Actor.STAFF, staff=TILL)
def close(request: Request) -> Reply:
    """Writes down what was counted beside what should be there; a later count stands beside it."""
    day = _day(request, request.form)
    there = takings.expected(takings.of_day(request.org, day), request.organisation.currency)
    form = Form(request.form)
    counts = tuple(_count(form, request, each) for each in there)
    note = form.text("note")
    if form.errors:
        return _page(request, day, form.errors)
    takings.close(request.org, day, Close(request.now, request.me.user_name, counts, note), request.me.user)
    return redirect(urls.portal(request.org, _TAKINGS, day=day.isoformat(), saved="1"))


def _count(form: Form, request: Request, there: Sum) -> Count:
    name = _field(there)
    counted = read_amount(form, request, name, there.currency, may_be_nothing=True)
    return Count(there.method, there.currency, there.net_minor, counted)


def _field(there: Sum) -> str:
    return f"counted-{there.method}-{there.currency}"


def _day(request: Request, told: Mapping[str, str]) -> date:
    """The day that is asked for; today where none is. Raises NotFound for one that is no day, or to come."""
    text = told.get("day", "")
    day = parse_day(text) if text else request.today
    if day is None or day > request.today:
        raise NotFound
    return day


def _page(request: Request, day: date, errors: Mapping[str, Message] | None = None) -> Reply:
    found, local = takings.of_day(request.org, day), request.local
    shown, links = paging.part(request, _TAKINGS, found.booked, AT_ONCE, day=day.isoformat())
    users, homes = _named(request, found, shown)
    names = {user.id: user.name for user in users.values()}
    by_user = takings.sums(takings.through_staff(found.booked, users), by_user=True)
    return render.page(
        request,
        "till/takings.html",
        status=400 if errors else 200,
        errors=errors,
        sections=sections(request, _TAKINGS),
        day=day.isoformat(),
        title=local.date(day, "full"),
        sums=[sum_row(each, names, local) for each in takings.sums(found.booked)],
        by_user=[sum_row(each, names, local) for each in by_user],
        moved=[moved_row(each, homes, names, request) for each in takings.through_staff(shown, users)],
        closes=[close_view(each, local) for each in found.closes],
        since_count=found.since_count,
        expected=[
            (
                _field(each),
                sum_row(each, names, local).method,
                each.currency,
                local.money(each.net_minor, each.currency),
            )
            for each in takings.expected(found, request.organisation.currency)
        ],
        may_count=request.me.works_as(TILL),
        fields=request.form,
        saved=request.query.get("saved", ""),
        **links,
    )


def _named(request: Request, day: Day, shown: Sequence[Booked]) -> tuple[dict[str, User], dict[str, Summary]]:
    """All who had something booked that day, and the families of the rows in view. One round trip."""
    org = request.org
    wanted = {each.user: keys.user(org, each.user) for each in day.booked if each.user}
    homes = {each.household: keys.summary(org, each.household) for each in shown}
    found = read.raw([*wanted.values(), *homes.values()])
    users = {user: user_from(UserItem.from_raw_data(found[key])) for user, key in wanted.items() if key in found}
    return users, {
        home: summary_from(SummaryItem.from_raw_data(found[key])) for home, key in homes.items() if key in found
    }
