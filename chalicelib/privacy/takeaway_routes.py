"""The page of a family's copy of everything: asking for it, how far it is, and the way to it (NEW-12)."""

from collections.abc import Mapping

from chalicelib.privacy import takeaways
from chalicelib.privacy.takeaways import OPEN_SECONDS, State, Takeaway
from chalicelib.shared.errors import TooMany
from chalicelib.shared.texts import Message
from chalicelib.shared.times import after
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(own=True)

_MEGABYTE = 1_000_000


@routes.get("/{org}/data", Actor.EDITOR)
def show_data(request: Request) -> Reply:
    """What a copy holds, and where the last one stands."""
    return _page(request)


@routes.post("/{org}/data", Actor.EDITOR, step_up=True)
def ask_for_data(request: Request) -> Reply:
    """Orders a copy, for whoever proved just now who they are (X-15)."""
    me = request.me
    try:
        takeaways.ask(request.organisation, me.household, me.user, request.local.language, request.now)
    except TooMany as refused:
        return _page(request, {"": refused.message} if refused.message else None, 429)
    return redirect(urls.portal(request.org, "data"))


def _page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    copy = takeaways.latest(request.org, request.me.household, request.me.user)
    return render.page(
        request,
        "privacy/data.html",
        status=status,
        errors=errors,
        standing=_standing(copy, request),
        done=copy.done if copy else 0,
        size=max(1, round(copy.size / _MEGABYTE)) if copy else 0,
        until=request.local.datetime(after(copy.ready_at, OPEN_SECONDS)) if copy and copy.ready_at else "",
        may_ask=copy is None or copy.may_follow(request.now),
    )


def _standing(copy: Takeaway | None, request: Request) -> str:
    """`none`, `working`, `open` or `failed`; what is over is as if there were none."""
    if copy is None:
        return "none"
    if copy.is_open(request.now):
        return "open"
    if copy.is_under_way(request.now):
        return "working"
    return "failed" if copy.state is not State.READY else "none"
