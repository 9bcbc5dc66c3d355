"""Passkeys of staff: a second factor that no false page can ask for (A-28, WebAuthn level 3).

A device signs what this portal's page asks of it, and the browser writes down which page that was. What is asked is
made of the session's own token, which is another one as soon as it was answered, so nothing has to be kept meanwhile
and no answer is good twice. Whatever is wrong with an answer, it is refused in one way.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chalicelib import bootstrap, settings
from chalicelib.identity import second_factor
from chalicelib.identity.domain import Authenticator, Passkey, User
from chalicelib.identity.refusal import WrongProof
from chalicelib.identity.second_factor import Enrolled, Place
from chalicelib.ports import PASSKEY_ALGORITHMS, PublicKey
from chalicelib.shared.errors import Conflict, NotFound

MOST = 10
"""Passkeys of one user."""
_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


def are_possible() -> bool:
    """Whether browsers make any for this portal's address: they want a name, and no number."""
    return not _ADDRESS.fullmatch(settings.current().host)


def to_make(place: Place, user: User, held: Authenticator | None, organisation: str) -> dict[str, Any]:
    """What a page asks of a device that is to make a passkey (`PublicKeyCredentialCreationOptionsJSON`)."""
    return {
        "challenge": _base64(_challenge(place, "make")),
        "rp": {"id": settings.current().host, "name": organisation},
        "user": {"id": _base64(_owner(place)), "name": user.email or user.mobile, "displayName": user.name},
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in PASSKEY_ALGORITHMS],
        "excludeCredentials": _named(held),
        "authenticatorSelection": {"residentKey": "discouraged", "userVerification": "preferred"},
        "attestation": "none",
    }


def to_prove(place: Place, held: Authenticator) -> dict[str, Any]:
    """What a page asks of a device that has one (`PublicKeyCredentialRequestOptionsJSON`)."""
    return {
        "challenge": _base64(_challenge(place, "prove")),
        "rpId": settings.current().host,
        "allowCredentials": _named(held),
        "userVerification": "preferred",
    }


def make(place: Place, answer: str, name: str) -> Enrolled:
    """Keeps the passkey that a device made; that passes the second factor as well. Raises WrongProof, Conflict."""
    session, made = place.load(), _made(place, answer, name)
    held, codes = second_factor.begin(place, session)
    if len(held.passkeys) >= MOST or any(each.id == made.id for each in held.passkeys):
        raise Conflict
    added = replace(held, passkeys=(*held.passkeys, made))
    return Enrolled(second_factor.keep(place, session, added, "passkey"), codes)


def prove(place: Place, answer: str) -> str:
    """Passes the second factor with what a device signed. Returns the session's new token.

    Raises WrongProof, TooMany, or Conflict when the session was ended meanwhile.
    """
    return second_factor.try_with(place, lambda held: _used(place, held, answer))


def remove(place: Place, passkey: str) -> None:
    """Forgets a passkey. Raises NotFound, or Conflict for the last thing that opens the staff's pages."""
    held = second_factor.require(place)
    left = tuple(each for each in held.passkeys if each.id != passkey)
    if left == held.passkeys:
        raise NotFound
    if not left and not held.sealed:
        raise Conflict
    second_factor.change(place, replace(held, passkeys=left), "passkey_removed")


def _made(place: Place, answer: str, name: str) -> Passkey:
    try:
        found = bootstrap.passkeys().made(answer, _challenge(place, "make"))
    except ValueError as wrong:
        raise WrongProof from wrong
    return Passkey(_base64(found.id), _base64(found.key), found.uses, name, place.now)


def _used(place: Place, held: Authenticator, answer: str) -> Authenticator | None:
    """What is held once a passkey of it was used, or None when `answer` is of none of them."""
    for known in held.passkeys:
        public = PublicKey(_bytes(known.id), _bytes(known.key), known.uses)
        with suppress(ValueError):
            used = known._replace(uses=bootstrap.passkeys().uses(answer, _challenge(place, "prove"), public))
            return replace(held, passkeys=tuple(used if each is known else each for each in held.passkeys))
    return None


def _challenge(place: Place, act: str) -> bytes:
    """32 bytes that nobody knows before the session has its token, and that are others for each act."""
    return hashlib.sha256(f"foyer passkey {act} {place.session}".encode()).digest()


def _owner(place: Place) -> bytes:
    """How devices tell users of one address apart; it says nothing of them."""
    return hashlib.sha256(f"foyer passkey of {place.org} {place.user}".encode()).digest()


def _named(held: Authenticator | None) -> list[Mapping[str, str]]:
    return [{"type": "public-key", "id": each.id} for each in (held.passkeys if held else ())]


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
