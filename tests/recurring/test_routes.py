"""Pages of recurring invoices."""

from datetime import timedelta

from chalicelib.billing import store as billing
from chalicelib.households.domain import Role
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring import service
from chalicelib.shared.times import months_after
from tests.recurring.billing_again import made, monthly, stored
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World


def test_the_list_tells_how_often_from_when_when_next_how_many_and_how_much(world: World, door: Door) -> None:
    """REC-1."""
    with_terms(world)
    home = world.household()
    world.user(home)
    starts = world.today + timedelta(days=10)
    made(world, home, monthly(starts, 10000, cycles=5))
    local_day = f"{starts:%b} {starts.day}, {starts.year}"
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/recurring")

    for words in (
        "Piano lessons", "Every month", f"from {local_day}", f"next on {local_day}", "5 invoices left", "$114.98",
        "Not begun yet",
    ):  # fmt: skip
        assert words in page.text, words
    assert len(page.body) < 50_000


def test_only_enabled_ones_are_listed(world: World, door: Door) -> None:
    """REC-1: drafts, paused and ended ones are not."""
    home = world.household()
    world.user(home)
    made(world, home, monthly(world.today)._replace(title="Running"))
    service.create(world.organisation, home.id, monthly(world.today)._replace(title="Draft"), world.now, start=False)
    paused = made(world, home, monthly(world.today)._replace(title="Resting"))
    service.pause(world.organisation, home.id, paused.id, world.now)
    ended = made(world, home, monthly(world.today, cycles=1)._replace(title="Over"))
    service.make_due(world.organisation, home.id, ended.id, world.now)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/recurring")

    assert [title for title in ("Running", "Draft", "Resting", "Over") if title in page.links] == ["Running"]
    assert "Paused" in door.browser.get(f"/{world.org}/recurring/{paused.id}").text


def test_its_page_lists_the_invoices_it_made(world: World, door: Door) -> None:
    """REC-2: newest first, 25 at a time, and none that it did not make."""
    home = world.household()
    lea = world.member(home, "Léa")
    world.user(home)
    recurring = made(world, home, monthly(months_after(world.today, -26), 5000, lea.id))
    world.invoice(home, "OTHER")
    service.make_due(world.organisation, home.id, recurring.id, world.now)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/recurring/{recurring.id}")
    rest = door.browser.get(page.links["Next page"])

    year = str(world.today.year)
    assert [sum(text.startswith(f"{year}-0") for text in each.links) for each in (page, rest)] == [25, 2]
    assert "OTHER" not in page.links | rest.links
    assert "Léa Tremblay" in page.text
    assert len(page.body) < 50_000


def test_the_family_switches_autopay_where_it_may(world: World, door: Door) -> None:
    """X-2: with one button, for open invoices too."""
    home = world.household()
    world.user(home)
    recurring = made(world, home, monthly(world.today, autopay=AutopayMode.OPT_IN))
    service.make_due(world.organisation, home.id, recurring.id, world.now)
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/recurring/{recurring.id}")
    assert "you pay each invoice yourself" in page.text

    page = door.browser.submit(page, "autopay")

    assert "charged to your payment method" in page.text
    assert stored(world, recurring).is_autopay
    assert [each.autopay for each in billing.list_invoices(world.org, home.id).rows] == [True]
    page = door.browser.submit(page, "autopay")
    assert not stored(world, recurring).is_autopay
    assert door.browser.submit(page, "autopay", on="perhaps").status == 400


def test_where_the_organisation_decides_there_is_no_switch(world: World, door: Door) -> None:
    """X-2: nor does a posted form help."""
    home = world.household()
    world.user(home)
    recurring = made(world, home, monthly(world.today, autopay=AutopayMode.ALWAYS))
    door.enter("marie@example.com")
    path = f"/{world.org}/recurring/{recurring.id}"
    page = door.browser.get(path)

    reply = door.browser.post(f"{path}/autopay", {"csrf": page.form("language").fields["csrf"], "on": "no"})

    assert "autopay" not in str([form.get("action") for form in page.document.iter("form")])
    assert reply.status == 409
    assert stored(world, recurring).is_autopay


def test_a_viewer_has_no_switch(world: World, door: Door) -> None:
    home = world.household()
    world.user(home, role=Role.VIEWER)
    recurring = made(world, home, monthly(world.today, autopay=AutopayMode.OPT_IN))
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/recurring/{recurring.id}")

    assert "Switch automatic payment" not in page.text
