"""Secrets in the AWS Systems Manager parameter store; keys are kept at most five minutes (L-01)."""

import base64
import time
from datetime import datetime
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.shared.errors import Unavailable

_KEPT_SECONDS = 300
_KEY_BYTES = 32


def put_secret(name: str, value: str) -> None:
    """Writes a secret over the one of this name, encrypted. Raises Unavailable."""
    try:
        aws.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    except (ClientError, BotoCoreError) as error:
        raise Unavailable() from error


class Stored(NamedTuple):
    """A secret, and since when it is what it is."""

    value: str
    since: datetime


def stored_secret(name: str) -> Stored | None:
    """The secret of this name for an operator who replaces it; None where there is none. Raises Unavailable."""
    try:
        found = aws.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise Unavailable() from error
    return Stored(str(found["Value"]), found["LastModifiedDate"])


class ParameterSecrets:
    """Reads one SecureString that lists base-64 keys, newest first, separated by spaces.

    Two keys may stand side by side while one replaces the other: codes that were sent
    under the older key still open the door until they expire.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._keys: tuple[bytes, ...] = ()
        self._read_at = 0.0

    def pepper(self) -> tuple[bytes, ...]:
        """The keys of one-time codes, where this is their parameter. Raises Unavailable."""
        return self.keys()

    def keys(self) -> tuple[bytes, ...]:
        """All keys, newest first. Raises Unavailable when the store can not be read (L-04)."""
        if not self._keys or time.monotonic() - self._read_at > _KEPT_SECONDS:
            self._keys = self._fetch()
            self._read_at = time.monotonic()
        return self._keys

    def _fetch(self) -> tuple[bytes, ...]:
        try:
            answer = aws.client("ssm").get_parameter(Name=self._name, WithDecryption=True)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
        keys = tuple(base64.b64decode(key) for key in answer["Parameter"]["Value"].split())
        if not keys or any(len(key) < _KEY_BYTES for key in keys):
            raise Unavailable()
        return keys
