"""The route behind a path."""

import pytest

from chalicelib.web.paths import Paths, Place

_PATHS = Paths([
    "/",
    "/{org}",
    "/{org}/invoices",
    "/{org}/invoices/new",
    "/{org}/invoices/{invoice}",
    "/{org}/invoices/{invoice}/pdf",
    "/assets/{version}/{name}",
])  # fmt: skip


@pytest.mark.parametrize(
    ("path", "pattern", "parameters"),
    [
        ("/", "/", {}),
        ("/demo", "/{org}", {"org": "demo"}),
        ("/demo/", "/{org}", {"org": "demo"}),
        ("/demo/invoices/new", "/{org}/invoices/new", {"org": "demo"}),
        ("/demo/invoices/7", "/{org}/invoices/{invoice}", {"org": "demo", "invoice": "7"}),
        ("/demo/invoices/new/pdf", "/{org}/invoices/{invoice}/pdf", {"org": "demo", "invoice": "new"}),
        ("/d%C3%A9mo/invoices/a%2Fb", "/{org}/invoices/{invoice}", {"org": "d%C3%A9mo", "invoice": "a%2Fb"}),
        ("/assets/1/portal.css", "/assets/{version}/{name}", {"version": "1", "name": "portal.css"}),
        ("/assets", "/{org}", {"org": "assets"}),
    ],
)
def test_a_path_leads_to_its_route(path: str, pattern: str, parameters: dict[str, str]) -> None:
    assert _PATHS.find(path) == Place(pattern, parameters)


@pytest.mark.parametrize("path", ["/demo/nothing", "/demo/invoices/7/lines", "//", "/demo//", "//demo/invoices"])
def test_a_path_that_is_no_route_leads_nowhere(path: str) -> None:
    assert _PATHS.find(path) is None
