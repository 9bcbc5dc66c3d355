"""One entry of the calendar: its page, and the file by which it comes into the reader's own calendar."""

from chalicelib.calendar import finding, reading
from chalicelib.calendar.domain import Entry, Standing
from chalicelib.calendar.gathering import Family
from chalicelib.calendar.pages import Reader, hours
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import is_dated_id
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_FILE = ".ics"


@routes.get("/{org}/schedule/events/{event}", Actor.DELEGATE, owns="event")
def show_event(request: Request) -> Reply:
    """A meeting with all that is known of it; with `.ics` behind its id, it or a booking as a file (NEW-6)."""
    event_id = request.params["event"]
    if event_id.endswith(_FILE):
        return _file(request, reading.family_of(request), event_id.removesuffix(_FILE))
    return _page(request, finding.meeting(reading.family_of(request), event_id))


def _page(request: Request, entry: Entry) -> Reply:
    reader = Reader(reading.family_of(request), request.local, reading.own_zone(request))
    member = reader.family.home.member(entry.member)
    opens = entry.door.opens if entry.door and entry.standing is Standing.ON else None
    return render.page(
        request,
        "calendar/event.html",
        entry=reader.view(entry),
        id=entry.id,
        who=member.name if member else "",
        on=request.local.date(entry.starts, "weekday"),
        hours=hours(entry, request.local),
        room=entry.room,
        instructor=entry.instructor,
        opens=request.local.datetime(opens) if opens and request.now < opens else "",
        day_url=urls.portal(request.org, f"schedule/day/{next(entry.days(reader.family.zone)).isoformat()}"),
        file_url=urls.portal(request.org, f"schedule/events/{entry.id}{_FILE}"),
        place_url=urls.portal(request.org, f"members/{entry.member}/enrolments/{entry.source}")
        if request.me.role.sees_account
        else "",
    )


def _file(request: Request, family: Family, event_id: str) -> Reply:
    from chalicelib.calendar import ical

    entry = finding.booked(family, event_id) if is_dated_id(event_id) else finding.meeting(family, event_id)
    if entry.standing is Standing.LOST:
        raise NotFound
    writing = ical.Writing(family.organisation, request.local, (family.home,))
    return Reply(
        body=ical.calendar(writing, "", [entry]),
        content_type=ical.CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{event_id}{_FILE}"'},
    )
