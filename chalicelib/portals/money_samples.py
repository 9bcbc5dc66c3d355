"""Examples of messages about money."""

from datetime import datetime

from chalicelib.portals.examples import (
    CAP,
    CARD,
    DANCE,
    DATED_ID,
    FEE,
    ID,
    INVOICE,
    LESSON,
    MONTHLY,
    REASON,
    Facts,
    Sample,
    Variant,
)
from chalicelib.shared.texts import say


def asked_and_paid(money: Facts) -> dict[str, Sample]:
    """What the desk, the till and families' own payments cause: `money` is an amount, its currency and its day."""
    paid = {"payment": DATED_ID, "receipt": "20261120-EXAMPL", "invoices": ["2026-00042"], **money}
    over = [{"minor": money["minor"], "currency": money["currency"]}]
    plan = {"title": DANCE, "subscription": DATED_ID, "reason": "", "at": money["at"]}
    day = money["at"].date().isoformat()
    stretch = {"first": "2026-01-01", "last": day, "payer": "", "told_on": day, **money}
    quote = {"quote": DATED_ID, "number": "Q2026-00007", "total_minor": MONTHLY, "currency": money["currency"]}
    refused = {**INVOICE, **CARD, **money, "autopay": True, "again_on": day}
    return {
        "invoice": Sample(
            say("New invoice"),
            {**INVOICE, "autopay": False, **money},
            (
                Variant(say("Charged automatically"), {"autopay": True}),
                Variant(say("Nothing left to pay"), {"minor": 0}),
            ),
        ),
        "receipt": Sample(say("Payment received"), paid),
        "payment_failed": Sample(
            say("Payment failed"),
            {**INVOICE, **money},
            (
                Variant(say("Automatic payment refused"), refused),
                Variant(say("Automatic payment refused for the last time"), {**refused, "again_on": ""}),
                Variant(say("Automatic payment without a payment method"), {**refused, "no_method": True}),
            ),
        ),
        "refund": Sample(say("Refund"), paid),
        "reminder": Sample(say("Reminder of what is overdue"), {"amounts": over, "at": money["at"]}),
        "quote": Sample(say("New quote"), {**quote, "at": money["at"]}),
        "statement": Sample(
            say("Statement of account"),
            {**stretch, "balance_minor": MONTHLY},
            (
                Variant(say("With credit"), {"balance_minor": -LESSON}),
                Variant(say("Nothing left to pay"), {"balance_minor": 0}),
            ),
        ),
        "card_wanted": Sample(say("Payment method wanted"), {}),
        "subscription": Sample(
            say("Subscription begins or ends"),
            {**plan, "is_over": False},
            (Variant(say("It ends"), {"is_over": True, "reason": REASON}),),
        ),
        "split_proposed": Sample(
            say("Sharing costs proposed by the other home"), {"member": "Léa", "path": f"members/{ID}/split"}
        ),
    }


def by_the_clock(soon: datetime, currency: str) -> dict[str, Sample]:
    """What clocks say about money."""
    day = soon.date().isoformat()
    late = {**INVOICE, "due_minor": MONTHLY, "due_on": "2026-11-01"}
    other = {"invoice": DATED_ID, "number": "2026-00057", "due_minor": LESSON, "due_on": "2026-11-15"}
    fee = {"fee_minor": FEE, "due_minor": MONTHLY + FEE, "by_on": day}
    both = {"invoices": [late, other], "due_minor": MONTHLY + LESSON}
    steps = {"step": 1, "invoices": [late], "due_minor": MONTHLY, "currency": currency, "fee_minor": 0, "by_on": ""}
    charge = {
        **INVOICE, **CARD, "due_minor": MONTHLY, "currency": currency, "charge_on": day,
        "path": f"invoices/{DATED_ID}/autopay",
    }  # fmt: skip
    ending = {"kind": "plan", "id": DATED_ID, "title": DANCE, "ends_on": day, "member": "Léa"}
    renewing = {**ending, "renew_minor": MONTHLY, "currency": currency}
    pass_ending = {**ending, "kind": "pass", "member": "", "left": 3}
    quote = {"quote": DATED_ID, "number": "Q2026-00007", "until_on": day}
    return {
        "overdue": Sample(
            say("Something is overdue: first reminder"),
            steps,
            (
                Variant(say("Several invoices"), both),
                Variant(say("Second reminder"), {"step": 2}),
                Variant(say("Second reminder, with a late fee"), {"step": 2, **fee}),
                Variant(say("Second reminder, several invoices"), {"step": 2, **both, "by_on": day}),
                Variant(say("Last reminder"), {"step": 3}),
                Variant(say("Last reminder, with a late fee"), {"step": 3, **fee, "fee_number": "2026-00060"}),
                Variant(say("Last reminder, several invoices"), {"step": 3, **both}),
            ),
        ),
        "autopay_notice": Sample(
            say("Automatic payment announced"),
            {**charge, "can_move": True, "can_stop": True},
            (
                Variant(say("Can be moved only"), {"can_stop": False}),
                Variant(say("Can be switched off only"), {"can_move": False}),
            ),
        ),
        "autopay_waits": Sample(
            say("Automatic payment waits: the monthly cap is reached"),
            {**charge, "cap_minor": CAP},
            (
                Variant(say("More than the monthly cap"), {"charge_on": "", "cap_minor": LESSON}),
                Variant(say("Waited for a month"), {"charge_on": "", "is_late": True}),
            ),
        ),
        "card_expiring": Sample(
            say("Card expires soon"),
            {**CARD, "expires_on": day, "next_on": day},
            (Variant(say("Card has expired"), {"is_expired": True, "next_on": ""}),),
        ),
        "membership_expiring": Sample(
            say("Subscription ends soon"),
            ending,
            (
                Variant(say("Subscription that the family may renew"), renewing),
                Variant(say("Pass ends soon"), pass_ending),
            ),
        ),
        "quote_expiring": Sample(
            say("Quote lapses soon"),
            {**quote, "total_minor": MONTHLY, "currency": currency},
            (Variant(say("Without an amount"), {"total_minor": 0}),),
        ),
    }
