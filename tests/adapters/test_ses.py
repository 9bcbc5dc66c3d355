"""Mail as it is handed to SES, and what its refusals mean (I-08, M-04)."""

import json

import botocore.session
import pytest

from chalicelib.adapters import aws as clients
from chalicelib.adapters import ses
from chalicelib.adapters.ses import SesMailer
from chalicelib.ports import DeliveryFailed, Mail
from local.engine import Engine
from tests.adapters.refusing import client, refusing
from tests.support.wire import tapped

SENDER = "portal@foyer.example"
MAIL = Mail(
    to="marie@example.com",
    subject="Your code",
    text="123",
    html="<p>123</p>",
    sender_name="École du Nord",
    reference="m-1",
    reply_to="desk@ecole.example",
)


def _handed_over(mail: Mail) -> dict[str, object]:
    with tapped() as wire:
        assert SesMailer(SENDER).send(mail)
    assert wire.calls == ["SendEmail"]
    told: dict[str, object] = json.loads(wire.bodies[0])
    return told


def test_a_mail_goes_to_one_address_with_both_texts_and_its_reference(aws: Engine) -> None:
    """I-08, M-02: a second copy carries the same reference; machines do not answer it."""
    told = _handed_over(MAIL)

    assert told["Destination"] == {"ToAddresses": ["marie@example.com"]}
    assert told["FromEmailAddress"] == "École du Nord <portal@foyer.example>"
    assert told["ReplyToAddresses"] == ["desk@ecole.example"]
    content = told["Content"]["Simple"]  # type: ignore[index]
    assert (content["Body"]["Text"]["Data"], content["Body"]["Html"]["Data"]) == ("123", "<p>123</p>")
    assert {header["Name"]: header["Value"] for header in content["Headers"]} == {
        "Auto-Submitted": "auto-generated",
        "X-Foyer-Reference": "m-1",
    }


@pytest.mark.parametrize("subject", ["Your\r\ncode", "Your\ncode", "Your \x0b code"])
def test_a_subject_is_one_line(aws: Engine, subject: str) -> None:
    """I-08."""
    content = _handed_over(MAIL._replace(subject=subject))["Content"]["Simple"]  # type: ignore[index]
    assert content["Subject"]["Data"] == "Your code"


@pytest.mark.parametrize("name", ["École\r\nBcc: all@example.com", "École\nX: y"])
def test_a_name_can_not_add_a_header(aws: Engine, name: str) -> None:
    """I-08: nothing is sent."""
    with tapped() as wire, pytest.raises(ValueError, match="CR or LF"):
        SesMailer(SENDER).send(MAIL._replace(sender_name=name))
    assert wire.calls == []


def test_a_mail_without_an_address_for_answers_names_none(aws: Engine) -> None:
    assert _handed_over(MAIL._replace(reply_to=""))["ReplyToAddresses"] == []


@pytest.mark.parametrize(
    ("code", "status", "permanent"),
    [
        ("MessageRejected", 400, True),
        ("BadRequestException", 400, True),
        ("AccountSuspendedException", 400, True),
        ("ValidationException", 400, True),
        ("TooManyRequestsException", 429, False),
        ("LimitExceededException", 400, False),
        ("ThrottlingException", 400, False),
        ("MailFromDomainNotVerifiedException", 400, False),
        ("NotFoundException", 404, False),
        ("NobodyHasSeenThis", 400, False),
        ("SendingPausedException", 400, False),
        ("InternalServiceErrorException", 500, False),
    ],
)
def test_only_what_never_changes_is_permanent(
    aws: Engine, monkeypatch: pytest.MonkeyPatch, code: str, status: int, permanent: bool
) -> None:
    """M-04: the rest is tried again."""
    with refusing("sesv2", code, status) as refusal:
        monkeypatch.setattr(clients, "client", lambda _service: refusal)
        with pytest.raises(DeliveryFailed, match=code) as failed:
            SesMailer(SENDER).send(MAIL)
    assert failed.value.permanent is permanent


def test_a_service_that_can_not_be_reached_is_tried_again(aws: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-04."""
    monkeypatch.setattr(clients, "client", lambda service: client(service, "http://127.0.0.1:9"))
    with pytest.raises(DeliveryFailed) as failed:
        SesMailer(SENDER).send(MAIL)
    assert failed.value.permanent is False


def test_every_refusal_that_ses_documents_is_sorted() -> None:
    """M-04: each error of SendEmail is of one kind; a new version of the service's description shows here."""
    operation = botocore.session.get_session().get_service_model("sesv2").operation_model("SendEmail")
    kinds = [ses.PERMANENT, ses.BUSY, ses.PASSING]
    assert {shape.name for shape in operation.error_shapes} <= frozenset().union(*kinds)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds)), "none is of two kinds"
    assert ses.ELSEWHERE < ses.PERMANENT
    assert all(ses.failure(code).busy for code in ses.BUSY)
    assert not any(ses.failure(code).busy for code in ses.PERMANENT | ses.PASSING)


def test_mails_of_one_thread_answer_the_same_mail(aws: Engine) -> None:
    """M-02: SES writes the Message-ID, so what is about one thing is held together by another name (decision 0071)."""
    headers = []
    for number in (1, 2):
        mail = MAIL._replace(reference=f"m-{number}", thread="invoice-2026 1", request="r-1")
        content = _handed_over(mail)["Content"]["Simple"]  # type: ignore[index]
        headers.append({header["Name"]: header["Value"] for header in content["Headers"]})
    first, second = headers
    assert first["References"] == first["In-Reply-To"] == "<invoice-2026.1@foyer.example>" == second["References"]
    assert first["X-Foyer-Reference"] != second["X-Foyer-Reference"]
    assert first["X-Foyer-Request"] == "r-1"
    assert "Message-ID" not in first


def test_a_mail_carries_whose_message_it_is_for_what_is_told_of_it_later(aws: Engine) -> None:
    """M-13: with the set by which SES tells; a name that no tag can hold is left out rather than changed."""
    with tapped() as wire:
        SesMailer(SENDER, "foyer-test").send(MAIL._replace(org="north", message="invoice-1"))
        SesMailer(SENDER).send(MAIL._replace(org="north", message="a b"))
    told, other = (json.loads(body) for body in wire.bodies)
    assert told["EmailTags"] == [{"Name": "org", "Value": "north"}, {"Name": "message", "Value": "invoice-1"}]
    assert told["ConfigurationSetName"] == "foyer-test"
    assert other["EmailTags"] == [{"Name": "org", "Value": "north"}]
    assert "ConfigurationSetName" not in other
