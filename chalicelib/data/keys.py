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


def household(org: str, household_id: str) -> Key:
    """A household's own particulars."""
    return Key(household_partition(org, household_id), "HOUSEHOLD")


def household_partition(org: str, household_id: str) -> str:
    """Partition of everything a household owns."""
    return f"ORG#{org}#HH#{household_id}"


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


def payment(org: str, household_id: str, payment_id: str) -> Key:
    """A payment; its id starts with the day it was received."""
    return Key(household_partition(org, household_id), f"PAYMENT#{payment_id}")


def booking(org: str, household_id: str, booking_id: str) -> Key:
    """A booking; its id starts with the day it was first booked for."""
    return Key(household_partition(org, household_id), f"BOOKING#{booking_id}")


def person(org: str, person_id: str) -> Key:
    """A person, stored once whichever households count him or her as a member."""
    return Key(person_partition(org, person_id), "PERSON")


def person_partition(org: str, person_id: str) -> str:
    """Partition of a person's own history."""
    return f"ORG#{org}#PERSON#{person_id}"


def enrolment(org: str, person_id: str, enrolment_id: str) -> Key:
    """An enrolment of a person in a class group; its id starts with the day it begins."""
    return Key(person_partition(org, person_id), f"ENROLMENT#{enrolment_id}")


def user(org: str, user_id: str) -> Key:
    """Somebody who signs in."""
    return Key(user_partition(org, user_id), "USER")


def user_partition(org: str, user_id: str) -> str:
    """Partition of a user's sessions and known browsers."""
    return f"ORG#{org}#USER#{user_id}"


def staff(org: str, user_id: str) -> Key:
    """That a user has a staff role."""
    return Key(f"ORG#{org}", f"STAFF#{user_id}")


def session(org: str, user_id: str, token_hash: str) -> Key:
    """A signed-in device."""
    return Key(user_partition(org, user_id), f"SESSION#{token_hash}")


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
