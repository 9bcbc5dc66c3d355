"""The staff's pages of merging: who is on file twice, what a merge would do, doing it, and taking it back."""

from collections.abc import Mapping

from chalicelib.clients import pairs
from chalicelib.identity.staff import DESK
from chalicelib.joining import doubles, member_merging, merges, merging
from chalicelib.joining.member_merging import MemberPreview
from chalicelib.joining.merge_pages import (
    household_pairs,
    listed_pair,
    member_pairs,
    member_preview_view,
    merge_view,
    preview_view,
)
from chalicelib.joining.merges import Merge, MergeState, What
from chalicelib.joining.merging import Preview
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/desk/duplicates", Actor.STAFF, staff=DESK)
def show_pairs(request: Request) -> Reply:
    """Households that are probably on file twice, 25 pairs at a time. Two round trips."""
    found = pairs.page(request.org, paging.after(request))
    return render.page(
        request,
        "joining/pairs.html",
        pairs=[listed_pair(request.local, request.org, each) for each in found.rows],
        saved=request.query.get("saved", ""),
        **paging.links(request, "desk/duplicates", found.next),
    )


@routes.post("/{org}/desk/duplicates/{household}/{other}/apart", Actor.STAFF, staff=DESK, owns="other")
def part(request: Request) -> Reply:
    """Notes that two households are two families: they leave the list."""
    pairs.part(request.org, request.params["household"], request.params["other"])
    return redirect(urls.portal(request.org, "desk/duplicates", saved="1"))


@routes.get("/{org}/desk/duplicates/{household}", Actor.STAFF, staff=DESK, owns="household")
def show_doubles(request: Request) -> Reply:
    """Whom a household may double, by telephone, address, or name and date of birth."""
    found = doubles.doubles_of(request.org, request.params["household"])
    return render.page(
        request,
        "joining/duplicates.html",
        name=found.home.name,
        household=found.home.household,
        households=household_pairs(request.local, request.org, found),
        members=member_pairs(request.local, request.org, found),
    )


@routes.get("/{org}/desk/merge/{household}/{other}", Actor.STAFF, staff=DESK, owns="other")
def show_merge(request: Request) -> Reply:
    """What merging the other household into this one would do; nothing is done by looking."""
    return _page(request, _preview(request))


@routes.post("/{org}/desk/merge/{household}/{other}", Actor.STAFF, staff=DESK, owns="other", step_up=True)
def merge_households(request: Request) -> Reply:
    """Merges them."""
    seen = _preview(request)
    try:
        done = merging.merge(request.organisation, seen, request.me.user_name, request.now)
    except Invalid as stopped:
        return _page(request, seen, stopped.errors, 409)
    return redirect(urls.portal(request.org, f"desk/merges/{done.id}"))


@routes.get("/{org}/desk/merge/{household}/members/{member}", Actor.STAFF, staff=DESK, owns="member")
def show_member_merge(request: Request) -> Reply:
    """What merging another member into this one would do."""
    return _member_page(request, _member_preview(request, request.query.get("other", "")))


@routes.post("/{org}/desk/merge/{household}/members/{member}", Actor.STAFF, staff=DESK, owns="member", step_up=True)
def merge_members(request: Request) -> Reply:
    """Merges them."""
    seen = _member_preview(request, request.form.get("other", ""))
    try:
        done = member_merging.merge(request.organisation, seen, request.me.user_name, request.now)
    except Invalid as stopped:
        return _member_page(request, seen, stopped.errors, 409)
    return redirect(urls.portal(request.org, f"desk/merges/{done.id}"))


@routes.get("/{org}/desk/merges", Actor.STAFF, staff=DESK)
def show_merges(request: Request) -> Reply:
    """What was merged, the latest first, 25 at a time."""
    found = merges.page(request.org, paging.after(request))
    return render.page(
        request,
        "joining/merges.html",
        merges=[merge_view(request.local, request.org, each) for each in found.rows],
        **paging.links(request, "desk/merges", found.next),
    )


@routes.get("/{org}/desk/merges/{merge}", Actor.STAFF, staff=DESK, owns="merge")
def show_done(request: Request) -> Reply:
    """One merge, with the way back as long as there is one."""
    found = _found(request)
    return render.page(
        request,
        "joining/merged.html",
        view=merge_view(request.local, request.org, found),
        household=found.household,
        path=f"desk/merges/{found.id}",
        is_done=found.state is MergeState.DONE,
        is_begun=found.state in (MergeState.MOVING, MergeState.GOING_BACK),
    )


@routes.post("/{org}/desk/merges/{merge}/undo", Actor.STAFF, staff=DESK, owns="merge", step_up=True)
def undo(request: Request) -> Reply:
    """Takes a merge back, if nothing was changed since; one whose undo was cut short goes on."""
    found = _found(request)
    take_back = merging.undo if found.what is What.HOUSEHOLDS else member_merging.undo
    take_back(request.organisation, found.id, request.now)
    return redirect(urls.portal(request.org, f"desk/merges/{found.id}"))


@routes.post("/{org}/desk/merges/{merge}/go-on", Actor.STAFF, staff=DESK, owns="merge", step_up=True)
def go_on(request: Request) -> Reply:
    """Goes on with what was cut short, in the direction that it had."""
    found = _found(request)
    if found.state is MergeState.GOING_BACK:
        return undo(request)
    further = merging.carry_on if found.what is What.HOUSEHOLDS else member_merging.carry_on
    further(request.organisation, found.id, request.now)
    return redirect(urls.portal(request.org, f"desk/merges/{found.id}"))


def _found(request: Request) -> Merge:
    return merges.require(request.org, request.params["merge"])


def _preview(request: Request) -> Preview:
    kept, folded = request.params["household"], request.params["other"]
    return merging.preview(request.organisation, kept, folded, request.now)


def _member_preview(request: Request, other: str) -> MemberPreview:
    home, kept = request.params["household"], request.params["member"]
    return member_merging.preview(request.organisation, home, kept, other)


def _page(request: Request, seen: Preview, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    home, other = seen.kept.household, seen.folded.household
    return render.page(
        request,
        "joining/merge.html",
        status=status,
        errors=errors,
        view=preview_view(request.local, seen),
        back_to=f"desk/duplicates/{home}",
        path=f"desk/merge/{home}/{other}",
        turned=urls.portal(request.org, f"desk/merge/{other}/{home}"),
        other="",
    )


def _member_page(
    request: Request, seen: MemberPreview, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    home = f"desk/merge/{seen.home.household}/members"
    return render.page(
        request,
        "joining/merge.html",
        status=status,
        errors=errors,
        view=member_preview_view(request.local, seen),
        back_to=f"desk/duplicates/{seen.home.household}",
        path=f"{home}/{seen.kept.id}",
        turned=urls.portal(request.org, f"{home}/{seen.folded.id}", other=seen.kept.id),
        other=seen.folded.id,
    )
