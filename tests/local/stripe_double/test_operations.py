"""The double plays calls that Stripe's library has, under their names, and emits events that it knows."""

import re
import typing
from pathlib import Path

import pytest
import stripe
from stripe.params import WebhookEndpointCreateParams

from local.stripe_double import parameters
from local.stripe_double.operations import OPERATIONS, Operation

_ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_each_operation_is_one_of_the_librarys_with_its_parameters(operation: Operation) -> None:
    place = stripe.StripeClient("sk_test_x").v1
    for step in operation.name.split("."):
        place = getattr(place, step)
    assert callable(place)
    declared = set(parameters._fields(parameters.declared(operation.params)))
    assert operation.plays <= declared
    assert operation.params.endswith("Params")


def test_every_event_is_of_a_type_that_the_library_declares() -> None:
    known = set(_literals(WebhookEndpointCreateParams.__annotations__["enabled_events"]))
    sources = "\n".join(path.read_text() for path in (_ROOT / "local/stripe_double").glob("*.py"))
    pattern = r'"((?:charge|checkout\.session|customer|payment_\w+|refund|setup_intent)\.[a-z_.]+)"'
    emitted = {one for one in re.findall(pattern, sources) if one not in {op.name for op in OPERATIONS}}
    emitted -= {"checkout.session"}
    assert len(emitted) > 30
    assert emitted <= known


def _literals(kind: typing.Any) -> typing.Iterator[str]:
    for part in typing.get_args(kind):
        if isinstance(part, str):
            yield part
        elif isinstance(part, typing.ForwardRef):
            yield from re.findall(r"'([a-z_.*]+)'", part.__forward_arg__)
        else:
            yield from _literals(part)


def test_nothing_that_is_deployed_knows_the_double() -> None:
    places = [_ROOT / "chalicelib", _ROOT / "infra", _ROOT / "cli"]
    sources = [path for place in places for path in place.rglob("*.py")] + [_ROOT / "app.py"]
    assert [path for path in sources if "stripe_double" in path.read_text()] == []
