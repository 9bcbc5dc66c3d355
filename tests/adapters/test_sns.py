"""Texts as they are handed to SNS, and what its refusals mean (M-04)."""

from urllib.parse import parse_qs

import botocore.session
import pytest

from chalicelib.adapters import aws as clients
from chalicelib.adapters import sns
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
        ("ParameterValueInvalid", 400, True),
        ("ValidationException", 400, True),
        ("EndpointDisabled", 400, True),
        ("Throttled", 429, False),
        ("Throttling", 400, False),
        ("KMSThrottling", 400, False),
        ("NotFound", 404, False),
        ("KMSAccessDenied", 400, False),
        ("NobodyHasSeenThis", 400, False),
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


def test_every_refusal_that_sns_documents_is_sorted() -> None:
    """M-04: each code of Publish is of one kind; a new version of the service's description shows here."""
    operation = botocore.session.get_session().get_service_model("sns").operation_model("Publish")
    documented = {shape.metadata["error"].get("code", shape.name) for shape in operation.error_shapes}
    kinds = [sns.PERMANENT, sns.BUSY, sns.SPENT, sns.PASSING]
    assert documented <= frozenset().union(*kinds)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds)), "none is of two kinds"


@pytest.mark.parametrize(
    ("code", "words", "permanent", "busy", "elsewhere"),
    [
        ("InvalidParameter", "Phone number is opted out", True, False, True),
        ("OptedOut", "", True, False, True),
        ("Throttled", "Rate exceeded", False, True, False),
        ("LimitExceeded", "", False, False, True),
        ("InvalidParameter", "You have reached your monthly spend limit", False, False, True),
        ("InternalError", "", False, False, False),
    ],
)
def test_a_number_that_can_not_be_reached_is_told_from_a_service_that_is_busy(
    code: str, words: str, permanent: bool, busy: bool, elsewhere: bool
) -> None:
    """M-11, M-12: after STOP, or when the month's money is spent, a mail may go instead; nobody is parked for that."""
    failed = sns.failure(code, words)
    assert (failed.permanent, failed.busy, failed.elsewhere) == (permanent, busy, elsewhere)
