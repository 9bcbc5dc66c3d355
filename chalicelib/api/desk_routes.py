"""The owner's page of tokens: which programs may use the API, for what, and until when."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from chalicelib.api import tokens
from chalicelib.api.domain import MOST_DAYS, SCOPES, Scope, Token
from chalicelib.identity.staff import OWNING
from chalicelib.portals.routes import author
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_USUAL_DAYS = 90


class TokenView(NamedTuple):
    """A token in the list."""

    id: str
    title: str
    meta: str
    is_live: bool


@routes.get("/{org}/desk/api", Actor.STAFF, staff=OWNING)
def show_tokens(request: Request) -> Reply:
    """All tokens, and the form for a new one. One round trip."""
    return _page(request, saved=request.query.get("saved", ""))


@routes.post("/{org}/desk/api", Actor.STAFF, staff=OWNING, step_up=True)
def make_token(request: Request) -> Reply:
    """Makes a token and shows it, this once."""
    form = Form(request.form)
    try:
        name = form.text("name", required=True)
        scopes = [scope for scope in Scope if form.choice(_field(scope), ("yes",))]
        days = form.number("days", MOST_DAYS, least=1, required=True) or 1
        if not scopes:
            form.errors[_field(Scope.READ_HOUSEHOLDS)] = say("Choose at least one")
        form.done()
        last_day = request.today + timedelta(days=days)
        told = tokens.make(request.org, name, scopes, last_day, author(request), request.now)
    except Invalid as wrong:
        return _page(request, errors=wrong.errors, fields=request.form, status=400)
    except Conflict as refused:
        return _page(request, errors={"name": refused.message} if refused.message else {}, status=409)
    return _page(request, told=told)


@routes.post("/{org}/desk/api/end", Actor.STAFF, staff=OWNING)
def end_token(request: Request) -> Reply:
    """Ends a token at once."""
    tokens.end(request.org, Form(request.form).text("key"), author(request), request.now)
    return redirect(urls.portal(request.org, "desk/api", saved="1"))


def _field(scope: Scope) -> str:
    """Name of a scope's box on the form."""
    return scope.value.replace(":", "-")


def _page(
    request: Request,
    *,
    errors: Mapping[str, Message] | None = None,
    fields: Mapping[str, str] | None = None,
    told: str = "",
    saved: str = "",
    status: int = 200,
) -> Reply:
    return render.page(
        request,
        "api/tokens.html",
        status=status,
        tokens=[_view(request, token) for token in tokens.of(request.org)],
        scopes=[(_field(scope), request.local.say(words)) for scope, words in SCOPES.items()],
        errors=errors,
        fields=fields or {"days": str(_USUAL_DAYS)},
        token=told,
        saved=saved,
        description=urls.absolute("api", "v1/openapi.json"),
    )


def _view(request: Request, token: Token) -> TokenView:
    local = request.local
    is_live = token.is_live(request.today)
    until = say("until %(day)s", day=local.date(token.last_day)) if is_live else say("ended")
    used = say("used %(moment)s", moment=local.datetime(token.used_at)) if token.used_at else say("never used")
    what = ", ".join(sorted(scope.value for scope in token.scopes))
    return TokenView(
        token.id, f"{token.name} (\u2026{token.hint})", dotted(local.say(until), local.say(used), what), is_live
    )
