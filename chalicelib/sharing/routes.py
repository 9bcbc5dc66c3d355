"""Pages of who has access to a household, and the page that a link opens."""

from collections.abc import Mapping

from chalicelib.calendar import gathering
from chalicelib.calendar.gathering import Family
from chalicelib.calendar.pages import Reader
from chalicelib.households.domain import Role
from chalicelib.identity.domain import User
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, Fault, Invalid, NotFound, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.sharing import links, people
from chalicelib.sharing.domain import Section
from chalicelib.sharing.forms import MEMBER, read_grant, read_offer
from chalicelib.sharing.pages import Words, open_entries
from chalicelib.sharing.people import Hand
from chalicelib.sharing.store import list_access
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(own=True)

_SHOWN = 25
"""Entries of a schedule that a link shows: what comes next, not a history."""
_SECRET = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_TOO_MANY = say("Many people were invited lately. Wait an hour, then go on.")


@routes.get("/{org}/access", Actor.EDITOR)
def show_access(request: Request) -> Reply:
    """Who has a role, who is invited, and which links there are (NEW-7). Two round trips."""
    return _access_page(request)


def _access_page(request: Request, *, address: str = "") -> Reply:
    access, words = list_access(request.org, request.me.household), _words(request)
    return render.page(
        request,
        "sharing/access.html",
        people=[words.person(user, request.me.user) for user in access.users],
        invitations=[words.invitation(each) for each in access.invitations if each.is_open(request.now)],
        links=[words.share(share) for share in sorted(access.shares, key=lambda each: each.until)],
        is_holder=request.me.role is Role.HOLDER,
        shares_schedule=_shares_schedule(request),
        address=urls.absolute(request.org, f"shared/{address}") if address else "",
        saved=request.query.get("saved", ""),
    )


def _shares_schedule(request: Request) -> bool:
    return request.organisation.uses(Module.CLASSES) and bool(request.me.home.members)


def _words(request: Request) -> Words:
    return Words(request.me.home, request.local, request.org, request.today)


def _hand(request: Request) -> Hand:
    return Hand(request.organisation, request.me, request.now)


@routes.get("/{org}/access/invite", Actor.HOLDER, step_up=True)
def show_invite(request: Request) -> Reply:
    """The form for somebody who shall have a role."""
    return _person_page(request, {"role": Role.VIEWER.value})


@routes.post("/{org}/access/invite", Actor.HOLDER, step_up=True)
def invite(request: Request) -> Reply:
    """Invites somebody by mail or text; nothing is theirs before a code proves the address."""
    try:
        offer = read_offer(request.form, request.me.home.members, request.organisation, request.today)
        people.invite(_hand(request), offer.name, offer.address, offer.grant)
    except Invalid as wrong:
        return _person_page(request, request.form, errors=wrong.errors, status=400)
    except (Conflict, TooMany) as refused:
        return _person_page(request, request.form, errors={"": _why(refused)}, status=409)
    return _back(request, "invited")


def _why(refused: Fault) -> Message:
    """What a refusal says; one without words is somebody else's change, or a limit."""
    if refused.message:
        return refused.message
    if isinstance(refused, TooMany):
        return _TOO_MANY
    return say("This has changed in the meantime. Look at it again, please.")


@routes.get("/{org}/access/people/{user}", Actor.HOLDER, step_up=True, owns="user")
def show_person(request: Request) -> Reply:
    """The form of somebody's role and its limits."""
    user = _other(request)
    link = user.link(request.me.household)
    if link is None:
        raise NotFound
    fields = {"role": link.role.value, "until": link.until.isoformat() if link.until else ""}
    return _person_page(request, fields | {f"{MEMBER}{member}": "yes" for member in link.members}, user=user)


@routes.post("/{org}/access/people/{user}", Actor.HOLDER, step_up=True, owns="user")
def change_person(request: Request) -> Reply:
    """Stores it; it counts from the person's next request on."""
    user = _other(request)
    try:
        grant = read_grant(request.form, request.me.home.members, request.today)
    except Invalid as wrong:
        return _person_page(request, request.form, user=user, errors=wrong.errors, status=400)
    people.set_grant(_hand(request), user.id, grant)
    return _back(request, "changed")


@routes.post("/{org}/access/people/{user}/end", Actor.HOLDER, step_up=True, owns="user")
def end_person(request: Request) -> Reply:
    """Ends somebody's access."""
    people.end(_hand(request), _other(request).id)
    return _back(request, "ended")


def _other(request: Request) -> User:
    """Somebody else with a role here. Raises NotFound."""
    found = list_access(request.org, request.me.household).users
    user = next((each for each in found if each.id == request.params["user"]), None)
    if user is None or user.id == request.me.user:
        raise NotFound
    return user


def _person_page(
    request: Request,
    fields: Mapping[str, str],
    *,
    user: User | None = None,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    return render.page(
        request,
        "sharing/person.html",
        status=status,
        errors=errors,
        fields=fields,
        user=user,
        roles=_words(request).roles(),
        members=[(f"{MEMBER}{row.id}", row.first_name) for row in request.me.home.members],
        email_only=request.organisation.sign_in.require_email,
    )


@routes.post("/{org}/access/invitations/{invitation}/end", Actor.HOLDER, owns="invitation")
def take_back(request: Request) -> Reply:
    """Takes an invitation back that nobody accepted yet."""
    people.take_back(_hand(request), request.params["invitation"])
    return _back(request, "ended")


@routes.get("/{org}/access/leave", Actor.DELEGATE)
def show_leave(request: Request) -> Reply:
    """Says what leaving a household means, before anybody does."""
    return render.page(request, "sharing/leave.html", household=request.me.home.name)


@routes.post("/{org}/access/leave", Actor.DELEGATE)
def leave(request: Request) -> Reply:
    """Ends one's own access; the last holder stays."""
    try:
        people.leave(_hand(request))
    except Conflict as refused:
        errors = {"": _why(refused)}
        return render.page(request, "sharing/leave.html", status=409, errors=errors, household=request.me.home.name)
    return redirect(urls.portal(request.org, "households"))


@routes.get("/{org}/access/links/add", Actor.EDITOR)
def show_new_link(request: Request) -> Reply:
    """The form for a link to a member's schedule."""
    return _link_page(request, {})


@routes.post("/{org}/access/links/add", Actor.EDITOR)
def make_link(request: Request) -> Reply:
    """Makes a link and shows its address: once, for only its hash is kept."""
    form = Form(request.form)
    name = form.text("name", required=True)
    member = form.choice("member", tuple(row.id for row in request.me.home.members), required=True)
    until = form.day("until", required=True)
    if form.errors or until is None:
        return _link_page(request, request.form, errors=form.errors, status=400)
    try:
        made = links.create(_hand(request), member, Section.SCHEDULE, name, until)
    except Invalid as wrong:
        return _link_page(request, request.form, errors=wrong.errors, status=400)
    except Conflict as refused:
        return _link_page(request, request.form, errors={"": _why(refused)}, status=409)
    return _access_page(request, address=made)


@routes.post("/{org}/access/links/end", Actor.EDITOR)
def end_link(request: Request) -> Reply:
    """Ends a link."""
    links.end(_hand(request), request.form.get("link", "")[:64])
    return _back(request, "ended")


def _link_page(
    request: Request, fields: Mapping[str, str], *, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    if not _shares_schedule(request):
        raise NotFound
    return render.page(
        request,
        "sharing/link.html",
        status=status,
        errors=errors,
        fields=fields,
        members=[(row.id, row.first_name) for row in request.me.home.members],
    )


def _back(request: Request, saved: str) -> Reply:
    return redirect(urls.portal(request.org, "access", saved=saved))


@routes.get("/{org}/shared/{token}", Actor.ANYONE)
def show_shared(request: Request) -> Reply:
    """What a link opens: the next classes of one member, and nothing else of the family (NEW-7). Two round trips."""
    try:
        shared = links.find(request.organisation, request.params["token"], request.source, request.now)
    except NotFound:
        return _secret(render.page(request, "sharing/shared_over.html", status=404))
    family = Family(request.organisation, shared.home, Role.DELEGATE, request.now)
    part = gathering.ahead(family, 0, _SHOWN)
    member = shared.home.member(shared.share.member)
    page = render.page(
        request,
        "sharing/shared.html",
        name=member.first_name if member else "",
        until=request.local.date(shared.share.until),
        entries=open_entries(Reader(family, request.local), part.entries),
    )
    return _secret(page)


def _secret(reply: Reply) -> Reply:
    """No search engine keeps it, and no page that it leads to learns where it was."""
    reply.headers |= _SECRET
    return reply
