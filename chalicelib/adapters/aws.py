"""AWS clients: one per service and process, made on first use, with time-outs of our own (D-09).

The defaults (60 s to connect, 60 s to read) outlast the gateway, so a hanging service
would leave a family without any answer.
"""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from chalicelib import settings

_TIMEOUTS = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
_OF_SERVICE = {"s3": Config(signature_version="s3v4")}
"""Addresses to files are signed for their own region only; the older signature is refused in newer regions."""


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def client(service: str) -> Any:
    """The process's client of an AWS service, e.g. `sesv2`."""
    here = settings.current()
    config = _TIMEOUTS.merge(_OF_SERVICE[service]) if service in _OF_SERVICE else _TIMEOUTS
    return _session().create_client(service, region_name=here.region, endpoint_url=here.endpoint or None, config=config)
