"""How long before a class or a booking somebody is reminded, in words."""

from collections.abc import Mapping

from chalicelib.organisations.word import Lead
from chalicelib.shared.texts import Message, say

LEADS: Mapping[Lead, Message] = {
    Lead.NONE: say("No reminder"),
    Lead.HOUR: say("An hour before"),
    Lead.THREE_HOURS: say("Three hours before"),
    Lead.EVENING: say("The evening before, at six"),
    Lead.DAY: say("A day before"),
    Lead.TWO_DAYS: say("Two days before"),
}
