"""The staff's pages of privacy: requests to delete, and reports of strangers."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.households.activity import Deed, note_look
from chalicelib.households.store import get_summaries
from chalicelib.identity.staff import DESK
from chalicelib.identity.store import get_users
from chalicelib.privacy import deletions, reports
from chalicelib.privacy.deletion_routes import STATES
from chalicelib.privacy.deletions import Deletion, DeletionState
from chalicelib.privacy.standing import kept, obstacles
from chalicelib.shared.texts import Message
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes()


class RequestView(NamedTuple):
    """A request in the list."""

    href: str
    title: str
    meta: str
    status: str
    tone: str


class StrangerView(NamedTuple):
    """A report of a stranger."""

    id: str
    title: str
    meta: str


@routes.get("/{org}/desk/privacy", Actor.STAFF, staff=DESK)
def show_privacy_desk(request: Request) -> Reply:
    """Reports of strangers first, for they are urgent; then requests to delete, 25 at a time."""
    start = paging.after(request, str.isalnum)
    found = deletions.all_of(request.org, start)
    return render.page(
        request,
        "privacy/desk.html",
        strangers=_strangers(request) if not start else [],
        requests=[_view(request, each) for each in found.rows],
        saved=request.query.get("saved", ""),
        **paging.links(request, "desk/privacy", found.next),
    )


def _strangers(request: Request) -> list[StrangerView]:
    told = reports.waiting(request.org)
    users = get_users(request.org, {each.user for each in told})
    homes = get_summaries(request.org, tuple({each.household for each in told if each.household})) if told else {}
    return [
        StrangerView(
            each.id,
            users[each.user].name if each.user in users else "",
            dotted(request.local.datetime(each.at), homes[each.household].name if each.household in homes else ""),
        )
        for each in told
    ]


def _view(request: Request, deletion: Deletion) -> RequestView:
    words, tone = STATES[deletion.state]
    return RequestView(
        urls.portal(request.org, f"desk/privacy/{deletion.household}"),
        deletion.name or request.local.date(deletion.asked_at),
        dotted(request.local.date(deletion.asked_at), deletion.number),
        request.local.say(words),
        tone,
    )


@routes.post("/{org}/desk/privacy/strangers/close", Actor.STAFF, staff=DESK)
def close_report(request: Request) -> Reply:
    """Notes that somebody got in touch. Raises NotFound for what is no report."""
    reports.close(request.org, request.form.get("report", ""))
    return redirect(urls.portal(request.org, "desk/privacy", saved="1"))


@routes.get("/{org}/desk/privacy/{deletion}", Actor.STAFF, staff=DESK, owns="deletion")
def show_request(request: Request) -> Reply:
    """One request, with what stays by law and what is still open."""
    found = deletions.require(request.org, request.params["deletion"])
    note_look(request.org, found.household, Deed("staff_viewed", request.now, about={"section": "privacy"}))
    return _page(request, found)


@routes.post("/{org}/desk/privacy/{deletion}/verify", Actor.STAFF, staff=DESK, owns="deletion", step_up=True)
def verify_request(request: Request) -> Reply:
    """Says that the staff made sure who asks. What is irreversible wants a fresh sign-in of theirs, too."""
    household = deletions.require(request.org, request.params["deletion"]).household
    deletions.verify(request.org, household, request.me.user_name, request.now)
    return redirect(urls.portal(request.org, f"desk/privacy/{household}", saved="1"))


@routes.post("/{org}/desk/privacy/{deletion}/refuse", Actor.STAFF, staff=DESK, owns="deletion")
def refuse_request(request: Request) -> Reply:
    """Says no, with a reason that the family reads."""
    found = deletions.require(request.org, request.params["deletion"])
    form = Form(request.form)
    reason = form.lines("reason", required=True, maximum=500)
    if form.errors:
        return _page(request, found, form.errors, 400)
    deletions.refuse(request.org, found.household, request.me.user_name, reason, request.now)
    return redirect(urls.portal(request.org, f"desk/privacy/{found.household}", saved="1"))


def _page(
    request: Request, deletion: Deletion, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    home = get_summaries(request.org, (deletion.household,)).get(deletion.household)
    is_live = home is not None and not home.archived
    return render.page(
        request,
        "privacy/desk_request.html",
        status=status,
        errors=errors,
        fields=request.form,
        deletion=deletion,
        view=_view(request, deletion),
        path=f"desk/privacy/{deletion.household}",
        until=request.local.date(deletion.grace_until),
        stays_until=request.local.date(deletion.kept_until) if deletion.kept_until else "",
        obstacles=obstacles(request.organisation, home, request.now) if home and is_live else [],
        kept=kept(request.organisation),
        may_verify=deletion.state is DeletionState.RECEIVED,
        saved=request.query.get("saved", ""),
    )
