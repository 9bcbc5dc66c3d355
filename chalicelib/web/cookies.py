"""Cookies: first-party, one set per organisation, `__Host-` wherever there is TLS (S-08)."""

from collections.abc import Mapping

from chalicelib import settings

SESSION = "session"
BROWSER = "browser"
"""Random value of a signed-out browser; its forms are bound to it."""
CODE = "code"
"""Challenge id and the browser's secret while a code is awaited (A-08)."""
KNOWN = "known"
"""Browser that signed in before (A-11)."""
LANGUAGE = "language"
ZONE = "zone"
"""The reader's own time zone: chosen on a page, or else told by its script, which can not overwrite a choice."""

_LONGEST = 200


def name(kind: str, org: str) -> str:
    """Name of a cookie. Organisations on one host must not overwrite each other's, so it carries the slug.

    `__Host-` needs TLS; on the loopback address, where there is none, the plain name is used.
    """
    prefix = "__Host-" if settings.current().secure else ""
    return f"{prefix}{kind}-{org}"


def get(cookies: Mapping[str, str], kind: str, org: str) -> str:
    """Value of a cookie of ours, or empty; what is longer than any of ours was not made by us."""
    value = cookies.get(name(kind, org), "")
    return value if len(value) <= _LONGEST else ""


def make(kind: str, org: str, value: str, *, seconds: int | None = None) -> str:
    """A Set-Cookie line; without `seconds` the cookie ends with the browser's session."""
    secure = "; Secure" if settings.current().secure else ""
    life = f"; Max-Age={seconds}" if seconds is not None else ""
    return f"{name(kind, org)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{life}"


def clear(kind: str, org: str) -> str:
    """A Set-Cookie line that removes a cookie."""
    return make(kind, org, "", seconds=0)
