"""The staff's pages: what the desk and its navigation lead to, and for whom. A page is added here, in one entry.

They are in groups, and a group goes by the name of its first page: the navigation leads there, and shows the others
once somebody is in the group.
"""

from typing import NamedTuple

from chalicelib.identity.domain import StaffRole
from chalicelib.identity.staff import (
    BOOKS,
    CLIENTS,
    DESK,
    GOVERNING,
    MOVING,
    OFFICE,
    OWNING,
    READING,
    TEACHING,
    VIEWING,
)
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
    also: tuple[str, ...] = ()
    """How the addresses of further pages begin that one comes to from here."""

    def leads_to(self, path: str) -> bool:
        """Whether a page of the portal, by its path within it, is this one or one behind it."""
        here = "/".join(path.split("/")[:2])
        return here == self.path or here in self.also


DeskGroup = tuple[DeskPage, ...]

TODAY = DeskPage("desk", say("Today"), say("What there is to do."), "home", READING)
GROUPS: tuple[DeskGroup, ...] = (
    (
        DeskPage(
            "desk/clients", say("Clients"), say("Families: found by whatever you know of them, and new ones."),
            "members", CLIENTS, also=("desk/acting", "desk/refused"),
        ),
        DeskPage(
            "desk/messages", say("Messages"), say("What families write, and whose turn it is."), "message", DESK,
            Module.MESSAGES,
        ),
        DeskPage(
            "desk/joining", say("Registrations"), say("Who wants access, and families who are on file twice."), "user",
            DESK, also=("desk/duplicates", "desk/merge", "desk/merges"),
        ),
        DeskPage("desk/privacy", say("Privacy"), say("Requests to delete data, and strangers reported."), "lock", DESK),
        DeskPage(
            "desk/undelivered", say("Undelivered messages"), say("Mails and texts that were given up, and why."),
            "message", DESK,
        ),
        DeskPage(
            "desk/demo", say("Demonstration"),
            say("An invented family: try the portal as a client, on any day to come."), "info", VIEWING,
        ),
    ),
    (
        DeskPage(
            "desk/classes", say("Classes"), say("Today's classes, and who is expected."), "calendar", TEACHING,
            Module.CLASSES, also=("desk/members",),
        ),
        DeskPage(
            "desk/bookings", say("Bookings"), say("Requests that wait for an answer."), "booking", DESK, Module.BOOKINGS
        ),
        DeskPage(
            "desk/cards", say("Membership cards"), say("Who is at the door, and what a card lets them do."), "ticket",
            TEACHING, Module.INVOICES,
        ),
    ),
    (
        DeskPage(
            "desk/money", say("Money"), say("What is overdue, what came in today, and what has to be looked at."),
            "card", BOOKS, Module.INVOICES,
        ),
        DeskPage(
            "desk/plans", say("Sales"), say("Plans, products and what was sold."), "card", DESK, Module.INVOICES,
            also=("desk/products", "desk/orders"),
        ),
        DeskPage(
            "desk/slips", say("Tax slips"), say("Who gets which, what is missing, and releasing them."), "invoice",
            OFFICE, Module.SLIPS,
        ),
    ),
    (
        DeskPage(
            "desk/documents", say("Documents"), say("What families sent, and what is shared with them."), "document",
            DESK, Module.DOCUMENTS,
        ),
        DeskPage(
            "desk/forms", say("Forms"), say("What families fill in: written here, and who has answered."), "edit",
            READING, Module.FORMS,
        ),
        DeskPage(
            "desk/consents", say("Consents"), say("What families sign, and who has."), "check", TEACHING, Module.FORMS,
            also=("desk/households",),
        ),
    ),
    (
        DeskPage(
            "desk/settings", say("Settings"), say("How the portal looks, what it does and by which rules."), "settings",
            GOVERNING,
        ),
        DeskPage(
            "desk/staff", say("Team"),
            say("Who belongs to the staff, as what, and with which second factor."), "members", OWNING,
        ),
        DeskPage(
            "desk/moving", say("Moving in"), say("Records from another system, and everything to take along."),
            "download", MOVING,
        ),
        DeskPage("desk/api", say("Tokens"), say("Programs that read and write here by themselves."), "lock", OWNING),
        DeskPage(
            "desk/webhooks", say("Webhooks"), say("Programs that are told at once what happens."), "external", OWNING
        ),
    ),
)  # fmt: skip


def groups_for(role: StaffRole, organisation: Organisation) -> list[DeskGroup]:
    """The pages that somebody in this role finds at the desk; no group is empty."""
    groups = (tuple(page for page in group if _is_for(page, role, organisation)) for group in GROUPS)
    return [group for group in groups if group]


def _is_for(page: DeskPage, role: StaffRole, organisation: Organisation) -> bool:
    return role.value in page.roles and (page.module is None or organisation.uses(page.module))
