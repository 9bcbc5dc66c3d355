"""The shapes of what programs send and get, as JSON Schema: bodies are checked against them, and the description of the
API holds them as they stand here."""

from typing import Any

from chalicelib.billing.domain import InvoiceStatus, PaymentStatus
from chalicelib.bookings.domain import BookingStatus
from chalicelib.households.domain import Status
from chalicelib.shared.texts import LANGUAGES
from chalicelib.till.taking import METHODS
from chalicelib.web.forms import LONG, SHORT

Schema = dict[str, Any]

ID = "^[a-z0-9-]{1,60}$"
KEY = "^[A-Za-z0-9_-]{8,64}$"
"""How a program names a call."""
VERSION = '^"[0-9]{1,9}"$'
"""How a version is written in `ETag` and `If-Match`."""
MOST_MINOR = 10**9
"""Money up to ten million dollars or euros, so that sums stay whole numbers in any program."""
_LINE = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
_LINES = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"
_DAY: Schema = {"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", "description": "2026-11-22, or empty."}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_ID: Schema = {"type": "string", "pattern": ID}
_VERSION: Schema = {
    "type": "integer",
    "minimum": 1,
    "description": "Counts changes; the ETag and If-Match say it in quotes.",
}
_MINOR: Schema = {"type": "integer", "description": "Money in the currency's smallest unit."}


def _text(maximum: int = SHORT, **more: Any) -> Schema:
    return {"type": "string", "maxLength": maximum, "pattern": _LINE, **more}


def _lines(maximum: int = LONG, **more: Any) -> Schema:
    return {"type": "string", "maxLength": maximum, "pattern": _LINES, **more}


def _object(properties: dict[str, Schema], *required: str, **more: Any) -> Schema:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False, **more,
    }  # fmt: skip


def _list(of: str) -> Schema:
    told: dict[str, Schema] = {"data": {"type": "array", "items": _ref(of)}, "next": {"type": ["string", "null"]}}
    return _object(told, "data", "next")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _given(properties: dict[str, Schema]) -> Schema:
    """What is told: every property is always there."""
    return _object(properties, *properties)


def _as_stored(properties: dict[str, Schema]) -> dict[str, Schema]:
    """How what may be written is told: as it was stored, which may have been by other rules."""
    return {name: {"type": "string"} for name in properties}


_HOUSEHOLD: dict[str, Schema] = {
    "name": _text(minLength=1),
    "email": _text(320),
    "phone": _text(320),
    "language": {"type": "string", "enum": ["", *LANGUAGES]},
    "street": _text(),
    "city": _text(),
    "region": _text(),
    "postcode": _text(20),
    "number": _text(description="The organisation's own number of the account."),
}
_MEMBER: dict[str, Schema] = {
    "first_name": _text(minLength=1),
    "last_name": _text(minLength=1),
    "birth_date": _DAY,
    "email": _text(320),
    "phone": _text(320),
    "emergency_name": _text(),
    "emergency_phone": _text(320),
}
_WRITTEN_ONLY: dict[str, Schema] = {
    "health_notes": _lines(writeOnly=True, description="Never given out again."),
    "answers": {
        "type": "object",
        "description": "Answers to the organisation's questions, by their ids. Never given out again.",
        "additionalProperties": _lines(),
        "maxProperties": 50,
        "writeOnly": True,
    },
}
_TAX: dict[str, Schema] = {"name": {"type": "string"}, "minor": _MINOR, "included": {"type": "boolean"}}
_TOLD_LINE: dict[str, Schema] = {
    "description": {"type": "string"},
    "quantity": {"type": "string"},
    "unit_minor": _MINOR,
    "discount_minor": _MINOR,
    "amount_minor": _MINOR,
    "total_minor": _MINOR,
    "member": {"type": "string"},
    "taxes": {"type": "array", "items": _given(_TAX)},
}
_NEW_LINE: dict[str, Schema] = {
    "description": _text(minLength=1),
    "quantity": {"type": "string", "pattern": "^[0-9]{1,4}([.][0-9]{1,3})?$", "default": "1"},
    "unit_minor": {**_MINOR, "minimum": -MOST_MINOR, "maximum": MOST_MINOR},
    "member": {"type": "string", "pattern": "^[a-z0-9-]{0,60}$"},
}

SCHEMAS: dict[str, Schema] = {
    "Household": _given(
        {
            "id": _ID,
            "version": _VERSION,
            "status": {"enum": [each.value for each in Status]},
            **_as_stored(_HOUSEHOLD),
        }
    ),
    "Households": _list("Household"),
    "NewHousehold": _object(_HOUSEHOLD, "name", "email"),
    "HouseholdChange": _object(_HOUSEHOLD, minProperties=1),
    "Member": _given({"id": _ID, "version": _VERSION, **_as_stored(_MEMBER)}),
    "Members": _list("Member"),
    "NewMember": _object({**_MEMBER, **_WRITTEN_ONLY}, "first_name", "last_name"),
    "MemberChange": _object({**_MEMBER, **_WRITTEN_ONLY}, minProperties=1),
    "Invoice": _given(
        {
            "id": _ID,
            "version": _VERSION,
            "household": _ID,
            "number": {"type": "string"},
            "status": {"enum": [each.value for each in InvoiceStatus]},
            "currency": {"type": "string"},
            "issued_on": _DAY,
            "due_on": _DAY,
            "lines": {"type": "array", "items": _given(_TOLD_LINE)},
            "total_minor": _MINOR,
            "paid_minor": _MINOR,
            "balance_minor": _MINOR,
            "reference": {"type": "string"},
            "note": {"type": "string"},
        }
    ),
    "Invoices": _list("Invoice"),
    "NewInvoice": _object(
        {
            "lines": {
                "type": "array",
                "items": _object(_NEW_LINE, "description", "unit_minor"),
                "minItems": 1,
                "maxItems": 100,
            },
            "due_on": _DAY,
            "reference": _text(),
            "note": _lines(500),
        },
        "lines",
    ),
    "Issue": _object({"send": {"type": "boolean", "description": "Whether the family is told by mail."}}, "send"),
    "Reason": _object({"reason": _lines(500, minLength=1)}, "reason"),
    "Payment": _given(
        {
            "id": _ID,
            "version": _VERSION,
            "household": _ID,
            "received_on": _DAY,
            "minor": _MINOR,
            "currency": {"type": "string"},
            "method": {"type": "string"},
            "status": {"enum": [each.value for each in PaymentStatus]},
            "reference": {"type": "string"},
            "refunded_minor": _MINOR,
            "unapplied_minor": {**_MINOR, "description": "What of it covers nothing yet: the family's credit."},
            "invoices": {"type": "array", "items": _given({"invoice": _ID, "minor": _MINOR})},
        }
    ),
    "Payments": _list("Payment"),
    "NewPayment": _object(
        {
            "minor": {**_MINOR, "minimum": 1, "maximum": MOST_MINOR},
            "method": {"type": "string", "enum": list(METHODS)},
            "received_on": {**_DAY, "description": "Today or an earlier day: 2026-11-22."},
            "reference": _text(),
            "invoices": {
                "type": "array",
                "items": _ID,
                "maxItems": 20,
                "uniqueItems": True,
                "description": "What it is for; left out, what is due first.",
            },
            "receipt": {"type": "boolean", "description": "Whether the family gets a receipt by mail."},
        },
        "minor",
        "method",
        "received_on",
    ),
    "Booking": _given(
        {
            "id": _ID,
            "version": _VERSION,
            "household": _ID,
            "resource": {"type": "string"},
            "title": {"type": "string"},
            "starts": _MOMENT,
            "ends": _MOMENT,
            "status": {"enum": [each.value for each in BookingStatus]},
            "member": {"type": "string"},
            "participants": {"type": "integer"},
            "note": {"type": "string"},
            "total_minor": _MINOR,
            "currency": {"type": "string"},
            "invoice": {"type": "string"},
        }
    ),
    "Bookings": _list("Booking"),
    "NewBooking": _object(
        {
            "resource": _ID,
            "starts": {**_MOMENT, "maxLength": 40},
            "minutes": {"type": "integer", "minimum": 1, "maximum": 1440},
            "member": {"type": "string", "pattern": "^[a-z0-9-]{0,60}$"},
            "participants": {"type": "integer", "minimum": 0, "maximum": 1000},
            "note": _lines(500),
        },
        "resource",
        "starts",
        "minutes",
    ),
    "Problem": _object(
        {
            "type": {"const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "reference": {"type": "string", "description": "Names the call in the log of the portal."},
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "type",
        "title",
        "status",
        "detail",
        "reference",
    ),
}
"""All shapes by name; problems are as RFC 9457 has them."""
