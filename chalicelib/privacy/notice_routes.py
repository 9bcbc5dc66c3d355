"""The page that anybody may read: what is kept, why and for how long, and who answers for it (X-15)."""

from chalicelib.privacy.standing import kept
from chalicelib.web import render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/privacy", Actor.ANYONE)
def show_privacy(request: Request) -> Reply:
    """What is kept and why, which cookies there are, and the person in charge."""
    organisation = request.organisation
    return render.page(
        request,
        "privacy/notice.html",
        officer=organisation.privacy.officer,
        address=organisation.privacy.email or organisation.contact.email,
        kept=kept(organisation),
    )
