"""Authenticators: what they show, and how they are kept, with the passkeys of the same user (A-27, A-28).

An authenticator is TOTP (RFC 6238): six digits for every half minute. A new one's secret is not stored while a person
is still scanning it: the pepper makes it anew for the session that asked. Enrolled, it is kept sealed under the pepper.
"""

import base64
import hmac
import secrets
from dataclasses import replace
from datetime import datetime

from pyotp import HOTP, TOTP

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.identity import keying
from chalicelib.identity.codes import clean
from chalicelib.identity.domain import CODE_DIGITS, Authenticator, Passkey, Session
from chalicelib.identity.models import AuthenticatorItem
from chalicelib.identity.tokens import token_hash
from chalicelib.shared.times import epoch, from_iso, to_iso

STEP_SECONDS = 30
_SECRET_BYTES = 20
_DRIFT_STEPS = 1
"""A-27: how many half minutes the clocks may differ."""
_OFFER, _SEAL = b"foyer authenticator offer ", b"foyer authenticator seal "
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
"""80 random bits: nobody finds a code by its hash."""


def offers(pepper: tuple[bytes, ...], session: Session) -> list[bytes]:
    """Secrets that the session may enrol, one for each key in use, the newest first; only pages show the first."""
    name = f"{session.user} {to_iso(session.created_at)}".encode()
    return [keying.derive(key, _OFFER + name)[:_SECRET_BYTES] for key in pepper]


def words(secret: bytes) -> str:
    """A secret as people type it into an authenticator: base 32, in groups of four."""
    return in_groups(_base32(secret))


def address(secret: bytes, issuer: str, name: str) -> str:
    """The `otpauth:` address that an authenticator reads from the picture."""
    return TOTP(_base32(secret)).provisioning_uri(name=name, issuer_name=issuer)


def shown(secret: bytes, now: datetime) -> str:
    """What an authenticator shows at a moment."""
    return _code(secret, epoch(now) // STEP_SECONDS)


def fitting_step(secret: bytes, typed: str, after: int, now: datetime) -> int | None:
    """The half minute whose code `typed` is, if it is about now and later than `after`; None when there is none."""
    current = epoch(now) // STEP_SECONDS
    about_now = range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1)
    fitting = [step for step in about_now if hmac.compare_digest(_code(secret, step).encode(), clean(typed).encode())]
    return next((step for step in fitting if step > after), None)


def sealed(pepper: tuple[bytes, ...], secret: bytes) -> str:
    """A secret as it is stored, under the newest key."""
    return keying.seal(pepper[0], _SEAL, secret)


def after_code(known: Authenticator, typed: str, pepper: tuple[bytes, ...], now: datetime) -> Authenticator | None:
    """The authenticator once a code of it is used, or None when `typed` is none, or there is no app to show one.

    Its secret moves to the newest key.
    """
    for key in pepper if known.sealed else ():
        secret = keying.unseal(key, _SEAL, known.sealed)
        step = fitting_step(secret, typed, known.last_step, now)
        if step is not None:
            return replace(known, last_step=step, sealed=sealed(pepper, secret))
    return None


def after_recovery(known: Authenticator, typed: str) -> Authenticator | None:
    """The authenticator without the recovery code that was typed, or None when it is none of those left."""
    used = token_hash(clean(typed).lower())
    left = tuple(code for code in known.recovery if not hmac.compare_digest(code, used))
    return replace(known, recovery=left) if len(left) < len(known.recovery) else None


def is_recovery(typed: str) -> bool:
    """Whether what was typed has the length of a recovery code rather than of what an authenticator shows."""
    return len(clean(typed)) > CODE_DIGITS


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes, each good for once when the authenticator is lost."""
    return tuple(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))


def hashes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What is stored of recovery codes."""
    return tuple(token_hash(code) for code in codes)


def in_groups(code: str) -> str:
    """Letters in groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def get(org: str, user_id: str) -> Authenticator | None:
    """A user's authenticator, or None. One strong read."""
    item = read.one(AuthenticatorItem, keys.authenticator(org, user_id))
    return _from(item) if item else None


def save(transaction: Transaction, org: str, authenticator: Authenticator) -> None:
    """Adds the write of a new or used authenticator; refused when another write came first."""
    transaction.put("authenticator", _item(org, authenticator))


def drop(transaction: Transaction, org: str, authenticator: Authenticator) -> None:
    """Adds the removal of an authenticator; refused when another write came first."""
    transaction.delete("authenticator", _item(org, authenticator))


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


def _code(secret: bytes, step: int) -> str:
    return HOTP(_base32(secret), digits=CODE_DIGITS).at(step)


def _item(org: str, authenticator: Authenticator) -> AuthenticatorItem:
    pk, sk = keys.authenticator(org, authenticator.user)
    return AuthenticatorItem(
        pk,
        sk,
        user=authenticator.user,
        sealed=authenticator.sealed,
        enrolled_at=to_iso(authenticator.enrolled_at),
        last_step=authenticator.last_step,
        recovery=list(authenticator.recovery),
        passkeys=[[*each[:-1], to_iso(each.since)] for each in authenticator.passkeys],
        version=authenticator.version,
    )


def _from(item: AuthenticatorItem) -> Authenticator:
    return Authenticator(
        user=item.user,
        sealed=item.sealed,
        enrolled_at=from_iso(item.enrolled_at),
        last_step=int(item.last_step),
        recovery=tuple(item.recovery),
        passkeys=tuple(_passkey(*each) for each in item.passkeys or ()),
        version=item.version,
    )


def _passkey(passkey: str, key: str, uses: int, name: str, since: str) -> Passkey:
    return Passkey(passkey, key, int(uses), name, from_iso(since))
