"""Security headers of every response, errors included (W-01, W-02)."""

from enum import Enum

from chalicelib.shared import tracing

_FORMS = "form-action 'self' https://checkout.stripe.com"
"""Forms are ours alone. Browsers hold the redirect after one against this as well, and paying leads to Stripe."""

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    f"manifest-src 'self'; {_FORMS}; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
"""No inline style or script anywhere, nothing of a third party on a page."""

SECURITY = {
    "Content-Security-Policy": CSP,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), otp-credentials=(self)",
}


REQUEST = "X-Request-Id"
"""What an error page shows as its reference, for programs and for whoever looks at the browser's tools."""


class Cache(Enum):
    """How long a response may be kept, and by whom."""

    NEVER = "no-store"
    ASK = "private, no-cache"
    """Kept by whoever asked, who asks each time whether it is still so (`ETag`)."""
    IMMUTABLE = "public, max-age=31536000, immutable"


def for_response(cache: Cache, stripe_url: str = "") -> dict[str, str]:
    """All headers that a response with this cache rule carries; `stripe_url` is where Stripe is played, if it is."""
    headers = {**SECURITY, "Cache-Control": cache.value}
    if stripe_url:
        headers["Content-Security-Policy"] = CSP.replace(_FORMS, f"{_FORMS} {_stand_in(stripe_url)}")
    return headers


def for_request(cache: Cache, stripe_url: str = "") -> dict[str, str]:
    """The same with the id of the request that is answered, by which its lines in the logs are found.

    What caches keep goes without: they answer others with it.
    """
    headers = for_response(cache, stripe_url)
    if tracing.current() and cache is not Cache.IMMUTABLE:
        headers[REQUEST] = tracing.current()
    return headers


def _stand_in(stripe_url: str) -> str:
    """Origins of the stand-in's pages, which this machine knows under two names."""
    return f"{stripe_url} {stripe_url.replace('127.0.0.1', 'localhost')}"
