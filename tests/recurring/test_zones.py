"""Recurring invoices are made on their days wherever the organisation is, however the clock ticks."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.data import keys, read
from chalicelib.organisations import store as organisations
from chalicelib.recurring import jobs
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.times import day_begins, local_day
from tests.recurring.billing_again import made, monthly
from tests.support.world import World

ZONES = (
    "America/Toronto", "Europe/Paris", "Africa/Cairo", "America/Havana", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "Australia/Lord_Howe", "Asia/Beirut", "UTC",
)  # fmt: skip


@pytest.mark.parametrize("zone", ["America/Toronto", "Africa/Cairo", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_an_invoice_is_made_on_its_local_day_once_however_the_clock_ticks(world: World, zone: str) -> None:
    """REC-1, M-08, M-10: month ends, a change of clocks, ticks that are dropped, doubled and late."""
    world.organisation = replace(world.organisation, zone=zone)
    organisations.update(world.organisation)
    home = world.household()
    made(world, home, monthly(date(2027, 1, 31)))
    chance = random.Random(zone)
    now, end = datetime(2027, 1, 29, tzinfo=UTC), datetime(2027, 6, 3, tzinfo=UTC)
    while now < end:
        for _ in range(chance.choice((0, 1, 1, 2))):
            with read.work_of([keys.household_partition(world.org, home.id)]):
                jobs.make_due_invoices(now)
        now += timedelta(hours=chance.choice((3, 6, 9)))
    found = sorted(billing.list_invoices(world.org, home.id).rows, key=lambda each: each.id)
    days = [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
    assert len(found) == len(days)
    for invoice, day in zip(found, days, strict=True):
        assert day <= invoice.issued_on <= day + timedelta(days=2)
        assert str(day) in invoice.lines[0].description


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("frequency", list(Frequency))
def test_each_period_begins_on_its_own_day_in_every_zone(zone: str, frequency: Frequency) -> None:
    """M-10: the moment at which it is due lies within that local day, not a second before; days never repeat."""
    for first in (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 30)):
        days = [frequency.period(first, number) for number in range(40)]
        assert days == sorted(set(days))
        for day in days:
            moment = day_begins(day, zone)
            assert local_day(moment, zone) == day
            assert local_day(moment - timedelta(seconds=1), zone) < day
