"""The code sender: new orders from the table's stream, sent at once."""

from typing import Any

from chalicelib import bootstrap, settings
from chalicelib.adapters.clock import SystemClock
from chalicelib.data import handed
from chalicelib.entry import loaded
from chalicelib.joining.finding import on_file
from chalicelib.notifications import codes, pace
from chalicelib.ports import DeliveryFailed
from chalicelib.web import logs

KIND = "code_dispatch"
"""Kind of the items whose insertion starts this function."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Sends the ordered codes; answers with the first record that has to be tried again (M-05).

    Five tries within two minutes, then a code is stale and somebody has asked for another (M-04).
    """
    logs.configure()
    post = codes.Post(bootstrap.mailer(), bootstrap.texter(), bootstrap.secrets(), settings.current(), on_file)
    for record in event["Records"]:
        handed.begin(record)
        if not _send(post, record):
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _send(post: codes.Post, record: dict[str, Any]) -> bool:
    image = record["dynamodb"]["NewImage"]
    org, challenge, number = image["org"]["S"], image["challenge"]["S"], int(image["number"]["N"])
    try:
        outcome = codes.send(post, org, challenge, number, bootstrap.clock().now())
    except DeliveryFailed as failed:
        logs.event("code.failed", organisation=org, reason=str(failed), permanent=failed.permanent)
        return failed.permanent
    except Exception as error:
        logs.failure("code.failed", error, organisation=org)
        return False
    if outcome in (pace.MAIL, pace.TEXT):
        pace.of(settings.current(), SystemClock()).note(outcome)
    logs.event("code", organisation=org, outcome=outcome)
    return True


loaded()
