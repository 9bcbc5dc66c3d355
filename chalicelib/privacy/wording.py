"""The words of the family's own log: a sentence for each kind of deed, a name for pages that staff look at (NEW-11)."""

from chalicelib.households.activity import Deed
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

WORDS = {
    "signed_in": say("Signed in: %(label)s"),
    "photo_changed": say("Photo changed: %(label)s"),
    "new_device": say("From a device we had not seen before: %(label)s"),
    "signed_out_everywhere": say("Signed out everywhere"),
    "login_changed": say("Sign-in address changed: %(label)s"),
    "not_me": say("“This was not me”: all devices signed out, and the organisation warned"),
    "member_added": say("Member added: %(label)s"),
    "member_changed": say("Profile changed: %(label)s"),
    "household_changed": say("Particulars of the household changed"),
    "enrolled": say("Enrolled: %(label)s, %(member)s"),
    "enrolment_cancelled": say("Place given up: %(label)s, %(member)s"),
    "enrolment_moved": say("Changed to another group: %(label)s, %(member)s"),
    "waiting_joined": say("On the waiting list: %(label)s, %(member)s"),
    "absence_told": say("Absence announced: %(label)s, %(member)s"),
    "absence_withdrawn": say("Absence taken back: %(label)s, %(member)s"),
    "makeup_booked": say("Make-up class booked: %(label)s, %(member)s"),
    "makeup_given_back": say("Make-up class given back: %(label)s, %(member)s"),
    "booking_requested": say("Booking requested: %(label)s"),
    "booking_confirmed": say("Booked: %(label)s"),
    "booking_moved": say("Booking moved: %(label)s"),
    "booking_cancelled": say("Booking cancelled: %(label)s"),
    "booking_declined": say("Booking declined: %(label)s"),
    "booking_expired": say("Booking request expired: %(label)s"),
    "invoice_issued": say("Invoice issued: %(label)s"),
    "credited": say("Credit note issued: %(label)s"),
    "payment_received": say("Payment: %(amount)s"),
    "payment_failed": say("Payment failed: %(amount)s"),
    "refund": say("Refund: %(amount)s"),
    "refund_returned": say("Refund that did not arrive: %(amount)s"),
    "card_added": say("Payment method added: %(label)s"),
    "card_removed": say("Payment method removed: %(label)s"),
    "autopay_on": say("Automatic payment switched on: %(label)s"),
    "autopay_off": say("Automatic payment switched off: %(label)s"),
    "subscription_changed": say("Subscription changed: %(label)s"),
    "quote_sent": say("Quote sent: %(label)s"),
    "quote_approved": say("Quote approved: %(label)s"),
    "quote_declined": say("Quote declined: %(label)s"),
    "feed_made": say("Calendar subscription made: %(label)s"),
    "feed_renewed": say("Calendar subscription got another address: %(label)s"),
    "feed_ended": say("Calendar subscription ended"),
    "paper_opened": say("Document opened: %(label)s"),
    "staff_viewed": say("Looked at by the staff: %(label)s"),
    "data_asked": say("Copy of all data asked for"),
    "data_fetched": say("Copy of all data downloaded"),
    "deletion_asked": say("Deletion of all data asked for"),
    "deletion_withdrawn": say("Request for deletion taken back"),
    "deletion_verified": say("Request for deletion checked by the organisation"),
    "deletion_refused": say("Request for deletion refused by the organisation"),
    "consent_signed": say("Consent signed: %(label)s, %(member)s"),
    "consent_declined": say("Consent declined: %(label)s, %(member)s"),
    "consent_withdrawn": say("Consent withdrawn: %(label)s, %(member)s"),
    "message_sent": say("A message to us: %(label)s"),
    "message_received": say("A message from us: %(label)s"),
    "access_invited": say("Invited to this household: %(label)s"),
    "access_taken_back": say("Invitation taken back: %(label)s"),
    "access_given": say("Invitation accepted: %(label)s"),
    "access_changed": say("Access changed: %(label)s"),
    "access_ended": say("Access ended: %(label)s"),
    "access_left": say("Left this household: %(label)s"),
    "link_made": say("Link to a schedule made: %(label)s"),
    "link_ended": say("Link to a schedule ended: %(label)s"),
    "privacy_chosen": say("What others see chosen: %(label)s"),
    "account_opened": say("Own account opened: %(label)s"),
    "moved_out": say("Left for an own account: %(label)s"),
    "member_archived": say("Member archived: %(label)s"),
    "member_brought_back": say("Member brought back: %(label)s"),
    "household_archived": say("Account closed"),
    "household_brought_back": say("Account opened again"),
    "split_proposed": say("Sharing of costs proposed: %(label)s"),
    "split_agreed": say("Sharing of costs agreed: %(label)s"),
    "split_declined": say("Sharing of costs not agreed: %(label)s"),
    "split_set": say("Sharing of costs set by the organisation: %(label)s"),
    "split_ended": say("Sharing of costs ended: %(label)s"),
    "document_shared": say("Document shared with you: %(label)s"),
    "document_opened": say("Document opened: %(label)s"),
    "document_withdrawn": say("Document withdrawn: %(label)s"),
    "paper_wanted": say("Document asked for: %(label)s"),
    "paper_sent": say("Document sent to us: %(label)s"),
    "paper_accepted": say("Document accepted: %(label)s"),
    "paper_rejected": say("Document asked for again: %(label)s"),
    "paper_withdrawn": say("Document not needed any more: %(label)s"),
    "form_answered": say("Form answered: %(label)s"),
    "form_read_by_staff": say("Answers read by our staff: %(label)s"),
    "consent_superseded": say("Agreement replaced by a newer text: %(label)s"),
    "consent_expired": say("Agreement expired: %(label)s"),
    "subscription_renewed": say("Subscription renewed: %(label)s"),
    "pass_used": say("Pass used: %(label)s"),
    "pass_use_undone": say("Use of a pass taken back: %(label)s"),
    "bought": say("Bought: %(label)s"),
    "purchase_taken_back": say("Purchase taken back: %(label)s"),
    "preferences_changed": say("What we write about: changed"),
    "slip_parent_changed": say("Parent for tax slips: %(label)s"),
    "slip_parent_removed": say("Parent for tax slips removed: %(label)s"),
    "slip_claims_changed": say("Who claims for which child: changed"),
    "slip_number_given": say("Number for the tax office sealed"),
    "slip_number_refused": say("Number for the tax office refused: %(label)s"),
    "slip_number_erased": say("Number for the tax office erased: %(label)s"),
    "slip_number_used": say("Number for the tax office used to report slips: %(label)s"),
    "slips_released": say("Tax slips released: %(label)s"),
    "slips_amended": say("Tax slips amended: %(label)s"),
    "slips_cancelled": say("Tax slip cancelled: %(label)s"),
}
"""What was done, by kind; `label` is the name of the thing, `member` whom it is about, `amount` is money."""

SECTIONS = {
    "bookings": say("Bookings"),
    "classes": say("Classes"),
    "consents": say("Consents"),
    "documents": say("Documents"),
    "forms": say("Forms"),
    "households": say("Household"),
    "messages": say("Messages"),
    "privacy": say("Privacy"),
    "slips": say("Tax slips"),
}
"""Pages at the desk, by the part of their addresses that says so."""

OTHER = say("Something was done: %(label)s")
"""For what a later version of the portal wrote."""


def sentence(deed: Deed, local: Local) -> str:
    """What was done, in the reader's language."""
    about = dict(deed.about)
    values: dict[str, object] = {"label": "", "member": "", "amount": "", **about}
    if "minor" in about:
        values["amount"] = local.money(int(about["minor"]), about["currency"])
    if "section" in about:
        section = SECTIONS.get(about["section"])
        values["label"] = local.say(section) if section else about["section"]
    return _tidy(local.gettext(WORDS[deed.kind].key) % values) if deed.kind in WORDS else _other(deed, local)


def _other(deed: Deed, local: Local) -> str:
    return local.say(Message(OTHER.key, {"label": deed.about.get("label", "") or deed.kind}))


def _tidy(words: str) -> str:
    """Without the colon or the comma that waits for a name that there is not."""
    return words.rstrip("\N{NO-BREAK SPACE} :,")
