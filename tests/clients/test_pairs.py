"""Households that are probably on file twice are in a list, and leave it when they are not alike any more."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from chalicelib.clients import indexing, pairs
from chalicelib.data.write import Transaction
from chalicelib.growing import archiving
from chalicelib.households import service
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.shared.errors import NotFound
from tests.clients.counting import reads
from tests.clients.finding import catch_up, follow
from tests.support.race import together
from tests.support.stored import stored_items
from tests.support.world import World, build

_PHONE = "+15145550177"


def _home(world: World, name: str, phone: str = "", email: str = "", member: str = "") -> Household:
    """A household with nothing in common with another but what is told."""
    home = world.household(name)
    stored = service.require_household(world.org, home.id)
    changed = replace(stored, phone=phone, email=email)
    transaction = Transaction()
    households.save_household(transaction, world.org, changed)
    transaction.commit()
    if member:
        world.member(home, member)
    return home


def _change(world: World, home: Household, **changes: Any) -> None:
    stored = service.require_household(world.org, home.id)
    summary = service.require_summary(world.org, home.id)
    service.change_household(world.org, replace(stored, **changes), summary, world.now)


def _listed(org: str) -> list[tuple[set[str], set[str]]]:
    return [({each.one.household, each.other.household}, set(each.by)) for each in pairs.page(org).rows]


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ({"phone": _PHONE}, {"phone": _PHONE}, {"phone"}),
        ({"email": "Marie@Example.com"}, {"email": "marie@example.com"}, {"email"}),
        ({"member": "Léa"}, {"member": "Lea"}, {"person"}),
        ({"phone": _PHONE, "member": "Léa"}, {"phone": _PHONE, "member": "Léa"}, {"phone", "person"}),
    ],
    ids=["telephone", "email", "name and date of birth", "both"],
)
def test_households_with_something_in_common_are_listed_once(
    world: World, one: dict[str, str], other: dict[str, str], by: set[str]
) -> None:
    """ACC-15: whoever wrote them, in whatever order."""
    homes = {_home(world, "Tremblay", **one).id, _home(world, "Tremblay", **other).id}
    _home(world, "Gagnon", "+15145550188", "gagnon@example.com", "Zoé")
    catch_up(world.org)

    assert _listed(world.org) == [(homes, by)]


def test_what_only_looks_alike_is_not_listed(world: World) -> None:
    """Folding makes words alike; a pair wants the same address, and the same day."""
    ann, an = _home(world, "Tremblay", email="ann@example.com"), _home(world, "Tremblay", email="an@example.com")
    world.member(ann, "Léa", date(2015, 5, 31))
    world.member(an, "Léa", date(2015, 6, 1))
    world.member(ann, "Zoé", None)
    world.member(an, "Zoé", None)
    catch_up(world.org)

    assert _listed(world.org) == []


def test_a_pair_goes_when_either_changes_and_comes_back(world: World) -> None:
    one, other = (_home(world, name, _PHONE) for name in ("Tremblay", "Roy"))
    catch_up(world.org)
    assert len(_listed(world.org)) == 1

    for home in (one, other):
        _change(world, home, phone="+15145550100")
        indexing.refresh(world.org, home.id)
        assert _listed(world.org) == []
        _change(world, home, phone=_PHONE)
        indexing.refresh(world.org, home.id)
        assert len(_listed(world.org)) == 1


def test_who_is_archived_or_erased_is_no_duplicate(world: World) -> None:
    one, other = (_home(world, name, _PHONE) for name in ("Tremblay", "Roy"))
    catch_up(world.org)

    archiving.archive_household(world.organisation, one.id, world.now)
    indexing.refresh(world.org, one.id)
    assert _listed(world.org) == []
    archiving.bring_household_back(world.organisation, one.id, world.now)
    indexing.refresh(world.org, one.id)
    assert len(_listed(world.org)) == 1

    stored = stored_items(world.org)
    gone = service.require_household(world.org, other.id)
    transaction = Transaction()
    transaction.delete("household", households.household_item(world.org, gone))
    transaction.commit()
    follow(world.org, stored)
    assert not [key for key in stored_items(world.org) if key[0].endswith("#PAIRS")]


def test_two_homes_of_one_child_are_two_families(world: World) -> None:
    """NEW-2."""
    one, other = (_home(world, name, _PHONE) for name in ("Tremblay", "Roy"))
    child = world.member(one, "Léa")
    transaction = Transaction()
    households.save_person(transaction, world.org, replace(child, households=(one.id, other.id)))
    households.save_member_link(transaction, world.org, other.id, child.id)
    transaction.commit()
    catch_up(world.org)

    assert _listed(world.org) == []


def test_what_a_whole_school_has_in_common_tells_nothing(world: World) -> None:
    """A number that ten have would fill the list with forty-five pairs."""
    for number in range(10):
        _home(world, f"Family {number}", _PHONE)
    catch_up(world.org)
    one = _home(world, "Late", _PHONE)
    indexing.refresh(world.org, one.id)

    assert not {one.id} & {each for both, _ in _listed(world.org) for each in both}


def test_a_pair_that_is_two_families_stays_out_of_the_list(world: World) -> None:
    one, other = (_home(world, name, _PHONE) for name in ("Tremblay", "Roy"))
    catch_up(world.org)

    pairs.part(world.org, other.id, one.id)
    assert _listed(world.org) == []
    _change(world, one, name="Tremblay-Roy")
    indexing.refresh(world.org, one.id)
    assert _listed(world.org) == []
    with pytest.raises(NotFound):
        pairs.part(world.org, one.id, other.id)


def test_two_that_are_written_at_once_find_each_other(world: World) -> None:
    """Each writes what leads to it before it looks for the other."""
    for number in range(4):
        homes = [_home(world, f"Tremblay {number}", f"+1514555010{number}") for _ in range(2)]
        together([partial(indexing.refresh, world.org, home.id) for home in homes])

    assert len(_listed(world.org)) == 4


def test_the_list_is_read_in_two_round_trips_and_25_at_a_time(world: World) -> None:
    for number in range(26):
        for _ in range(2):
            _home(world, f"Tremblay {number}", f"+151455502{number:02}")
    catch_up(world.org)

    with reads() as read:
        first = pairs.page(world.org)
    rest = pairs.page(world.org, first.next)

    assert (len(first.rows), len(rest.rows), rest.next) == (25, 1, "")
    assert (read.calls, read.items) == (2, 75)


def test_another_organisations_households_are_no_pair(world: World) -> None:
    """T-04."""
    other = build(f"{world.org}-b", world.now)
    one, foreign = _home(world, "Tremblay", _PHONE), _home(other, "Tremblay", _PHONE)
    catch_up(world.org)
    catch_up(other.org)

    assert _listed(world.org) == _listed(other.org) == []
    with pytest.raises(NotFound):
        pairs.part(world.org, one.id, foreign.id)
