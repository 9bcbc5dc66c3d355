"""Every message as the organisation looks at it before a family does, with made-up facts (ADM-9).

A test holds that every folder of messages has an example here, so that nothing is sent that nobody could look at.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from chalicelib.notifications.own_words import TO_STAFF
from chalicelib.notifications.purposes import Purpose, purpose_of
from chalicelib.portals.examples import (
    CONSENT,
    DANCE,
    DATED_ID,
    EXCERPT,
    FORM,
    ID,
    ILL,
    INVOICE,
    LESSON,
    MONTHLY,
    PAPER,
    PIANO,
    REASON,
    SUBJECT,
    WHO,
    Sample,
    Variant,
)
from chalicelib.portals.money_samples import asked_and_paid, by_the_clock
from chalicelib.shared.texts import Message, say


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
_GROUPS = {
    Purpose.CONVERSATION: Group.OTHER, Purpose.OTHER_HOME: Group.OTHER, Purpose.ONLINE: Group.PLACES,
    Purpose.REMINDERS: Group.PLACES,
}  # fmt: skip


def group_of(name: str) -> Group:
    """Where a message stands at the desk, by its folder."""
    purpose = purpose_of(name)
    return Group.STAFF if name in TO_STAFF else _GROUPS.get(purpose) or Group(purpose.value)


def samples(currency: str, now: datetime) -> dict[str, Sample]:
    """All messages, by their folder of templates."""
    soon = now + timedelta(days=7)
    return {
        **_first(),
        **asked_and_paid({"minor": MONTHLY, "currency": currency, "at": soon}),
        **by_the_clock(soon, currency),
        **_classes(now, soon, currency),
        **_class_reminders(soon),
        **_bookings(soon, currency),
        **_papers(now, soon),
        **_conversation(soon),
        **_sign_in(now),
        **_data(soon),
        **_staff(now, soon),
    }


def _first() -> dict[str, Sample]:
    return {"activation": Sample(say("Welcome"), {})}


def _classes(now: datetime, soon: datetime, currency: str) -> dict[str, Sample]:
    place = f"members/{ID}/enrolments/{DATED_ID}"
    lesson = {"title": PIANO, "reason": ILL, "meetings": [_meeting(now, soon)]}
    elsewhere = [{**_meeting(now, soon), "was_at": ""}]
    moved = {"member": "Léa", "old": PIANO, "new": DANCE, "path": place}
    left = {"off_invoice": 0, "to_family": LESSON, "payout_days": 10, "note": "", "by": "family", "reason": ""}
    by_us = {"by": "organisation", "reason": REASON, "note": "CN-00003"}
    taken = {"places": [("Léa", PIANO)], **INVOICE, "minor": MONTHLY, "currency": currency, "at": soon}
    online = {"door": "https://meet.example.com/piano", "page": "schedule", "members": ["Léa"]}
    hour = {"starts_at": soon, "ends_at": soon + timedelta(hours=1)}
    return {
        "enrolled": Sample(say("Place taken"), taken),
        "place_offered": Sample(say("Place came free"), {"title": PIANO, "member": "Léa", "at": soon}),
        "enrolment_cancelled": Sample(
            say("Enrolment cancelled"),
            {"title": PIANO, "member": "Léa", "path": place, "currency": currency, **left},
            (Variant(say("Cancelled by you"), by_us),),
        ),
        "enrolment_moved": Sample(
            say("Group changed"),
            {**moved, "at": soon, "number": "2026-00042", "difference": LESSON, "currency": currency},
        ),
        "transfer_declined": Sample(say("Group not changed"), moved),
        "class_cancelled": Sample(say("Lesson cancelled"), lesson),
        "class_moved": Sample(
            say("Lesson moved"), lesson, (Variant(say("Another room only"), {"meetings": elsewhere}),)
        ),
        "class_substituted": Sample(say("Another instructor"), lesson),
        "class_ended": Sample(say("Whole class cancelled"), lesson),
        "class_online": Sample(say("Class to be joined online"), {"title": PIANO, **online, **hour}),
    }


def _class_reminders(soon: datetime) -> dict[str, Sample]:
    hour = timedelta(hours=1)
    first = {"title": PIANO, "starts_at": soon, "ends_at": soon + hour, "place": "Studio 2", "who": ["Léa"]}
    second = {**first, "title": DANCE, "starts_at": soon + hour, "ends_at": soon + 2 * hour, "place": ""}
    here, online = {**first, "is_online": False}, {**second, "is_online": True, "who": ["Léa", "Hugo"]}
    right = {"right": DATED_ID, "member": "Léa", "title": PIANO, "last_on": soon.date().isoformat()}
    return {
        "class_reminder": Sample(
            say("Reminder of a class"),
            {"classes": [here]},
            (Variant(say("Several classes of a day"), {"classes": [here, online]}),),
        ),
        "makeup_expiring": Sample(
            say("Make-up expires soon"),
            {"rights": [right]},
            (Variant(say("Several make-ups"), {"rights": [right, {**right, "member": "Hugo"}]}),),
        ),
    }


def _meeting(now: datetime, soon: datetime) -> dict[str, Any]:
    return {
        "starts_at": soon,
        "ends_at": soon + timedelta(hours=1),
        "was_at": now + timedelta(days=6),
        "room": "Studio 2",
        "instructor": WHO,
        "who": ["Léa"],
    }


def _bookings(soon: datetime, currency: str) -> dict[str, Sample]:
    booking = {"booking": DATED_ID, "place": "Studio 2", "at": soon, "ends_at": soon + timedelta(hours=1)}
    billed = {**INVOICE, "minor": LESSON, "currency": currency, "due_on": soon.date().isoformat()}
    reminded = {**booking, "starts_at": soon}
    called_off = {"by_us": True, "reason": REASON, "minor": LESSON, "credit": LESSON, "currency": currency}
    moved = {**booking, "waits": False, "was_at": soon - timedelta(days=1)}
    return {
        "booking_requested": Sample(say("Booking requested"), booking),
        "booking_confirmed": Sample(say("Booking confirmed"), {**booking, **billed}),
        "booking_moved": Sample(say("Booking moved"), moved, (Variant(say("To be approved first"), {"waits": True}),)),
        "booking_declined": Sample(say("Booking declined"), {**booking, "reason": REASON}),
        "booking_expired": Sample(say("Booking not answered in time"), booking),
        "booking_cancelled": Sample(
            say("Booking cancelled"),
            {**booking, **called_off},
            (Variant(say("Cancelled by the family"), {"by_us": False, "reason": ""}),),
        ),
        "booking_reminder": Sample(
            say("Reminder of a booking"),
            {**reminded, "cancel_until_at": soon - timedelta(days=1)},
            (Variant(say("Cannot be cancelled any more"), {"cancel_until_at": ""}),),
        ),
    }


def _papers(now: datetime, soon: datetime) -> dict[str, Sample]:
    wanted = {"wanted": DATED_ID, "title": PAPER, "reason": "", "is_again": False, "due_at": soon}
    form = {"form": ID, "title": FORM, "due_on": soon.date().isoformat(), "members": ["Léa", "Hugo"]}
    year = {"year": str(now.year - 1)}
    consent = {"title": CONSENT, "mandatory": True, "members": ["Léa"]}
    return {
        "form_due": Sample(
            say("Form due soon"),
            form,
            (
                Variant(say("Form is late"), {"is_late": True, "members": []}),
                Variant(say("Mandatory form without a day"), {"due_on": ""}),
            ),
        ),
        "consent_changed": Sample(
            say("Text of a consent changed"), consent, (Variant(say("Voluntary"), {"mandatory": False, "members": []}),)
        ),
        "document": Sample(
            say("New document"),
            {"document": ID, "title": "2026-2027", "again": False},
            (Variant(say("A newer version"), {"again": True}),),
        ),
        "document_wanted": Sample(
            say("Document wanted"), wanted, (Variant(say("Wanted once more"), {"is_again": True, "reason": REASON}),)
        ),
        "slips": Sample(
            say("Tax slips ready"),
            {"act": "released", **year},
            (
                Variant(say("Amended", context="slip"), {"act": "amended"}),
                Variant(say("Cancelled", context="slip"), {"act": "cancelled"}),
            ),
        ),
    }


def _conversation(soon: datetime) -> dict[str, Sample]:
    written = {"thread": ID, "subject": SUBJECT, "writer": WHO, "excerpt": EXCERPT}
    absence = {"member": "Léa", "title": PIANO, "at": soon, "more": 0}
    return {
        "message": Sample(
            say("New message"), written, (Variant(say("Nothing of it is told"), {"subject": "", "excerpt": ""}),)
        ),
        "absence_noted": Sample(
            say("Absence told by the other home"), absence, (Variant(say("Several lessons"), {"more": 2}),)
        ),
    }


def _sign_in(now: datetime) -> dict[str, Sample]:
    code = {"code": "123456", "purpose": "sign_in", "host": "example.com", "asked_by": ""}
    return {
        "code": Sample(say("Code for signing in"), code),
        "new_device": Sample(say("New device"), {"browser": "Firefox, Android", "at": now}),
        "login_changed": Sample(say("Sign-in address changed"), {"old": "m•••@example.com", "new": "•••23", "at": now}),
        "invitation": Sample(say("Invitation to a family's account"), {"by": WHO, "path": f"invitations/{ID}"}),
        "joined": Sample(say("Somebody of the family registered"), {"who": WHO}),
        "join_approved": Sample(say("Registration approved"), {}),
        "join_declined": Sample(say("Registration declined"), {"reason": REASON}),
        "growing": Sample(
            say("Old enough to sign in alone"),
            {"stage": "own", "member": "Léa", "path": f"members/{ID}/growing"},
            (Variant(say("Of age"), {"stage": "adult"}),),
        ),
        "number_answer": Sample(
            say("Answer to a text message"),
            {"wish": "stop"},
            (Variant(say("Texts again"), {"wish": "start"}), Variant(say("Help"), {"wish": "help"})),
        ),
    }


def _data(soon: datetime) -> dict[str, Sample]:
    return {
        "data_ready": Sample(say("Copy of a family's data ready"), {"until_at": soon}),
        "deletion_asked": Sample(say("Deletion asked for"), {"until_at": soon}),
        "deletion_decided": Sample(
            say("Deletion decided"),
            {"state": "verified", "reason": "", "until_at": soon},
            (Variant(say("Refused", context="request"), {"state": "refused", "reason": REASON}),),
        ),
        "deletion_done": Sample(say("Data deleted"), {"kept": []}),
    }


def _staff(now: datetime, soon: datetime) -> dict[str, Sample]:
    home = {"home": ID, "household_name": "Tremblay"}
    asked = {"title": DANCE, "writer": WHO, "reason": REASON, "subscription": DATED_ID, "at": soon}
    written = {"thread": ID, "subject": SUBJECT, "writer": WHO, "excerpt": EXCERPT}
    return {
        "message_to_desk": Sample(say("Message from a family"), {**home, **written}),
        "cancel_asked": Sample(say("End of a subscription asked for"), {**home, **asked}),
        "staff_role": Sample(say("Role among the staff"), {"act": "invited", "role": "desk"}),
        "authenticator": Sample(say("Authenticator changed"), {"act": "enrolled", "left": 10, "at": now}),
        "stranger": Sample(say("A stranger in an account"), {"who": WHO, "at": now}),
        "export_ready": Sample(say("Export ready"), {"until_at": soon}),
        "webhook_off": Sample(
            say("Address for programs switched off"), {"host": "example.com", "endpoint": ID, "since_at": now}
        ),
    }
