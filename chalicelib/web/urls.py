"""Addresses, all built from settings and never from the request's Host header (W-04)."""

from functools import lru_cache
from urllib.parse import quote, urlencode

from chalicelib import settings


def portal(org: str, path: str = "", **query: str) -> str:
    """Path of a page of an organisation's portal, for links and redirects: `/demo/invoices?show=due`."""
    told = {name: value for name, value in query.items() if value}
    return _path(org, path) + (f"?{urlencode(told)}" if told else "")


@lru_cache(maxsize=1024)
def _path(org: str, path: str) -> str:
    parts = (quote(part, safe="") for part in path.split("/") if part)
    return "/".join((settings.current().base_path, org, *parts))


def absolute(org: str, path: str = "", **query: str) -> str:
    """Full address of a portal page, for mails and texts."""
    here = settings.current()
    return here.base_url.removesuffix(here.base_path) + portal(org, path, **query)


def asset(name: str, version: str) -> str:
    """Path of a static file in a version; the version changes with the files, so it may be kept forever."""
    return f"{settings.current().base_path}/assets/{version}/{name}"
