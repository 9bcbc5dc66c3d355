"""Everything that happened with a household, in one list."""

from datetime import timedelta

from chalicelib.billing.domain import Payment, PaymentStatus
from chalicelib.billing.items import payment_items
from chalicelib.clients import timeline
from chalicelib.clients.timeline import Asked, Row
from chalicelib.data import write
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.data.write import Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Household
from chalicelib.notifications import archive
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import to_iso
from tests.clients.test_routes import at_desk
from tests.support.browser import Browser
from tests.support.world import ZONE, World


def _deed(world: World, home: Household, kind: str, minutes: int, user: str = "") -> None:
    transaction = Transaction()
    note(transaction, world.org, home.id, Deed(kind, world.now - timedelta(minutes=minutes), user, {"label": "Zoé"}))
    transaction.commit()


def _mail(world: World, home: Household, subject: str, minutes: int) -> None:
    at = to_iso(world.now - timedelta(minutes=minutes))
    message = MessageItem(org=world.org, household=home.id, message=new_id(), created_at=at)
    transaction = Transaction()
    archive.file(
        transaction, archive.household_shelf(world.org, home.id), message,
        archive.Written("famille@example.com", subject, "Words"), MessageState.SENT,
    )  # fmt: skip
    transaction.commit()


def _paid(world: World, home: Household, minor: int) -> Payment:
    day = world.today - timedelta(days=3)
    payment = Payment(dated_id(day), home.id, day, minor, "CAD", "cash", PaymentStatus.COMPLETED)
    for item in payment_items(world.org, payment).values():
        write.put(item)
    return payment


def test_acts_documents_and_mails_stand_in_one_list(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    family = world.user(home, name="Marie Tremblay")
    staff = world.staff()
    _deed(world, home, "member_added", 3, family.id)
    _deed(world, home, "member_changed", 2, staff.id)
    _mail(world, home, "Your invoice", 1)
    _paid(world, home, 4000)
    world.invoice(home, "2026-0041")

    page = at_desk(browser, world).get(f"/{world.org}/desk/clients/{home.id}/timeline")

    words = ("Your invoice", "Profile changed: Zoé", "Member added: Zoé", "Payment", "2026-0041")
    places = [page.text.index(each) for each in words]
    assert places == sorted(places)
    assert "Marie Tremblay" in page.text
    assert "$40.00" in page.text
    assert "f•••@example.com" in page.text


def test_a_part_of_it_is_read_alone(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    _deed(world, home, "member_added", 3)
    _mail(world, home, "Your invoice", 1)
    desk = at_desk(browser, world)
    path = f"/{world.org}/desk/clients/{home.id}/timeline"

    assert "Your invoice" not in desk.get(path, show="deeds").text
    assert "Member added" not in desk.get(path, show="mails").text
    assert "Nothing here yet" in desk.get(path, show="money").text
    assert "Member added" in desk.get(path, show="nonsense").text


def test_what_a_document_tells_is_not_told_twice(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    _deed(world, home, "invoice_issued", 3)
    desk = at_desk(browser, world)
    path = f"/{world.org}/desk/clients/{home.id}/timeline"

    assert "Invoice issued" not in desk.get(path).text
    assert "Invoice issued" in desk.get(path, show="deeds").text


def test_page_after_page_tells_everything_once(world: World) -> None:
    """Also what happened at one and the same moment, and documents of one day."""
    home = world.household("Tremblay")
    for number in range(40):
        _deed(world, home, "member_added", number // 10)
        _mail(world, home, f"Mail {number}", number // 10)
        _paid(world, home, 100 + number)
    asked = Asked(world.org, home.id, ZONE)
    after: dict[str, str] = {}
    seen: list[Row] = []

    for _ in range(20):
        part = timeline.page(asked, tuple(timeline.SOURCES), after)
        seen += part.rows
        if not part.next:
            break
        after = dict(part.next)

    assert len(seen) == len({(row.source, row.place) for row in seen}) == 120
    assert [row.at for row in seen] == sorted((row.at for row in seen), reverse=True)


def test_an_address_that_nobody_made_tells_the_first_page(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    _deed(world, home, "member_added", 3)
    page = at_desk(browser, world).get(
        f"/{world.org}/desk/clients/{home.id}/timeline",
        deeds="no such",
        mails="x" * 500,
        payments="../..",
        invoices="-",
    )
    assert page.status == 200


def test_the_lists_next_page_is_linked(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    for number in range(30):
        _deed(world, home, "member_added", number)
    desk = at_desk(browser, world)
    page = desk.get(f"/{world.org}/desk/clients/{home.id}/timeline", show="deeds")
    following = desk.get(page.links["Next page"])

    assert page.html.count('<li class="row">') == 25
    assert page.html.count("Member added") + following.html.count("Member added") == 30
    assert "First page" in following.links
