"""Reads and writes users, login addresses, sessions and known browsers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Role
from chalicelib.identity.domain import (
    ABSOLUTE_SECONDS,
    BROWSER_SECONDS,
    MAX_HOUSEHOLD_USERS,
    HouseholdLink,
    KnownBrowser,
    Session,
    StaffRole,
    User,
    UserStatus,
    Viewing,
)
from chalicelib.identity.models import (
    BrowserItem,
    HouseholdUserItem,
    LoginItem,
    SessionItem,
    StaffItem,
    UserItem,
)
from chalicelib.shared.errors import NotFound, Unavailable
from chalicelib.shared.times import DAY, after, day_or_none, from_iso, moment_or_none, to_iso

_KEPT_AFTER_END = 30 * DAY
"""L-10."""


def find_login(org: str, identifier: str) -> tuple[str, str] | None:
    """User id and address on file of a login, or None. One strong read by key, never an index (D-02)."""
    item = read.one(LoginItem, keys.login(org, identifier))
    return (item.user, item.address) if item else None


def get_user(org: str, user_id: str) -> User | None:
    """The user, or None. One strong read."""
    item = read.one(UserItem, keys.user(org, user_id))
    return user_from(item) if item else None


def require_user(org: str, user_id: str) -> User:
    """The user with this id. One strong read. Raises NotFound."""
    user = get_user(org, user_id)
    if user is None:
        raise NotFound
    return user


def get_users(org: str, user_ids: Iterable[str]) -> dict[str, User]:
    """The users that exist, by id. One round trip a hundred, none for nobody."""
    found = read.many(UserItem, [keys.user(org, user_id) for user_id in user_ids], consistent=False)
    return {item.user: user_from(item) for item in found.values()}


def save_user(transaction: Transaction, org: str, user: User) -> None:
    """Adds the write of a changed user; refused when he or she was changed meanwhile."""
    transaction.put("user", user_item(org, user))


def create_user(transaction: Transaction, org: str, user: User) -> None:
    """Adds a new user with login addresses and staff pointer; refused when an address is taken (D-01)."""
    transaction.create("user", user_item(org, user))
    for identifier in user.identifiers:
        claim_login(transaction, org, identifier, user.id, address_of(user, identifier))
    for link in user.households:
        note_link(transaction, org, link.household, user.id)
    if user.staff_role:
        pk, sk = keys.staff(org, user.id)
        transaction.put("staff", StaffItem(pk, sk, user=user.id, role=user.staff_role.value))


def note_link(transaction: Transaction, org: str, household_id: str, user_id: str) -> None:
    """Adds to a household's list that a user has a role in it."""
    pk, sk = keys.household_user(org, household_id, user_id)
    transaction.put("household_user", HouseholdUserItem(pk, sk, user=user_id))


def forget_link(transaction: Transaction, org: str, household_id: str, user_id: str) -> None:
    """Adds that a household's list names a user no more."""
    pk, sk = keys.household_user(org, household_id, user_id)
    transaction.delete("household_user", HouseholdUserItem(pk, sk, user=user_id))


def list_household(org: str, household_id: str) -> list[User]:
    """The users with a role in a household, by name. Two strong round trips."""
    start = keys.household_user(org, household_id, "")
    found = read.page(HouseholdUserItem, start.pk, start.sk, size=MAX_HOUSEHOLD_USERS * 2, consistent=True)
    items = read.many(UserItem, [keys.user(org, item.user) for item in found.rows])
    users = [user_from(item) for item in items.values()]
    return sorted((user for user in users if user.link(household_id)), key=lambda user: (user.name.casefold(), user.id))


def address_of(user: User, identifier: str) -> str:
    """The address on file behind one of the user's identifiers."""
    return user.mobile if identifier.startswith("tel:") else user.email


def claim_login(transaction: Transaction, org: str, identifier: str, user_id: str, address: str) -> None:
    """Adds the write that makes an address the user's; refused when it is another's already."""
    pk, sk = keys.login(org, identifier)
    item = LoginItem(pk, sk, user=user_id, address=address)
    transaction.put("login", item, LoginItem.pk.does_not_exist() | (LoginItem.user == user_id))


def release_login(transaction: Transaction, org: str, identifier: str, user_id: str) -> None:
    """Adds the removal of a user's login address."""
    pk, sk = keys.login(org, identifier)
    mine: Condition = LoginItem.user == user_id
    transaction.delete("old_login", LoginItem(pk, sk, user=user_id, address=""), mine)


def create_session(transaction: Transaction, org: str, session: Session) -> None:
    """Adds a new session."""
    transaction.create("session", session_item(org, session))


def end_session(org: str, user_id: str, token_hash: str) -> None:
    """Ends one session; its next request finds nothing."""
    pk, sk = keys.session(org, user_id, token_hash)
    write.delete(SessionItem(pk, sk))


def get_session(org: str, user_id: str, token_hash: str) -> Session | None:
    """One session of a user, or None. One strong read (S-04)."""
    item = read.one(SessionItem, keys.session(org, user_id, token_hash))
    return session_from(item) if item else None


def list_sessions(org: str, user_id: str) -> list[Session]:
    """All sessions of a user that still have an item, whether or not they are over."""
    found = read.each(SessionItem, *keys.session(org, user_id, ""))
    return [session_from(item) for item in found]


def touch_session(org: str, session: Session, now: datetime) -> None:
    """Writes down that a session was used; one that was ended meanwhile stays ended. Failing spoils no page (L-04)."""
    pk, sk = keys.session(org, session.user, session.token_hash)
    try:
        write.update(SessionItem(pk, sk), [SessionItem.seen_at.set(to_iso(now))], SessionItem.pk.exists())
    except (write.ConditionFailed, Unavailable):
        return


def forget_session(transaction: Transaction, org: str, user_id: str, token_hash: str) -> None:
    """Adds the end of a session that may be over already, or never was."""
    pk, sk = keys.session(org, user_id or "none", token_hash)
    transaction.delete("forgotten_session", SessionItem(pk, sk))


def drop_session(transaction: Transaction, org: str, session: Session) -> None:
    """Adds the end of a session; refused when it has ended meanwhile."""
    transaction.delete("old_session", session_item(org, session), SessionItem.pk.exists())


def list_devices(org: str, user_id: str) -> tuple[list[Session], list[KnownBrowser]]:
    """All sessions and known browsers of a user that still have an item. One strong read for each MB."""
    sessions: list[Session] = []
    browsers: list[KnownBrowser] = []
    for item in read.whole(keys.user_partition(org, user_id)):
        match item:
            case SessionItem():
                sessions.append(session_from(item))
            case BrowserItem():
                browsers.append(browser_from(item))
    return sessions, browsers


def save_browser(transaction: Transaction, org: str, browser: KnownBrowser) -> None:
    """Adds the memory that a browser signed in as this user."""
    transaction.put("browser", browser_item(org, browser))


def replace_browser(transaction: Transaction, org: str, user_id: str, token_hash: str) -> None:
    """Adds the end of the memory that a browser brings along and that a new one replaces; it may be gone already."""
    pk, sk = keys.browser(org, user_id or "none", token_hash)
    transaction.delete("former_browser", BrowserItem(pk, sk))


def forget_browser(org: str, browser: KnownBrowser) -> None:
    """Forgets one browser."""
    pk, sk = keys.browser(org, browser.user, browser.token_hash)
    write.delete(BrowserItem(pk, sk))


def user_item(org: str, user: User) -> UserItem:
    """The item that stores `user`."""
    pk, sk = keys.user(org, user.id)
    profile = {
        "name": user.name,
        "language": user.language,
        "email": user.email,
        "mobile": user.mobile,
        "staff_role": user.staff_role.value if user.staff_role else "",
        "households": [_link_row(link) for link in user.households],
        "person": user.person,
        "born": user.born.isoformat() if user.born else "",
        "status": user.status.value,
        "sessions_from": _text(user.sessions_from),
        "activated_at": _text(user.activated_at),
        "last_sign_in": _text(user.last_sign_in),
        "previous_sign_in": _text(user.previous_sign_in),
    }
    return UserItem(pk, sk, user=user.id, profile=profile, source=user.source, version=user.version)


def user_from(item: UserItem) -> User:
    """The user that `item` stores."""
    told: dict[str, Any] = item.profile
    return User(
        id=item.user,
        name=told["name"],
        language=told["language"],
        email=told["email"],
        mobile=told["mobile"],
        staff_role=StaffRole(told["staff_role"]) if told["staff_role"] else None,
        households=tuple(_link_of(*row) for row in told["households"]),
        person=told.get("person", ""),
        born=day_or_none(told.get("born")),
        status=UserStatus(told["status"]),
        sessions_from=moment_or_none(told["sessions_from"]),
        activated_at=moment_or_none(told["activated_at"]),
        last_sign_in=moment_or_none(told["last_sign_in"]),
        previous_sign_in=moment_or_none(told["previous_sign_in"]),
        source=item.source or "",
        version=item.version,
    )


def _link_row(link: HouseholdLink) -> list[Any]:
    """Most links have no limits, and every request reads them."""
    limits = [link.until.isoformat() if link.until else "", list(link.members)] if link.until or link.members else []
    return [link.household, link.role.value, *limits]


def _link_of(household: str, role: str, until: str = "", members: Iterable[str] = ()) -> HouseholdLink:
    return HouseholdLink(household, Role(role), day_or_none(until), tuple(members))


def session_item(org: str, session: Session) -> SessionItem:
    """The item that stores `session`."""
    pk, sk = keys.session(org, session.user, session.token_hash)
    return SessionItem(
        pk,
        sk,
        token_hash=session.token_hash,
        user=session.user,
        created_at=to_iso(session.created_at),
        authenticated_at=to_iso(session.authenticated_at),
        seen_at=to_iso(session.seen_at),
        browser=session.browser,
        second_factor_at=_text(session.second_factor_at) or None,
        viewing=_viewing_row(session.viewing) if session.viewing else None,
        expires=after(session.created_at, ABSOLUTE_SECONDS + _KEPT_AFTER_END),
    )


def session_from(item: SessionItem) -> Session:
    """The session that `item` stores."""
    return Session(
        token_hash=item.token_hash,
        user=item.user,
        created_at=from_iso(item.created_at),
        authenticated_at=from_iso(item.authenticated_at),
        seen_at=from_iso(item.seen_at),
        browser=item.browser,
        second_factor_at=moment_or_none(item.second_factor_at or ""),
        viewing=_viewing_of(*item.viewing) if item.viewing else None,
    )


def _viewing_row(viewing: Viewing) -> list[str]:
    return [viewing.household, viewing.reason, to_iso(viewing.since), viewing.user]


def _viewing_of(household: str, reason: str, since: str, user: str) -> Viewing:
    return Viewing(household, reason, from_iso(since), user)


def browser_item(org: str, browser: KnownBrowser) -> BrowserItem:
    """The item that stores `browser`."""
    pk, sk = keys.browser(org, browser.user, browser.token_hash)
    return BrowserItem(
        pk,
        sk,
        token_hash=browser.token_hash,
        user=browser.user,
        since=to_iso(browser.since),
        expires=after(browser.since, BROWSER_SECONDS),
    )


def browser_from(item: BrowserItem) -> KnownBrowser:
    """The known browser that `item` stores."""
    return KnownBrowser(item.token_hash, item.user, from_iso(item.since))


def _text(moment: datetime | None) -> str:
    return to_iso(moment) if moment else ""
