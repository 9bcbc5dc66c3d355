"""Security headers of every response, errors included (W-01, W-02)."""

from enum import Enum

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
"""No inline style or script anywhere, no third party."""

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


class Cache(Enum):
    """How long a response may be kept, and by whom."""

    NEVER = "no-store"
    IMMUTABLE = "public, max-age=31536000, immutable"


def for_response(cache: Cache) -> dict[str, str]:
    """All headers that a response with this cache rule carries."""
    return {**SECURITY, "Cache-Control": cache.value}
