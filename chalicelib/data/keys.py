"""Every key shape of the table, in one place (docs/table-design.md explains each).

The organisation comes first in every partition: nothing of one organisation can be
reached with another's key (T-04), and a household's things share the household's.
"""

from typing import NamedTuple


class Key(NamedTuple):
    """Primary key of one item."""

    pk: str
    sk: str


def organisation(org: str) -> Key:
    """Settings and name of an organisation; `org` is its slug."""
    return Key(f"ORG#{org}", "ORGANISATION")


def logo(org: str) -> Key:
    """Brand image of an organisation."""
    return Key(f"ORG#{org}", "LOGO")


def programme(org: str, programme_id: str) -> Key:
    """A programme, under its organisation."""
    return Key(f"ORG#{org}", f"PROGRAMME#{programme_id}")


def class_group(org: str, class_id: str) -> Key:
    """A class group with its dated occurrences."""
    return Key(f"ORG#{org}#CLASS#{class_id}", "CLASS")


def roll(org: str, class_id: str) -> Key:
    """Who has, holds or waits for a place in a class group; beside the class, but written far more often."""
    return Key(f"ORG#{org}#CLASS#{class_id}", "ROLL")


def meeting(org: str, programme_id: str, starts: str, class_id: str, meeting_id: str) -> Key:
    """A meeting in the order of time (ISO, UTC) of its programme."""
    return Key(meetings_partition(org, programme_id), f"{starts}#{class_id}#{meeting_id}")


def meetings_partition(org: str, programme_id: str) -> str:
    """Partition of all meetings of a programme; empty: of classes that belong to none."""
    return f"ORG#{org}#MEETINGS#{programme_id or '-'}"


def month_meeting(org: str, starts: str, class_id: str, meeting_id: str) -> Key:
    """A meeting in the order of time (ISO, UTC) of all meetings of its month, whatever the programme."""
    return Key(month_partition(org, starts[:7]), f"{starts}#{class_id}#{meeting_id}")


def month_partition(org: str, month: str) -> str:
    """Partition of all meetings that begin in a month (`2026-11`, UTC)."""
    return f"ORG#{org}#MONTH#{month}"


def listed_class(org: str, until: str, class_id: str) -> Key:
    """A class group in the list of the organisation's, by when (ISO, UTC) its last meeting ends."""
    return Key(f"ORG#{org}#CLASSES", f"{LISTED_CLASSES}{until}#{class_id}")


LISTED_CLASSES = "CLASS#"
"""Start of the sort keys of the list of all class groups."""


CHANGES = "CHANGE#"
"""Start of the sort keys of what was changed of a class."""


def class_change(org: str, class_id: str, number: int) -> Key:
    """What was changed of a class and families are told; `number` is the version that the class had then."""
    return Key(f"ORG#{org}#CLASS#{class_id}", f"{CHANGES}{number:0>8}")


def offered_class(org: str, programme_id: str, class_id: str) -> Key:
    """That families may take places in a class group; all that an organisation offers is one range, by programme."""
    return Key(f"ORG#{org}#OFFERED", f"{offered_prefix(programme_id)}{class_id}")


def offered_prefix(programme_id: str) -> str:
    """Start of the sort keys of one programme's classes that families may take places in."""
    return f"OFFERED#{programme_id or '-'}#"


OFFERED = "OFFERED#"
"""Start of the sort keys of all of them."""


def household(org: str, household_id: str) -> Key:
    """A household's own particulars."""
    return Key(household_partition(org, household_id), "HOUSEHOLD")


def household_partition(org: str, household_id: str) -> str:
    """Partition of everything a household owns."""
    return f"ORG#{org}#HH#{household_id}"


def owner(key: Key) -> tuple[str, str]:
    """Organisation and household whose partition a key is in."""
    _, org, _, household_id = key.pk.split("#")
    return org, household_id


def summary(org: str, household_id: str) -> Key:
    """What the household's dashboard and lists need, kept by the writes that change it."""
    return Key(household_partition(org, household_id), "SUMMARY")


def membership_link(org: str, household_id: str, person_id: str) -> Key:
    """That a person belongs to a household; a child of two homes has two."""
    return Key(household_partition(org, household_id), f"MEMBER#{person_id}")


def invoice(org: str, household_id: str, invoice_id: str) -> Key:
    """An issued invoice; its id starts with the day of issue, so the range is the list."""
    return Key(household_partition(org, household_id), f"INVOICE#{invoice_id}")


def draft_invoice(org: str, household_id: str, invoice_id: str) -> Key:
    """An invoice that is not issued: another kind of key, so that no list of invoices can hold it (INV-2)."""
    return Key(household_partition(org, household_id), f"DRAFT#{invoice_id}")


def member_invoice(org: str, household_id: str, person_id: str, invoice_id: str) -> Key:
    """That an invoice has lines for a member (INV-6)."""
    return Key(household_partition(org, household_id), f"{member_invoice_prefix(person_id)}{invoice_id}")


def member_invoice_prefix(person_id: str) -> str:
    """Start of the sort keys of one member's invoices."""
    return f"MEMBER_INVOICE#{person_id}#"


UNPAID = "UNPAID#"
"""Start of the sort keys of invoices that wait for money."""


def unpaid(org: str, household_id: str, due_on: str, invoice_id: str) -> Key:
    """That an invoice waits for money, by the day (ISO) on which its next part falls due."""
    return Key(household_partition(org, household_id), f"{UNPAID}{due_on}#{invoice_id}")


def credit_note(org: str, household_id: str, credit_note_id: str) -> Key:
    """A credit note; its id starts with the day of issue."""
    return Key(household_partition(org, household_id), f"CREDIT_NOTE#{credit_note_id}")


def credit(org: str, household_id: str, document_id: str) -> Key:
    """That a payment or credit note has something left; the document's id starts with its day."""
    return Key(household_partition(org, household_id), f"CREDIT#{document_id}")


def ledger_entry(org: str, household_id: str, payer: str, currency: str, day: str, sequence: int) -> Key:
    """One entry of the ledger of a payer (empty: the household itself) and currency, in the order of booking."""
    return Key(household_partition(org, household_id), f"{ledger_prefix(payer, currency)}{day}#{sequence:0>8}")


def ledger_prefix(payer: str, currency: str) -> str:
    """Start of the sort keys of one ledger; a day (ISO) may follow."""
    return f"LEDGER#{payer or '-'}#{currency}#"


def series(org: str, name: str) -> Key:
    """The counter of gapless numbers of a series, e.g. `invoice 2026`; a partition of its own, for it is busy."""
    return Key(f"ORG#{org}#SERIES#{name}", "SERIES")


def quote(org: str, household_id: str, quote_id: str) -> Key:
    """A quote that was sent; its id starts with the day it was made."""
    return Key(household_partition(org, household_id), f"QUOTE#{quote_id}")


def open_quote(org: str, household_id: str, valid_until: str, quote_id: str) -> Key:
    """That a quote waits for an answer, by the last day (ISO) on which it may be approved.

    It stands in the range of the quotes themselves, and read backwards, before all of them.
    """
    return Key(household_partition(org, household_id), f"QUOTE#OPEN#{valid_until}#{quote_id}")


def draft_quote(org: str, household_id: str, quote_id: str) -> Key:
    """A quote not sent yet: another kind of key, so that no list of quotes can hold it."""
    return Key(household_partition(org, household_id), f"DRAFT_QUOTE#{quote_id}")


def recurring(org: str, household_id: str, recurring_id: str) -> Key:
    """A recurring invoice."""
    return Key(household_partition(org, household_id), f"RECURRING#{recurring_id}")


def recurring_invoice(org: str, household_id: str, recurring_id: str, invoice_id: str) -> Key:
    """That a recurring invoice made an invoice (REC-2)."""
    return Key(household_partition(org, household_id), f"{recurring_invoice_prefix(recurring_id)}{invoice_id}")


def recurring_invoice_prefix(recurring_id: str) -> str:
    """Start of the sort keys of the invoices that one recurring invoice made."""
    return f"RECURRING_INVOICE#{recurring_id}#"


def subscription(org: str, household_id: str, subscription_id: str) -> Key:
    """A subscription."""
    return Key(household_partition(org, household_id), f"SUBSCRIPTION#{subscription_id}")


def plan(org: str, plan_id: str) -> Key:
    """A plan that subscriptions are to."""
    return Key(f"ORG#{org}", f"PLAN#{plan_id}")


METHODS = "METHOD#"
"""Start of the sort keys of payment methods."""


def payment_method(org: str, household_id: str, method_id: str) -> Key:
    """A payment method on file with Stripe, as far as people may know it (PM-4)."""
    return Key(household_partition(org, household_id), f"{METHODS}{method_id}")


def customer(org: str, household_id: str, payer: str) -> Key:
    """Stripe's customer for a payer of a household."""
    return Key(household_partition(org, household_id), f"CUSTOMER#{payer or '-'}")


def checkout(org: str, household_id: str, checkout_id: str) -> Key:
    """One attempt to pay: what for, how much, and Stripe's session for it."""
    return Key(household_partition(org, household_id), f"CHECKOUT#{checkout_id}")


def claim(org: str, household_id: str, invoice_id: str) -> Key:
    """Which attempt to pay an invoice is under way; there is at most one (P-11)."""
    return Key(household_partition(org, household_id), f"CLAIM#{invoice_id}")


def pay_link(org: str, token_hash: str) -> Key:
    """A link by which somebody else pays (NEW-8)."""
    return Key(f"ORG#{org}#PAYLINK#{token_hash}", "PAYLINK")


def invoice_link(org: str, household_id: str, invoice_id: str, token_hash: str) -> Key:
    """That an invoice has a link by which somebody else pays."""
    return Key(household_partition(org, household_id), f"{invoice_link_prefix(invoice_id)}{token_hash}")


def invoice_link_prefix(invoice_id: str) -> str:
    """Start of the sort keys of the links to pay one invoice."""
    return f"INVOICE_LINK#{invoice_id}#"


def customer_owner(org: str, customer: str) -> Key:
    """Whose Stripe's customer is."""
    return Key(f"ORG#{org}#CUSTOMER#{customer}", "CUSTOMER")


def reconcile(org: str) -> Key:
    """When an organisation's payments are next compared with Stripe's."""
    return Key(f"ORG#{org}", "RECONCILE")


def parked(org: str, name: str) -> Key:
    """Something that waits for a person at the desk."""
    return Key(f"ORG#{org}#PARKED#{name}", "PARKED")


def stripe_event(org: str, event_id: str) -> Key:
    """An event that Stripe told, kept before anything is done about it (P-03)."""
    return Key(f"ORG#{org}#STRIPE#{event_id}", "EVENT")


def payment(org: str, household_id: str, payment_id: str) -> Key:
    """A payment; its id starts with the day it was received."""
    return Key(household_partition(org, household_id), f"PAYMENT#{payment_id}")


def booking(org: str, household_id: str, booking_id: str) -> Key:
    """A booking; its id starts with the day it is for, so the range is the list, and a part of it a calendar."""
    return Key(household_partition(org, household_id), f"BOOKING#{booking_id}")


def moved_booking(org: str, household_id: str, tail: str) -> Key:
    """Where a booking is that was moved to another day, by what stays of its id."""
    return Key(household_partition(org, household_id), f"MOVED_BOOKING#{tail}")


def booking_request(org: str, household_id: str, booking_id: str) -> Key:
    """That a booking waits for the organisation's answer."""
    return Key(household_partition(org, household_id), f"BOOKING_REQUEST#{booking_id}")


def resource(org: str, resource_id: str) -> Key:
    """A room, court, rink or appointment that can be booked, under its organisation."""
    return Key(f"ORG#{org}", f"RESOURCE#{resource_id}")


def week_sheet(org: str, resource_id: str, monday: str) -> Key:
    """What is taken of a resource in the week (UTC) from a Monday (ISO) on."""
    return Key(f"ORG#{org}#RESOURCE#{resource_id}", f"WEEK#{monday}")


def imported(org: str, record_id: str) -> Key:
    """Where an imported record lies, by the id that its own id in the organisation's files makes."""
    return Key(f"ORG#{org}#IMPORTED#{record_id}", "IMPORTED")


def person(org: str, person_id: str) -> Key:
    """A person, stored once whichever households count him or her as a member."""
    return Key(person_partition(org, person_id), "PERSON")


def person_partition(org: str, person_id: str) -> str:
    """Partition of a person's own history."""
    return f"ORG#{org}#PERSON#{person_id}"


def enrolment(org: str, person_id: str, enrolment_id: str) -> Key:
    """An enrolment of a person in a class group; its id starts with the day it begins."""
    return Key(person_partition(org, person_id), f"ENROLMENT#{enrolment_id}")


def right(org: str, person_id: str, right_id: str) -> Key:
    """A person's right to make up; its id starts with the day it was to expire on when it was given."""
    return Key(person_partition(org, person_id), f"RIGHT#{right_id}")


def certificate(org: str, person_id: str, certificate_id: str) -> Key:
    """A certificate about a person; its id starts with the first day that it covers."""
    return Key(person_partition(org, person_id), f"CERTIFICATE#{certificate_id}")


def reached_skill(org: str, person_id: str, skill_id: str) -> Key:
    """What a person reached of a skill."""
    return Key(person_partition(org, person_id), f"REACHED#{skill_id}")


def skill(org: str, skill_id: str) -> Key:
    """A skill that an organisation teaches, under its organisation."""
    return Key(f"ORG#{org}", f"SKILL#{skill_id}")


def user(org: str, user_id: str) -> Key:
    """Somebody who signs in."""
    return Key(user_partition(org, user_id), "USER")


def user_partition(org: str, user_id: str) -> str:
    """Partition of a user's sessions and known browsers."""
    return f"ORG#{org}#USER#{user_id}"


def staff(org: str, user_id: str) -> Key:
    """That a user has a staff role."""
    return Key(f"ORG#{org}", f"STAFF#{user_id}")


def authenticator(org: str, user_id: str) -> Key:
    """A staff user's authenticator (A-28)."""
    return Key(user_partition(org, user_id), "AUTHENTICATOR")


def session(org: str, user_id: str, token_hash: str) -> Key:
    """A signed-in device."""
    return Key(user_partition(org, user_id), f"SESSION#{token_hash}")


def feed(org: str, user_id: str, token_hash: str) -> Key:
    """A calendar that a user subscribed to elsewhere."""
    return Key(user_partition(org, user_id), f"FEED#{token_hash}")


def browser(org: str, user_id: str, token_hash: str) -> Key:
    """A browser that signed in before (A-11)."""
    return Key(user_partition(org, user_id), f"BROWSER#{token_hash}")


def login(org: str, identifier: str) -> Key:
    """A login address, unique in the organisation: `email:…` or `tel:+…` (D-01)."""
    return Key(f"ORG#{org}#LOGIN#{identifier}", "LOGIN")


def challenge(org: str, challenge_id: str) -> Key:
    """A one-time code that was asked for."""
    return Key(f"ORG#{org}#CHALLENGE#{challenge_id}", "CHALLENGE")


def code_dispatch(org: str, challenge_id: str, number: int) -> Key:
    """The order to send the `number`-th code of a challenge; writing it is what makes it go out."""
    return Key(f"ORG#{org}#CHALLENGE#{challenge_id}", f"DISPATCH#{number:02d}")


def limit(org: str, bucket: str, digest: str) -> Key:
    """What a limit has counted for one address or source."""
    return Key(f"ORG#{org}#LIMIT#{bucket}#{digest}", "LIMIT")


def outbox(org: str, message_id: str) -> Key:
    """A message that has to go out."""
    return Key(f"ORG#{org}#OUTBOX#{message_id}", "MESSAGE")
