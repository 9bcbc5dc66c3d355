"""Every message as the organisation looks at it before a family does, with made-up facts (ADM-9).

A test holds that every folder of messages has an example here, so that nothing is sent that nobody could look at.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from chalicelib.notifications.own_words import TO_STAFF
from chalicelib.notifications.purposes import Purpose, purpose_of
from chalicelib.shared.texts import Message, say

_MONTHLY, _LESSON = 12000, 3500
"""Minor units that stand in examples."""
Facts = Mapping[str, Any]


class Sample(NamedTuple):
    """One message with what it is called at the desk."""

    title: Message
    facts: Facts


class Group(Enum):
    """Messages that stand together at the desk."""

    MONEY = "money"
    PLACES = "places"
    PAPERS = "papers"
    OTHER = "other"
    SECURITY = "security"
    STAFF = "staff"


TITLES: Mapping[Group, Message] = {
    Group.MONEY: say("Invoices and payments"),
    Group.PLACES: say("Classes and bookings"),
    Group.PAPERS: say("Documents"),
    Group.OTHER: say("Messages"),
    Group.SECURITY: say("Signing in and families' data"),
    Group.STAFF: say("To your staff"),
}
FIXED: Mapping[Group, Message] = {
    Group.SECURITY: say("They always stay as they are, so that families can tell them from forged ones."),
    Group.STAFF: say("They go to your own people and stay as they are."),
}
"""Why messages of a group have no own words, but for the first one that a family gets."""
_GROUPS = {Purpose.CONVERSATION: Group.OTHER, Purpose.OTHER_HOME: Group.OTHER, Purpose.ONLINE: Group.PLACES}


def group_of(name: str) -> Group:
    """Where a message stands at the desk, by its folder."""
    purpose = purpose_of(name)
    return Group.STAFF if name in TO_STAFF else _GROUPS.get(purpose) or Group(purpose.value)


def samples(currency: str, now: datetime) -> dict[str, Sample]:
    """All messages, by their folder of templates."""
    soon = now + timedelta(days=7)
    return {
        **_first(),
        **_money({"minor": _MONTHLY, "currency": currency, "at": soon}),
        **_classes(now, soon, currency),
        **_bookings({"booking": "example", "place": "Studio 2", "at": soon}, currency),
        **_papers(now, soon),
        **_conversation(soon),
        **_sign_in(now),
        **_data(soon),
        **_staff(now, soon),
    }


_PIANO = {"fr": "Piano", "en": "Piano", "ru": "Фортепиано"}
_DANCE = {"fr": "Danse", "en": "Dance", "ru": "Танцы"}
_INVOICE = {"invoice": "example", "number": "2026-00042"}
_WHO = "Sophie Tremblay"


def _first() -> dict[str, Sample]:
    return {"activation": Sample(say("Welcome"), {})}


def _money(money: Facts) -> dict[str, Sample]:
    paid = {"receipt": "R-42", "invoices": ["2026-00042"], **money}
    over = [{"minor": money["minor"], "currency": money["currency"]}]
    plan = {"title": _DANCE, "subscription": "example", "reason": "", "at": money["at"]}
    stretch = {"first": "2026-01-01", "last": "2026-03-31", "payer": "", **money}
    return {
        "invoice": Sample(say("New invoice"), {**_INVOICE, "autopay": False, **money}),
        "receipt": Sample(say("Payment received"), {"payment": "example", **paid}),
        "payment_failed": Sample(say("Payment failed"), {"invoice": "example", **money}),
        "refund": Sample(say("Refund"), paid),
        "reminder": Sample(say("Reminder of what is overdue"), {"amounts": over, "at": money["at"]}),
        "quote": Sample(say("New quote"), {"quote": "example", "number": "Q2026-00007", "at": money["at"]}),
        "statement": Sample(say("Statement of account"), stretch),
        "card_wanted": Sample(say("Payment method wanted"), {}),
        "subscription": Sample(say("Subscription begins or ends"), {**plan, "is_over": False}),
        "split_proposed": Sample(say("Sharing costs proposed by the other home"), {"member": "Léa", "path": "members"}),
    }


def _classes(now: datetime, soon: datetime, currency: str) -> dict[str, Sample]:
    lesson = {"title": _PIANO, "reason": {}, "meetings": [_meeting(now, soon)]}
    moved = {"member": "Léa", "old": _PIANO, "new": _DANCE, "path": "schedule"}
    left = {"off_invoice": 0, "to_family": _LESSON, "payout_days": 10, "note": "", "by": "family", "reason": ""}
    taken = {"places": [("Léa", _PIANO)], **_INVOICE, "minor": _MONTHLY, "currency": currency, "at": soon}
    online = {"door": "https://meet.example.com/piano", "page": "schedule", "members": ["Léa"]}
    hour = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}
    return {
        "enrolled": Sample(say("Place taken"), taken),
        "place_offered": Sample(say("Place came free"), {"title": _PIANO, "member": "Léa", "at": soon}),
        "enrolment_cancelled": Sample(
            say("Enrolment cancelled"),
            {"title": _PIANO, "member": "Léa", "path": "schedule", "currency": currency, **left},
        ),
        "enrolment_moved": Sample(
            say("Group changed"), {**moved, "at": soon, "number": "", "difference": 0, "currency": currency}
        ),
        "transfer_declined": Sample(say("Group not changed"), moved),
        "class_cancelled": Sample(say("Lesson cancelled"), lesson),
        "class_moved": Sample(say("Lesson moved"), lesson),
        "class_substituted": Sample(say("Another instructor"), lesson),
        "class_ended": Sample(say("Whole class cancelled"), lesson),
        "class_online": Sample(say("Class to be joined online"), {"title": _PIANO, **online, **hour}),
    }


def _meeting(now: datetime, soon: datetime) -> dict[str, Any]:
    return {
        "starts_at": soon,
        "ends_at": soon + timedelta(hours=1),
        "was_at": now + timedelta(days=6),
        "room": "Studio 2",
        "instructor": "",
        "who": ["Léa"],
    }


def _bookings(booking: Facts, currency: str) -> dict[str, Sample]:
    billed = {**_INVOICE, "minor": _LESSON, "currency": currency}
    called_off = {"by_us": True, "reason": "", "minor": _LESSON, "credit": 0, "currency": currency}
    return {
        "booking_requested": Sample(say("Booking requested"), booking),
        "booking_confirmed": Sample(say("Booking confirmed"), {**booking, **billed}),
        "booking_moved": Sample(say("Booking moved"), {**booking, "waits": False}),
        "booking_declined": Sample(say("Booking declined"), {**booking, "reason": ""}),
        "booking_expired": Sample(say("Booking not answered in time"), booking),
        "booking_cancelled": Sample(say("Booking cancelled"), {**booking, **called_off}),
    }


def _papers(now: datetime, soon: datetime) -> dict[str, Sample]:
    wanted = {"wanted": "example", "title": "", "reason": "", "is_again": False, "due_at": soon}
    return {
        "document": Sample(say("New document"), {"document": "example", "title": "2026-2027", "again": False}),
        "document_wanted": Sample(say("Document wanted"), wanted),
        "slips": Sample(say("Tax slips ready"), {"act": "released", "year": str(now.year - 1)}),
    }


def _conversation(soon: datetime) -> dict[str, Sample]:
    written = {"thread": "example", "subject": "", "writer": _WHO, "excerpt": ""}
    absence = {"member": "Léa", "title": _PIANO, "at": soon, "more": 0}
    return {
        "message": Sample(say("New message"), written),
        "absence_noted": Sample(say("Absence told by the other home"), absence),
    }


def _sign_in(now: datetime) -> dict[str, Sample]:
    code = {"code": "123456", "purpose": "sign_in", "host": "example.com", "asked_by": ""}
    return {
        "code": Sample(say("Code for signing in"), code),
        "new_device": Sample(say("New device"), {"browser": "Firefox, Android", "at": now}),
        "login_changed": Sample(say("Sign-in address changed"), {"old": "m•••@example.com", "new": "•••23", "at": now}),
        "invitation": Sample(say("Invitation to a family's account"), {"by": _WHO, "path": "invited/example"}),
        "joined": Sample(say("Somebody of the family registered"), {"who": _WHO}),
        "join_approved": Sample(say("Registration approved"), {}),
        "join_declined": Sample(say("Registration declined"), {"reason": "…"}),
        "growing": Sample(say("Old enough to sign in alone"), {"stage": "own", "member": "Léa", "path": "members"}),
    }


def _data(soon: datetime) -> dict[str, Sample]:
    return {
        "data_ready": Sample(say("Copy of a family's data ready"), {"until_at": soon}),
        "deletion_asked": Sample(say("Deletion asked for"), {"until_at": soon}),
        "deletion_decided": Sample(say("Deletion decided"), {"state": "verified", "reason": "", "until_at": soon}),
        "deletion_done": Sample(say("Data deleted"), {"kept": []}),
    }


def _staff(now: datetime, soon: datetime) -> dict[str, Sample]:
    home = {"home": "example", "household_name": "Tremblay"}
    asked = {"title": _DANCE, "writer": _WHO, "reason": "…", "subscription": "example", "at": soon}
    written = {"thread": "example", "subject": "", "writer": _WHO, "excerpt": ""}
    return {
        "message_to_desk": Sample(say("Message from a family"), {**home, **written}),
        "cancel_asked": Sample(say("End of a subscription asked for"), {**home, **asked}),
        "staff_role": Sample(say("Role among the staff"), {"act": "invited", "role": "desk"}),
        "authenticator": Sample(say("Authenticator changed"), {"act": "enrolled", "left": 10, "at": now}),
        "stranger": Sample(say("A stranger in an account"), {"who": _WHO, "at": now}),
        "export_ready": Sample(say("Export ready"), {"until_at": soon}),
        "webhook_off": Sample(
            say("Address for programs switched off"), {"host": "example.com", "endpoint": "example", "since_at": now}
        ),
    }
