"""Long lists: where a page of one goes on, and the ways to the next page and back to the first."""

from collections.abc import Callable
from typing import TypedDict

from chalicelib.shared.ids import is_dated_id
from chalicelib.web import urls
from chalicelib.web.http import Request

_FIELD = "after"


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
    return Links(
        next_url=urls.portal(request.org, path, **query, **{_FIELD: following}) if following else None,
        first_url=urls.portal(request.org, path, **query) if request.query.get(_FIELD) else None,
    )
