"""Identifiers: unguessable (T-06), sortable by day where lists need it, stable where imports repeat."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import date

_RANDOM_BYTES = 20
_PLAIN = re.compile(r"[a-z2-7]{32}")
_AMONG = re.compile(r"(?<![0-9a-zA-Z])[a-z2-7]{32}(?![0-9a-zA-Z])")
_DATED = re.compile(r"[0-9]{8}-[a-z2-7]{32}")


def new_id() -> str:
    """A fresh id: 160 random bits in lower-case base 32 (32 characters, safe in URLs and keys)."""
    return _encode(secrets.token_bytes(_RANDOM_BYTES))


def dated_id(day: date, tail: str = "") -> str:
    """An id that sorts by `day`, so that a key range is a list in order: `20261122-…`."""
    return f"{day:%Y%m%d}-{tail or new_id()}"


def derived_id(secret: bytes, *parts: str) -> str:
    """The id that `parts` always get under `secret`: an import that repeats finds its own records again."""
    digest = hmac.new(secret, "\x1f".join(parts).encode(), hashlib.sha256).digest()
    return _encode(digest[:_RANDOM_BYTES])


def named_id(name: str) -> str:
    """The id that a thing known elsewhere under a public `name` always gets; no secret, so not for what must not be
    guessed by itself."""
    return _encode(hashlib.sha256(name.encode()).digest()[:_RANDOM_BYTES])


def is_id(value: str) -> bool:
    """Whether `value` has the form that `new_id` makes."""
    return bool(_PLAIN.fullmatch(value))


def ids_in(text: str) -> set[str]:
    """All ids in a text, such as a key or stored JSON; of one with a day before it, what follows the day."""
    return set(_AMONG.findall(text))


def is_dated_id(value: str) -> bool:
    """Whether `value` has the form that `dated_id` makes."""
    return bool(_DATED.fullmatch(value))


def _encode(raw: bytes) -> str:
    return base64.b32encode(raw).decode().lower()
