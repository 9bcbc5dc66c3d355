"""What can be booked, as files describe it: every setting, and every mistake by its key."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib.admin.resource_file import read_resources
from chalicelib.admin.tables import FileMistakes
from chalicelib.bookings import resource_store
from chalicelib.bookings.resources import CLOSED, Opening, PricePer, ResourceKind
from tests.bookings.letting import resource
from tests.support import world as worlds
from tests.support.world import World

ROOM = """
[[resources]]
id = "studio"
title = { fr = "Studio" }
hours.monday = ["09:00-12:00", "13:00-24:00"]
"""
DEMO = Path(__file__).parents[2] / "demo" / "resources.toml"


def test_the_demonstration_says_every_setting() -> None:
    """BOOK-3: three rooms and appointments; closed days, days with hours of their own, price and rules."""
    hall, studio, practice, director = read_resources(DEMO, worlds.organisation("demo"))
    assert hall.needs_approval
    assert (hall.terms.after, hall.terms.free_hours, hall.terms.kept_ppm) == (60, 168, 500_000)
    assert hall.openings(date(2026, 12, 25)) == CLOSED
    assert hall.openings(date(2027, 6, 24)) == (Opening(720, 1380),)
    assert hall.openings(date(2026, 11, 28)) == (Opening(540, 720), Opening(780, 1380))
    assert (studio.price_minor, studio.price_per) == (2800, PricePer.HOUR)
    assert practice.price_per is PricePer.BOOKING
    assert director.kind is ResourceKind.APPOINTMENT


def test_a_room_needs_little(tmp_path: Path) -> None:
    """The rest is usual."""
    (tmp_path / "r.toml").write_text(ROOM)
    (found,) = read_resources(tmp_path / "r.toml", worlds.organisation("x"))
    assert found.hours[0] == (Opening(540, 720), Opening(780, 1440))
    assert (found.shortest, found.longest, found.capacity, found.price_minor) == (60, 60, 1, 0)


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("kind = 'pool'", "kind must be one of"),
        ("price = -1", "price can not be below zero"),
        ("price = 1.005", "price has more decimals"),
        ("step = 0", "step must be from 5 to 1440"),
        ("shortest = 1441", "shortest must be from"),
        ("longest = 30", "longest must be from 60"),
        ("longest = 70", "longest must be the shortest and a number of steps"),
        ("capacity = 0", "capacity must be from 1"),
        ("capacity = 100", "capacity lets more than"),
        ("late_kept_percent = 101", "late_kept_percent must be from 0 to 100"),
        ("hours.tuesday = ['9-12']", "hours.tuesday must be a list of hours"),
        ("hours.tuesday = ['12:00-12:00']", "hours.tuesday must be a list of hours"),
        ("hours.tuesday = ['23:00-24:30']", "hours.tuesday must be a list of hours"),
        ("hours.tuesday = ['09:00-12:00', '11:00-13:00']", "hours.tuesday has hours that overlap"),
        ("hours.someday = []", "hours.someday is not known"),
        ("closed = ['Christmas']", "closed holds “Christmas”"),
        ("closed = ['2026-12-24..2026-12-20']", "closed holds"),
        ("special.tomorrow = []", "special.tomorrow must be a day"),
        ("horizon_days = 0", "horizon_days must be from 1"),
        ("notice_hours = 'x'", "notice_hours must be a whole number"),
        ("approval = 1", "approval must be a true or false"),
        ("colour = 'red'", "colour is not known"),
    ],
)
def test_every_mistake_is_told_by_its_key(tmp_path: Path, line: str, mistake: str) -> None:
    """T-07: what is wrong, and where."""
    (tmp_path / "r.toml").write_text(ROOM + line)
    with pytest.raises(FileMistakes) as wrong:
        read_resources(tmp_path / "r.toml", worlds.organisation("x"))
    assert any(each.startswith(f"resources[1].{mistake}") for each in wrong.value.mistakes), wrong.value.mistakes


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "resources are missing"),
        (ROOM * 2, "resources have the same id twice"),
        (ROOM.replace('"studio"', '"A Studio"'), "resources[1].id must be lower-case"),
        (ROOM.replace("fr", "en"), "resources[1].title.fr is missing"),
        (ROOM.partition("hours")[0], "resources[1].hours are missing"),
    ],
)
def test_a_file_that_can_not_be_so(tmp_path: Path, text: str, mistake: str) -> None:
    """T-07: of the file as a whole."""
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(FileMistakes) as wrong:
        read_resources(tmp_path / "r.toml", worlds.organisation("x"))
    assert any(each.startswith(mistake) for each in wrong.value.mistakes), wrong.value.mistakes


def test_what_is_stored_is_read_again_as_it_was(world: World) -> None:
    """And stored again over itself; the organisation knows whether anything is offered."""
    told = read_resources(DEMO, world.organisation)
    for _ in range(2):
        resource_store.save_all(world.org, told)
    found = {each.id: each for each in resource_store.list_all(world.org)}
    for each in told:
        stored = found[each.id]
        assert (stored.hours, stored.special, stored.terms) == (each.hours, each.special, each.terms)
        assert (stored.version, stored.price_minor, stored.kind) == (2, each.price_minor, each.kind)


def test_the_organisation_knows_whether_anything_is_offered(world: World) -> None:
    """DASH-6: also after its settings were written anew."""
    from chalicelib.organisations import store

    def offers() -> bool:
        found = store.get(world.org)
        assert found
        return found.offers_bookings

    assert not offers()
    resource_store.save_all(world.org, [resource(id=f"room-{number}") for number in range(60)])
    store.update(world.organisation)
    assert offers()
    resource_store.save_all(world.org, [resource(id=f"room-{number}", is_offered=False) for number in range(60)])
    assert not offers()
