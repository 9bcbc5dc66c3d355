"""What becomes of each kind of record when one of two households, or of two members, is folded into the other.

A record that moves is the same record in another place: numbers, days and amounts stay. What names files stays where
its files lie, and what was signed stays where it was signed. What only the payment provider or a tax office could
follow stops the merge: the other record is kept instead. A test wants a word about every kind.
"""

from collections.abc import Mapping
from enum import Enum

from chalicelib.shared.texts import Message, say


class Fate(Enum):
    """What a merge does with a record."""

    MOVES = "moves"
    STAYS = "stays"
    """It stays with the record that is put away, where the staff still find it."""
    STOPS = "stops"
    """There is no merge in this direction."""
    APART = "apart"
    """The merge itself sees to it."""


ONLINE = say("It has paid online: keep this one, and merge the other into it")
SLIPS = say("It has papers for taxes: keep this one, and merge the other into it")
ASKED = say("A booking of it waits for an answer")
SHARED = say("Costs are shared with another home: end that first")

STOPS: Mapping[str, Message] = {
    "checkout": ONLINE,
    "claim": ONLINE,
    "customer": ONLINE,
    "payment_method": ONLINE,
    "slip": SLIPS,
    "slip_file": SLIPS,
    "slip_number": SLIPS,
    "booking_request": ASKED,
    "split": SHARED,
}
"""Why some kinds stop a merge."""

MOVED: Mapping[str, Message] = {
    "person": say("Members"),
    "invoice": say("Invoices"),
    "payment": say("Payments"),
    "credit_note": say("Credit notes"),
    "bought": say("Purchases"),
    "quote": say("Quotes"),
    "recurring": say("Recurring invoices"),
    "subscription": say("Subscriptions"),
    "pass": say("Passes"),
    "booking": say("Bookings"),
    "form_answers": say("Forms"),
    "enrolment": say("Places in classes"),
    "right": say("Rights to make up"),
    "certificate": say("Certificates"),
    "sent": say("Mails and texts sent"),
}
"""Kinds that move and that the preview names."""

_MOVE_TOO = (
    "dunning_step", "member", "member_invoice", "unpaid", "credit", "open_quote", "recurring_invoice", "moved_booking",
    "invoice_link", "news",
)  # fmt: skip
"""Kinds that say where something is that moves, or that it came."""

LEFT: Mapping[str, Message] = {
    "document": say("Documents"),
    "wanted_paper": say("Papers asked for"),
    "thread": say("Conversations"),
    "signature": say("Consents signed"),
    "reached_skill": say("Skills"),
    "photo": say("Photos"),
    "client_notes": say("Notes of the staff"),
}
"""Kinds that stay and that the preview names."""

_LEFT_TOO = (
    "autopay_plan", "dunning_rules", "thread_message", "question", "consent_standing", "preferences", "invitation",
    "share", "takeaway", "user", "session", "browser", "feed", "authenticator", "deed", "absorbed", "agenda",
)  # fmt: skip
_APART = ("household", "household_user", "summary", "ledger")

FATES: Mapping[str, Fate] = {
    **dict.fromkeys((*MOVED, *_MOVE_TOO), Fate.MOVES),
    **dict.fromkeys((*LEFT, *_LEFT_TOO), Fate.STAYS),
    **dict.fromkeys(STOPS, Fate.STOPS),
    **dict.fromkeys(_APART, Fate.APART),
}
"""What becomes of every kind of a family's records (`privacy.gathering.HOLDINGS`)."""
