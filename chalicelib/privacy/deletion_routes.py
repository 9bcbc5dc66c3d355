"""The page of a family's request to delete its data: what goes, what stays, asking for it, taking it back (X-17)."""

from collections.abc import Mapping

from chalicelib.identity import store as identity
from chalicelib.identity.domain import email_identifier, phone_identifier
from chalicelib.privacy import deletions
from chalicelib.privacy.deletions import Deletion, DeletionState
from chalicelib.privacy.standing import kept, obstacles
from chalicelib.shared.contacts import parse_phone
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import after
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(own=True)

STATES = {
    DeletionState.RECEIVED: (say("Received"), "info"),
    DeletionState.VERIFIED: (say("Checked, waiting for its day"), "warning"),
    DeletionState.DONE: (say("Carried out"), "success"),
    DeletionState.PARTLY: (say("Carried out, but for what has to stay"), "success"),
    DeletionState.REFUSED: (say("Refused"), "danger"),
    DeletionState.WITHDRAWN: (say("Taken back"), "neutral"),
}


@routes.get("/{org}/data/deletion", Actor.HOLDER)
def show_deletion(request: Request) -> Reply:
    """What goes and what stays, why and until when; and where a request stands."""
    return _page(request)


@routes.post("/{org}/data/deletion", Actor.HOLDER, step_up=True)
def ask_for_deletion(request: Request) -> Reply:
    """Asks for it: freshly signed in, with the login address typed once more, and nothing open (X-17)."""
    organisation, me = request.organisation, request.me
    user = identity.require_user(request.org, me.user)
    form = Form(request.form)
    typed = form.text("login", required=True, maximum=320)
    if typed and _identifier(typed, organisation.country) not in user.identifiers:
        form.errors["login"] = say("This is not the address that you sign in with")
    if not form.errors and obstacles(organisation, me.home, request.now):
        form.errors[""] = say("Settle what is named below first.")
    if form.errors:
        return _page(request, form.errors, 400)
    asked = Deletion(
        me.household, DeletionState.RECEIVED, request.now, user.id, f"{me.home.name}, {user.name}", me.home.number,
        user.email, request.local.language,
    )  # fmt: skip
    deletions.ask(organisation, asked, request.now)
    return redirect(urls.portal(request.org, "data/deletion", saved="asked"))


@routes.post("/{org}/data/deletion/withdraw", Actor.HOLDER)
def withdraw_deletion(request: Request) -> Reply:
    """Takes it back. No code is wanted: it undoes, and gives nobody anything."""
    deletions.withdraw(request.org, request.me.household, request.now)
    return redirect(urls.portal(request.org, "data/deletion", saved="withdrawn"))


def _identifier(typed: str, country: str) -> str:
    """A login address as it is stored; "" for what can be none."""
    if "@" in typed:
        return email_identifier(typed)
    try:
        return phone_identifier(parse_phone(typed, country))
    except (ValueError, Invalid):
        return ""


def _page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    found = deletions.get(request.org, request.me.household)
    words, tone = STATES[found.state] if found else (say("None"), "neutral")
    local = request.local
    return render.page(
        request,
        "privacy/deletion.html",
        status=status,
        errors=errors,
        fields=request.form,
        request_state=local.say(words) if found else "",
        tone=tone,
        is_open=found is not None and found.state.is_open,
        reason=found.reason if found else "",
        until=local.date(after(found.asked_at, deletions.GRACE_SECONDS)) if found else "",
        obstacles=[]
        if found and found.state.is_open
        else obstacles(request.organisation, request.me.home, request.now),
        kept=kept(request.organisation),
        saved=request.query.get("saved", ""),
    )
