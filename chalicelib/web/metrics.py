"""Metrics: figures that CloudWatch takes out of a line of the log (its Embedded Metric Format), without any call.

A metric says how much and never who (L-02). Each costs money by the month, so that what there may be is listed here.
"""

from chalicelib import bootstrap, settings
from chalicelib.shared.times import epoch
from chalicelib.web import logs

NAMES = frozenset(
    {
        "MessagesSent", "MessagesSkipped", "MessagesParked", "MessagesPutOff", "OutboxAge", "TextsSent",
        "MailsBounced", "MailsComplained", "RemindersMade", "DunningSteps", "AutopayCharged", "AutopayRefused",
        "NoticesForged", "StripeEventsAge", "BooksDiffer", "CodesTried", "CodesWrong",
    }
)  # fmt: skip
"""All that there are; alarms and the dashboard are made of them."""
DIMENSIONS = frozenset({"channel", "kind", "lane"})
"""What a metric may be told apart by besides; words of a short list of ours, or they count without."""
_LONGEST = 30


def count(name: str, value: float = 1, unit: str = "Count", **dimensions: str) -> None:
    """Adds `value` to a metric of the deployment, in CloudWatch's word for its unit (`Count`, `Seconds`).

    It counts as a whole, which alarms look at, and once more under its dimensions when it has any.
    """
    if not value and unit == "Count":
        return
    told = {key: word for key, word in dimensions.items() if key in DIMENSIONS and _is_word(word)}
    directive = {
        "Namespace": f"Foyer/{settings.current().stage}",
        "Dimensions": [[], sorted(told)] if told else [[]],
        "Metrics": [{"Name": name, "Unit": unit}],
    }
    header = {"Timestamp": epoch(bootstrap.clock().now()) * 1000, "CloudWatchMetrics": [directive]}
    logs.line({"_aws": header, name: value, **told})


def _is_word(value: str) -> bool:
    """Whether it may be one of ours: an address, a name or an id is not."""
    return len(value) <= _LONGEST and value.isascii() and value.replace("_", "").isalpha() and value == value.lower()
