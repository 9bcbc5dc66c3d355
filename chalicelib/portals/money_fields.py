"""What pages of settings ask for about money by the clock: notices of charges, and reminding of what is overdue."""

from chalicelib.portals.fields import Field, Kind
from chalicelib.shared.texts import say

MOST_DUNNING = 6

BRAKE_FIELDS: tuple[Field, ...] = (
    Field(
        "billing.autopay_notice_days", say("Days between the notice of a charge and the charge"), Kind.NUMBER,
        hint=say("Nothing is charged unless the notice went out so long before. 0: the invoice itself is enough."),
    ),
    Field(
        "billing.autopay_moves", say("Charges that a family may move in a year"), Kind.NUMBER,
        hint=say("0: none."),
    ),
    Field("billing.autopay_move_days", say("Days by which a charge may be moved"), Kind.NUMBER),
)  # fmt: skip
DUNNING_FIELDS: tuple[Field, ...] = (
    Field(
        "billing.dunning", say("Step"), Kind.GROUP, most=MOST_DUNNING,
        hint=say("Earliest first. Empty all that stands in a step to take it away."),
        inner=(
            Field("days", say("Days after the due day"), Kind.NUMBER, required=True),
            Field("tone", say("Tone"), Kind.NUMBER, hint=say("1 friendly, 2 firm, 3 for the last time.")),
            Field("fee", say("Late fee, an amount"), Kind.DECIMAL),
            Field("fee_percent", say("Or in per cent of what is overdue"), Kind.DECIMAL),
            Field("fee_most", say("At most so much"), Kind.DECIMAL),
        ),
    ),
    Field(
        "billing.late_fees", say("Late fees are charged"), Kind.FLAG,
        hint=say("Only where law and your agreement with families allow it. No fee is reckoned on another fee."),
    ),
    Field(
        "billing.late_fee_note", say("What allows late fees"), Kind.LONG_TEXTS,
        hint=say("Stands on the invoice of a fee, such as the article of your agreement."),
    ),
    Field(
        "billing.late_fee_taxed", say("Your usual taxes are added to late fees"), Kind.FLAG,
        hint=say("In many countries they bear none. Ask who looks after your books."),
    ),
)  # fmt: skip
