"""The organisation's logo, sent from the desk."""

from chalicelib.identity.staff import GOVERNING
from chalicelib.organisations.routes import logo_url
from chalicelib.portals import changing, logos
from chalicelib.portals.routes import author
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PATH = "/{org}/desk/settings/logo"


@routes.get(_PATH, Actor.STAFF, staff=GOVERNING)
def show_logo(request: Request) -> Reply:
    """The logo as it is, and the place to send another."""
    return render.page(request, "portals/logo.html", current=logo_url(request.organisation))


@routes.post(_PATH, Actor.STAFF, staff=GOVERNING, uploads=True)
def change_logo(request: Request) -> Reply:
    """Puts another logo in the place of the one before, or takes it away."""
    try:
        png = _png(request)
    except Invalid as wrong:
        current = logo_url(request.organisation)
        return render.page(request, "portals/logo.html", status=400, errors=wrong.errors, current=current)
    digest = logos.digest(png) if png else ""
    changing.set_logo(request.org, digest, png, author(request), request.now)
    return redirect(urls.portal(request.org, "desk/settings/look"))


def _png(request: Request) -> bytes:
    """The picture that was sent; empty where there is to be none. Raises Invalid."""
    if request.form.get("act") == "remove":
        return b""
    sent = request.files.get(logos.FIELD)
    if sent is None:
        raise Invalid({logos.FIELD: say("Choose a file")})
    return logos.checked(sent.content)
