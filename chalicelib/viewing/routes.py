"""While staff see the portal as a family: what they see and until when, and the way back to the desk."""

from chalicelib.identity.guard import SessionCookie
from chalicelib.viewing import service
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/viewing", Actor.USER, viewing=True)
def show_viewing(request: Request) -> Reply:
    """Since when, why and until when the portal is seen as a family's; or that it is over, and only the way back."""
    me = request.me
    if me.viewing is None:
        return redirect(urls.portal(request.org, me.first_page))
    return render.page(
        request,
        "viewing/viewing.html",
        name=me.summary.name if me.summary else "",
        viewing=me.viewing,
        acts=not me.only_looks,
    )


@routes.post("/{org}/viewing/end", Actor.USER, viewing=True)
def end(request: Request) -> Reply:
    """Back to the desk under a new token, leaving nothing of the family's in the browser (T-13, S-11)."""
    if request.me.viewing is None:
        return redirect(urls.portal(request.org, request.me.first_page))
    token = service.end(request.org, request.me, request.now)
    reply = redirect(urls.portal(request.org, f"desk/clients/{request.me.viewing.household}"))
    reply.cookies = [SessionCookie(token, request.me.user, "").kept(request.org)]
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply
