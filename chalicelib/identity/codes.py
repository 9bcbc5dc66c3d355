"""One-time codes: derived, never stored (A-01, A-04).

A code is HOTP (RFC 4226) under a key that HKDF (RFC 5869) derives from the pepper for one
challenge; the counter is the number of the sending. A dump of the table contains nothing to
compute it from, a new sending has a new code, and the old one no longer fits.
"""

import base64
import hmac

from pyotp import HOTP

from chalicelib.identity.domain import CODE_DIGITS
from chalicelib.identity.keying import derive

_INFO = b"foyer one-time code "


def code(key: bytes, challenge: str, sending: int) -> str:
    """The code of the `sending`-th message of a challenge: six digits, zeros in front kept."""
    return HOTP(base64.b32encode(derive(key, _INFO + challenge.encode())).decode(), digits=CODE_DIGITS).at(sending)


def fits(keys: tuple[bytes, ...], challenge: str, sending: int, typed: str) -> bool:
    """Whether `typed` is the code under any key in use; each is computed and compared, in constant time (A-05)."""
    matches = [hmac.compare_digest(code(key, challenge, sending).encode(), typed.encode()) for key in keys]
    return any(matches)


def clean(typed: str) -> str:
    """Typed digits in ASCII, without the spaces and dashes that mail programs add (A-26)."""
    kept = [letter for letter in typed if not (letter.isspace() or letter in "-–—\u200b")]
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in kept)[:20]
