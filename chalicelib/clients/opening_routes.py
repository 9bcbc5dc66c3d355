"""Pages on which staff open an account for a family (ADM-3)."""

from collections.abc import Mapping
from contextlib import suppress

from chalicelib.clients import indexing, opening, pages
from chalicelib.clients.forms import read_address
from chalicelib.clients.opening import Doubts, Opening
from chalicelib.clients.ways import path_of
from chalicelib.households.pages import household_labels
from chalicelib.identity.staff import DESK
from chalicelib.shared.errors import Fault, Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PATH = "/{org}/desk/clients/new"
_LABELS: Mapping[str, Message] = {
    "first_name": say("First name of the holder"),
    "last_name": say("Last name of the holder"),
    "email": say("Email address of the holder"),
    "mobile": say("Mobile number"),
    "household_name": say("Name of the household"),
    "number": say("Account number"),
    "sure": say("This is right, and another family"),
}


@routes.get(_PATH, Actor.STAFF, staff=DESK)
def show_new(request: Request) -> Reply:
    """The form of a new client: the holder first."""
    return _page(request, {"tell": "yes"})


@routes.post(_PATH, Actor.STAFF, staff=DESK)
def open_client(request: Request) -> Reply:
    """Opens the account once nothing speaks against it, or whoever opens it says that they know."""
    org = request.org
    try:
        told = _read(request)
        taken = opening.clients_of(org, told)
        if taken:
            return _page(request, request.form, taken, opening.doubts(org, told))
        sure = request.form.get("sure") == "yes"
        doubts = Doubts() if sure else opening.doubts(org, told)
        if doubts:
            return _page(request, request.form, {"sure": say("Look at this first")}, doubts)
        household = opening.open_account(request.organisation, told, request.now)
    except Invalid as wrong:
        return _page(request, request.form, wrong.errors)
    with suppress(Fault):  # the table's stream tells of it as well; so the next look finds it at once
        indexing.refresh(org, household)
    return redirect(urls.portal(org, path_of(household), saved="opened"))


def _read(request: Request) -> Opening:
    form, organisation = Form(request.form), request.organisation
    told = Opening(
        first_name=form.text("first_name", required=True),
        last_name=form.text("last_name", required=True),
        email=form.email("email"),
        mobile=form.phone("mobile", organisation.country),
        language=form.choice("language", organisation.languages),
        household_name=form.text("household_name"),
        number=form.text("number", maximum=40),
        address=read_address(form, organisation.country),
        takes_part=request.form.get("takes_part") == "yes",
        tell=request.form.get("tell") == "yes",
    )
    form.done()
    return told


def _page(
    request: Request,
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None = None,
    doubts: Doubts | None = None,
) -> Reply:
    found = doubts or Doubts()
    labels = household_labels(request.local) | {name: request.local.say(text) for name, text in _LABELS.items()}
    return render.page(
        request,
        "clients/new.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        labels=labels,
        meant=found.meant,
        alike=[pages.hit_view(hit, request.local, request.org) for hit in found.alike],
        asks_sure=bool(errors and "sure" in errors),
        tongues=own_names(request.organisation.languages),
    )
