"""Addresses come from the settings, and nothing in them can end their part (W-04)."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import settings
from chalicelib.settings import Settings
from chalicelib.web import urls


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment on an address of API Gateway, with the stage in front of every path."""
    here = Settings("prod", "foyer", "https://abc.execute-api.ca-central-1.amazonaws.com/api", "ca-central-1")
    monkeypatch.setattr(settings, "current", lambda: here)
    urls._path.cache_clear()
    yield
    urls._path.cache_clear()


def test_a_stage_in_front_of_the_path_is_kept(staged: None) -> None:
    assert urls.portal("demo") == "/api/demo"
    assert urls.portal("demo", "invoices", show="due", after="") == "/api/demo/invoices?show=due"
    assert urls.absolute("demo", "invoices") == "https://abc.execute-api.ca-central-1.amazonaws.com/api/demo/invoices"
    assert urls.asset("portal.css", "v1") == "/api/assets/v1/portal.css"


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_no_part_of_an_address_breaks_out(aws: object, part: str, value: str) -> None:
    """Slashes divide, everything else is quoted; a query's value comes back as it was."""
    address = urls.portal("demo", f"invoices/{part}", q=value)
    told = urlsplit(f"https://portal.test{address}")

    assert unquote(told.path, errors="surrogatepass") == "/demo/invoices" + "".join(
        f"/{piece}" for piece in part.split("/") if piece
    )
    assert parse_qs(told.query, keep_blank_values=True) == {"q": [value]}
    assert "\n" not in address
    assert " " not in address
