"""Seals short secrets with AES-256-GCM. The only module that knows the library of ciphers.

What a secret belongs to is bound to it: moved to another place, or changed by a bit, it does not open. Each carries
the name of its key, so that keys change while older ones still open what they sealed.
"""

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.ports import Keys, Sealed
from chalicelib.shared.errors import Unavailable

_NONCE_BYTES = 12
_KEY_BYTES = 32
_NAME_LETTERS = 12


class KeySealer:
    """Seals under the newest of the keys that `keys` tells, and opens under any of them."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, text: str, belongs_to: str) -> Sealed:
        """The secret, sealed for one place. Raises Unavailable."""
        key = self._keys.keys()[0]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Sealed(_name(key), nonce + _cipher(key).encrypt(nonce, text.encode(), belongs_to.encode()))

    def open(self, sealed: Sealed, belongs_to: str) -> str:
        """The secret. Raises ValueError for what was not sealed for this place, Unavailable without its key."""
        key = next((key for key in self._keys.keys() if _name(key) == sealed.key), None)  # noqa: SIM118 - no mapping
        if key is None:
            raise Unavailable()
        nonce, hidden = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        try:
            return _cipher(key).decrypt(nonce, hidden, belongs_to.encode()).decode()
        except InvalidTag as error:
            raise ValueError("not sealed for this place") from error

    def is_newest(self, sealed: Sealed) -> bool:
        """Whether it is sealed under the newest key. Raises Unavailable."""
        return _name(self._keys.keys()[0]) == sealed.key


def _name(key: bytes) -> str:
    """A key's name: it tells nothing of the key itself."""
    return hashlib.sha256(b"name of a sealing key\0" + key).hexdigest()[:_NAME_LETTERS]


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key[:_KEY_BYTES])
