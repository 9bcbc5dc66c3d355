"""Long lists: which part a page shows, and where it goes on."""

from datetime import UTC, datetime

import pytest

from chalicelib.web import paging
from chalicelib.web.http import Request
from chalicelib.web.routes import Actor, Policy

pytestmark = pytest.mark.usefixtures("aws")


def _request(**query: str) -> Request:
    policy = Policy("/{org}/things", "GET", Actor.ANYONE, csrf=False)
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Request("GET", "/demo/things", {"org": "demo"}, query, {}, {}, {}, "", "", now, policy)


@pytest.mark.parametrize(
    ("told", "rows", "following", "first"),
    [
        ("", [0, 1], "/demo/things?show=all&from=2", None),
        ("2", [2, 3], "/demo/things?show=all&from=4", "/demo/things?show=all"),
        ("4", [4], None, "/demo/things?show=all"),
        ("99999", [], None, "/demo/things?show=all"),
        ("-2", [0, 1], "/demo/things?show=all&from=2", "/demo/things?show=all"),
    ],
)
def test_a_list_that_is_read_whole_is_cut_into_pages(
    told: str, rows: list[int], following: str | None, first: str | None
) -> None:
    found, links = paging.part(_request(**{"from": told}), "things", range(5), 2, show="all")
    assert (list(found), links) == (rows, {"next_url": following, "first_url": first})


def test_a_list_that_is_read_by_the_page_goes_on_after_its_last_record() -> None:
    place = "20261122-" + "a" * 32
    assert paging.after(_request(after=place)) == place
    assert paging.after(_request(after="elsewhere")) == ""
    assert paging.links(_request(after=place), "things", "") == {"next_url": None, "first_url": "/demo/things"}
    assert paging.links(_request(), "things", place) == {"next_url": f"/demo/things?after={place}", "first_url": None}
