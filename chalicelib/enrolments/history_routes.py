"""The page of a member's history: places, lessons, changes of group, cancellations, certificates."""

from chalicelib.enrolments import certificate_store
from chalicelib.enrolments.history_pages import Known, certificate_views, year_views
from chalicelib.households.domain import Private
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store
from chalicelib.schedule.domain import Enrolment, as_told_to
from chalicelib.shared.errors import NotFound
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)


@routes.get("/{org}/members/{member}/history", Actor.MEMBER, owns="member", private=Private.SCHEDULE)
def show_history(request: Request) -> Reply:
    """All that a member took part in, latest first, 25 places at a time (SCH-7 to SCH-12)."""
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    start = paging.after(request)
    found = store.list_enrolments(request.org, member.id, start)
    wanted = {each for place in found.rows for each in (place.class_group, place.wanted) if each}
    groups = store.get_class_groups(request.org, wanted)
    programmes = store.get_programmes(request.org, {each.programme for each in groups.values() if each.programme})
    certificates = certificate_store.list_certificates(request.org, member.id, size=certificate_store.MOST).rows
    views = certificate_views(certificates, request.local, request.org, f"members/{member.id}")
    known = Known(groups, programmes, certificates, request.me.household, request.organisation.zone, request.now)
    return render.page(
        request,
        "enrolments/history.html",
        member=member,
        years=year_views([_told(request, each) for each in found.rows], known, request.local, request.org),
        certificates=views if not start else [],
        **paging.links(request, f"members/{member.id}/history", found.next),
    )


def _told(request: Request, enrolment: Enrolment) -> Enrolment:
    return as_told_to(enrolment, request.me.household, with_reasons=request.organisation.shares_reasons)
