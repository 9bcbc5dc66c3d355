"""Pages need as many DynamoDB calls as the table's document says."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from chalicelib.clients import indexing
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.recurring.service import make_due
from tests.billing.keeping import paid
from tests.docs import pages
from tests.memberships.subscribing import plan, subscribed
from tests.quotes.quoting import sent
from tests.support.browser import Browser, Page
from tests.support.door import Door
from tests.support.world import World

_DOCUMENT = (pages.ROOT / "docs" / "table-design.md").read_text("utf-8")


def _told(*, at_desk: bool = False) -> dict[str, int]:
    section = _DOCUMENT.partition("## Calls and capacity")[2].partition("\n## ")[0]
    told = {row[0].strip("`"): int(row[1]) for row in pages.rows(section) if row[0] != "Page"}
    return {row: count for row, count in told.items() if ("/desk" in row) is at_desk}


def test_pages_call_dynamodb_as_often_as_the_document_says(world: World, door: Door, calls: list[str]) -> None:
    measured: dict[str, int] = {}

    def open_page(row: str, act: Callable[[], Page]) -> Page:
        calls.clear()
        page = act()
        assert page.status in (200, 303), row
        measured[row] = len(calls)
        return page

    browser, org = door.browser, world.org
    signing = open_page("GET /{org}/sign-in", lambda: browser.get(f"/{org}/sign-in"))
    places = _fill(world)
    asked = open_page(
        "POST /{org}/sign-in", lambda: browser.submit(signing, "sign-in", follow=False, address="marie@example.com")
    )
    door.dispatch()
    code = open_page("GET /{org}/sign-in/code", lambda: browser.get(asked.location))
    typed = door.sent.code("marie@example.com")
    open_page("POST /{org}/sign-in/code", lambda: browser.submit(code, "sign-in/code", follow=False, code=typed))
    for row in _told():
        if row not in measured:
            path = row.removeprefix("GET ").format(org=org, **places)
            open_page(row, partial(browser.get, path))

    assert measured == _told()


def test_pages_of_the_desk_call_dynamodb_as_often_as_the_document_says(
    world: World, browser: Browser, calls: list[str]
) -> None:
    """Each is opened twice: that somebody looked at a family is written down once an hour."""
    places, measured = _fill(world), dict[str, int]()
    indexing.refresh(world.org, places["household"])
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)
    for row in _told(at_desk=True):
        path = row.removeprefix("GET ").format(org=world.org, **places)
        browser.get(path)
        calls.clear()
        assert browser.get(path).status == 200, row
        measured[row] = len(calls)

    assert measured == _told(at_desk=True)


def _fill(world: World) -> dict[str, str]:
    """A family with two enrolments and thirty invoices; ids by the names that rows give them."""
    home = world.household("Tremblay")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    weeks = [world.now + timedelta(days=7 * week) for week in range(30)]
    enrolment, _ = world.enrolment(home, lea, "Ballet", *weeks)
    world.enrolment(home, max_, "Judo", *weeks)
    for number in range(29):
        world.invoice(home, f"2026-{number}", due_on=world.today + timedelta(days=number))
    invoice = world.invoice(home, "2026-29")
    payment = paid(world, home, 100)
    world.user(home)
    return {
        "member": lea.id,
        "enrolment": enrolment.id,
        "invoice": invoice.id,
        "payment": payment.id,
        "household": home.id,
        **_offers(world, home),
    }


def _offers(world: World, home: Household) -> dict[str, str]:
    """A quote that nobody opened, and a subscription that was billed once and may change to one of two plans."""
    plan(world)
    plan(world, "gold")
    subscription = subscribed(world, home, world.today)
    make_due(world.organisation, home.id, subscription.recurring, world.now)
    quote = sent(world, home)
    return {"quote": quote.id, "recurring": subscription.recurring, "subscription": subscription.id}
