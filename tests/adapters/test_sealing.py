"""Sealed secrets: only their key opens them, and only where they belong."""

import pytest

from chalicelib.adapters.sealing import KeySealer
from chalicelib.ports import Sealed
from chalicelib.shared.errors import Unavailable

OLD, NEW = b"o" * 32, b"n" * 32


class Held:
    """Keys that somebody holds."""

    def __init__(self, *keys: bytes) -> None:
        self._keys = keys

    def keys(self) -> tuple[bytes, ...]:
        return self._keys


def test_what_was_sealed_opens_where_it_belongs_and_nowhere_else() -> None:
    """NEW-9: bound to organisation, household and parent."""
    sealer = KeySealer(Held(NEW))
    sealed = sealer.seal("130692544", "nord\x1fhome\x1fmarie")

    assert sealer.open(sealed, "nord\x1fhome\x1fmarie") == "130692544"
    for place in ("nord\x1fhome\x1fluc", "sud\x1fhome\x1fmarie", ""):
        with pytest.raises(ValueError, match="not sealed for this place"):
            sealer.open(sealed, place)


def test_every_sealing_is_another_and_none_holds_the_secret() -> None:
    sealer = KeySealer(Held(NEW))
    made = {sealer.seal("130692544", "home").content for _ in range(50)}

    assert len(made) == 50
    assert not any(b"130692544" in each for each in made)


def test_a_changed_bit_is_found_out() -> None:
    sealer = KeySealer(Held(NEW))
    sealed = sealer.seal("130692544", "home")
    for place in range(len(sealed.content)):
        changed = bytearray(sealed.content)
        changed[place] ^= 1
        with pytest.raises(ValueError, match="not sealed for this place"):
            sealer.open(Sealed(sealed.key, bytes(changed)), "home")


def test_older_keys_still_open_what_they_sealed() -> None:
    """A key is changed by putting a new one in front; without the old one nothing of it opens."""
    sealed = KeySealer(Held(OLD)).seal("130692544", "home")
    both = KeySealer(Held(NEW, OLD))

    assert both.open(sealed, "home") == "130692544"
    assert not both.is_newest(sealed)
    assert both.is_newest(both.seal("130692544", "home"))
    with pytest.raises(Unavailable):
        KeySealer(Held(NEW)).open(sealed, "home")
