"""Texts as they are handed to SNS, and what its refusals mean (M-04)."""

from urllib.parse import parse_qs

import pytest

from chalicelib.adapters import aws as clients
from chalicelib.adapters.sns import SnsTexter
from chalicelib.ports import DeliveryFailed
from local.engine import Engine
from tests.adapters.refusing import client, refusing
from tests.support.wire import tapped


def test_a_text_goes_to_one_number_as_transactional(aws: Engine) -> None:
    """Carriers hold advertising back; codes are none."""
    with tapped() as wire:
        assert SnsTexter().send("+15145550123", "Код 123456")

    told = {name: values[0] for name, values in parse_qs(str(wire.bodies[0])).items()}
    assert (told["Action"], told["PhoneNumber"], told["Message"]) == ("Publish", "+15145550123", "Код 123456")
    assert "TopicArn" not in told
    assert told["MessageAttributes.entry.1.Name"] == "AWS.SNS.SMS.SMSType"
    assert told["MessageAttributes.entry.1.Value.StringValue"] == "Transactional"


@pytest.mark.parametrize(
    ("code", "status", "permanent"),
    [
        ("InvalidParameter", 400, True),
        ("InvalidParameterValue", 400, True),
        ("OptedOut", 400, True),
        ("AuthorizationError", 403, True),
        ("Throttled", 429, False),
        ("InternalError", 500, False),
    ],
)
def test_only_what_never_changes_is_permanent(
    aws: Engine, monkeypatch: pytest.MonkeyPatch, code: str, status: int, permanent: bool
) -> None:
    """M-04: the rest is tried again."""
    with refusing("sns", code, status) as refusal:
        monkeypatch.setattr(clients, "client", lambda _service: refusal)
        with pytest.raises(DeliveryFailed, match=code) as failed:
            SnsTexter().send("+15145550123", "123456")
    assert failed.value.permanent is permanent


def test_a_service_that_can_not_be_reached_is_tried_again(aws: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-04."""
    monkeypatch.setattr(clients, "client", lambda service: client(service, "http://127.0.0.1:9"))
    with pytest.raises(DeliveryFailed) as failed:
        SnsTexter().send("+15145550123", "123456")
    assert failed.value.permanent is False
