"""What a thread can be attached to, found by what an address names: it must be the household's own (NEW-16, T-03)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from chalicelib.billing import store as billing
from chalicelib.bookings import store as bookings
from chalicelib.calendar import finding, reading
from chalicelib.households.domain import Private
from chalicelib.messages.domain import About, AboutKind
from chalicelib.schedule import store as schedule
from chalicelib.shared.errors import NotFound
from chalicelib.web import urls
from chalicelib.web.forms import whole
from chalicelib.web.http import Request

_KINDS = {kind.value: kind for kind in AboutKind}


class Wanted(NamedTuple):
    """What a request names."""

    kind: str
    id: str
    member: str = ""
    line: str = ""

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Wanted":
        """As the query or the form of a request tells it."""
        return cls(*(told.get(name, "") for name in ("about", "id", "member", "line")))


def find(request: Request, wanted: Wanted) -> About | None:
    """What a new thread is about, None where it is about nothing. At most two round trips.

    Raises NotFound for what is not the household's, byte for byte like what there is not.
    """
    if not wanted.kind:
        return None
    if wanted.kind not in _KINDS:
        raise NotFound
    return _FINDERS[_KINDS[wanted.kind]](request, wanted)


def lines_of(request: Request, about: About | None) -> list[tuple[str, str]]:
    """The lines of the invoice that a thread is about, to choose from: number and words; empty for other things."""
    if about is None or about.kind is not AboutKind.INVOICE:
        return []
    found = billing.get_invoice(request.org, request.me.household, about.id)
    return [(str(number), line.description) for number, line in enumerate(found.lines, 1)] if found else []


def path_of(about: About) -> str:
    """The family's page of it, below the portal."""
    if about.kind is AboutKind.ENROLMENT:
        return f"members/{about.member}/enrolments/{about.id}"
    pages = {AboutKind.INVOICE: "invoices", AboutKind.EVENT: "schedule/events", AboutKind.BOOKING: "bookings"}
    return f"{pages[about.kind]}/{about.id}"


def query_of(about: About | None) -> dict[str, str]:
    """What names it in forms and addresses; empty for nothing."""
    if about is None:
        return {}
    line = str(about.line) if about.line else ""
    return {"about": about.kind.value, "id": about.id, "member": about.member, "line": line}


def href(org: str, about: About) -> str:
    """Address of the family's page of it."""
    return urls.portal(org, path_of(about))


def _invoice(request: Request, wanted: Wanted) -> About:
    found = billing.get_invoice(request.org, request.me.household, wanted.id)
    number = whole(wanted.line, 3) or 0
    if found is None or number > len(found.lines):
        raise NotFound
    label = f"{found.number}, {found.lines[number - 1].description}" if number else found.number
    return About(AboutKind.INVOICE, found.id, label, line=number)


def _enrolment(request: Request, wanted: Wanted) -> About:
    known = request.me.home.member(wanted.member) and request.me.may_see(wanted.member, Private.SCHEDULE)
    found = schedule.get_enrolment(request.org, wanted.member, wanted.id) if known else None
    if found is None:
        raise NotFound
    groups = schedule.get_class_groups(request.org, [found.class_group])
    group = groups.get(found.class_group)
    return About(AboutKind.ENROLMENT, found.id, request.local.text(group.title) if group else "", wanted.member)


def _event(request: Request, wanted: Wanted) -> About:
    entry = finding.meeting(reading.family_of(request), wanted.id)
    label = f"{request.local.text(entry.title)}, {request.local.datetime(entry.starts)}"
    return About(AboutKind.EVENT, entry.id, label, entry.member)


def _booking(request: Request, wanted: Wanted) -> About:
    found = bookings.get_booking(request.org, request.me.household, wanted.id)
    if found is None:
        raise NotFound
    return About(AboutKind.BOOKING, found.id, f"{found.resource}, {request.local.datetime(found.starts)}")


_FINDERS: Mapping[AboutKind, Callable[[Request, Wanted], About]] = {
    AboutKind.INVOICE: _invoice,
    AboutKind.ENROLMENT: _enrolment,
    AboutKind.EVENT: _event,
    AboutKind.BOOKING: _booking,
}
