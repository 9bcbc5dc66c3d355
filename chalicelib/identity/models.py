"""Stored form of users, login addresses, challenges, sessions, known browsers and limits."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.data.items import Item, JSONAttribute, Version


class UserItem(Item, discriminator="user"):
    """A user."""

    user = UnicodeAttribute()
    profile = JSONAttribute()
    source = UnicodeAttribute(null=True)
    version = Version()


class LoginItem(Item, discriminator="login"):
    """A login address, unique in its organisation."""

    user = UnicodeAttribute()
    address = UnicodeAttribute()
    """As it is on file; messages go there and never to what was typed (A-20)."""


class HouseholdUserItem(Item, discriminator="household_user"):
    """That a user has a role in a household; which, stands with the user."""

    user = UnicodeAttribute()


class StaffItem(Item, discriminator="staff"):
    """That a user has a staff role."""

    user = UnicodeAttribute()
    role = UnicodeAttribute()


class ChallengeItem(Item, discriminator="challenge"):
    """A one-time code that was asked for; neither the code nor anything to compute it from."""

    challenge = UnicodeAttribute()
    identifier = UnicodeAttribute()
    purpose = UnicodeAttribute()
    channel = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    sent = NumberAttribute()
    sent_at = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    used_at = UnicodeAttribute(null=True)
    user = UnicodeAttribute(null=True)
    next = UnicodeAttribute(null=True)
    target = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)


class CodeDispatchItem(Item, discriminator="code_dispatch"):
    """The order to send a code; the table's stream hands it to the sender at once.

    The sender notes here, and not on the challenge, how the code travelled: a write that only codes of known addresses
    cause must not get in the way of the writes that pages make for every address (A-18).
    """

    org = UnicodeAttribute()
    challenge = UnicodeAttribute()
    number = NumberAttribute()
    request = UnicodeAttribute(null=True)
    """Id of the request that ordered it."""
    known = BooleanAttribute(null=True)
    """Whether a browser asked that signed in before as the user whose address it is; None: not."""
    travelled_by = UnicodeAttribute(null=True)


class SessionItem(Item, discriminator="session"):
    """A signed-in device; its sort key is the hash of its token."""

    token_hash = UnicodeAttribute()
    user = UnicodeAttribute()
    created_at = UnicodeAttribute()
    authenticated_at = UnicodeAttribute()
    seen_at = UnicodeAttribute()
    browser = UnicodeAttribute()
    second_factor_at = UnicodeAttribute(null=True)
    viewing = JSONAttribute(null=True)


class BrowserItem(Item, discriminator="browser"):
    """A browser that signed in before; its sort key is the hash of its token."""

    token_hash = UnicodeAttribute()
    user = UnicodeAttribute()
    since = UnicodeAttribute()


class AuthenticatorItem(Item, discriminator="authenticator"):
    """A staff user's second factor. The app's secret is sealed under the pepper, passkeys have their public half alone,
    and of recovery codes there are hashes alone.
    """

    user = UnicodeAttribute()
    sealed = UnicodeAttribute()
    enrolled_at = UnicodeAttribute()
    last_step = NumberAttribute()
    recovery = JSONAttribute()
    passkeys = JSONAttribute(null=True)
    version = Version()


class LimitItem(Item, discriminator="limit"):
    """What one bucket has counted."""

    sends = JSONAttribute()
    failures = JSONAttribute()
    version = Version()


class CounterItem(Item, discriminator="counter"):
    """A plain number, such as an organisation's codes of one hour."""

    total = NumberAttribute(default=0)
