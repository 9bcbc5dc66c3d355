"""The words for consents: how long one holds, who signs, what was said and in what role."""

from collections.abc import Mapping
from datetime import date

from chalicelib.consents.domain import Act, Capacity, Lasts, Listed, Signers, State
from chalicelib.shared.texts import Message, say

ACTS: Mapping[Act, tuple[Message, str]] = {
    Act.SIGNED: (say("Signed", context="consent"), "success"),
    Act.DECLINED: (say("Declined", context="consent"), "neutral"),
    Act.WITHDRAWN: (say("Withdrawn", context="consent"), "warning"),
    Act.SUPERSEDED: (say("Replaced by a newer text", context="consent"), "neutral"),
    Act.EXPIRED: (say("Expired", context="consent"), "neutral"),
}
"""What an entry of the ledger says, and the tone of its badge."""
STATES: Mapping[State, tuple[Message, str]] = {
    State.SIGNED: (say("Signed", context="consent"), "success"),
    State.PARTLY: (say("Others still have to sign", context="consent"), "warning"),
    State.DECLINED: (say("Declined", context="consent"), "neutral"),
    State.WITHDRAWN: (say("Withdrawn", context="consent"), "warning"),
}
OLD = (say("The text has changed", context="consent"), "warning")
OVER = (say("Expired", context="consent"), "warning")
NOBODY = (say("Not signed yet", context="consent"), "danger")
CAPACITIES: Mapping[Capacity, Message] = {
    Capacity.GUARDIAN: say("As parent or guardian"),
    Capacity.SELF: say("For myself"),
    Capacity.REPRESENTATIVE: say("For somebody else, as his or her legal representative"),
    Capacity.HOUSEHOLD: say("For the whole household"),
}


def lasting(lasts: Lasts) -> Message:
    """For how long a signature holds."""
    if lasts.months:
        return say(
            "For %(n)s month, or until the text changes",
            plural="For %(n)s months, or until the text changes",
            n=lasts.months,
        )
    if lasts.until:
        return say("Until %(day)s, or until the text changes", day=lasts.until)
    return say("Until the text changes, or you withdraw it")


def signers(wanted: Signers) -> Message:
    """Whose signatures it takes."""
    if wanted is Signers.ALL:
        return say("All guardians must sign, in all homes")
    return say("One guardian's signature is enough")


def standing(state: State, is_current: bool, until: date | None, today: date) -> tuple[Message, str]:
    """What all words come to, and the tone of its badge."""
    if not is_current:
        return OLD
    return OVER if until and until < today else STATES[state]


def following(listed: Listed) -> list[Message]:
    """What follows when a signature is withdrawn; told before."""
    told = [
        say("From that moment on, we act as if you had not agreed."),
        say("What was done before stays as it is. Your signature stays on record, with the day you withdrew it."),
    ]
    if listed.rules.mandatory:
        told.append(
            say("Until it is signed again, no new place can be taken and nothing can be booked for whom it concerns.")
        )
        told.append(say("Places and bookings that you have already stay; we will contact you about them."))
    return told
