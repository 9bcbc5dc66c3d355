"""Pages of members who are put away with their history (X-6)."""

from chalicelib.growing import archiving
from chalicelib.households.store import list_archived
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/members/{member}/archive", Actor.EDITOR, owns="member")
def show_archive(request: Request) -> Reply:
    """Says what archiving somebody means, before it is done."""
    return _ask(request)


@routes.post("/{org}/members/{member}/archive", Actor.EDITOR, owns="member")
def archive(request: Request) -> Reply:
    """Archives a member without places to come."""
    try:
        archiving.archive_member(request.organisation, request.me.household, request.params["member"], request.now)
    except Conflict as refused:
        return _ask(request, _why(refused))
    return redirect(urls.portal(request.org, "members/archived"))


def _ask(request: Request, problem: Message | None = None) -> Reply:
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    return render.page(
        request,
        "growing/archive.html",
        status=409 if problem else 200,
        errors={"": problem} if problem else None,
        member=member,
    )


@routes.get("/{org}/members/archived", Actor.EDITOR)
def show_archived(request: Request) -> Reply:
    """Everybody who is archived here. Two round trips."""
    return _list(request)


@routes.post("/{org}/members/archived", Actor.EDITOR)
def bring_back(request: Request) -> Reply:
    """Makes somebody a member again."""
    member = request.form.get("member", "")[:64]
    try:
        archiving.bring_member_back(request.organisation, request.me.household, member or "none", request.now)
    except Conflict as refused:
        return _list(request, _why(refused))
    return redirect(urls.portal(request.org, f"members/{member}", saved="1"))


def _list(request: Request, problem: Message | None = None) -> Reply:
    return render.page(
        request,
        "growing/archived.html",
        status=409 if problem else 200,
        errors={"": problem} if problem else None,
        people=[(person.id, person.name) for person in list_archived(request.org, request.me.household)],
    )


def _why(refused: Conflict) -> Message:
    return refused.message or say("This has changed in the meantime. Look at it again, please.")
