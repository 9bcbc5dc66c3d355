"""Pages of whoever registers: telephone and human check, who it is, a code for each address (AUTH-14, C4, C6).

They belong to the sign-in function, the only web function that may read the pepper.
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.households.domain import ADULT, age
from chalicelib.identity.challenges import Wanted
from chalicelib.identity.code_pages import (
    again,
    awaiting,
    challenge_of,
    come_in,
    device_of,
    order_outside,
    refused,
    signed_in,
    too_many,
    verify,
    wait_words,
)
from chalicelib.identity.domain import Purpose, email_identifier, phone_identifier
from chalicelib.joining import asking, human
from chalicelib.joining.domain import Asked, Begun, Wish
from chalicelib.joining.domain import Request as JoinRequest
from chalicelib.organisations.domain import Registration
from chalicelib.shared.errors import Invalid, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_TOO_YOUNG = say("An adult opens the account, and adds children afterwards")


@routes.get("/{org}/join", Actor.ANYONE)
def show_join(request: Request) -> Reply:
    """What the organisation lets people do themselves: the telephone number comes first (AUTH-14)."""
    return _first_page(request)


@routes.post("/{org}/join", Actor.ANYONE)
def begin(request: Request) -> Reply:
    """Takes the number and the human check; the next page is the same whether or not anybody has the number."""
    asking.require(request.organisation)
    form = Form(request.form)
    is_open = request.organisation.sign_in.registration is Registration.OPEN
    wish = form.choice("wish", tuple(each.value for each in Wish), required=True) if is_open else Wish.MATCH.value
    phone = form.phone("phone", request.organisation.country, required=True)
    try:
        form.done()
        token, work = request.form.get(human.FIELD, ""), request.form.get(human.WORK, "")
        name = human.check(request.organisation, token, work, request.now)
        asked = Asked(Wish(wish), phone, request.local.language)
        begun = asking.begin(request.organisation, asked, name, request.source, request.now)
    except human.Stale as stale:
        return _first_page(request, stale.errors, 400, fresh=True)
    except Invalid as wrong:
        return _first_page(request, wrong.errors, 400)
    except TooMany as fault:
        return too_many(_first_page(request, {"": wait_words(fault)}, 429), fault)
    return redirect(urls.portal(request.org, f"registrations/{begun.id}"))


@routes.get("/{org}/registrations/{token}", Actor.ANYONE)
def show_who(request: Request) -> Reply:
    """Who it is: all that is asked, at once."""
    return _who_page(request, _begun(request))


@routes.post("/{org}/registrations/{token}", Actor.ANYONE)
def ask_for_code(request: Request) -> Reply:
    """Sends a code to the address that was told, whoever has it."""
    begun = _begun(request)
    try:
        asked = _asked(request, begun)
    except Invalid as wrong:
        return _who_page(request, begun, wrong.errors, 400)
    asking.describe(request.organisation, begun, asked)
    wanted = Wanted(
        identifier=email_identifier(asked.email),
        purpose=Purpose.JOIN,
        language=request.local.language,
        next=begun.id,
        target=asked.email,
    )
    return order_outside(request, wanted, lambda words: _who_page(request, begun, {"email": words}, 429))


@routes.get("/{org}/join/code", Actor.ANYONE)
def show_code(request: Request) -> Reply:
    """The field for the code that went to the address."""
    return awaiting(request, Purpose.JOIN) or redirect(urls.portal(request.org, "join"))


@routes.post("/{org}/join/code", Actor.ANYONE)
def prove_address(request: Request) -> Reply:
    """Opens a new household, or hands the request in and sends a code to what is on file, if anything is."""
    try:
        verified = verify(request, Purpose.JOIN)
        begun = asking.require_begun(request.organisation, verified.challenge.next, request.now)
        if begun.asked.wish is Wish.NEW:
            came = asking.open_new(request.organisation, verified, begun, device_of(request), request.now)
            return signed_in(request, came, urls.portal(request.org))
        handed_in = asking.hand_in(request.organisation, verified, begun, request.now)
    except Invalid as wrong:
        return refused(request, Purpose.JOIN, wrong)
    return _ask_on_file(request, handed_in)


@routes.get("/{org}/join/proof", Actor.ANYONE)
def show_proof(request: Request) -> Reply:
    """The field for the code that goes to what is on file, and what happens if none comes (ACC-6)."""
    return awaiting(request, Purpose.ON_FILE) or redirect(urls.portal(request.org, "join/received"))


@routes.post("/{org}/join/proof", Actor.ANYONE)
def prove_record(request: Request) -> Reply:
    """Gives access to the household on file, and signs in."""
    return come_in(request, Purpose.ON_FILE, asking.prove)


@routes.get("/{org}/join/received", Actor.ANYONE)
def show_received(request: Request) -> Reply:
    """That the request is with the organisation, and how to reach it (ACC-6)."""
    asking.require(request.organisation)
    return render.page(request, "joining/received.html")


@routes.post("/{org}/join/again", Actor.ANYONE)
def ask_again(request: Request) -> Reply:
    """Sends another code; the one before is dead (A-09)."""
    for purpose in (Purpose.JOIN, Purpose.ON_FILE):
        challenge = challenge_of(request, purpose)
        if challenge:
            return again(request, challenge)
    return redirect(urls.portal(request.org, "join"))


def _ask_on_file(request: Request, handed_in: JoinRequest) -> Reply:
    """Orders the code to what is on file, under the number that was told, whether or not anybody has it."""
    wanted = Wanted(
        identifier=phone_identifier(handed_in.asked.phone),
        purpose=Purpose.ON_FILE,
        language=handed_in.asked.language,
        next=handed_in.id,
    )
    return order_outside(request, wanted, lambda _: redirect(urls.portal(request.org, "join/received")))


def _begun(request: Request) -> Begun:
    return asking.require_begun(request.organisation, request.params["token"], request.now)


def _asked(request: Request, begun: Begun) -> Asked:
    """What the second page tells. Raises Invalid."""
    form, is_new = Form(request.form), begun.asked.wish is Wish.NEW
    first_name = form.text("first_name", required=True)
    last_name = form.text("last_name", required=True)
    email = form.email("email", required=True)
    member_last_name = "" if is_new else form.text("member_last_name", required=True)
    born = form.day("born", required=True)
    if born and born > request.today:
        form.errors["born"] = say("Enter a day that is over")
    elif born and is_new and age(born, request.today) < ADULT:
        form.errors["born"] = _TOO_YOUNG
    form.done()
    return replace(
        begun.asked,
        first_name=first_name,
        last_name=last_name,
        email=email,
        born=born,
        member_last_name=member_last_name,
    )


def _first_page(
    request: Request, errors: Mapping[str, Message] | None = None, status: int = 200, *, fresh: bool = False
) -> Reply:
    """The first page; a token that was shown goes on counting, so that whoever waits has not waited in vain."""
    shown = "" if fresh else request.form.get(human.FIELD, "")
    return render.page(
        request,
        "joining/join.html",
        status=status,
        errors=errors,
        fields=request.form,
        token=shown or human.new_token(request.organisation, request.now),
        registration=request.organisation.sign_in.registration.value,
        bits=human.BITS,
    )


def _who_page(request: Request, begun: Begun, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    return render.page(
        request,
        "joining/who.html",
        status=status,
        errors=errors,
        fields=request.form,
        is_new=begun.asked.wish is Wish.NEW,
        path=f"registrations/{begun.id}",
    )
