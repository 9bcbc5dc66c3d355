"""What pages of settings ask for about money by the clock: notices of charges, and reminding of what is overdue."""

from chalicelib.portals.fields import Field, Kind
from chalicelib.shared.texts import say

MOST_DUNNING = 6

BRAKE_FIELDS: tuple[Field, ...] = (
    Field(
        "billing.autopay_notice_days", say("Days between the notice of a charge and the charge"), Kind.NUMBER,
        hint=say("Nothing is charged unless the notice went out that many days before. 0: the invoice is enough."),
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
        hint=say("Earliest first. Empty all fields of a step to remove it."),
        inner=(
            Field("days", say("Days after the due day"), Kind.NUMBER, required=True),
            Field(
                "tone", say("Tone"), Kind.LEVEL,
                options=(("1", say("Friendly")), ("2", say("Firm")), ("3", say("Last reminder"))),
            ),
            Field("fee", say("Late fee, as an amount"), Kind.DECIMAL),
            Field("fee_percent", say("Or as a percentage of what is overdue"), Kind.DECIMAL),
            Field("fee_most", say("At most this amount"), Kind.DECIMAL),
        ),
    ),
    Field(
        "billing.late_fees", say("Late fees are charged"), Kind.FLAG,
        hint=say("Only where the law and your agreement with families allow it. No fee is charged on another fee."),
    ),
    Field(
        "billing.late_fee_note", say("What allows late fees"), Kind.LONG_TEXTS,
        hint=say("Printed on the invoice of the fee, such as the article of your agreement."),
    ),
    Field(
        "billing.late_fee_taxed", say("Your usual taxes are added to late fees"), Kind.FLAG,
        hint=say("In many countries late fees bear no tax. Ask your accountant."),
    ),
)  # fmt: skip
