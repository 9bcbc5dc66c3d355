"""The page of what was done, and the way out for whoever finds a stranger there (NEW-11)."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Household, Role
from chalicelib.identity.domain import StaffRole, User
from chalicelib.privacy import reports
from chalicelib.privacy.wording import WORDS, sentence
from chalicelib.web.language import Local
from tests.bookings.letting import letting
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.world import World

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(world: World) -> Household:
    """A family with a child."""
    return world.household("Tremblay", "Léa")


@pytest.fixture
def marie(world: World, home: Household, browser: Browser) -> User:
    """Its mother, signed in."""
    user = world.user(home)
    browser.sign_in_staff(world.org, user, world.now)
    return user


def deed(world: World, home: Household, *deeds: Deed) -> None:
    """Writes deeds into a log."""
    transaction = Transaction()
    for each in deeds:
        activity.note(transaction, world.org, home.id, each)
    transaction.commit()


def _kinds(world: World, household: str) -> list[str]:
    """What was noted in these days."""
    day = timedelta(days=1)
    return [each.kind for each in activity.page(world.org, household, world.now - day, world.now + day).rows]


def test_the_page_tells_who_did_what_and_which_were_staff(
    world: World, home: Household, marie: User, browser: Browser
) -> None:
    """NEW-11: in words, with names."""
    kate = world.staff(StaffRole.DESK)
    deed(
        world, home,
        Deed("signed_in", world.now, marie.id, {"label": "Firefox, Android"}),
        Deed("staff_viewed", world.now, kate.id, {"section": "bookings"}),
        Deed("payment_received", world.now, "", {"minor": "1050", "currency": "CAD"}),
    )  # fmt: skip
    page = browser.get(f"/{world.org}/activity")
    assert "Signed in: Firefox, Android" in page.text
    assert "Marie Tremblay" in page.text
    assert "Looked at by the staff: Bookings" in page.text
    assert "Kate Murphy" in page.text
    assert "$10.50" in page.text
    assert page.text.count("Staff") >= 1
    assert len(page.body) < 50_000


def test_a_profile_that_is_changed_is_noted_with_whose_hand_it_was(
    world: World, home: Household, marie: User, browser: Browser
) -> None:
    """NEW-11, T-12: the guard says who acts; nobody has to hand it on."""
    member = world.builders[home.id].members[0].id
    form = browser.get(f"/{world.org}/members/{member}/edit").form("/edit")
    assert browser.post(form.action, {**form.fields, "first_name": "Zoé"}).status == 303
    page = browser.get(f"/{world.org}/activity")
    assert "Profile changed: Zoé Tremblay" in page.text
    assert "Marie Tremblay" in page.text


def test_a_sign_in_is_noted_with_its_device(world: World, home: Household, door: Door, browser: Browser) -> None:
    """NEW-11, through the door itself."""
    world.user(home)
    door.enter("marie@example.com")
    assert "Signed in" in browser.get(f"/{world.org}/activity").text


def test_staff_who_look_at_a_family_s_booking_are_noted_once_an_hour(world: World, browser: Browser) -> None:
    """NEW-11: staff views, without anything that a feature has to remember."""
    place = letting(world, needs_approval=True)
    booking = place.book(place.at(2))
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    for _ in range(3):
        browser.get(f"/{world.org}/desk/bookings/{booking.household}/{booking.id}")
    assert _kinds(world, booking.household).count("staff_viewed") == 1


def test_this_was_not_me_signs_out_everywhere_and_warns_the_staff(
    world: World, home: Household, marie: User, browser: Browser, sent: Sent
) -> None:
    """NEW-11: one tap; the desk has it, the log has it, a mail is on its way."""
    form = browser.get(f"/{world.org}/activity").form("not-me")
    gone = browser.post(form.action, form.fields)
    assert gone.status == 303
    assert "sign-in" in browser.get(f"/{world.org}/activity").location
    (report,) = reports.waiting(world.org)
    assert (report.user, report.household) == (marie.id, home.id)
    assert {"not_me", "signed_out_everywhere"} <= set(_kinds(world, home.id))

    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    desk = browser.get(f"/{world.org}/desk/privacy")
    assert "Marie Tremblay" in desk.text
    close = desk.form("strangers/close")
    assert browser.post(close.action, close.fields).status == 303
    assert reports.waiting(world.org) == []


def test_a_month_that_can_not_be_is_this_one(world: World, home: Household, marie: User, browser: Browser) -> None:
    """Whatever stands in the address."""
    deed(world, home, Deed("household_changed", world.now, marie.id))
    for month in ("", "2026-13", "x", "1999-01", "2099-01", "2026-11-01"):
        page = browser.get(f"/{world.org}/activity?month={month}")
        assert page.status == 200
        assert "Particulars of the household changed" in page.text
    assert "Earlier month" in page.links
    assert "Later month" not in page.links


def test_long_months_go_on_page_after_page(world: World, home: Household, marie: User, browser: Browser) -> None:
    """NEW-11: 25 to a page, by links that a person can follow."""
    deed(world, home, *(Deed("signed_in", world.now, marie.id, {"label": f"device-{n}"}) for n in range(30)))
    first = browser.get(f"/{world.org}/activity")
    second = browser.get(first.links["Next page"])
    told = {word for word in (first.text + " " + second.text).split() if word.startswith("device-")}
    assert len(told) == 30


def test_hostile_words_stay_words(world: World, home: Household, marie: User, browser: Browser) -> None:
    """I-01: a label is shown, never read as markup, and never fills another place."""
    deed(world, home, Deed("enrolled", world.now, marie.id, {"label": "<script>x</script>%(member)s", "member": "%s"}))
    page = browser.get(f"/{world.org}/activity")
    assert "<script>x" not in page.html
    assert "<script>x</script>%(member)s, %s" in page.text


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
@pytest.mark.parametrize("kind", [*WORDS, "of a later version"])
def test_every_kind_has_a_sentence(kind: str, language: str) -> None:
    """No place is left unfilled, whatever a deed tells."""
    local = Local(language, "CA", "America/Toronto")
    told = sentence(Deed(kind, datetime(2026, 1, 1, tzinfo=UTC)), local)
    assert told
    assert "%(" not in told
    assert not told.endswith((":", ","))


def test_every_kind_that_is_noted_has_words() -> None:
    """A feature that notes something new has to say it, too."""
    found = set()
    for path in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_note(node.func) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    assert len(found) > 25
    assert found - set(WORDS) == set()


def _is_note(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id == "Deed"
    return isinstance(function, ast.Attribute) and function.attr == "note"


def test_a_delegate_sees_no_log(world: World, home: Household, browser: Browser, clock: TurnedClock) -> None:
    """C5: it tells of money and profiles."""
    nanny = world.user(home, role=Role.DELEGATE, email="nanny@example.com")
    browser.sign_in_staff(world.org, nanny, world.now)
    assert browser.get(f"/{world.org}/activity").status == 403
