"""The feedback function: what became of mails, and texts that came in, as the notification service tells it.

A notice that nobody of ours signed changes nothing. What fails is told again by the service, and nothing counts twice.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import bootstrap, settings
from chalicelib.entry import loaded
from chalicelib.feedback import events, notices, taking
from chalicelib.feedback.domain import Told
from chalicelib.feedback.events import MailTold
from chalicelib.notifications import archive
from chalicelib.ports import Forged
from chalicelib.shared import tracing
from chalicelib.web import logs, metrics

_COUNTED = {Told.HARD.value: "MailsBounced", Told.SOFT.value: "MailsBounced", Told.COMPLAINT.value: "MailsComplained"}


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Takes each notice of the event. Raises what stops one for now, once all were looked at."""
    logs.configure()
    late: list[Exception] = []
    taken = 0
    for record in event["Records"]:
        try:
            taken += _take(record["Sns"])
        except Exception as error:
            logs.failure("feedback.failed", error)
            late.append(error)
    if late:
        raise late[0]
    return {"taken": taken}


def _take(told: Mapping[str, Any]) -> int:
    """How many notices that was: 1, or 0 for one that is not believed."""
    now = bootstrap.clock().now()
    try:
        notice = notices.believe(bootstrap.signatures(), told, settings.current().feedback_topics, now)
    except Forged as forged:
        logs.event("feedback.forged", reason=forged.reason)
        metrics.count("NoticesForged")
        return 0
    tracing.begin(notice.id)
    found = events.read(notice.message)
    if found is None:
        outcome = "nothing"
    elif isinstance(found, MailTold):
        outcome = taking.take_mail(notice.id, found, archive.came_back, now)
        if outcome in _COUNTED:
            metrics.count(_COUNTED[outcome], kind=outcome)
    else:
        outcome = taking.take_text(notice.id, found, notice.at, now)
    logs.event("feedback", outcome=outcome)
    return 1


loaded()
