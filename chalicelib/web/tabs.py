"""Tabs: the same list seen in different ways, each with its own address."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.shared.texts import Message
from chalicelib.web import urls
from chalicelib.web.http import Request


class Tab(NamedTuple):
    """One way of seeing a list."""

    label: str
    href: str
    current: bool


def tabs(request: Request, path: str, choices: Sequence[tuple[Message, Mapping[str, str], bool]]) -> list[Tab]:
    """Tabs of a portal page: label, query and whether it is the one shown."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, path, **query), current)
        for label, query, current in choices
    ]
