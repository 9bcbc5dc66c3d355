"""Keys that are made of the pepper, each for one use, and small secrets put away under them.

HKDF (RFC 5869) with SHA-256 and one block of output is two lines of the standard library.
"""

import base64
import hashlib
import hmac
import secrets

_SALT_BYTES = 16


def derive(key: bytes, info: bytes) -> bytes:
    """32 bytes that `key` always makes for `info`, and that tell nothing of the key."""
    extracted = hmac.new(b"\0" * 32, key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def seal(key: bytes, purpose: bytes, secret: bytes) -> str:
    """`secret`, at most 32 bytes, in a form that only `key` opens: masked by bytes that no other sealing uses."""
    if len(secret) > hashlib.sha256().digest_size:
        raise ValueError("too long to be sealed")
    salt = secrets.token_bytes(_SALT_BYTES)
    return base64.b64encode(salt + _masked(key, purpose, salt, secret)).decode()


def unseal(key: bytes, purpose: bytes, sealed: str) -> bytes:
    """What was sealed; another key opens it to other bytes, which fit nothing."""
    raw = base64.b64decode(sealed)
    return _masked(key, purpose, raw[:_SALT_BYTES], raw[_SALT_BYTES:])


def _masked(key: bytes, purpose: bytes, salt: bytes, secret: bytes) -> bytes:
    mask = derive(key, purpose + salt)
    return bytes(byte ^ cover for byte, cover in zip(secret, mask, strict=False))
