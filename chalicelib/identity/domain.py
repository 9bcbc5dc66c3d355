"""Users, login addresses, challenges and sessions: their rules, without storage or clock."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.households.domain import Role
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, HOUR, MINUTE

CODE_DIGITS = 6
MAX_TRIES = 5
"""A-03: wrong codes that one challenge bears."""
MAIL_LIFE_SECONDS = 10 * MINUTE
TEXT_LIFE_SECONDS = 5 * MINUTE
"""A-02."""
IDLE_SECONDS = 24 * HOUR
ABSOLUTE_SECONDS = 14 * DAY
"""S-03, for clients."""
VIEWING_SECONDS = HOUR
"""T-10: how long staff may see the portal as a family does, whatever happens."""
STAFF_IDLE_SECONDS = HOUR
STAFF_ABSOLUTE_SECONDS = 12 * HOUR
"""S-03, for whoever has a role among the staff, whatever they look at."""
TOUCH_SECONDS = 5 * MINUTE
"""How often use of a session is written down; idle time is known this exactly."""
CLOCK_SKEW_SECONDS = 2
"""How far the clocks of two machines may differ (D-15)."""
MAX_SESSIONS = 20
"""S-06: a further sign-in ends the oldest."""
MAX_HOUSEHOLD_USERS = 20
"""People with a role in one household, those invited among them."""
MAX_BROWSERS = 20
BROWSER_SECONDS = 180 * DAY
"""How many browsers that signed in before are remembered for a user, and for how long."""


class UserStatus(Enum):
    """Whether a user may come in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class StaffRole(Enum):
    """What a user may do for the organisation; nothing in the portal until a second factor is enrolled (A-28)."""

    OWNER = "owner"
    DESK = "desk"
    FINANCE = "finance"
    INSTRUCTOR = "instructor"
    READ_ONLY = "read_only"


class HouseholdLink(NamedTuple):
    """What a user is to a household."""

    household: str
    role: Role
    until: date | None = None
    """The last day of it; None: until somebody ends it (NEW-7)."""
    members: tuple[str, ...] = ()
    """The only members that a delegate sees; empty: all."""

    def is_open(self, today: date) -> bool:
        """Whether it still counts."""
        return self.until is None or today <= self.until


@frozen
class User(Frozen):
    """Somebody who signs in."""

    id: str
    name: str
    language: str = ""
    email: str = ""
    """Login address; only its owner changes it (AUTH-12, AUTH-13)."""
    mobile: str = ""
    """Login number, E.164."""
    staff_role: StaffRole | None = None
    households: tuple[HouseholdLink, ...] = ()
    person: str = ""
    """The member whom the user is himself or herself; empty where nobody said so."""
    born: date | None = None
    """Day of birth, as the user told it where it was asked (X-7)."""
    status: UserStatus = UserStatus.ACTIVE
    sessions_from: datetime | None = None
    """Sessions and memories of browsers that began earlier are over: signing out everywhere bites at once (S-05)."""
    activated_at: datetime | None = None
    """First sign-in, which confirmed the address (C1)."""
    last_sign_in: datetime | None = None
    previous_sign_in: datetime | None = None
    source: str = ""
    version: int | None = None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """What the user can type to sign in, as the uniqueness items name them."""
        email = (email_identifier(self.email),) if self.email else ()
        mobile = (phone_identifier(self.mobile),) if self.mobile else ()
        return email + mobile

    def link(self, household: str) -> HouseholdLink | None:
        """What the user is to a household, open or over; None for nothing."""
        return next((link for link in self.households if link.household == household), None)

    def linked(self, link: HouseholdLink) -> "User":
        """The user with a link, in the place of the one to the same household."""
        others = tuple(each for each in self.households if each.household != link.household)
        return replace(self, households=(*others, link))

    def unlinked(self, household: str) -> "User":
        """The user without a link to a household."""
        return replace(self, households=tuple(each for each in self.households if each.household != household))

    def has_ended(self, began: datetime) -> bool:
        """Whether signing out everywhere ended what began at that moment (S-05).

        Moments are kept to the second and clocks differ (D-15), so what began about then is over as well.
        """
        skew = timedelta(seconds=CLOCK_SKEW_SECONDS)
        return self.sessions_from is not None and began <= self.sessions_from + skew

    def may_sign_in(self, *, require_email: bool) -> bool:
        """AUTH-8, AUTH-9, C2: every active user may, unless an email must be on file and there is none."""
        return self.status is UserStatus.ACTIVE and bool(self.email or (self.mobile and not require_email))


def email_identifier(address: str) -> str:
    """Key form of an email address: letters A to Z folded, everything else exactly as it is (A-20)."""
    return "email:" + "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in address)


def phone_identifier(number: str) -> str:
    """Key form of an E.164 number."""
    return f"tel:{number}"


def is_phone(identifier: str) -> bool:
    """Whether an identifier is a telephone number."""
    return identifier.startswith("tel:")


class Purpose(Enum):
    """What a code is asked for."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    NEW_LOGIN = "new_login"
    INVITATION = "invitation"
    JOIN = "join"
    """Proves the address of somebody who registers (AUTH-14)."""
    ON_FILE = "on_file"
    """Goes to what is on file of whom somebody says to be, whatever that is (C6)."""
    ACTING = "acting"
    """Staff want to act for the user whom the code is sent to (C7)."""


class Channel(Enum):
    """How a code travels."""

    AUTO = "auto"
    """By text when a number is on file, otherwise by mail (AUTH-4, C3)."""
    MAIL = "mail"
    TEXT = "text"


def channel_for(wish: Channel, user: User, text_allowed: bool) -> Channel | None:
    """C3: a text if a number is on file, whatever was typed, unless mail was asked for; otherwise mail."""
    if user.mobile and text_allowed and wish is not Channel.MAIL:
        return Channel.TEXT
    return Channel.MAIL if user.email else None


@frozen
class Challenge(Frozen):
    """A one-time code that was asked for. It looks the same whether or not anybody has the address (A-17)."""

    id: str
    identifier: str
    purpose: Purpose
    channel: Channel
    """What was wished."""
    secret_hash: str
    """Hash of the browser's half (A-08)."""
    sent: int
    """Number of the code that counts; earlier ones are dead (A-09)."""
    sent_at: datetime
    tries: int = 0
    used: bool = False
    user: str = ""
    """Whom a step-up or a new address belongs to, or who of the staff wants to act; empty at sign-in."""
    next: str = ""
    """Portal path to open afterwards; of an invitation, the hash of its token; of acting, the household."""
    target: str = ""
    """A new login address as it was typed, or the one that was invited; nobody need have it on file yet. Of acting,
    the reason."""
    language: str = ""
    travelled_by: Channel | None = None

    @property
    def asker(self) -> str:
        """The user whose own count applies as well: the address is somebody else's, or may be; "" where none does."""
        return self.user if self.purpose in (Purpose.NEW_LOGIN, Purpose.ACTING) else ""

    def may_be_tried(self, now: datetime) -> bool:
        """Whether a try is counted. How the code travelled plays no part: nobody learns whether it did (A-18)."""
        return not self.used and self.tries < MAX_TRIES and self._is_within(MAIL_LIFE_SECONDS, now)

    def is_open(self, now: datetime) -> bool:
        """Whether a right code would still be taken (A-02): by the clock, not by whether the item is still there."""
        life = TEXT_LIFE_SECONDS if self.travelled_by is Channel.TEXT else MAIL_LIFE_SECONDS
        return self.may_be_tried(now) and self._is_within(life, now)

    def _is_within(self, seconds: int, now: datetime) -> bool:
        return -CLOCK_SKEW_SECONDS <= (now - self.sent_at).total_seconds() <= seconds


@frozen
class Viewing(Frozen):
    """That a session of the staff's sees the portal as a household does (NEW-10, T-10)."""

    household: str
    reason: str
    since: datetime
    user: str = ""
    """The user of the household whose code lets the staff act, as he or she may (C7); "": they only look."""

    @property
    def until(self) -> datetime:
        """When it ends, whatever happens."""
        return self.since + timedelta(seconds=VIEWING_SECONDS)


@frozen
class Session(Frozen):
    """A signed-in device."""

    token_hash: str
    user: str
    created_at: datetime
    authenticated_at: datetime
    seen_at: datetime
    browser: str
    """What the browser calls itself, in short: `Firefox, Android`."""
    second_factor_at: datetime | None = None
    """When a code of the authenticator was given in this session; None: not yet (A-28)."""
    viewing: Viewing | None = None
    """What it sees as a household does; None: it is its user's own."""

    def is_live(self, now: datetime, user: User) -> bool:
        """S-03, S-05, S-07: within idle and absolute limits, not signed out everywhere, and the user not suspended."""
        idle, lived = (now - self.seen_at).total_seconds(), (now - self.created_at).total_seconds()
        most_idle = STAFF_IDLE_SECONDS if user.staff_role else IDLE_SECONDS
        most_lived = STAFF_ABSOLUTE_SECONDS if user.staff_role else ABSOLUTE_SECONDS
        in_time = idle <= most_idle and lived <= most_lived
        return in_time and not user.has_ended(self.created_at) and user.status is UserStatus.ACTIVE


class Passkey(NamedTuple):
    """A key pair that a staff user's own device keeps for this portal's address alone: what is known of it here."""

    id: str
    """As its device names it, in base 64 for addresses."""
    key: str
    """The public half (COSE), in base 64 for addresses."""
    uses: int
    """How often the device says that it was used; 0 where it does not count."""
    name: str
    """What its owner calls it."""
    since: datetime


@frozen
class Authenticator(Frozen):
    """The second factor of a staff user: an app on his or her own device that shows a new code every half minute,
    passkeys, or both (A-27, A-28).
    """

    user: str
    sealed: str
    """The app's secret, as nobody without the pepper can read it; "" where there are passkeys alone."""
    enrolled_at: datetime
    last_step: int
    """Half minute (since 1970) whose code was taken last: neither it nor an earlier one is taken again."""
    recovery: tuple[str, ...]
    """Hashes of the recovery codes that are left."""
    passkeys: tuple[Passkey, ...] = ()
    version: int | None = None


@frozen
class KnownBrowser(Frozen):
    """A browser that signed in before (A-11)."""

    token_hash: str
    user: str
    since: datetime

    def is_known(self, now: datetime, user: User, identifier: str) -> bool:
        """Whether it may ask as somebody known: lately (D-08), for an address that the user has today, and unless
        the user signed out everywhere since (S-05).
        """
        lately = (now - self.since).total_seconds() < BROWSER_SECONDS
        return lately and identifier in user.identifiers and not user.has_ended(self.since)
