"""What a right code opens: a session, a browser to remember, and word to the owner when the device is new."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.identity import store, tokens
from chalicelib.identity.domain import MAX_BROWSERS, MAX_SESSIONS, KnownBrowser, Session, User
from chalicelib.identity.noting import note_user
from chalicelib.identity.refusal import WrongCode
from chalicelib.identity.verifying import Verified
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import to_iso


@frozen
class Device(Frozen):
    """The browser that signs in."""

    label: str
    """In short, e.g. `Firefox, Android`."""
    user: str = ""
    """User and token hash of the session that it held until now, if any: that one ends (S-02)."""
    session: str = ""
    known: str = ""
    """Value of the cookie of its former sign-in, if any: the new memory of this browser replaces that one."""


@frozen
class SignedIn(Frozen):
    """What the browser is given."""

    user: User
    """As he or she is from now on."""
    token: str
    household: str
    """The only household, or empty when the user must choose or has none."""
    known: str
    next: str = ""


def sign_in(organisation: Organisation, verified: Verified, device: Device, now: datetime) -> SignedIn:
    """Uses up the code and opens a session, in one transaction. Raises WrongCode or Unavailable.

    The owner hears of a browser that did not prove to be a known one, but for the very first sign-in.
    Nobody to sign in reads like a wrong code: even somebody who guessed right learns nothing (A-30).
    """
    org = organisation.slug
    user = find_user(organisation, verified.challenge.identifier)
    if user is None:
        raise WrongCode
    transaction = Transaction()
    verified.consume(transaction, org, now)
    came = open_session(transaction, org, user, device, now)
    store.save_user(transaction, org, came.user)
    if user.last_sign_in is not None and not verified.from_known_browser:
        enqueue(transaction, org, _notice(user, device, now), now)
        note_user(transaction, org, user, "new_device", now, device.label)
    verified.commit(transaction)
    with suppress(Unavailable):
        end_oldest(org, user)
    return replace(came, next=verified.challenge.next)


def open_session(transaction: Transaction, org: str, user: User, device: Device, now: datetime) -> SignedIn:
    """Adds a session for a user whose code was right, in the place of what the browser held; the user is the caller's
    to save, as this tells.
    """
    token, browser = tokens.new_token(), tokens.new_token()
    store.create_session(transaction, org, new_session(user, token, device, now))
    if device.session:
        store.forget_session(transaction, org, device.user, device.session)
    _remember(transaction, org, KnownBrowser(tokens.token_hash(browser), user.id, now), device)
    note_user(transaction, org, user, "signed_in", now, device.label)
    only = user.households[0].household if len(user.households) == 1 else ""
    return SignedIn(_after_sign_in(user, now), token, only, f"{user.id}.{browser}")


def find_user(organisation: Organisation, identifier: str) -> User | None:
    """The user whom an address belongs to and who may come in (AUTH-6, AUTH-8, AUTH-9), or None."""
    login = store.find_login(organisation.slug, identifier)
    user = store.get_user(organisation.slug, login[0]) if login else None
    if user is None or not user.may_sign_in(require_email=organisation.sign_in.require_email):
        return None
    return user


def new_session(user: User, token: str, device: Device, now: datetime) -> Session:
    """A session that begins now; the token itself is not in it (S-01)."""
    return Session(tokens.token_hash(token), user.id, now, now, now, device.label)


def end_oldest(org: str, user: User) -> None:
    """Keeps a user at no more than twenty devices (S-06) and twenty known browsers."""
    sessions, browsers = store.list_devices(org, user.id)
    for session in sorted(sessions, key=lambda session: session.created_at, reverse=True)[MAX_SESSIONS:]:
        store.end_session(org, user.id, session.token_hash)
    for browser in sorted(browsers, key=lambda browser: browser.since, reverse=True)[MAX_BROWSERS:]:
        store.forget_browser(org, browser)


def _remember(transaction: Transaction, org: str, browser: KnownBrowser, device: Device) -> None:
    store.save_browser(transaction, org, browser)
    if device.known:
        user, _, token = device.known.partition(".")
        store.replace_browser(transaction, org, user, tokens.token_hash(token))


def _after_sign_in(user: User, now: datetime) -> User:
    return replace(
        user,
        activated_at=user.activated_at or now,
        previous_sign_in=user.last_sign_in,
        last_sign_in=now,
    )


def _notice(user: User, device: Device, now: datetime) -> Notice:
    return Notice("new_device", user.id, {"browser": device.label, "at": to_iso(now)})
