"""A user's devices: what they are called, which are signed in, and ending them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.data.write import Transaction
from chalicelib.identity import store, tokens
from chalicelib.identity.domain import Session, User
from chalicelib.identity.noting import note_user
from chalicelib.shared.errors import NotFound, Unavailable

_BROWSERS = (
    ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def label(user_agent: str) -> str:
    """A browser's own description in two words a person knows; empty when it says neither."""
    names = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in names if name)


def live_sessions(org: str, user: User, now: datetime) -> list[Session]:
    """Sessions that are signed in, last used first."""
    sessions = [session for session in store.list_sessions(org, user.id) if session.is_live(now, user)]
    return sorted(sessions, key=lambda session: session.seen_at, reverse=True)


def renew(transaction: Transaction, org: str, session: Session, changed: Session) -> str:
    """Adds a new token for a device, whose old one dies with it (S-02), and returns it."""
    token = tokens.new_token()
    store.create_session(transaction, org, replace(changed, token_hash=tokens.token_hash(token)))
    store.drop_session(transaction, org, session)
    return token


def end(org: str, user_id: str, token_hash: str) -> None:
    """Ends one of the user's own sessions. Raises NotFound when it is none of them."""
    if store.get_session(org, user_id, token_hash) is None:
        raise NotFound
    store.end_session(org, user_id, token_hash)


def end_all(org: str, user_id: str, now: datetime) -> None:
    """Signs the user out everywhere: one write bites on the next request of every device (S-05), the rest tidies.

    Browsers that signed in before are strangers from then on (A-11).
    """
    transaction = Transaction()
    sign_out(transaction, org, user_id, now)
    transaction.commit_or_conflict()
    tidy(org, user_id)


def sign_out(transaction: Transaction, org: str, user_id: str, now: datetime) -> None:
    """Adds the write that ends all that a user's devices may; `tidy` is for afterwards. Raises NotFound."""
    user = store.require_user(org, user_id)
    store.save_user(transaction, org, replace(user, sessions_from=now))
    note_user(transaction, org, user, "signed_out_everywhere", now)


def tidy(org: str, user_id: str) -> None:
    """Removes what is left of sessions and known browsers that are over. Failing does no harm: they are over."""
    with suppress(Unavailable):
        sessions, browsers = store.list_devices(org, user_id)
        for session in sessions:
            store.end_session(org, user_id, session.token_hash)
        for browser in browsers:
            store.forget_browser(org, browser)
