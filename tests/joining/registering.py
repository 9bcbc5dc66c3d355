"""Steps of a registration, for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.clients import indexing
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.joining import human
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Registration, SignInRules
from tests.support.browser import Browser, Page
from tests.support.door import Door
from tests.support.markup import text
from tests.support.world import World

PHONE = "+15145550177"
BORN = date(2015, 5, 31)
NEWCOMER = "anna@example.com"


def lets(world: World, registration: Registration) -> None:
    """Sets who may register."""
    rules = SignInRules(require_email=False, text_countries=("CA",), registration=registration)
    world.organisation = replace(world.organisation, sign_in=rules)
    organisations.update(world.organisation)


def on_file(world: World, name: str = "Tremblay", phone: str = PHONE, email: str = "home@example.com") -> Household:
    """A household whose member Léa can be matched."""
    home = world.household(name)
    stored = households.get_household(world.org, home.id)
    assert stored
    transaction = Transaction()
    households.save_household(transaction, world.org, replace(stored, phone=phone, email=email))
    transaction.commit()
    lea(world, home)
    indexing.refresh(world.org, home.id)
    return home


def lea(world: World, home: Household) -> Person:
    """A child who was born on the day that newcomers tell."""
    return world.member(home, "Léa", BORN)


def work(token: str) -> str:
    """The number that a browser would find."""
    return next(str(each) for each in range(10**7) if human.is_work(token, str(each)))


def begin(browser: Browser, org: str, phone: str = "514 555-0177", **fields: Any) -> Page:
    """The first page, filled in and sent by a browser with scripts."""
    page = browser.get(f"/{org}/join")
    token = page.form("join").fields[human.FIELD]
    return browser.submit(page, "join", phone=phone, work=work(token), **fields)


def tell(browser: Browser, page: Page, **fields: Any) -> Page:
    """The second page, filled in and sent."""
    told: dict[str, Any] = {
        "first_name": "Anna",
        "last_name": "Roy",
        "email": NEWCOMER,
        "born": BORN.isoformat(),
        **fields,
    }
    action = page.url.rpartition("/")[2]
    if "member_last_name" in page.form(action).fields:
        told.setdefault("member_last_name", "Tremblay")
    return browser.submit(page, action, **told)


def confirm(door: Door, address: str = NEWCOMER) -> Page:
    """The code that went to the address, typed. Leads to the page for the second code, or in."""
    door.dispatch()
    page = door.browser.get(f"/{door.org}/join/code")
    return door.browser.submit(page, "join/code", code=door.sent.code(address))


def hand_in(door: Door, **fields: str) -> Page:
    """All steps up to the page for the second code."""
    phone = fields.pop("phone", "514 555-0177")
    page = tell(door.browser, begin(door.browser, door.org, phone), **fields)
    assert page.url.endswith("/join/code"), text(page.document)
    return confirm(door, fields.get("email", NEWCOMER))
