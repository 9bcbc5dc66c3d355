"""What a household wants to be told: by purpose and way, honoured when it is sent, ended by one signed link."""

import re
from dataclasses import replace
from functools import partial

import pytest

from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem, Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Role
from chalicelib.households.domain import Status as HouseholdStatus
from chalicelib.notifications import preferences
from chalicelib.notifications.delivery import deliver
from chalicelib.notifications.preferences import read_token, unsubscribe_url
from chalicelib.notifications.purposes import CHOSEN, Preferences, Purpose, Way, addresses_for, purpose_of
from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.shared.times import DAY, after
from tests.docs import pages
from tests.notifications.carriers import Van
from tests.support.browser import Browser
from tests.support.race import together
from tests.support.stored import stored_items
from tests.support.world import World, build

MAIL, PHONE = "famille@example.com", "+15145550123"
FACTS = {"thread": "20261122-" + "a" * 32, "reply": "a" * 16, "writer": "Kate", "subject": "", "excerpt": ""}


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay", "Emma")


@pytest.fixture
def van() -> Van:
    return Van()


def choose(world: World, home: Household, purpose: Purpose, way: Way) -> None:
    preferences.change(world.org, home.id, lambda before: before.having(purpose, way), "", world.now)


def tell(world: World, home: Household, van: Van, template: str = "message", **facts: object) -> str:
    """Has the household told something; returns what became of it."""
    transaction = Transaction()
    message = enqueue(transaction, world.org, Notice(template, "", {**FACTS, **facts}, household=home.id), world.now)
    transaction.commit()
    return deliver(van.carriers, keys.outbox(world.org, message), world.now)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_must_be_told_is_never_switched_off(purpose: Purpose) -> None:
    """Even where something stored says so."""
    way = Preferences({purpose: Way.NONE}).way(purpose)

    may_go = (Purpose.CONVERSATION, Purpose.OTHER_HOME, Purpose.ONLINE, Purpose.REMINDERS)
    assert way is (Way.NONE if purpose in may_go else Way.MAIL)
    assert Preferences().way(purpose) is Way.MAIL
    assert Preferences({purpose: Way.TEXT}).way(purpose) is Way.TEXT


@pytest.mark.parametrize(
    ("way", "mail", "phone", "address"),
    [
        (Way.MAIL, MAIL, PHONE, MAIL), (Way.MAIL, "", PHONE, PHONE), (Way.MAIL, "", "", ""),
        (Way.TEXT, MAIL, PHONE, PHONE), (Way.TEXT, MAIL, "", MAIL), (Way.NONE, MAIL, PHONE, ""),
    ],
)  # fmt: skip
def test_the_other_way_is_taken_where_the_chosen_one_leads_nowhere(
    way: Way, mail: str, phone: str, address: str
) -> None:
    assert next(filter(None, addresses_for(way, mail, phone)), "") == address


def test_every_message_has_a_purpose() -> None:
    """What brings papers need not be named: whatever is new can not be switched off by accident."""
    folders = {folder.name for folder in (pages.ROOT / "templates/messages").iterdir() if folder.is_dir()}

    assert {purpose_of(folder) for folder in folders} >= set(Purpose) - {Purpose.PAPERS}
    assert purpose_of("anything new") is Purpose.PAPERS
    assert not Purpose.PAPERS.is_optional


def test_a_message_can_be_had_by_text_or_not_at_all(world: World, home: Household, van: Van) -> None:
    transaction = Transaction()
    stored = households.get_household(world.org, home.id)
    assert stored
    households.save_household(transaction, world.org, replace(stored, phone=PHONE))
    transaction.commit()
    assert tell(world, home, van) == "sent"
    assert [mail.to for mail in van.mails] == [MAIL]

    choose(world, home, Purpose.CONVERSATION, Way.TEXT)
    assert tell(world, home, van) == "sent"
    assert [number for number, _ in van.texts] == [PHONE]

    choose(world, home, Purpose.CONVERSATION, Way.NONE)
    assert tell(world, home, van) == "skipped"
    assert (len(van.mails), len(van.texts)) == (1, 1)


def test_what_was_on_its_way_when_it_was_switched_off_does_not_go_out(world: World, home: Household, van: Van) -> None:
    """M-11: decided at the moment of sending."""
    transaction = Transaction()
    enqueue(transaction, world.org, Notice("message", "", FACTS, household=home.id), world.now, message="waits")
    transaction.commit()
    choose(world, home, Purpose.CONVERSATION, Way.NONE)

    assert deliver(van.carriers, keys.outbox(world.org, "waits"), world.now) == "skipped"
    item = read.one(MessageItem, keys.outbox(world.org, "waits"))
    assert item
    assert item.outcome == "switched off"


def test_only_what_one_can_do_without_offers_a_way_out(world: World, home: Household, van: Van) -> None:
    """RFC 8058: in the header, and in the mail; nothing else has one."""
    tell(world, home, van)
    told = van.mails[-1]
    assert re.fullmatch(rf"https://portal\.test/{world.org}/unsubscribe/\S+", told.unsubscribe)
    assert told.unsubscribe in told.text.splitlines()[-1]
    assert "porte cette adresse" not in told.text.splitlines()[-1], "a line of its own"
    assert told.unsubscribe in told.html
    assert told.reply_to == f"reply+{world.org}.{'a' * 16}@answers.foyer.example"

    tell(world, home, van, "invoice", invoice="x", number="2026-1", minor=0, autopay=False, reply="")
    assert van.mails[-1].unsubscribe == ""
    assert "unsubscribe" not in van.mails[-1].text + van.mails[-1].html
    assert van.mails[-1].reply_to == "desk@northside.example"


def test_a_link_is_ours_or_nothing(world: World, home: Household) -> None:
    """Signed for one household, one purpose, one organisation."""
    token = unsubscribe_url(world.organisation, home.id, Purpose.CONVERSATION).rpartition("/")[2]
    assert read_token(world.organisation, token) == (home.id, Purpose.CONVERSATION)

    other = build(f"{world.org}-b").organisation
    household, purpose, signature = token.split(".")
    for wrong in (
        "", ".", "..", "a.b.c", token[:-1], f"{token}x", f"x{token}", f"{household}.money.{signature}",
        f"{household}.{purpose}.", f"{household}.{purpose}.{'a' * 32}", f"{household}.{purpose}.é", "\x00.\x00.\x00",
    ):  # fmt: skip
        assert read_token(world.organisation, wrong) is None, wrong
    assert read_token(other, token) is None


def test_looking_changes_nothing_and_one_post_does(world: World, home: Household, browser: Browser) -> None:
    """A-25, RFC 8058: without signing in; a mail program's post has neither token nor origin."""
    path = unsubscribe_url(world.organisation, home.id, Purpose.CONVERSATION).removeprefix("https://portal.test")
    page = browser.get(path)
    assert "That we wrote you a message" in page.text
    assert "Tremblay" not in page.text
    assert preferences.get(world.org, home.id).way(Purpose.CONVERSATION) is Way.MAIL

    assert page.form(path).action == path
    bare = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    done = browser.post(path, {"List-Unsubscribe": "One-Click"}, headers=bare)

    assert done.status == 200
    assert "We no longer write" in done.text
    assert preferences.get(world.org, home.id).way(Purpose.CONVERSATION) is Way.NONE
    assert browser.post_files(path, {"List-Unsubscribe": "One-Click"}, {}).status == 200
    assert browser.get(path[:-1]).status == 404
    assert browser.post(path[:-1], {}).status == 404


def test_the_link_writes_nothing_where_it_is_so_already_or_nobody_is_there(
    world: World, home: Household, browser: Browser
) -> None:
    """It lies in old mails for ever, and whoever has one could fill the log of a family, or of one that was erased."""
    path = unsubscribe_url(world.organisation, home.id, Purpose.CONVERSATION).removeprefix("https://portal.test")
    for _ in range(3):
        assert browser.post(path, {}).status == 200
    assert len([deed for deed in _log(world, home) if deed == "preferences_changed"]) == 1

    gone = unsubscribe_url(world.organisation, "gone", Purpose.CONVERSATION).removeprefix("https://portal.test")
    bare = world.household("Erased")
    transaction = Transaction()
    erased = replace(bare, status=HouseholdStatus.ARCHIVED, version=1)
    households.save_household(transaction, world.org, erased)
    transaction.commit()
    kept = unsubscribe_url(world.organisation, bare.id, Purpose.CONVERSATION).removeprefix("https://portal.test")
    before = set(stored_items(world.org))
    for path in (gone, kept):
        assert "We no longer write" in browser.post(path, {}).text
    assert set(stored_items(world.org)) == before


def _log(world: World, home: Household) -> list[str]:
    found = activity.page(world.org, home.id, after(world.now, -DAY), after(world.now, DAY))
    return [deed.kind for deed in found.rows]


def test_a_family_chooses_in_its_settings(world: World, home: Household, browser: Browser) -> None:
    user = world.user(home)
    browser.sign_in_staff(world.org, user, world.now, second_factor=False)
    page = browser.get(browser.get(f"/{world.org}/settings").links["What we write to you about"])
    assert "can not be switched off" in page.text
    assert page.html.count('type="radio"') == len(CHOSEN) * 2 + len([each for each in CHOSEN if each.is_optional])

    page = browser.submit(page, "/notifications", conversation="none", money="text")

    assert "Your change is saved." in page.text
    chosen = preferences.get(world.org, home.id)
    assert (chosen.way(Purpose.CONVERSATION), chosen.way(Purpose.MONEY)) == (Way.NONE, Way.TEXT)
    refused = browser.submit(page, "/notifications", money="none")
    assert refused.status == 400
    assert "Choose one of the answers offered" in refused.text
    assert preferences.get(world.org, home.id) == chosen


def test_a_family_chooses_how_long_before_it_is_reminded(world: World, home: Household, browser: Browser) -> None:
    """MSG-3: of classes and of bookings apart; what is usual here stands first, and can be chosen again."""
    browser.sign_in_staff(world.org, world.user(home), world.now, second_factor=False)
    page = browser.get(f"/{world.org}/settings/notifications")
    assert page.html.count('value="usual" selected') == 2

    page = browser.submit(page, "/notifications", class_lead="three_hours", booking_lead="none")
    chosen = preferences.get(world.org, home.id)
    assert (chosen.class_lead, chosen.booking_lead) == (Lead.THREE_HOURS, Lead.NONE)
    assert chosen.leads(WordTerms()) == (Lead.THREE_HOURS, Lead.NONE)
    assert 'value="three_hours" selected' in page.html

    page = browser.submit(page, "/notifications", class_lead="usual", booking_lead="usual")
    chosen = preferences.get(world.org, home.id)
    assert chosen.leads(WordTerms(booking_lead=Lead.HOUR.value)) == (Lead.DAY, Lead.HOUR)
    for wrong in ("", "yesterday", "usual "):
        refused = browser.submit(page, "/notifications", class_lead=wrong)
        assert refused.status == (200 if wrong.strip() == "usual" else 400)
    assert preferences.get(world.org, home.id).ways == chosen.ways


def test_who_wants_no_reminders_has_no_lead(world: World, home: Household) -> None:
    """The link of a mail switches all of them off; what was chosen before stays known."""
    preferences.change(world.org, home.id, lambda told: replace(told, class_lead=Lead.HOUR), "", world.now)
    choose(world, home, Purpose.REMINDERS, Way.NONE)
    chosen = preferences.get(world.org, home.id)
    assert chosen.leads(WordTerms()) == (Lead.NONE, Lead.NONE)
    assert chosen.having(Purpose.REMINDERS, Way.TEXT).leads(WordTerms()) == (Lead.HOUR, Lead.DAY)
    assert preferences.get_many(world.org, [home.id, "nobody"]) == {home.id: chosen, "nobody": Preferences()}


def test_who_only_looks_changes_nothing(world: World, home: Household, browser: Browser) -> None:
    viewer = world.user(home, role=Role.VIEWER)
    browser.sign_in_staff(world.org, viewer, world.now, second_factor=False)
    page = browser.get(f"/{world.org}/settings/notifications")

    assert "The account holder or a guardian can change this." in page.text
    assert browser.submit(page, "/notifications").status == 403


def test_choices_made_at_once_are_all_kept(world: World, home: Household) -> None:
    """D-04."""
    wanted = list(zip(CHOSEN, (Way.TEXT,) * len(CHOSEN), strict=True))[:4]

    together([partial(choose, world, home, purpose, way) for purpose, way in wanted])

    assert dict(preferences.get(world.org, home.id).ways) == dict(wanted)
