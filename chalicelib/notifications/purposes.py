"""What messages are for: which purpose each serves, and which of them a family may do without.

What the law or a contract makes us tell can come by another way, but not be switched off; a page says so.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import Enum

from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.shared.frozen import Frozen, frozen


class Purpose(Enum):
    """Why the organisation writes."""

    SECURITY = "security"
    """Sign-in, who may come in, and what becomes of a family's data."""
    MONEY = "money"
    """Invoices, payments, quotes."""
    PLACES = "places"
    """Classes and bookings: taken, changed, called off."""
    PAPERS = "papers"
    """Documents that are there, forms and consents to answer."""
    CONVERSATION = "conversation"
    """That there is a message."""
    OTHER_HOME = "other_home"
    """What the other home of a child did."""
    ONLINE = "online"
    """Where a class is joined online, when it begins."""
    REMINDERS = "reminders"
    """Of a class or a booking before it begins, and of what is over soon if it is not used."""

    @property
    def is_optional(self) -> bool:
        """Whether a family may switch it off."""
        return self in _OPTIONAL


_OPTIONAL = frozenset({Purpose.CONVERSATION, Purpose.OTHER_HOME, Purpose.ONLINE, Purpose.REMINDERS})
CHOSEN = tuple(purpose for purpose in Purpose if purpose is not Purpose.SECURITY)
"""Purposes that a household chooses a way for; what concerns a user's own sign-in goes to that user alone."""

_TEMPLATES: Mapping[Purpose, tuple[str, ...]] = {
    Purpose.SECURITY: (
        "activation", "authenticator", "code", "data_ready", "deletion_asked", "deletion_decided", "deletion_done",
        "export_ready",
        "growing", "invitation", "join_approved", "join_declined", "joined", "login_changed", "new_device",
        "number_answer",
        "staff_role", "stranger", "webhook_off",
    ),
    Purpose.MONEY: (
        "autopay_notice", "autopay_waits", "card_expiring", "card_wanted", "invoice", "membership_expiring", "overdue",
        "payment_failed", "quote", "quote_expiring", "receipt", "refund", "reminder", "split_proposed", "statement",
        "subscription",
    ),
    Purpose.PLACES: (
        "booking_cancelled", "booking_confirmed", "booking_declined", "booking_expired", "booking_moved",
        "booking_requested", "class_cancelled", "class_ended", "class_moved", "class_substituted", "enrolled",
        "enrolment_cancelled", "enrolment_moved", "place_offered", "transfer_declined",
    ),
    Purpose.PAPERS: ("consent_changed", "document", "document_wanted", "form_due", "slips"),
    Purpose.CONVERSATION: ("cancel_asked", "message", "message_to_desk"),
    Purpose.OTHER_HOME: ("absence_noted",),
    Purpose.ONLINE: ("class_online",),
    Purpose.REMINDERS: ("booking_reminder", "class_reminder", "makeup_expiring"),
}  # fmt: skip
_PURPOSES = {template: purpose for purpose, templates in _TEMPLATES.items() for template in templates}


def purpose_of(template: str) -> Purpose:
    """What a message folder is for. Whatever is not named brings papers, which is never switched off."""
    return _PURPOSES.get(template, Purpose.PAPERS)


class Way(Enum):
    """How a household wants to be told."""

    MAIL = "mail"
    TEXT = "text"
    NONE = "none"


@frozen
class Preferences(Frozen):
    """What a household chose, by purpose; by mail where it chose nothing."""

    ways: Mapping[Purpose, Way] = field(default_factory=dict)
    class_lead: Lead | None = None
    """How long before a class it is reminded; None: as the organisation usually does."""
    booking_lead: Lead | None = None
    version: int | None = None

    def way(self, purpose: Purpose) -> Way:
        """How the household wants to be told; what may not be switched off never is."""
        chosen = self.ways.get(purpose, Way.MAIL)
        return Way.MAIL if chosen is Way.NONE and not purpose.is_optional else chosen

    def having(self, purpose: Purpose, way: Way) -> "Preferences":
        """These with one choice more."""
        return replace(self, ways={**self.ways, purpose: way})

    def leads(self, usual: WordTerms) -> tuple[Lead, Lead]:
        """How long before a class and before a booking the household is reminded, where this is usual."""
        if self.way(Purpose.REMINDERS) is Way.NONE:
            return Lead.NONE, Lead.NONE
        return self.class_lead or Lead(usual.class_lead), self.booking_lead or Lead(usual.booking_lead)


def addresses_for(way: Way, email: str, phone: str) -> tuple[str, ...]:
    """Where a message may go, by the way that was chosen first; what there is not is empty."""
    if way is Way.NONE:
        return ()
    return (phone, email) if way is Way.TEXT else (email, phone)
