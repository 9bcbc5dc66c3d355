"""Against forged requests: a token bound to the session, and where the browser says the form stood (S-10)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from chalicelib import settings

FIELD = "csrf"


def token(key: str, org: str) -> str:
    """The token of forms: a keyed hash of the organisation under the session's (or browser's) own secret.

    The key is a random 256-bit cookie value, which `__Host-` keeps other sites from planting; a
    token of another session, or from before sign-in, is made with another key and does not fit.
    """
    digest = hmac.new(key.encode(), f"csrf\x1f{org}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def fits(given: str, key: str, org: str) -> bool:
    """Whether a posted token is the one this session's pages carry."""
    return bool(key) and hmac.compare_digest(given.encode(), token(key, org).encode())


def same_site(headers: Mapping[str, str]) -> bool:
    """Whether the browser says the request came from our own pages.

    Sec-Fetch-Site is believed first, then Origin; browsers that send neither with a POST are not served.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == _origin(settings.current().base_url)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
