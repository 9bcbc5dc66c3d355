"""The page of settings about word that goes out by itself: what it asks for."""

from chalicelib.notifications.leads import LEADS
from chalicelib.portals.fields import Field, Kind
from chalicelib.shared.texts import say

_OPTIONS = tuple((lead.value, label) for lead, label in LEADS.items())

WORD_FIELDS: tuple[Field, ...] = (
    Field(
        "word.quiet_from",
        say("Quiet hours from"),
        hint=say(
            "A time of day in your own time zone, such as 21:00. Reminders and statements wait then; confirmations, "
            "and whatever somebody waits for, do not."
        ),
    ),
    Field("word.quiet_until", say("Until", context="time"), hint=say("The same time twice: there are no quiet hours.")),
    Field(
        "word.class_lead", say("Reminder of a class"), Kind.CHOICE, options=_OPTIONS,
        hint=say("For families that chose nothing else. Each family may choose for itself."),
    ),
    Field("word.booking_lead", say("Reminder of a booking"), Kind.CHOICE, options=_OPTIONS),
)  # fmt: skip
