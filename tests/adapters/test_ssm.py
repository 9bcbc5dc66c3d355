"""The key of one-time codes: kept five minutes, two at a time, and never a bad one (L-01, L-04)."""

import base64
import time
from collections.abc import Callable

import pytest

from chalicelib.adapters import aws as clients
from chalicelib.adapters.ssm import ParameterSecrets
from chalicelib.shared.errors import Unavailable
from local.engine import Engine

OLD, NEW = b"o" * 32, b"n" * 32
Put = Callable[[str], ParameterSecrets]


@pytest.fixture
def put(aws: Engine, org: str) -> Put:
    """Stores the parameter's value; what it returns reads it for the first time."""

    def store(value: str) -> ParameterSecrets:
        name = f"/foyer/{org}/pepper"
        clients.client("ssm").put_parameter(Name=name, Type="SecureString", Value=value, Overwrite=True)
        return ParameterSecrets(name)

    return store


def _text(*keys: bytes) -> str:
    return " ".join(base64.b64encode(key).decode() for key in keys)


def test_a_new_key_is_taken_up_within_five_minutes(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """L-01: before that the store is not asked again; then both keys are in use, the new one first."""
    moment = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: moment)
    secrets = put(_text(OLD))
    assert secrets.pepper() == (OLD,)
    put(_text(NEW, OLD))

    moment += 300
    assert secrets.pepper() == (OLD,)
    moment += 1
    assert secrets.pepper() == (NEW, OLD)


@pytest.mark.parametrize("value", [_text(b"short"), _text(NEW, b"x" * 31)], ids=["short", "second short"])
def test_a_key_that_is_too_short_closes_the_door(put: Put, value: str) -> None:
    """L-04: no code is made or taken with it."""
    with pytest.raises(Unavailable):
        put(value).pepper()


def test_a_key_that_is_not_there_closes_the_door(aws: Engine, org: str) -> None:
    """L-04."""
    with pytest.raises(Unavailable):
        ParameterSecrets(f"/foyer/{org}/nothing").pepper()
