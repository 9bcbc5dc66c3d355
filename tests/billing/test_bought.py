"""The list of what was bought: in order, a page at a time, of a household or a member (PUR-1)."""

from datetime import timedelta

from chalicelib.billing import bought
from chalicelib.billing.books import keep
from chalicelib.billing.bought import Bought, Thing
from tests.support.world import World


def test_the_list_is_newest_first_and_goes_on(world: World) -> None:
    """PUR-1: 25 at a time, for the household and for each member."""
    home, other = world.household("Tremblay"), world.household("Roy")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    for number in range(60):
        member = (lea.id, max_.id)[number % 2]
        at = world.now + timedelta(minutes=number)
        line = Bought(Thing.GOODS, f"{number}", {"en": f"Thing {number}"}, at, member)
        keep(world.organisation, home.id, world.now, lambda books, line=line: bought.note(books, line))  # type: ignore[misc]

    seen, after = [], ""
    while True:
        page = bought.list_page(world.org, home.id, "", after)
        assert len(page.rows) <= 25
        seen += [line.what for line in page.rows]
        after = page.next
        if not after:
            break
        assert bought.is_bought_id(after)

    assert seen == [f"{number}" for number in reversed(range(60))]
    assert [line.what for line in bought.list_page(world.org, home.id, max_.id).rows][:3] == ["59", "57", "55"]
    assert not bought.list_page(world.org, other.id).rows
    assert not bought.list_page(world.org, other.id, lea.id).rows


def test_the_same_line_written_again_is_there_once(world: World) -> None:
    """An import that is repeated adds nothing; giving back is a line of its own."""
    home = world.household("Tremblay")
    line = Bought(Thing.BOOKING, "b", {"en": "Room"}, world.now, minor=500, currency="CAD", invoice="i")
    for each in (line, line, line._replace(is_cancelled=True, minor=-500)):
        keep(world.organisation, home.id, world.now, lambda books, each=each: bought.note(books, each))  # type: ignore[misc]

    rows = bought.list_page(world.org, home.id).rows
    assert sorted(rows, key=lambda row: row.is_cancelled) == [line, line._replace(is_cancelled=True, minor=-500)]


def test_only_ids_of_ours_lead_on() -> None:
    assert not any(map(bought.is_bought_id, ("", "20261122-aaaa", "2026-11-22T18:30:00Z-", "PASS#x", "x" * 3000)))
