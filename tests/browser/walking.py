"""Walking by links: one page of each kind that they lead to. Kinds are named as the route table names them."""

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import parse_qsl

from local.events import Resources
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

_PARAMETER = re.compile(r"{\w+}")
_ICS = ".ics"
"""An event has a page and a file at the same route."""


@cache
def _resources() -> Resources:
    from app import app

    return Resources(app.routes)


def kinds() -> set[str]:
    """Every kind of page that the route table has for an organisation."""
    from app import app

    return {_kind(path) for path, methods in app.routes.items() if "GET" in methods and path.startswith("/{org}")}


def kind_of(portal: Portal, url: str) -> str:
    """Of an address: the route without what tells a page from others of its kind, with the names of its query."""
    path, _, query = url.removeprefix(portal.base_url).partition("#")[0].partition("?")
    found = _resources().find(path)
    assert found, f"nothing is at {url}"
    names = "&".join(f"{name}={{}}" for name, _ in parse_qsl(query, keep_blank_values=True))
    return _kind(found.path) + (_ICS if path.endswith(_ICS) else "") + (f"?{names}" if names else "")


def without_query(kind: str) -> str:
    """The route of a kind of page."""
    return kind.partition("?")[0].removesuffix(_ICS)


def explore(visitor: Visitor, files: Iterable[str], *starts: str) -> dict[str, str]:
    """One page of each kind that links lead to from the paths `starts`: addresses by kind. `files` are not opened."""
    portal, found, ahead = visitor.portal, dict[str, str](), [visitor.portal.at(path) for path in starts]
    while ahead:
        url = ahead.pop(0)
        if (kind := kind_of(portal, url)) in found:
            continue
        found[kind] = url
        if kind in files:
            continue
        visitor.page.goto(url)
        links = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        ahead += [link for link in links if link.startswith(portal.home)]
    return found


def _kind(path: str) -> str:
    return _PARAMETER.sub("{}", path).removeprefix("/{}").removeprefix("/")
