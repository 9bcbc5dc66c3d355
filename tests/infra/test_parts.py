"""Every route reaches its function through fewer resources than API Gateway allows."""

import re
from collections.abc import Mapping

import pytest

from chalicelib.entry import stripe_webhook
from infra import api, parts
from infra.functions import API_HANDLER, FILES, PAPERS, STRIPE_WEBHOOK, Function
from local.events import Resources

_ROUTES = api.routes()
_PARTS = parts.parts(_ROUTES)
_HEADROOM = 40
_EACH = [(path, method, owner) for path, methods in _ROUTES.items() for method, owner in methods.items()]
_NAMES = [f"{method} {path}" for path, method, _ in _EACH]


def _asked(path: str) -> str:
    """An address of this route."""
    return re.sub(r"{\w+}", "x7", path)


def test_the_api_has_room_for_all_routes() -> None:
    """300 resources are what an account gets; a resource for each route would be more."""
    assert len(parts.resources({path: {} for path in _ROUTES})) > parts.MAX_RESOURCES
    assert len(parts.resources(_PARTS)) <= parts.MAX_RESOURCES - _HEADROOM


@pytest.mark.parametrize(("path", "method", "owner"), _EACH, ids=_NAMES)
def test_each_route_reaches_the_function_that_owns_it(path: str, method: str, owner: Function) -> None:
    """However the gateway looks: it may turn back where a word leads nowhere, or not."""
    assert parts.owner_of(_PARTS, _asked(path), method) is owner
    found = Resources({part: list(methods) for part, methods in _PARTS.items()}).find(_asked(path))
    assert found
    methods = _PARTS[found.path]
    assert (methods.get(method) or methods.get(parts.ANY)) is owner


def test_no_place_has_two_parameters() -> None:
    """API Gateway refuses an API with `{household}` and `{proxy+}` side by side."""
    beside: dict[str, set[str]] = {}
    for resource in parts.resources(_PARTS):
        before, _, last = resource.rpartition("/")
        if last.startswith("{"):
            beside.setdefault(before, set()).add(last)
    assert {place: found for place, found in beside.items() if len(found) > 1} == {}


def test_what_stripe_tells_has_a_resource_of_its_own() -> None:
    """P-21: the stage slows it down apart from pages, by the name of the resource and its method."""
    assert _PARTS[stripe_webhook.PATH] == {"POST": STRIPE_WEBHOOK}


_SMALL: Mapping[str, parts.Methods] = {
    "/{org}": {"GET": API_HANDLER},
    "/{org}/invoices": {"GET": API_HANDLER},
    "/{org}/invoices/new": {"GET": API_HANDLER},
    "/{org}/invoices/{invoice}": {"GET": API_HANDLER},
    "/{org}/invoices/{invoice}/pdf": {"GET": PAPERS},
    "/{org}/photos": {"GET": API_HANDLER, "POST": FILES},
    "/{org}/photos/{photo}": {"GET": FILES},
    "/{org}/settings/a/b": {"GET": API_HANDLER},
}


def test_a_part_is_told_once() -> None:
    assert parts.parts(_SMALL) == {
        "/{org}": {"ANY": API_HANDLER},
        "/{org}/invoices": {"ANY": API_HANDLER},
        "/{org}/invoices/{invoice}": {"ANY": API_HANDLER},
        "/{org}/invoices/{invoice}/{proxy+}": {"ANY": PAPERS},
        "/{org}/photos": {"GET": API_HANDLER, "POST": FILES},
        "/{org}/photos/{proxy+}": {"ANY": FILES},
        "/{org}/{proxy+}": {"ANY": API_HANDLER},
    }


@pytest.mark.parametrize(
    ("path", "method", "owner"),
    [
        ("/demo/invoices/new", "GET", API_HANDLER),
        ("/demo/settings/a/b", "GET", API_HANDLER),
        ("/demo/photos", "DELETE", None),
        ("/demo/photos/1", "DELETE", FILES),
        ("/demo/nothing/at/all", "GET", API_HANDLER),
        ("/", "GET", None),
    ],
)
def test_what_is_no_route_reaches_somebody_who_says_so(path: str, method: str, owner: Function | None) -> None:
    """A function's own page for 404 and 405, or the gateway's."""
    assert parts.owner_of(parts.parts(_SMALL), path, method) is owner
