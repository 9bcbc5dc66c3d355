"""The embedded AWS: on loopback only, kept across stops and kills, never left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from zipfile import ZipFile

import botocore.session
import pytest

from local import StartError, engine
from tests.support.processes import listening_addresses, wait_until_gone

_START_AND_HANG = """
import sys, time
from pathlib import Path
from local import engine
running = engine.start(0, Path(sys.argv[1]))
print(running.endpoint, running.process.pid, flush=True)
time.sleep(600)
"""


def _client(endpoint: str, service: str) -> Any:
    return botocore.session.get_session().create_client(
        service,
        region_name=engine.REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def _remember(endpoint: str, value: str) -> None:
    _client(endpoint, "ssm").put_parameter(Name="/note", Value=value, Type="String", Overwrite=True)


def _remembered(endpoint: str) -> str:
    return str(_client(endpoint, "ssm").get_parameter(Name="/note")["Parameter"]["Value"])


def _send_mail_and_text(endpoint: str) -> None:
    mail = _client(endpoint, "sesv2")
    mail.create_email_identity(EmailIdentity="portal@foyer.example")
    mail.send_email(
        FromEmailAddress="portal@foyer.example",
        Destination={"ToAddresses": ["ana@example.com"]},
        Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Text"}}}},
    )
    _client(endpoint, "sns").publish(PhoneNumber="+15145550123", Message="Your code is 123456")


def _call_a_function(endpoint: str) -> None:
    package = BytesIO()
    with ZipFile(package, "w") as packed:
        packed.writestr("answering.py", "def answer(event, context):\n    return event\n")
    functions = _client(endpoint, "lambda")
    functions.create_function(
        FunctionName="answering",
        Runtime="python3.11",
        Handler="answering.answer",
        Role=f"arn:aws:iam::{engine.ACCOUNT}:role/answering",
        Code={"ZipFile": package.getvalue()},
    )
    answered = functions.invoke(FunctionName="answering", Payload=json.dumps("here"))
    assert json.load(answered["Payload"]) == "here"


def _sent(endpoint: str, what: str) -> Any:
    with urlopen(f"{endpoint}/_ministack/{what}") as answer:
        return json.load(answer)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's table of sockets")
def test_it_listens_on_loopback_only() -> None:
    with engine.running() as running:
        assert listening_addresses(running.process.pid) == {"0100007F"}


def test_what_is_stored_survives_a_stop(tmp_path: Path) -> None:
    with engine.running(state=tmp_path) as running:
        _remember(running.endpoint, "kept")
    with engine.running(state=tmp_path) as running:
        assert _remembered(running.endpoint) == "kept"


def test_sent_mails_and_texts_survive_a_stop(tmp_path: Path) -> None:
    with engine.running(state=tmp_path) as running:
        _send_mail_and_text(running.endpoint)
    with engine.running(state=tmp_path) as running:
        (mails,) = _sent(running.endpoint, "ses/messages")["messages"].values()
        assert [mail["Subject"] for mail in mails] == ["Hello"]
        (texts,) = _sent(running.endpoint, "sns/sms-messages")["sms_messages"].values()
        assert [text["Message"] for text in texts] == ["Your code is 123456"]
        assert abs(texts[0]["Timestamp"] - time.time()) < 60


def test_a_kill_costs_at_most_the_last_seconds(tmp_path: Path) -> None:
    running = engine.start(state=tmp_path)
    _remember(running.endpoint, "kept")
    _send_mail_and_text(running.endpoint)
    time.sleep(3)
    running.process.kill()
    running.stop()
    with engine.running(state=tmp_path) as again:
        assert _remembered(again.endpoint) == "kept"
        assert _sent(again.endpoint, "ses/messages")["messages"]
        assert _sent(again.endpoint, "sns/sms-messages")["sms_messages"]


def test_a_save_under_way_ends_before_the_last_one_begins(tmp_path: Path) -> None:
    """Both write into the same files. Here the first finds a pipe there, and waits until somebody reads it."""
    os.mkfifo(tmp_path / "ssm.json.tmp")
    running = engine.start(state=tmp_path)
    notes = _client(running.endpoint, "ssm")
    for number in range(40):  # more than a pipe holds
        notes.put_parameter(Name=f"/notes/{number}", Value="n" * 4000, Type="String")
    with (tmp_path / "ssm.json.tmp").open("rb") as slow:
        _remember(running.endpoint, "kept last")
        assert running.process.stdin
        running.process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(2)
        slow.read()
    running.stop()
    assert (tmp_path / "ssm.json").is_file()
    with engine.running(state=tmp_path) as again:
        assert _remembered(again.endpoint) == "kept last"


def test_what_is_damaged_is_said_and_not_written_over(tmp_path: Path) -> None:
    with engine.running(state=tmp_path) as running:
        _remember(running.endpoint, "kept")
    kept = (tmp_path / "ssm.json").read_bytes()
    (tmp_path / "ssm.json").write_bytes(kept[:-1])
    with pytest.raises(StartError, match=r"ssm\.json is damaged"):
        engine.start(state=tmp_path)
    (tmp_path / "ssm.json").write_bytes(kept)
    with engine.running(state=tmp_path) as again:
        assert _remembered(again.endpoint) == "kept"


def test_reading_writes_nothing_to_the_disk(tmp_path: Path) -> None:
    with engine.running(state=tmp_path) as running:
        _remember(running.endpoint, "kept")
        time.sleep(2.5)
        before = (tmp_path / "ssm.json").stat().st_mtime_ns
        _remembered(running.endpoint)
        time.sleep(2.5)
        assert (tmp_path / "ssm.json").stat().st_mtime_ns == before


def test_it_ends_and_saves_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _START_AND_HANG, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        endpoint, child = parent.stdout.readline().split()
    _remember(endpoint, "kept")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_until_gone(int(child), seconds=10)
    with engine.running(state=tmp_path) as running:
        assert _remembered(running.endpoint) == "kept"


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    with engine.running() as running:
        _remember(running.endpoint, "kept")
    with engine.running() as running, pytest.raises(Exception, match="ParameterNotFound"):
        _remembered(running.endpoint)


def test_what_functions_are_unpacked_into_goes_when_it_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole portal is 70 MB for each of its functions, at each deployment of a test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with engine.running() as running:
        _call_a_function(running.endpoint)
        assert list(tmp_path.glob("*/*/code/answering.py"))
    assert list(tmp_path.iterdir()) == []


def test_two_never_keep_their_data_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_LOCK_SECONDS", 0.2)
    with engine.running(state=tmp_path), pytest.raises(StartError, match="already runs with the data"):
        engine.start(state=tmp_path)


def test_a_taken_port_is_an_error_of_the_system() -> None:
    with socket.create_server((engine.HOST, 0)) as taken, pytest.raises(OSError, match="in use"):
        engine.start(taken.getsockname()[1])


def test_an_engine_that_does_not_come_up_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StartError, match="did not start"):
        engine.start()


@pytest.mark.parametrize("kept", [True, False])
def test_web_pages_can_not_reach_what_is_kept(tmp_path: Path, kept: bool) -> None:
    """A page in the visitor's browser names itself in Origin; only an engine with kept data refuses it."""
    with engine.running(state=tmp_path if kept else None) as running:
        asked = Request(f"{running.endpoint}/_ministack/ses/messages", headers={"Origin": "https://evil.example"})
        if kept:
            with pytest.raises(HTTPError) as refused:
                urlopen(asked)
            assert refused.value.code == 403
            refused.value.close()
        else:
            urlopen(asked).close()


def test_the_machine_s_own_aws_settings_are_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {"AWS_PROFILE": "production", "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.us-east-1.amazonaws.com"}
    monkeypatch.setattr(os, "environ", {**os.environ, **theirs})
    engine.point_here("http://127.0.0.1:1")
    assert not theirs.keys() & os.environ.keys()
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
