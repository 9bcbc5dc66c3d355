"""Somebody of the staff in front of a household's account."""

from datetime import timedelta
from urllib.parse import urlencode

from app import app
from chalicelib.households import activity
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from local.gateway import Gateway
from tests.support.browser import Browser, Page
from tests.support.world import World


def at_the_desk(world: World, role: StaffRole = StaffRole.DESK) -> Browser:
    """A browser that is signed in, second factor and all."""
    browser = Browser(Gateway(app.routes, app, "https://portal.test", "test"))
    return browser.sign_in_staff(world.org, world.staff(role), world.now)


def page_of(browser: Browser, world: World, home: Household, rest: str, **query: str) -> Page:
    """A page of the desk about a household."""
    return browser.get(f"/{world.org}/desk/clients/{home.id}/{rest}?{urlencode(query)}")


def deeds(world: World, home: Household) -> list[tuple[str, str]]:
    """What stands in the family's own log, the latest first: the kind and who did it."""
    day = timedelta(days=1)
    found = activity.page(world.org, home.id, world.now - day, world.now + day)
    return [(deed.kind, deed.user) for deed in found.rows]
