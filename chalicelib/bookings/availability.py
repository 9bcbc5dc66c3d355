"""What is free in a week: of one resource, or of all of them at once. The cost grows with what is asked for alone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from chalicelib.bookings.resources import Resource
from chalicelib.bookings.sheets import Place, Sheets, busy_of
from chalicelib.bookings.slots import free, offered, span_of, weeks
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import local_day

Days = Mapping[date, Sequence[int]]
"""Starts (minutes since 1970) that are free on each day of a week."""


def monday_in(organisation: Organisation, wanted: date | None, horizon_days: int, now: datetime) -> date:
    """The Monday of the week to show: of the one wanted, as far as there is anything to book in it, else of this."""
    today = local_day(now, organisation.zone)
    day = min(max(wanted or today, today), today + timedelta(days=horizon_days))
    return day - timedelta(days=day.weekday())


def find_free(
    organisation: Organisation, wanted: Sequence[tuple[Resource, int]], monday: date, now: datetime
) -> dict[str, Days]:
    """Free starts of each resource in the week from a Monday on, for bookings of so many minutes.

    One round trip for every hundred sheets; a week of the organisation's zone lies in one or two of them.
    """
    days = [monday + timedelta(days=number) for number in range(7)]
    sheets = Sheets(organisation.slug)
    mondays = {resource.id: _mondays(resource, days, organisation.zone) for resource, _ in wanted}
    places = [Place(resource_id, each) for resource_id, found in mondays.items() for each in found]
    sheets.load(places, consistent=False)
    return {
        resource.id: _free_days(organisation, resource, minutes, days, sheets, mondays[resource.id], now)
        for resource, minutes in wanted
    }


def _mondays(resource: Resource, days: Sequence[date], zone: str) -> list[date]:
    span = span_of(resource, days, zone)
    return weeks(*span) if span else []


def _free_days(
    organisation: Organisation,
    resource: Resource,
    minutes: int,
    days: Sequence[date],
    sheets: Sheets,
    mondays: Sequence[date],
    now: datetime,
) -> Days:
    busy = busy_of(sheets, resource, mondays, now)
    zone = organisation.zone
    return {day: free(resource, offered(resource, day, minutes, zone, now), minutes, busy) for day in days}
