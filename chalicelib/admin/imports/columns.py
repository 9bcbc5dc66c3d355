"""The documented columns: every file the import knows, declared once as data.

Parsing, the checks of references, `foyer columns` and docs/import.md all follow from this table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.admin.imports import values
from chalicelib.admin.imports.values import (
    AMOUNT,
    BIRTH_DAY,
    COUNTRY,
    DAY,
    EMAIL,
    IDENTIFIER,
    LANGUAGE,
    MOMENT,
    PHONE,
    POSITIVE_AMOUNT,
    SIGNED_AMOUNT,
    WHOLE,
    Type,
    choice,
    reference,
    text,
)
from chalicelib.billing.domain import InvoiceStatus, PaymentStatus
from chalicelib.bookings.domain import BookingStatus
from chalicelib.households.domain import Role, Status
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.domain import Organisation, Question, QuestionKind
from chalicelib.schedule.domain import EnrolmentStatus, OccurrenceStatus
from chalicelib.shared.texts import LANGUAGES

ANSWER = "answer:"
"""Columns of members.csv that hold answers start with this; the id of the question follows."""

_MAX_HOMES = 2
_MAX_SHARES = 50
_MAX_ROLES = 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is called, what may stand in it, and what it means."""

    name: str
    type: Type
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: the kind of record that a row of it is, and its columns."""

    kind: str
    file: str
    meaning: str
    columns: tuple[Column, ...]

    def column(self, name: str, organisation: Organisation) -> Column | None:
        """The column of this name, or None when the file has no such column."""
        if self.kind == "member" and name.startswith(ANSWER):
            wanted = name.removeprefix(ANSWER)
            return next((_answer(question) for question in organisation.questions if question.id == wanted), None)
        return next((column for column in self.columns if column.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of columns that must be there and be filled in."""
        return tuple(column.name for column in self.columns if column.required)


def _answer(question: Question) -> Column:
    if question.kind is QuestionKind.YES_NO:
        parse = values.option(values.YES_NO_OPTIONS)
    elif question.kind is QuestionKind.CHOICE:
        labels = {label.casefold(): key for key, texts in question.choices for label in (key, *texts.values())}
        parse = values.option(labels)
    else:
        parse = text(500, lines=True).parse
    return Column(f"{ANSWER}{question.id}", Type("answer", parse), "Answer to a question of the organisation")


def _id(words: str) -> Column:
    return Column("id", IDENTIFIER, f"Your own id of the {words}; it must stay the same", required=True)


def _titles(words: str) -> tuple[Column, ...]:
    return tuple(
        Column(f"title_{language}", text(120), f"Name of the {words} in this language; at least one is needed")
        for language in LANGUAGES
    )


_HOUSEHOLDS = Sheet(
    "household",
    "households.csv",
    "Family accounts: the units that are billed",
    (
        _id("household"),
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
        _id("person"),
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
        _id("user"),
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

_PROGRAMMES = Sheet(
    "programme",
    "programmes.csv",
    "Lines of activity, such as ballet",
    (_id("programme"), *_titles("programme")),
)

_CLASSES = Sheet(
    "class",
    "classes.csv",
    "Groups that people enrol in",
    (
        _id("class"),
        *_titles("class"),
        Column("programme", reference("programme", "a programme"), "Programme the class belongs to"),
        Column("instructor", text(120), "Who teaches"),
    ),
)

_OCCURRENCES = Sheet(
    "occurrence",
    "occurrences.csv",
    "Dated meetings of classes",
    (
        _id("meeting"),
        Column("class", reference("class", "a class"), "Class that meets", required=True),
        Column("starts", MOMENT, "Begin", required=True),
        Column("ends", MOMENT, "End, after the begin", required=True),
        Column("room", text(120), "Where"),
        Column("status", choice(OccurrenceStatus), "Empty means planned"),
    ),
)

_ENROLMENTS = Sheet(
    "enrolment",
    "enrolments.csv",
    "Places that members have in classes",
    (
        _id("enrolment"),
        Column("member", reference("member", "a member"), "Who takes part", required=True),
        Column("class", reference("class", "a class"), "In which class", required=True),
        Column("household", reference("household", "a household"), "The home that enrolled and pays", required=True),
        Column("starts_on", DAY, "First day", required=True),
        Column("ends_on", DAY, "Last day", required=True),
        Column("status", choice(EnrolmentStatus), "Empty means active"),
        Column("enrolled_at", MOMENT, "When the place was taken; empty means the first day"),
    ),
)

_BOOKINGS = Sheet(
    "booking",
    "bookings.csv",
    "Rooms and other places that households rent, or ask for",
    (
        _id("booking"),
        Column("household", reference("household", "a household"), "Who booked", required=True),
        Column("resource", text(120), "Room or place", required=True),
        Column("starts", MOMENT, "Begin", required=True),
        Column("ends", MOMENT, "End, after the begin", required=True),
        Column("status", choice(BookingStatus), "Empty means confirmed"),
        Column("member", reference("member", "a member"), "Member it is for, if any"),
        Column("note", text(500, lines=True), "Remark the client sees"),
        Column("requested_at", MOMENT, "When it was asked for"),
    ),
)

_INVOICES = Sheet(
    "invoice",
    "invoices.csv",
    "Invoices; their lines are rows of invoice_lines.csv, and what was paid comes from payments.csv",
    (
        _id("invoice"),
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
        _id("line"),
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
        _id("payment"),
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
    _PROGRAMMES,
    _CLASSES,
    _OCCURRENCES,
    _ENROLMENTS,
    _BOOKINGS,
    _INVOICES,
    _LINES,
    _PAYMENTS,
)
"""All files, in the order in which they are read."""


def sheet(kind: str) -> Sheet:
    """The file whose rows are records of `kind`."""
    return next(each for each in SHEETS if each.kind == kind)
