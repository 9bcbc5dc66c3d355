"""Somebody of the staff with an authenticator: enrolled through the pages, or given one whose secret is known."""

from dataclasses import dataclass

from pyotp import TOTP

from chalicelib import bootstrap
from chalicelib.data.items import Item, connection
from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from chalicelib.identity import authenticators, store, tokens
from chalicelib.identity.domain import Authenticator, Session, User
from chalicelib.identity.second_factor import Place
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World

ADDRESS = "kate@northside.example"
SECRET = b"s" * 20
NEXT_STEP = 31
"""Seconds after which an authenticator shows another code."""


def app_on(page: Page) -> TOTP:
    """An authenticator that was told the key on the page."""
    return TOTP(keys_on(page)[0].replace(" ", ""))


def keys_on(page: Page) -> list[str]:
    """What a page gives people to type elsewhere: the key of an authenticator, or recovery codes."""
    return ["".join(key.itertext()) for key in page.document.iter("bdi") if key.get("class") == "code"]


def enrol(door: Door, clock: TurnedClock) -> tuple[TOTP, list[str]]:
    """Signs in and enrols an authenticator, which is returned with the recovery codes."""
    offered = door.enter(ADDRESS)
    app = app_on(offered)
    shown = door.browser.submit(offered, "settings/authenticator", code=app.at(clock.now()))
    return app, keys_on(shown)


def come_again(door: Door, clock: TurnedClock) -> Page:
    """Signs in once more, a quarter of an hour later; the page is the second factor's."""
    clock.advance(minutes=15)
    door.browser.cookies = {name: value for name, value in door.browser.cookies.items() if "session" not in name}
    return door.enter(ADDRESS)


def give(world: World, user: User, *codes: str, pepper: tuple[bytes, ...] = ()) -> None:
    """Gives a user an authenticator with `SECRET`, and these recovery codes."""
    sealed = authenticators.sealed(pepper or bootstrap.secrets().pepper(), SECRET)
    transaction = Transaction()
    held = Authenticator(user.id, sealed, world.now, 0, authenticators.hashes(codes))
    authenticators.save(transaction, world.org, held)
    transaction.commit()


@dataclass
class Stand:
    """A browser with a session that has not passed the second factor, of somebody whose secret is `SECRET`."""

    browser: Browser
    world: World
    clock: TurnedClock

    @property
    def path(self) -> str:
        """The second factor's page."""
        return f"/{self.world.org}/second-factor"

    @property
    def code(self) -> str:
        """What the authenticator shows now."""
        return authenticators.shown(SECRET, self.clock.now())

    def type(self, code: str = "") -> Page:
        """Types a code, the right one if none is given; returns the page it leads to."""
        return self.browser.submit(self.browser.get(self.path), "second-factor", code=code or self.code)


def stand(world: World, user: User, browser: Browser, clock: TurnedClock) -> Stand:
    """Signs a user in as far as the second factor."""
    browser.sign_in_staff(world.org, user, clock.now(), second_factor=False)
    return Stand(browser, world, clock)


def place(world: World, user: User) -> Place:
    """A new session before the second factor, without pages."""
    session = Session(tokens.token_hash(tokens.new_token()), user.id, world.now, world.now, world.now, "Firefox")
    transaction = Transaction()
    store.create_session(transaction, world.org, session)
    transaction.commit()
    return Place(world.org, user.id, session.token_hash, world.now)


def told(world: World) -> list[str]:
    """What waiting messages of this organisation say of authenticators, by name."""
    answer = connection().query("outbox", index_name=Item.work.Meta.index_name)
    keys = [(item["pk"]["S"], item["sk"]["S"]) for item in answer["Items"] if f"ORG#{world.org}#" in item["pk"]["S"]]
    messages = [MessageItem.get(*key) for key in keys]
    return sorted(message.facts["act"] for message in messages if message.template == "authenticator")
