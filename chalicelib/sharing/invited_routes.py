"""Pages of whoever was invited: what to, and the code that proves the address.

They belong to the sign-in function, the only web function that may read the pepper.
"""

from chalicelib.identity.challenges import Wanted
from chalicelib.identity.code_pages import again, awaiting, challenge_of, come_in, order_outside
from chalicelib.identity.domain import Purpose
from chalicelib.shared.texts import Message
from chalicelib.sharing import accepting
from chalicelib.sharing.domain import Invitation
from chalicelib.sharing.wording import ROLES
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/invitations/{token}", Actor.ANYONE)
def show_invitation(request: Request) -> Reply:
    """Who invites, and to what. Opening it changes nothing (A-25)."""
    return _page(request, accepting.find(request.org, request.params["token"], request.now))


@routes.post("/{org}/invitations/{token}", Actor.ANYONE)
def ask_for_code(request: Request) -> Reply:
    """Sends a code to the invited address, whoever asks."""
    invitation = accepting.find(request.org, request.params["token"], request.now)
    wanted = Wanted(
        identifier=accepting.identifier_of(invitation),
        purpose=Purpose.INVITATION,
        language=invitation.language,
        next=invitation.reference,
        target=invitation.address,
    )
    return order_outside(request, wanted, lambda wait: _page(request, invitation, wait))


@routes.get("/{org}/invitation/code", Actor.ANYONE)
def show_code(request: Request) -> Reply:
    """The field for the code."""
    return awaiting(request, Purpose.INVITATION) or redirect(urls.portal(request.org, "sign-in"))


@routes.post("/{org}/invitation/code", Actor.ANYONE)
def accept(request: Request) -> Reply:
    """Gives the role to whoever typed the right code, and signs in."""
    return come_in(request, Purpose.INVITATION, accepting.accept)


@routes.post("/{org}/invitation/again", Actor.ANYONE)
def ask_again(request: Request) -> Reply:
    """Sends another code; the one before is dead (A-09)."""
    challenge = challenge_of(request, Purpose.INVITATION)
    return again(request, challenge) if challenge else redirect(urls.portal(request.org, "sign-in"))


def _page(request: Request, invitation: Invitation, wait: Message | None = None) -> Reply:
    title, does = ROLES[invitation.grant.role]
    return render.page(
        request,
        "sharing/invited.html",
        status=429 if wait else 200,
        errors={"": wait} if wait else None,
        by=invitation.by_name,
        role=request.local.say(title),
        does=request.local.say(does),
        until=request.local.date(invitation.grant.until) if invitation.grant.until else "",
        reference=invitation.reference,
    )
