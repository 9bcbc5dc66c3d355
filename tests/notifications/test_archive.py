"""What was sent, as it was written: for the household, for a user alone, never a code, never another's."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.data import keys
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.store import list_news, save_summary
from chalicelib.households.summary import NewsRow
from chalicelib.households.summing import with_news, without_news
from chalicelib.identity.domain import User
from chalicelib.notifications import archive
from chalicelib.notifications.delivery import deliver
from chalicelib.ports import DeliveryFailed
from chalicelib.shared.contacts import masked
from chalicelib.shared.times import after
from tests.notifications.carriers import Van
from tests.notifications.test_preferences import FACTS
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.race import together
from tests.support.sent import Sent
from tests.support.world import World

HOSTILE = "<script>alert(1)</script>\r\nBcc: x@evil.example {{7*7}} \u202e"


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay", "Emma")


@pytest.fixture
def marie(world: World, home: Household) -> User:
    return world.user(home)


@pytest.fixture
def family(world: World, marie: User, browser: Browser) -> Browser:
    return browser.sign_in_staff(world.org, marie, world.now, second_factor=False)


@pytest.fixture
def van() -> Van:
    return Van()


def tell(world: World, van: Van, notice: Notice, message: str = "") -> str:
    transaction = Transaction()
    message = enqueue(transaction, world.org, notice, world.now, message=message)
    transaction.commit()
    return deliver(van.carriers, keys.outbox(world.org, message), world.now)


def of_household(world: World, home: Household) -> list[archive.Sent]:
    return list(archive.page(archive.household_shelf(world.org, home.id)).rows)


def test_a_mail_is_kept_as_it_was_written(world: World, home: Household, van: Van, family: Browser) -> None:
    """MSG-2: subject, moment, as much of the address as its owner needs, and the words; not the link that acts."""
    tell(world, van, Notice("message", "", {**FACTS, "writer": HOSTILE}, household=home.id))
    [mail], [kept] = van.mails, of_household(world, home)

    assert (kept.subject, kept.address, kept.at) == (mail.subject, "f•••@example.com", world.now)
    assert kept.text == mail.text.replace(mail.unsubscribe, "…")
    page = family.get(f"/{world.org}/notifications/sent")
    shown = family.get(page.links[mail.subject])
    assert "f•••@example.com" in shown.text
    assert "<script>alert(1)</script>" in shown.text
    assert mail.unsubscribe not in shown.html
    assert "famille@example.com" not in shown.html


def test_a_text_is_kept_too(world: World, home: Household, van: Van, family: Browser) -> None:
    stored = households.get_household(world.org, home.id)
    assert stored
    transaction = Transaction()
    households.save_household(transaction, world.org, replace(stored, phone="+15145550123", email=""))
    transaction.commit()
    tell(world, van, Notice("message", "", FACTS, household=home.id))

    page = family.get(f"/{world.org}/notifications/sent")
    shown = family.get(page.links["Text message"])
    assert "•••0123" in shown.text
    assert van.texts[0][1].split("\n")[0][:20] in shown.text


def test_what_concerns_a_user_alone_is_for_that_user_alone(
    world: World, home: Household, van: Van, marie: User, family: Browser
) -> None:
    tell(world, van, Notice("new_device", marie.id, {"browser": "Firefox", "at": "2026-11-22T18:30:00Z"}))
    other = world.user(home, email="paul@example.com")

    assert of_household(world, home) == []
    mine = family.get(f"/{world.org}/notifications/sent", to="me")
    href = mine.links["A new device signed in to your account"]
    assert "m•••@example.com" in family.get(href).text
    paul = Browser(family.portal).sign_in_staff(world.org, other, world.now, second_factor=False)
    assert paul.get(href).status == 404
    assert "new device" not in paul.get(f"/{world.org}/notifications/sent", to="me").text


def test_no_code_is_ever_kept(world: World, home: Household, marie: User, door: Door, sent: Sent) -> None:
    """A-04: it went out, and is nowhere in what is kept."""
    door.ask(marie.email)
    door.dispatch()
    assert len(sent.code(marie.email)) == 6

    shelves = (archive.household_shelf(world.org, home.id), archive.user_shelf(world.org, marie.id))
    assert [item for shelf in shelves for item in archive.page(shelf).rows] == []


def test_what_could_not_be_sent_says_so_and_what_was_not_wanted_is_not_kept(
    world: World, home: Household, van: Van, family: Browser
) -> None:
    def refuse() -> None:
        raise DeliveryFailed("MessageRejected", permanent=True)

    van.trouble = refuse
    assert tell(world, van, Notice("message", "", FACTS, household=home.id)) == "parked"
    assert tell(world, van, Notice("message", "", FACTS, household="none")) == "skipped"

    assert "Could not be sent" in family.get(f"/{world.org}/notifications/sent").text
    assert len(of_household(world, home)) == 1


def test_what_two_workers_send_at_once_is_kept_once(world: World, home: Household, van: Van) -> None:
    """M-02, M-03."""
    transaction = Transaction()
    enqueue(transaction, world.org, Notice("message", "", FACTS, household=home.id), world.now, message="once")
    transaction.commit()

    together([partial(deliver, van.carriers, keys.outbox(world.org, "once"), world.now)] * 8)

    assert len(van.mails) == 1
    assert len(of_household(world, home)) == 1


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("marie@example.com", "m•••@example.com"),
        ("+15145550123", "•••0123"),
        ("@x.example", "•••@x.example"),
        ("", "•••"),
    ],
)
def test_an_address_is_known_again_and_not_learnt(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.parametrize("wrong", ["x", "20261122T000000Z-", "20261122T000000Z-" + "a" * 32, "..%2FINVOICE%23"])
def test_what_is_not_theirs_looks_missing(world: World, family: Browser, wrong: str) -> None:
    """T-03."""
    assert family.get(f"/{world.org}/notifications/sent/{wrong}").status == 404


def test_the_list_shows_25_at_a_time(world: World, home: Household, van: Van, family: Browser) -> None:
    for number in range(27):
        at = after(world.now, number)
        transaction = Transaction()
        enqueue(transaction, world.org, Notice("message", "", FACTS, household=home.id), at, message=f"m{number}")
        transaction.commit()
        deliver(van.carriers, keys.outbox(world.org, f"m{number}"), at)

    page = family.get(f"/{world.org}/notifications/sent")
    further = family.get(page.links["Next page"])
    assert page.html.count("/notifications/sent/20") == 25
    assert further.html.count("/notifications/sent/20") == 2
    assert family.get(f"/{world.org}/notifications/sent", after="x" * 3000).status == 200


def test_all_news_are_listed_not_only_the_latest_ten(world: World, home: Household, family: Browser) -> None:
    """MSG-2."""
    for number in range(27):
        found = households.get_summaries(world.org, (home.id,))[home.id]
        row = NewsRow("invoice", f"20261122-{number:032}", f"2026-{number:03}", after(world.now, number))
        transaction = Transaction()
        save_summary(transaction, world.org, with_news(found, row, row.at))
        transaction.commit()

    page = family.get(f"/{world.org}/notifications")
    assert "Invoice 2026-026" in page.text
    assert page.text.count("Invoice 2026-") == 25
    assert "Invoice 2026-000" in family.get(page.links["Next page"]).text
    assert len(list_news(world.org, home.id).rows) == 25
    assert "All notifications" in family.get(f"/{world.org}").links
    assert "Notifications" in family.get(f"/{world.org}").links


def test_news_that_is_taken_back_before_it_is_written_is_no_news(world: World, home: Household) -> None:
    found = households.get_summaries(world.org, (home.id,))[home.id]
    row = NewsRow("booking", "x", "Room", world.now)

    assert with_news(found, row, world.now).fresh == (row,)
    assert with_news(with_news(found, row, world.now), row, world.now).fresh == (row,)
    assert without_news(with_news(found, row, world.now), "booking", "x").fresh == ()
