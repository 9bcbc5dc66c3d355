"""View models of the pages of clients."""

from typing import NamedTuple

from chalicelib.calendar import gathering
from chalicelib.calendar.gathering import Family
from chalicelib.calendar.pages import EntryView, Reader
from chalicelib.clients.notes import Note
from chalicelib.clients.reading import Known
from chalicelib.clients.searching import Hit
from chalicelib.clients.ways import path_of
from chalicelib.households.domain import Household, Role
from chalicelib.households.pages import age_words
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import Local, dotted, own_names

NEXT = 4
"""Classes and bookings ahead that the page of a client names."""
_NAMED = 6
"""Members that a list names; a class on an outing has fifty."""

Facts = list[tuple[str, str, str]]


class HitView(NamedTuple):
    """A household in the list of what was found."""

    name: str
    href: str
    meta: str
    archived: bool


class NoteView(NamedTuple):
    """A note, ready to read."""

    id: str
    text: str
    meta: str
    href: str


class MemberView(NamedTuple):
    """A member in the list."""

    name: str
    meta: str
    href: str


def hit_view(hit: Hit, local: Local, org: str) -> HitView:
    """What tells a household from another of the same name."""
    names = ", ".join(hit.members[:_NAMED]) + (" …" if len(hit.members) > _NAMED else "")
    invoice = local.say(say("Invoice %(label)s", label=hit.invoice_number)) if hit.invoice else ""
    page = path_of(hit.household, f"/billing/invoices/{hit.invoice}" if hit.invoice else "")
    return HitView(hit.name, urls.portal(org, page), dotted(invoice, hit.number, names), hit.archived)


def note_view(note: Note, household: str, local: Local, org: str) -> NoteView:
    """A note with who wrote it, and when."""
    changed = local.say(say("changed %(when)s", when=local.datetime(note.changed_at))) if note.changed_at else ""
    meta = dotted(note.author, local.datetime(note.at), changed)
    return NoteView(note.id, note.text, meta, urls.portal(org, path_of(household, f"/notes/{note.id}")))


def particulars(household: Household, request: Request, *, may_edit: bool) -> Facts:
    """How to reach a household; the address leads to its own form for those who may change it (ACC-12)."""
    local, address = request.local, household.address
    city = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    tongue = dict(own_names(request.organisation.languages)).get(household.language, "")
    postal = urls.portal(request.org, path_of(household.id, "/edit/address")) if may_edit else ""
    facts: list[tuple[Message, str, str]] = [
        (say("Account number"), household.number, ""),
        (say("Email for our messages"), household.email, ""),
        (say("Telephone"), local.phone(household.phone) if household.phone else "", ""),
        (say("Language of our messages"), tongue, ""),
        (say("Address"), ", ".join(part for part in (address.street, city) if part), postal),
    ]
    missing = local.say(say("Not given"))
    return [(local.say(label), value or missing, href) for label, value, href in facts]


def member_views(home: Summary, request: Request) -> list[MemberView]:
    """Members with their age; each leads to the member's page at the desk."""
    return [
        MemberView(
            row.name,
            age_words(row.birth_date, request.local, request.today),
            urls.portal(request.org, f"desk/members/{row.id}"),
        )
        for row in home.members
    ]


def next_entries(request: Request, known: Known) -> list[EntryView]:
    """What comes next for the household. One round trip where it has places."""
    if not (request.organisation.uses(Module.CLASSES) or request.organisation.uses(Module.BOOKINGS)):
        return []
    family = Family(request.organisation, known.home, Role.HOLDER, request.now)
    reader = Reader(family, request.local)
    return [reader.view(entry) for entry in gathering.ahead(family, 0, NEXT).entries]


def waits_for(home: Summary, local: Local) -> list[str]:
    """What the organisation waits for from the household, beside money."""
    wanted = [
        dotted(row.title, local.say(say("to send by %(day)s", day=row.due_on)) if row.due_on else "")
        for row in home.wanted
    ]
    unread = say("%(n)s message is not opened", plural="%(n)s messages are not opened", n=home.unread)
    return [*wanted, local.say(unread)] if home.unread else wanted
