"""The list of notifications: all that came to the account, not only the latest that the home page shows (MSG-2)."""

from chalicelib.calendar.gathering import Family
from chalicelib.home.pages import news, viewer_of
from chalicelib.households.store import list_news
from chalicelib.notifications.sections import sections
from chalicelib.schedule.store import get_class_groups
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/notifications", Actor.MEMBER)
def show_news(request: Request) -> Reply:
    """What came to the account, the latest first, 25 at a time. At most two round trips."""
    home, after = request.me.home, request.query.get("after", "")
    found = list_news(request.org, home.household, after)
    classes = {row.label for row in found.rows if row.kind == "enrolment"}
    groups = get_class_groups(request.org, classes) if classes else {}
    family = Family(request.organisation, home, request.me.role, request.now)
    return render.page(
        request,
        "notifications/news.html",
        sections=sections(request, "notifications"),
        news=news(found.rows, family, groups, viewer_of(request)),
        next_url=urls.portal(request.org, "notifications", after=found.next) if found.next else None,
        first_url=urls.portal(request.org, "notifications") if after else None,
    )
