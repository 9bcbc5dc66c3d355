"""Pages of the calendar: what comes and what was as a list, and days, weeks and months with addresses of their own."""

from datetime import date
from typing import Any

from chalicelib.calendar import gathering, reading
from chalicelib.calendar.pages import Reader, Way
from chalicelib.calendar.spans import Span, View, named_span, span_of
from chalicelib.organisations.domain import Module
from chalicelib.schedule.domain import EnrolmentStatus
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_SHOWN = 14
"""Entries of one page of the list; later ones follow on the next."""
_WAITING = {EnrolmentStatus.WAITLISTED.value, EnrolmentStatus.OFFERED.value}
_VIEWS = {View.DAY: say("Day"), View.WEEK: say("Week"), View.MONTH: say("Month")}


@routes.get("/{org}/schedule", Actor.DELEGATE)
def show_list(request: Request) -> Reply:
    """What all members have ahead, or had in the past year (SCH-1, SCH-3). Two round trips for what is ahead."""
    reader = reading.reader_of(request)
    past = request.query.get("when") == "past"
    start = paging.start(request)
    listed = gathering.past if past else gathering.ahead
    part = listed(reader.family, start, _SHOWN)
    more = {"when": "past" if past else ""}
    return render.page(
        request,
        "calendar/list.html",
        months=reader.months(part.entries),
        past=past,
        tabs=_tabs(reader, "past" if past else "upcoming"),
        filters=reader.filters("schedule", **more),
        zone_cookie=reading.zone_cookie(request),
        next_url=reader.url("schedule", **more, **{"from": str(start + _SHOWN)}) if part.more else "",
        first_url=reader.url("schedule", **more) if start else "",
        month_url=reader.url(span_of(View.MONTH, reader.today, 0).path),
        leads=_leads(request),
    )


def _leads(request: Request) -> list[tuple[str, str]]:
    """What else is about classes, as far as it concerns this household: label and address."""
    home, say_it = request.me.home, request.local.say
    if not request.me.role.sees_account:
        return []
    waits = any(row.status in _WAITING for row in home.enrolments)
    leads = [("classes", say("Enrol in a class"), True), ("makeups", say("Make-up classes"), bool(home.rights)),
             ("waiting", say("Waiting list"), waits)]  # fmt: skip
    return [(say_it(words), urls.portal(request.org, path)) for path, words, shown in leads if shown]


def _tabs(reader: Reader, current: str) -> list[Way]:
    """The ways of seeing the calendar; each leads to today, as people who change the view expect."""
    ways = [
        Way(reader.local.say(say("Upcoming")), reader.url("schedule"), current == "upcoming"),
        Way(reader.local.say(say("Past")), reader.url("schedule", when="past"), current == "past"),
    ]
    for view, words in _VIEWS.items():
        here = span_of(view, reader.today, reader.local.first_weekday)
        ways.append(Way(reader.local.say(words), reader.url(here.path), current == view.value))
    return ways


@routes.get("/{org}/schedule/day/{day}", Actor.DELEGATE)
def show_day(request: Request) -> Reply:
    """One day (SCH-2)."""
    return _days(request, View.DAY)


@routes.get("/{org}/schedule/week/{day}", Actor.DELEGATE)
def show_week(request: Request) -> Reply:
    """The week that a day is in (SCH-2)."""
    return _days(request, View.WEEK)


def _days(request: Request, view: View) -> Reply:
    reader = reading.reader_of(request)
    span = _span(reader, view, request.params["day"])
    entries = gathering.between(reader.family, *span.moments(reader.family.zone))
    return _page(request, reader, span, "calendar/days.html", days=reader.days(span, entries))


@routes.get("/{org}/schedule/month/{month}", Actor.DELEGATE)
def show_month(request: Request) -> Reply:
    """One month: a table where there is room for one, a list of its days on phones (SCH-2)."""
    reader = reading.reader_of(request)
    span = _span(reader, View.MONTH, request.params["month"])
    entries = gathering.between(reader.family, *span.moments(reader.family.zone))
    weeks = reader.weeks(span, entries)
    return _page(
        request,
        reader,
        span,
        "calendar/month.html",
        weeks=weeks,
        weekdays=[request.local.date(date.fromisoformat(day.iso), "dayname") for day in weeks[0]],
        has_entries=bool(entries),
    )


def _span(reader: Reader, view: View, name: str) -> Span:
    span = named_span(view, name, reader.local.first_weekday)
    if span is None:
        raise NotFound
    return span


def _page(request: Request, reader: Reader, span: Span, template: str, **values: Any) -> Reply:
    today = span_of(span.view, reader.today, reader.local.first_weekday)
    return render.page(
        request,
        template,
        title=reader.title(span),
        tabs=_tabs(reader, span.view.value),
        filters=reader.filters(span.path),
        previous_url=reader.url(span.previous().path),
        next_url=reader.url(span.next().path),
        today_url=reader.url(today.path) if today != span else "",
        zone_cookie=reading.zone_cookie(request),
        **values,
    )
