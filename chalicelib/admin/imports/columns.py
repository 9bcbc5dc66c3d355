"""The documented columns: every file the import knows, declared once as data.

Parsing, the checks of references, `foyer columns` and docs/import.md all follow from this table.
"""

from collections.abc import Sequence

from chalicelib.admin.imports import values
from chalicelib.admin.imports.sheets import Column, Sheet, own_id
from chalicelib.admin.imports.teaching_columns import (
    ATTENDANCE,
    CERTIFICATES,
    CLASSES,
    ENROLMENTS,
    OCCURRENCES,
    PROGRAMMES,
    REACHED,
    SKILLS,
)
from chalicelib.admin.imports.values import (
    AMOUNT,
    BIRTH_DAY,
    COUNTRY,
    DAY,
    EMAIL,
    LANGUAGE,
    MOMENT,
    PHONE,
    POSITIVE_AMOUNT,
    SIGNED_AMOUNT,
    WHOLE,
    choice,
    reference,
    text,
)
from chalicelib.billing.domain import InvoiceStatus, PaymentStatus
from chalicelib.bookings.domain import BookingStatus
from chalicelib.households.domain import Role, Status
from chalicelib.identity.domain import StaffRole

_MAX_HOMES = 2
_MAX_SHARES = 50
_MAX_ROLES = 20


_HOUSEHOLDS = Sheet(
    "household",
    "households.csv",
    "Family accounts: the units that are billed",
    (
        own_id("household"),
        Column("name", text(120), "Name of the account", required=True),
        Column("number", text(40), "Account number that the family knows"),
        Column("language", LANGUAGE, "Language the organisation writes in"),
        Column("email", EMAIL, "Where the organisation writes to; nobody signs in with it"),
        Column("phone", PHONE, "Telephone of the household"),
        Column("street", text(), "Number and street"),
        Column("city", text(120), "Town"),
        Column("region", text(120), "Province or region"),
        Column("postcode", text(20), "Postal code"),
        Column("country", COUNTRY, "Country"),
        Column("status", choice(Status), "Empty means active"),
    ),
)

_MEMBERS = Sheet(
    "member",
    "members.csv",
    "People who take part, children and adults; one row per person, also when two homes share a child",
    (
        own_id("person"),
        Column(
            "households",
            values.references("household", "households", _MAX_HOMES),
            "The home the person belongs to, or both homes of a shared child",
            required=True,
        ),
        Column("first_name", text(80), "First name", required=True),
        Column("last_name", text(80), "Last name"),
        Column("birth_date", BIRTH_DAY, "Day of birth; leave it empty when you do not know it"),
        Column("email", EMAIL, "The person's own address; nobody signs in with it"),
        Column("phone", PHONE, "The person's own telephone"),
        Column("emergency_name", text(120), "Who is called in an emergency"),
        Column("emergency_phone", PHONE, "Number to call in an emergency"),
        Column("health_notes", text(1000, lines=True), "Allergies and other things a teacher must know"),
        Column("status", choice(Status), "Empty means active"),
    ),
)

_USERS = Sheet(
    "user",
    "users.csv",
    "People who sign in: parents, adult clients, staff",
    (
        own_id("user"),
        Column("name", text(120), "First and last name", required=True),
        Column("language", LANGUAGE, "Language of pages and messages"),
        Column("email", EMAIL, "Sign-in address, used by one user only; later changed by that person alone"),
        Column("mobile", PHONE, "Mobile that codes may be texted to, used by one user only"),
        Column("staff_role", choice(StaffRole), "Role among the staff; empty for clients"),
        Column(
            "households",
            values.roles("household", "ids of households", Role, _MAX_ROLES),
            "Accounts the user sees, and as what",
        ),
    ),
)

_BOOKINGS = Sheet(
    "booking",
    "bookings.csv",
    "Rooms and other places that households rent, or ask for",
    (
        own_id("booking"),
        Column("household", reference("household", "a household"), "Who booked", required=True),
        Column("resource", text(120), "Room or place", required=True),
        Column("starts", MOMENT, "Begin", required=True),
        Column("ends", MOMENT, "End, after the begin", required=True),
        Column("status", choice(BookingStatus), "Empty means confirmed"),
        Column("member", reference("member", "a member"), "Member it is for, if any"),
        Column("note", text(500, lines=True), "Remark the client sees"),
        Column("requested_at", MOMENT, "When it was asked for"),
        Column("resource_id", text(40), "Id of what can be booked online, where its time shall count as taken"),
    ),
)

_INVOICES = Sheet(
    "invoice",
    "invoices.csv",
    "Invoices; their lines are rows of invoice_lines.csv, and what was paid comes from payments.csv",
    (
        own_id("invoice"),
        Column("household", reference("household", "a household"), "Who pays", required=True),
        Column("number", text(40), "Number on the invoice", required=True),
        Column("issued_on", DAY, "Day of issue; for a draft, the day it was made", required=True),
        Column("due_on", DAY, "Last day to pay, not before the day of issue", required=True),
        Column(
            "status",
            choice(InvoiceStatus),
            "Empty means issued; paid and partially_paid are checked against the payments",
        ),
        Column("total", AMOUNT, "All lines with their taxes", required=True),
        Column("note", text(500, lines=True), "Remark on the invoice"),
    ),
)

_LINES = Sheet(
    "line",
    "invoice_lines.csv",
    "Lines of invoices, in the order in which they are printed",
    (
        own_id("line"),
        Column("invoice", reference("invoice", "an invoice"), "Invoice the line stands on", required=True),
        Column("description", text(), "What was sold", required=True),
        Column("quantity", WHOLE, "How many; empty means 1"),
        Column("unit_price", SIGNED_AMOUNT, "Price of one, without taxes that are added", required=True),
        Column("discount", AMOUNT, "Taken off the line before taxes"),
        Column("amount", SIGNED_AMOUNT, "Quantity times price less discount; when given, it is checked"),
        Column("member", reference("member", "a member"), "Member the line is for"),
        Column("tax_1_name", text(40), "Name of a tax that is added"),
        Column("tax_1_amount", SIGNED_AMOUNT, "Its amount"),
        Column("tax_2_name", text(40), "Name of a second tax"),
        Column("tax_2_amount", SIGNED_AMOUNT, "Its amount"),
    ),
)

_PAYMENTS = Sheet(
    "payment",
    "payments.csv",
    "Money that came in, and the invoices it covered",
    (
        own_id("payment"),
        Column("household", reference("household", "a household"), "Who paid", required=True),
        Column("received_on", DAY, "Day it came in", required=True),
        Column("amount", POSITIVE_AMOUNT, "How much", required=True),
        Column("method", text(40), "card, cheque, cash, transfer or your own word", required=True),
        Column("status", choice(PaymentStatus), "Empty means completed"),
        Column("refunded", POSITIVE_AMOUNT, "What was given back of it; needed when it is partially_refunded"),
        Column("refunded_on", DAY, "Day it was given back; empty means the day it came in"),
        Column("reference", text(80), "Number of the cheque, the transfer or the like"),
        Column(
            "invoices",
            values.shares("invoice", "an invoice", _MAX_SHARES),
            "What it covered; an invoice named alone takes all of the payment that was not given back",
        ),
    ),
)

SHEETS: Sequence[Sheet] = (
    _HOUSEHOLDS,
    _MEMBERS,
    _USERS,
    PROGRAMMES,
    CLASSES,
    OCCURRENCES,
    ENROLMENTS,
    ATTENDANCE,
    CERTIFICATES,
    SKILLS,
    REACHED,
    _BOOKINGS,
    _INVOICES,
    _LINES,
    _PAYMENTS,
)
"""All files, in the order in which they are read."""


def sheet(kind: str) -> Sheet:
    """The file whose rows are records of `kind`."""
    return next(each for each in SHEETS if each.kind == kind)
