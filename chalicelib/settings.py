"""Settings of one deployment, read once from the environment and frozen.

Only names and addresses live here; secrets are fetched at run time by name (L-01).
"""

import json
import os
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from urllib.parse import urlsplit

from chalicelib.shared.frozen import Frozen, frozen

_REQUIRED = ("FOYER_STAGE", "FOYER_TABLE", "FOYER_BASE_URL", "AWS_DEFAULT_REGION")
_RATES = ("FOYER_MAIL_RATE", "FOYER_TEXT_RATE")
_FASTEST = 10_000
_MAIL_RATE, _TEXT_RATE = 14.0, 1.0
"""What new accounts may send in a second."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def pepper_parameter(stage: str) -> str:
    """Name of the parameter that holds the key of one-time codes, where a deployment names no other."""
    return f"/foyer/{stage}/pepper"


def number_keys_parameter(stage: str) -> str:
    """Name of the parameter with the keys of numbers at tax offices, where a deployment names no other."""
    return f"/foyer/{stage}/number-keys"


def stripe_parameters(stage: str) -> str:
    """Beginning of the names of organisations' Stripe parameters, where a deployment names no other."""
    return f"/foyer/{stage}/stripe"


class SettingsError(Exception):
    """The environment does not describe a deployment; the message names everything that is wrong."""


@frozen
class Settings(Frozen):
    """What one deployment is called and where its parts are."""

    stage: str
    table: str
    base_url: str
    """Where browsers reach the portal, without a slash at the end. Every link is built from it (W-04)."""
    region: str
    version: str = ""
    """Number under which Lambda published the code that runs; `$LATEST` or empty where it is not published."""
    endpoint: str = ""
    """Address of an embedded AWS; empty means the real one."""
    mail_from: str = ""
    mail_events: str = ""
    """Name of the configuration set by which SES tells what became of mails; empty: it tells nothing."""
    mail_rate: float = _MAIL_RATE
    """Mails a second that SES takes of the account."""
    text_rate: float = _TEXT_RATE
    """Texts a second that SNS takes of the account."""
    inbound_domain: str = ""
    """Domain at which mails that answer ours come in; empty where none do."""
    mail_bucket: str = ""
    """Bucket of mails that came in; only the function that reads them knows it."""
    pepper_parameter: str = ""
    """Name of the parameter that holds the pepper of one-time codes; only sign-in may read it (A-04)."""
    files_bucket: str = ""
    """Bucket of files that people fetch by a short-lived link; only the function that puts them there knows it."""
    vault_bucket: str = ""
    """Bucket of the files that families and staff keep here; only functions with a right to it know it."""
    number_keys_parameter: str = ""
    """Name of the parameter with the keys that seal people's numbers at tax offices; only one function may read it."""
    stripe_parameters: str = ""
    """Where organisations' Stripe keys stand, e.g. `/foyer/prod/stripe`; only functions that take payments know."""
    stripe_url: str = ""
    """Address of a stand-in for Stripe on this machine; empty means the real one."""
    live_payments: bool = False
    """Whether real money moves: live keys are refused without it, test keys with it (P-21)."""
    feedback_topics: frozenset[str] = frozenset()
    """ARNs of the topics that tell what became of mails and which texts came in; only the function that is told knows
    them (M-13)."""
    notices_url: str = ""
    """Address of a stand-in on this machine that hands out certificates of notices; empty means AWS itself."""
    queues: Mapping[str, str] = field(default_factory=dict)
    """Addresses of the queues of functions that are told of what was written, by name; only the dispatcher knows."""
    default_organisation: str = ""
    """Slug that the bare address leads to; empty when the deployment serves several organisations."""

    @property
    def base_path(self) -> str:
        """Path in front of every route, e.g. `/api` on an execute-api address; otherwise empty."""
        return urlsplit(self.base_url).path

    @property
    def host(self) -> str:
        """Host name that texted codes are bound to (A-23)."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether browsers reach the portal over TLS; false only on the loopback address."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`. Raises SettingsError naming every missing or unsafe value at once."""
    problems = [f"{name} is not set" for name in _REQUIRED if not environ.get(name)]
    base_url = environ.get("FOYER_BASE_URL", "").rstrip("/")
    if base_url and not _is_safe(base_url):
        problems.append("FOYER_BASE_URL must be https, or http on the loopback address")
    stripe_url = environ.get("FOYER_STRIPE_URL", "")
    problems += [f"{name} must be a number above 0" for name in _RATES if not _is_rate(environ.get(name) or "1")]
    if stripe_url and urlsplit(stripe_url).hostname not in _LOOPBACK:
        problems.append("FOYER_STRIPE_URL is only for a stand-in on the loopback address")
    notices_url = environ.get("FOYER_NOTICES_URL", "")
    if notices_url and urlsplit(notices_url).hostname not in _LOOPBACK:
        problems.append("FOYER_NOTICES_URL is only for a stand-in on the loopback address")
    if problems:
        raise SettingsError("; ".join(problems))
    return Settings(
        stage=environ["FOYER_STAGE"],
        table=environ["FOYER_TABLE"],
        base_url=base_url,
        region=environ["AWS_DEFAULT_REGION"],
        version=environ.get("AWS_LAMBDA_FUNCTION_VERSION", ""),
        endpoint=environ.get("AWS_ENDPOINT_URL", ""),
        mail_from=environ.get("FOYER_MAIL_FROM", ""),
        mail_events=environ.get("FOYER_MAIL_EVENTS", ""),
        mail_rate=float(environ.get("FOYER_MAIL_RATE") or _MAIL_RATE),
        text_rate=float(environ.get("FOYER_TEXT_RATE") or _TEXT_RATE),
        inbound_domain=environ.get("FOYER_INBOUND_DOMAIN", ""),
        mail_bucket=environ.get("FOYER_MAIL_BUCKET", ""),
        pepper_parameter=environ.get("FOYER_PEPPER_PARAMETER", ""),
        files_bucket=environ.get("FOYER_FILES_BUCKET", ""),
        vault_bucket=environ.get("FOYER_VAULT_BUCKET", ""),
        number_keys_parameter=environ.get("FOYER_NUMBER_KEYS_PARAMETER", ""),
        stripe_parameters=environ.get("FOYER_STRIPE_PARAMETERS", ""),
        stripe_url=environ.get("FOYER_STRIPE_URL", ""),
        live_payments=environ.get("FOYER_LIVE_PAYMENTS", "") == "1",
        feedback_topics=frozenset(json.loads(environ.get("FOYER_FEEDBACK_TOPICS", "{}")).values()),
        notices_url=notices_url,
        queues=json.loads(environ.get("FOYER_QUEUES", "{}")),
        default_organisation=environ.get("FOYER_DEFAULT_ORGANISATION", ""),
    )


def _is_rate(text: str) -> bool:
    try:
        return 0 < float(text) < _FASTEST
    except ValueError:
        return False


def _is_safe(base_url: str) -> bool:
    parts = urlsplit(base_url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


@cache
def current() -> Settings:
    """The settings of this process."""
    return read(os.environ)


def place_zones() -> None:
    """Says where the rules of time zones are, unless somebody has: to find that out, Python reads how it was built."""
    os.environ.setdefault("PYTHONTZPATH", "/usr/share/zoneinfo")
