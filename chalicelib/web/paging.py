"""Long lists: where a page of one goes on, and the ways to the next page and back to the first."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict, TypeVar

from chalicelib.shared.ids import is_dated_id
from chalicelib.web import urls
from chalicelib.web.forms import whole
from chalicelib.web.http import Request

T = TypeVar("T")

_FIELD = "after"
_FROM = "from"


class Links(TypedDict):
    """What the pagination below a list needs."""

    next_url: str | None
    first_url: str | None


WHOLE = Links(next_url=None, first_url=None)
"""Links of a list that is all on one page."""


def after(request: Request, is_one: Callable[[str], bool] = is_dated_id) -> str:
    """Id of the record that the page before ended with; empty on the first page, and for what is no id of ours."""
    told = request.query.get(_FIELD, "")
    return told if is_one(told) else ""


def links(request: Request, path: str, following: str, **query: str) -> Links:
    """Links of a list at `path` of the portal whose page ends with the record `following`, empty at the end."""
    return _links(request, path, _FIELD, following, query)


def start(request: Request) -> int:
    """How many rows come before the page, in a list that is read whole and cut here."""
    return whole(request.query.get(_FROM, ""), 5) or 0


def part(request: Request, path: str, rows: Sequence[T], size: int, **query: str) -> tuple[Sequence[T], Links]:
    """The page's rows of such a list at `path` of the portal, at most `size`, and its links."""
    begin = start(request)
    end = begin + size
    return rows[begin:end], _links(request, path, _FROM, str(end) if len(rows) > end else "", query)


def _links(request: Request, path: str, field: str, following: str, query: Mapping[str, str]) -> Links:
    return Links(
        next_url=urls.portal(request.org, path, **query, **{field: following}) if following else None,
        first_url=urls.portal(request.org, path, **query) if request.query.get(field) else None,
    )
