"""The description of the API, and whatever a fuzzer makes of it: no fault of ours, no leak, nothing undescribed."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.schemas import BaseSchema

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.api import describing, domain, serving
from chalicelib.api.operations import Operation
from chalicelib.api.problems import TYPE
from chalicelib.bookings import resource_store
from chalicelib.entry import rest
from local.engine import Engine
from local.events import Answer, Call
from local.gateway import Gateway
from tests.api.calling import BASE_URL, Program, program, read
from tests.bookings.letting import Letting, resource
from tests.support import world as worlds
from tests.support.world import World

_TRIES = 40
_UNHURRIED = list(HealthCheck)
_SECRETS = ("Secretissime", "Traceback", "dynamodb", "ORG#")
"""What no answer may hold: another organisation's family, and what we are made of."""
_CHECKED = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "missing_required_header", "ignored_auth",
)  # fmt: skip
_NOWHERE = Answer(404, (("Content-Type", TYPE),), json.dumps(
    {"type": "about:blank", "title": "", "status": 404, "detail": "", "reference": ""}
).encode())  # fmt: skip
"""For addresses that are none of the API's: the gateway's own page, which is tried elsewhere."""


def _over(gateway: Gateway) -> Callable[..., Iterable[bytes]]:
    """The gateway as fuzzers call it (WSGI)."""

    def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        headers = [(name[5:].replace("_", "-"), value) for name, value in environ.items() if name[:5] == "HTTP_"]
        if environ.get("CONTENT_TYPE"):
            headers.append(("Content-Type", environ["CONTENT_TYPE"]))
        query = environ.get("QUERY_STRING", "")
        target = environ["REQUEST_URI"].partition("?")[0] + (f"?{query}" if query else "")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        answer = gateway.answer(Call(environ["REQUEST_METHOD"], target, tuple(headers), body))
        start(f"{answer.status} -", list(answer.headers))
        return [answer.body]

    return app


@pytest.fixture(scope="module")
def furnished(aws: Engine) -> tuple[World, World, dict[str, str]]:
    """An organisation with one of each, another one, and the names of the first one's things."""
    world, foreign = worlds.build("fuzzed"), worlds.build("fuzzed-b")
    resource_store.save_all(world.org, [resource(id="hall")])
    home = world.household("Tremblay")
    member = world.member(home, "Léa")
    invoice = world.invoice(home)
    payment, _ = desk.record(world.organisation, home.id, Received(100, "cash", world.today), world.now)
    letting = Letting(world, resource(id="hall"), home)
    booking = letting.book(letting.at(3))
    foreign.household("Secretissime")
    things = {"household": home.id, "member": member.id, "payment": payment.id, "booking": booking.id}
    return world, foreign, {**things, "invoice": invoice.id, "org": world.org}


@pytest.fixture(scope="module")
def caller(furnished: tuple[World, World, dict[str, str]]) -> Iterator[Program]:
    """A program that may do everything, and as often as it likes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domain, "CALLS_A_MINUTE", 10**9)
        yield program(furnished[0])


@pytest.fixture(scope="module")
def described(aws: Engine) -> BaseSchema:
    """The description, as the API serves it."""
    gateway = Gateway(rest.app.routes, rest.app, BASE_URL, "test", {403: _NOWHERE})
    return schemathesis.openapi.from_wsgi(serving.DESCRIPTION, _over(gateway))


@pytest.mark.parametrize("operation", tuple(rest.operations()), ids=lambda each: each.name)
def test_nothing_that_a_fuzzer_sends_breaks_it_or_gets_more_than_is_described(
    operation: Operation, described: BaseSchema, caller: Program, furnished: tuple[World, World, dict[str, str]]
) -> None:
    """L-03, T-04: what fits the description and what does not, with the names of things that there are."""
    _, foreign, things = furnished
    made = described[operation.route][operation.method]
    checks: Any = CHECKS.get_by_names(list(_CHECKED))

    @settings(max_examples=_TRIES, deadline=None, derandomize=True, database=None, suppress_health_check=_UNHURRIED)
    @given(case=made.as_strategy() | made.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def send(case: Case[Any]) -> None:
        if case.meta is None or not case.meta.generation.mode.is_negative:
            case.path_parameters |= {name: things[name] for name in case.path_parameters if name in things}
        response = case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"}, checks=checks)
        assert not [secret for secret in (*_SECRETS, foreign.org) if secret in response.text]

    send()


def test_the_description_is_one_as_openapi_3_1_wants_it(described: BaseSchema) -> None:
    """And a description that is none is known to be none, so that this says something."""
    described.validate()
    broken = json.loads(json.dumps(described.raw_schema))
    broken["paths"]["/api/v1/{org}/households"]["get"]["responses"] = "none"
    with pytest.raises(ValueError, match="is not of type"):
        schemathesis.openapi.from_dict(broken).validate()


def test_the_description_is_served_to_anybody_and_names_every_operation_once(aws: Engine) -> None:
    gateway = Gateway(rest.app.routes, rest.app, BASE_URL, "test")

    told = read(gateway.answer(Call("GET", serving.DESCRIPTION)))

    named = [operation["operationId"] for path in told.body["paths"].values() for operation in path.values()]
    assert told.body["openapi"] == "3.1.0"
    assert sorted(named) == sorted(operation.name for operation in rest.operations())
    assert told.body == json.loads(json.dumps(describing.describe(rest.operations())))
