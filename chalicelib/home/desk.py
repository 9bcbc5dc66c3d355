"""The staff's pages: what the desk and its navigation lead to, and for whom. A page is added here, in one line."""

from typing import NamedTuple

from chalicelib.identity.domain import StaffRole
from chalicelib.identity.staff import DESK, OFFICE, READING, TEACHING
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.texts import Message, say


class DeskPage(NamedTuple):
    """A page of the staff's."""

    path: str
    label: Message
    lead: Message
    icon: str
    roles: frozenset[str]
    module: Module | None = None
    """Part of the portal that it belongs to; where the organisation does not use it, there is no such page."""


TODAY = DeskPage("desk", say("Today"), say("What there is to do."), "home", READING)
PAGES = (
    DeskPage(
        "desk/classes", say("Classes"), say("Today's classes, and who is expected."), "calendar", TEACHING,
        Module.CLASSES,
    ),
    DeskPage(
        "desk/bookings", say("Bookings"), say("Requests that wait for an answer."), "booking", DESK, Module.BOOKINGS
    ),
    DeskPage(
        "desk/documents", say("Documents"), say("What families sent, and what is shared with them."), "document", DESK,
        Module.DOCUMENTS,
    ),
    DeskPage(
        "desk/messages", say("Messages"), say("What families write, and whose turn it is."), "message", DESK,
        Module.MESSAGES,
    ),
    DeskPage(
        "desk/consents", say("Consents"), say("What families sign, and who has."), "check", TEACHING, Module.FORMS
    ),
    DeskPage(
        "desk/forms", say("Forms"), say("What families fill in: written here, and who has answered."), "edit", READING,
        Module.FORMS,
    ),
    DeskPage(
        "desk/cards", say("Membership cards"), say("Who is at the door, and what a card lets them do."), "ticket",
        TEACHING, Module.INVOICES,
    ),
    DeskPage(
        "desk/plans", say("Sales"), say("Plans, products and what was sold."), "card", DESK, Module.INVOICES
    ),
    DeskPage(
        "desk/slips", say("Tax slips"), say("Who gets which, what is missing, and releasing them."), "invoice", OFFICE,
        Module.SLIPS,
    ),
    DeskPage("desk/privacy", say("Privacy"), say("Requests to delete data, and strangers reported."), "lock", DESK),
)  # fmt: skip


def pages_for(role: StaffRole, organisation: Organisation) -> tuple[DeskPage, ...]:
    """The pages that somebody in this role finds at the desk."""
    return tuple(
        page for page in PAGES if role.value in page.roles and (page.module is None or organisation.uses(page.module))
    )
