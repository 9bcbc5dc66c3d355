"""Numbers at tax offices: sealed as they come, opened only to be reported, each use written down first (NEW-9)."""

import pytest

from chalicelib import bootstrap
from chalicelib.adapters.sealing import KeySealer
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.households import activity
from chalicelib.shared.errors import NotFound, Unavailable
from chalicelib.slips import numbering, store, telling
from chalicelib.slips.domain import NumberState
from chalicelib.slips.models import SlipNumberItem
from tests.adapters.test_sealing import NEW, OLD, Held
from tests.slips.giving import SIN, Giving, giving
from tests.support.world import World


def uses(family: Giving) -> list[str]:
    partition = keys.deed(family.world.org, family.home.id, "").pk
    deeds = [item for item in read.whole(partition) if isinstance(item, activity.DeedItem)]
    return [(deed.about or {}).get("label", "") for deed in deeds if deed.deed == "slip_number_used"]


def stored(family: Giving, parent: str) -> SlipNumberItem | None:
    return read.one(SlipNumberItem, keys.slip_number(family.world.org, family.home.id, parent))


def use(family: Giving, parent: str, sealer: KeySealer | None = None) -> dict[tuple[str, str], str]:
    return numbering.use_numbers(
        sealer or bootstrap.sealer(), family.world.org, [(family.home.id, parent)], "kate", "rl24 2025",
        family.world.now,
    )  # fmt: skip


def test_a_number_is_nowhere_in_what_is_stored(world: World) -> None:
    family = giving(world)
    family.name_parent()
    for item in read.whole(keys.household_partition(world.org, family.home.id)):
        assert SIN not in repr(item.attribute_values)
        assert SIN.encode() not in repr(Item.serialize(item)).encode()


def test_a_number_is_opened_for_a_purpose_and_its_use_is_in_the_familys_log(world: World) -> None:
    family = giving(world)
    parent = family.name_parent()

    assert use(family, parent) == {(family.home.id, parent): SIN}
    assert uses(family) == ["rl24 2025"]


def test_the_use_is_written_down_even_when_the_number_does_not_open(world: World) -> None:
    family = giving(world)
    parent = family.name_parent()

    with pytest.raises(Unavailable):
        use(family, parent, KeySealer(Held(NEW)))
    assert uses(family) == ["rl24 2025"]


def test_a_number_in_the_place_of_another_does_not_open(world: World) -> None:
    """Somebody who can write to the table can still not have one family's number told as another's."""
    family = giving(world)
    mine, other = family.name_parent(), family.name_parent("Luc")
    item = stored(family, mine)
    assert item
    pk, sk = keys.slip_number(world.org, family.home.id, other)
    SlipNumberItem(pk, sk, parent=other, key_id=item.key_id, sealed=item.sealed).save()

    with pytest.raises(ValueError, match="not sealed for this place"):
        use(family, other)


def test_using_a_number_moves_it_to_the_newest_key(world: World) -> None:
    family = giving(world)
    parent = family.name_parent(number="")
    numbering.give_number(KeySealer(Held(OLD)), family.teller, parent, SIN)
    before = stored(family, parent)

    assert use(family, parent, KeySealer(Held(NEW, OLD))) == {(family.home.id, parent): SIN}
    after = stored(family, parent)
    assert before
    assert after
    assert before.key_id != after.key_id
    assert use(family, parent, KeySealer(Held(NEW))) == {(family.home.id, parent): SIN}


def test_erasing_refusing_and_removing_delete_the_number(world: World) -> None:
    """On request, at once; doing it again does no harm."""
    family = giving(world)
    parent = family.name_parent()
    for act, state in ((telling.erase_number, NumberState.NONE), (telling.refuse_number, NumberState.REFUSED)):
        numbering.give_number(bootstrap.sealer(), family.teller, parent, SIN)
        act(family.teller, parent)
        act(family.teller, parent)
        known = store.get_file(world.org, family.home.id).parent(parent)
        assert known
        assert known.number is state
        assert stored(family, parent) is None
        assert use(family, parent) == {}

    numbering.give_number(bootstrap.sealer(), family.teller, parent, SIN)
    telling.remove_parent(family.teller, parent)
    assert stored(family, parent) is None
    with pytest.raises(NotFound):
        numbering.give_number(bootstrap.sealer(), family.teller, parent, SIN)
    assert stored(family, parent) is None
