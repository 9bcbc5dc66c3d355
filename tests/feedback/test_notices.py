"""Whom a notice is believed: the table of forged ones, none of which has any effect (M-13)."""

import base64
import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from chalicelib import bootstrap, settings
from chalicelib.adapters.notices import SnsSignatures
from chalicelib.data.items import connection
from chalicelib.entry import feedback
from chalicelib.feedback import notices as checking
from chalicelib.feedback.addresses import refusal
from chalicelib.ports import Forged, Signed
from chalicelib.settings import SettingsError
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import DAY, after
from infra import template
from infra.functions import FUNCTIONS
from infra.stages import Stage
from local import notices
from local.notices import Signer
from tests.feedback.telling import MARIE, bounce
from tests.support.clock import TurnedClock
from tests.support.world import World

Told = dict[str, Any]
ROOT = Path(__file__).parents[2]
HOST = "https://sns.ca-central-1.amazonaws.com"


@cache
def _stranger() -> Signer:
    """A key of somebody else, whose certificate lies where only SNS's own do."""
    return Signer().publish()


@cache
def _short() -> Signer:
    return Signer(bits=1024).publish()


def _notice(world: World, **other: Any) -> Told:
    return notices.notice(notices.MAILS, bounce(world.org, MARIE, world.now), world.now, **other)


def _with(**other: Any) -> Callable[[Told], Told]:
    return lambda told: {**told, **other}


def _signed(**other: Any) -> Callable[[Told], Told]:
    """Changed and signed again with the right key: only what is asked here can tell that it is none of ours."""
    return lambda told: notices.signer().signed({**told, **other})


def _without(name: str) -> Callable[[Told], Told]:
    return lambda told: {key: value for key, value in told.items() if key != name}


def _at(url: str) -> Callable[[Told], Told]:
    return _with(SigningCertUrl=url)


def _expired(told: Told) -> Told:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    old = Signer(long_ago, long_ago + timedelta(days=365)).publish()
    return old.signed({**told, "SigningCertUrl": old.url})


def _not_yet(told: Told) -> Told:
    later = datetime.now(UTC) + timedelta(days=3000)
    early = Signer(later, later + timedelta(days=365)).publish()
    return early.signed({**told, "SigningCertUrl": early.url})


def _weak(told: Told) -> Told:
    return _short().signed({**told, "SigningCertUrl": _short().url})


def _other_body(told: Told) -> Told:
    message = json.loads(told["Message"])
    message["mail"]["destination"] = ["victim@example.com"]
    return {**told, "Message": json.dumps(message)}


def _turned(told: Told) -> Told:
    raw = bytearray(base64.b64decode(told["Signature"]))
    raw[0] ^= 1
    return {**told, "Signature": base64.b64encode(raw).decode()}


def _moved(told: Told, days: int) -> Told:
    at = datetime.fromisoformat(told["Timestamp"]) + timedelta(days=days)
    return notices.signer().signed({**told, "Timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.000Z"})


def _name() -> str:
    return notices.signer().file


FORGED: Mapping[str, Callable[[Told], Told]] = {
    "another topic of the account": _signed(TopicArn=f"{notices.MAILS}-2"),
    "a topic of another account": _signed(TopicArn=notices.MAILS.replace("000000000000", "111111111111")),
    "no topic": _without("TopicArn"),
    "a topic that is a list": _with(TopicArn=[notices.MAILS]),
    "a confirmation": _signed(Type="SubscriptionConfirmation"),
    "no type": _without("Type"),
    "another body": _other_body,
    "a subject that was not signed": _with(Subject="Amazon SES Email Event Notification"),
    "another id": _with(MessageId="00000000-0000-0000-0000-000000000000"),
    "an id of another form": _signed(MessageId="x" * 36),
    "no id": _without("MessageId"),
    "another moment": lambda told: {**told, "Timestamp": told["Timestamp"].replace("Z", "1Z")},
    "a moment without a zone": _signed(Timestamp="2026-11-22T18:30:00.000"),
    "no moment": _without("Timestamp"),
    "more than two months old": lambda told: _moved(told, -61),
    "of tomorrow": lambda told: _moved(told, 1),
    "a bit turned in the signature": _turned,
    "no signature": _without("Signature"),
    "an empty signature": _with(Signature=""),
    "a signature that is none": _with(Signature="not base64!"),
    "the signature of another version": _with(SignatureVersion="1"),
    "an unknown version": _with(SignatureVersion="3"),
    "no version": _without("SignatureVersion"),
    "another's key": lambda told: {**_stranger().signed(told), "SigningCertUrl": told["SigningCertUrl"]},
    "no certificate": _without("SigningCertUrl"),
    "http": lambda told: _at(f"http://sns.ca-central-1.amazonaws.com/{_name()}")(told),
    "another host": lambda told: _at(f"https://evil.example/{_name()}")(told),
    "a host that begins alike": lambda told: _at(f"https://sns.ca-central-1.amazonaws.com.evil.example/{_name()}")(
        told
    ),
    "a host that ends alike": lambda told: _at(f"https://evilsns.ca-central-1.amazonaws.com/{_name()}")(told),
    "a host below": lambda told: _at(f"https://x.sns.ca-central-1.amazonaws.com/{_name()}")(told),
    "another service": lambda told: _at(f"https://s3.ca-central-1.amazonaws.com/{_name()}")(told),
    "another region": lambda told: _at(f"https://sns.us-east-1.amazonaws.com/{_name()}")(told),
    "a host with a user": lambda told: _at(f"https://sns.ca-central-1.amazonaws.com@evil.example/{_name()}")(told),
    "a user before the host": lambda told: _at(f"https://evil@sns.ca-central-1.amazonaws.com/{_name()}")(told),
    "another port": lambda told: _at(f"https://sns.ca-central-1.amazonaws.com:8443/{_name()}")(told),
    "a host in capitals": lambda told: _at(f"https://SNS.ca-central-1.amazonaws.com/{_name()}")(told),
    "a backslash": lambda told: _at(f"https://sns.ca-central-1.amazonaws.com\\@evil.example/{_name()}")(told),
    "a letter of another alphabet": lambda told: _at(f"https://ѕns.ca-central-1.amazonaws.com/{_name()}")(told),
    "a tab in the host": lambda told: _at(f"https://sns.ca-central-1.amazonaws.com\t/{_name()}")(told),
    "a path with folders": lambda told: _at(f"{HOST}/../{_name()}")(told),
    "a query": lambda told: _at(f"{HOST}/{_name()}?x=1")(told),
    "a query with an end alike": _at(f"{HOST}/?Action=x&y=/a.pem"),
    "a fragment": lambda told: _at(f"{HOST}/{_name()}#x")(told),
    "no .pem": _at(f"{HOST}/SimpleNotificationService"),
    "a certificate that is expired": _expired,
    "a certificate that is not valid yet": _not_yet,
    "a key that is too short": _weak,
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_notice_has_no_effect(
    world: World, how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-13: nothing is written, by anybody's words; it is counted, and logged without what it says."""
    told = FORGED[how](_notice(world))
    before = _written(world)

    caplog.set_level("INFO", "foyer")
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    assert feedback.handler(notices.event(told), None) == {"taken": 0}

    assert refusal(world.org, MARIE, world.now) == ""
    assert _written(world) == before
    lines = caplog.text
    assert '"feedback.forged"' in lines
    assert '"NoticesForged": 1' in lines
    assert MARIE not in lines
    assert world.org not in lines


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [None, "Amazon SES Email Event Notification"])
def test_what_sns_signed_is_believed(world: World, version: str, subject: str | None) -> None:
    """M-13: in both of its ways, with a subject and without; the same table would pass if nothing ever were."""
    told = _notice(world, SignatureVersion=version, Subject=subject)

    assert feedback.handler(notices.event(told), None) == {"taken": 1}
    assert refusal(world.org, MARIE, world.now) == "bounced"


def test_the_address_of_the_certificate_is_known_by_both_of_its_names(world: World) -> None:
    """A function is told SigningCertUrl, everybody else SigningCertURL."""
    told = _notice(world)
    told["SigningCertURL"] = told.pop("SigningCertUrl")

    assert feedback.handler(notices.event(told), None) == {"taken": 1}


def test_a_notice_is_taken_for_two_months_and_no_longer(world: World, clock: TurnedClock) -> None:
    """SNS tries for 23 days; what is older than we remember notices could count twice."""
    told = _notice(world)
    clock.advance(60 * DAY - 60)
    assert feedback.handler(notices.event(told), None) == {"taken": 1}
    clock.advance(120)
    assert feedback.handler(notices.event({**_notice(world)}), None) == {"taken": 0}


def test_one_forged_notice_among_others_stops_none(world: World) -> None:
    """Each is looked at by itself."""
    forged, good = _turned(_notice(world)), _notice(world)

    assert feedback.handler(notices.event(forged, good), None) == {"taken": 1}
    assert refusal(world.org, MARIE, world.now) == "bounced"


def test_a_certificate_is_asked_for_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that can not be had now has the service tell again, instead of being taken for forged."""
    checker = SnsSignatures(settings.current().notices_url)
    monkeypatch.setattr(bootstrap, "signatures", lambda: checker)
    feedback.handler(notices.event(_notice(world)), None)
    checker._stand_in = "http://127.0.0.1:9"
    feedback.handler(notices.event(_notice(world)), None)

    empty = SnsSignatures("http://127.0.0.1:9")
    monkeypatch.setattr(bootstrap, "signatures", lambda: empty)
    with pytest.raises(Unavailable):
        feedback.handler(notices.event(_notice(world)), None)


@pytest.mark.parametrize("signature", ["FAKE", "FAKEFAKE"])
def test_a_notice_whose_certificate_is_not_there_is_told_again(
    world: World, signature: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-13: where SNS is late with a new certificate, a complaint must not be lost; it changes nothing, and does not
    count as forged."""
    told = {**_notice(world), "Signature": signature, "SigningCertUrl": f"{HOST}/SimpleNotificationService-gone.pem"}
    before = _written(world)
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    with pytest.raises(Unavailable):
        feedback.handler(notices.event(told), None)
    assert _written(world) == before
    assert "NoticesForged" not in caplog.text


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_whatever_keeps_the_certificate_away_is_no_forgery(status: int) -> None:
    """A page of errors is read as one, whoever's fault it is."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.handle_request, daemon=True).start()
    checker = SnsSignatures(f"http://127.0.0.1:{server.server_port}")
    with pytest.raises(Unavailable):
        checker.check(Signed(b"text", b"signature", "2", f"{HOST}/{_name()}"), datetime.now(UTC))
    server.server_close()


def test_a_certificate_that_is_too_long_or_none_is_not_believed(world: World) -> None:
    """Whatever is served there, little of it is read."""
    for content in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"x" * 20_000):
        signer = Signer()
        signer.certificate = content
        signer.publish()
        told = signer.signed({**_notice(world), "SigningCertUrl": signer.url})
        checker = SnsSignatures(settings.current().notices_url)
        with pytest.raises(Forged, match="certificate"):
            checking.believe(checker, told, settings.current().feedback_topics, world.now)


def test_without_topics_nothing_is_believed(world: World) -> None:
    with pytest.raises(Forged, match="topic"):
        checking.believe(bootstrap.signatures(), _notice(world), frozenset(), world.now)


def test_what_is_deployed_trusts_no_certificate_of_this_machine() -> None:
    """The stand-in is for the loopback address alone, and no function of the template is told of one."""
    environ = {"FOYER_STAGE": "x", "FOYER_TABLE": "x", "FOYER_BASE_URL": "https://x.example", "AWS_DEFAULT_REGION": "x"}
    for url in ("https://evil.example", "http://10.0.0.1", "http://127.0.0.1.evil.example"):
        with pytest.raises(SettingsError, match="FOYER_NOTICES_URL"):
            settings.read({**environ, "FOYER_NOTICES_URL": url})
    made = template.make(Stage.read("prod", ROOT), "1")["Resources"]
    told = [made[each.title]["Properties"]["Environment"]["Variables"] for each in FUNCTIONS]
    assert len(told) == len(FUNCTIONS)
    assert not any("FOYER_NOTICES_URL" in each or "AWS_ENDPOINT_URL" in each for each in told)


def test_only_the_function_that_takes_them_has_the_topics_and_their_order_to_start_it() -> None:
    """The rights are the template's: each topic alone may start it, and it may do nothing else."""
    resources = template.make(Stage.read("prod", ROOT), "1")["Resources"]
    starts = [each["Properties"] for each in resources.values() if each["Type"] == "AWS::SNS::Subscription"]
    heard = {each["TopicArn"]["Ref"] for each in starts if each["Protocol"] == "lambda"}
    assert heard == {"Feedback", "Texts"}
    assert {resources[topic]["Properties"]["SignatureVersion"] for topic in heard} == {"2"}
    assert resources["MailEvents"]["Properties"]["SuppressionOptions"] == {"SuppressedReasons": []}


def _written(world: World) -> int:
    """How many reports and addresses there are of the organisation, besides what its world began with."""
    found = connection().scan(attributes_to_get=["pk"])["Items"]
    kinds = ("#ADDRESS#", "#MAIL_REPORT#", "#REFUSED")
    return sum(1 for item in found if world.org in item["pk"]["S"] and any(kind in item["pk"]["S"] for kind in kinds))


def test_the_moment_is_that_of_the_notice(world: World) -> None:
    told = _notice(world)
    notice = checking.believe(bootstrap.signatures(), told, settings.current().feedback_topics, after(world.now, 5))
    assert abs((notice.at - world.now).total_seconds()) < 1
