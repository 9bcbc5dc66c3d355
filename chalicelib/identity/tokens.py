"""Secrets that cookies hold, and what is stored of them (S-01). Apart from codes, so that account pages load no OTP."""

import hashlib
import secrets


def new_token() -> str:
    """A 256-bit secret for a cookie (S-01)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token. A 256-bit random value needs no salt or stretching."""
    return hashlib.sha256(token.encode()).hexdigest()
