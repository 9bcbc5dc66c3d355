"""How slips and their states are called, in words for families and for staff."""

from collections.abc import Mapping

from chalicelib.shared.texts import Message, say
from chalicelib.slips.domain import Missing, SlipKind, SlipStatus, State
from chalicelib.slips.numbers import NumberKind

KIND_WORDS: Mapping[SlipKind, Message] = {
    SlipKind.RL24: say("RL-24 slip, child care"),
    SlipKind.FAMILY: say("Annual tax statement for families"),
    SlipKind.EDUCATION: say("Certificate of paid educational services"),
}
OFFICIAL: Mapping[SlipKind, Message] = {
    SlipKind.RL24: say(
        "This statement holds the figures of the RL-24 slip. It is not the form of Revenu Québec: the organisation "
        "sends the form itself to Revenu Québec."
    ),
    SlipKind.FAMILY: say(
        "This statement is made by the organisation from its books. It is not a form of the tax administration; keep "
        "it in case you are asked for it."
    ),
    SlipKind.EDUCATION: say(
        "This certificate is made by the organisation from its books. It is not the tax service’s form KND 1151158: "
        "the organisation fills that in on the basis of these figures."
    ),
}
"""What a slip is not. It needs the eyes of somebody who knows the law of the country."""
STATUS_WORDS: Mapping[SlipStatus, tuple[Message, str]] = {
    SlipStatus.RELEASED: (say("Valid", context="slip"), "success"),
    SlipStatus.AMENDED: (say("Amended", context="slip"), "neutral"),
    SlipStatus.CANCELLED: (say("Cancelled", context="slip"), "neutral"),
}
STATE_WORDS: Mapping[State, tuple[Message, str]] = {
    State.READY: (say("Ready", context="slip"), "success"),
    State.MISSING: (say("Something is missing", context="slip"), "warning"),
    State.CHANGED: (say("Figures changed", context="slip"), "warning"),
    State.RELEASED: (say("Released", context="slip"), "success"),
    State.CANCELLED: (say("Cancelled", context="slip"), "neutral"),
    State.REFUSED: (say("No slip: number not given"), "neutral"),
    State.TOO_OLD: (say("No slip: above the age limit"), "neutral"),
}
MISSING_WORDS: Mapping[Missing, Message] = {
    Missing.BIRTH_DATE: say("The child’s date of birth"),
    Missing.PARENT: say("The name of the parent who claims"),
    Missing.CLAIM: say("Which parent claims, or whether two share"),
    Missing.ADDRESS: say("The parent’s full address"),
    Missing.NUMBER: say("The parent’s number at the tax office"),
    Missing.SETTINGS: say("What the organisation has to set first"),
}
NUMBER_WORDS: Mapping[NumberKind, Message] = {
    NumberKind.SIN: say("Social insurance number"),
    NumberKind.INN: say("Taxpayer number (INN)"),
}
NUMBER_HINTS: Mapping[NumberKind, Message] = {
    NumberKind.SIN: say("Nine digits."),
    NumberKind.INN: say("Twelve digits."),
}
BAD_NUMBER: Mapping[NumberKind, Message] = {
    NumberKind.SIN: say("This is no social insurance number: check its nine digits"),
    NumberKind.INN: say("This is no taxpayer number: check its twelve digits"),
}
ISSUER_WORDS: Mapping[SlipKind, Message] = {
    SlipKind.RL24: say("Number at Revenu Québec (identification number and file)"),
    SlipKind.FAMILY: say("SIRET number"),
    SlipKind.EDUCATION: say("INN and KPP"),
}
