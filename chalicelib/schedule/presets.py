"""Ready-made rules of enrolments, as data: what laws give to whom buys a course.

They are a start, not advice: whoever uses one has it read by a lawyer first. That is said in the documents, in the
settings file and in what the commands print.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.shared.texts import Message, say

ALWAYS = -87_600
"""Hours before the first meeting: ten years after it, which is to say at any time."""
_ALL = 1_000_000

QUEBEC_COURSE = "quebec_course"
EU_WITHDRAWAL = "eu_withdrawal"

PRESETS: Mapping[str, Mapping[str, Any]] = {
    QUEBEC_COURSE: {
        "leave": True,
        "free_before_start": True,
        "refund": [[ALWAYS, _ALL]],
        "fee_minor": 5000,
        "fee_ppm": 100_000,
        "payout_days": 10,
    },
    EU_WITHDRAWAL: {"leave": True, "withdrawal_days": 14, "payout_days": 14},
}
"""Rules by name, as `EnrolmentTerms.with_` takes them.

`quebec_course` (X-13): nothing is kept before the start; afterwards the lessons received are paid, and the lesser of
50 $ or 10 % of those that were not. `eu_withdrawal` (X-14): within 14 days after buying, only the lessons given are
paid.
"""


def legal_note(preset: str) -> Message:
    """What staff are told wherever ready-made rules are put to use."""
    return say(
        "The rules of enrolments begin as “%(preset)s”. They need legal review before families enrol under them.",
        preset=preset,
    )
