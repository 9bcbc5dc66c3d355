"""Enrolling for a family at the desk: classes, places that are kept, and what has to be answered first (PUR-2, ACC-13,
ACC-14).

Mandatory forms hold for staff as they do for families. Staff may answer a form in the family's place; a consent they
never sign. What only the family can do is left to it: the place is kept as an offer, and the family told.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from chalicelib.billing.books import open_books
from chalicelib.billing.pages import sums
from chalicelib.enrolments import handing_over, offering
from chalicelib.enrolments.asking import Unanswered, missing
from chalicelib.enrolments.enrolling import Changed, basket, confirm, give_back, hold, join
from chalicelib.enrolments.offer_pages import Offer, choices, class_facts, held_views, left_in, list_view
from chalicelib.enrolments.places import Places
from chalicelib.enrolments.rule_pages import rule_words
from chalicelib.enrolments.terms_of import terms_of
from chalicelib.forms.domain import Asked
from chalicelib.forms.gate import HOUSEHOLD, KIND
from chalicelib.forms.pages import AskedView, asked_views
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message
from chalicelib.till.homes import PATH, home_of, path_of, url_of
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_CLASSES = f"{PATH}/purchases/classes"
_CLASS = f"{_CLASSES}/{{class_group}}"
_PLACES = f"{PATH}/purchases/places"
_MOST_DAYS = 30
_USUAL_DAYS = 3
"""For how many days a place is left to a family unless somebody says otherwise."""


@routes.get(_CLASSES, Actor.STAFF, staff=DESK, owns="household")
def show_classes(request: Request) -> Reply:
    """Classes that families take places in, by programme, a page at a time. Four round trips."""
    home, after = home_of(request), request.query.get("after", "")
    offered = offering.list_offered(request.organisation, request.query.get("programme", ""), after)
    programmes = list_view(_offer(request), offered.groups, offered.rolls, offered.programmes)
    base = path_of(home, "purchases")
    return render.page(
        request,
        "till/classes.html",
        home=home,
        path=base,
        programmes=[
            (each.title, [row._replace(href=_at_desk(request, base, row.href)) for row in each.classes])
            for each in programmes
        ],
        held=sum(row.status == "held" for row in home.enrolments),
        done=request.query.get("done", ""),
        **paging.links(request, f"{base}/classes", offered.next),
    )


def _at_desk(request: Request, base: str, href: str) -> str:
    """The desk's page of a class whose page for families is at `href`."""
    return urls.portal(request.org, f"{base}/classes/{href.rpartition('/')[2]}")


@routes.get(_CLASS, Actor.STAFF, staff=DESK, owns="household")
def show_class(request: Request) -> Reply:
    """One class, and who of the family may take a place. Four round trips."""
    return _class_page(request, home_of(request))


@routes.post(_CLASS, Actor.STAFF, staff=DESK, owns="household")
def keep_place(request: Request) -> Reply:
    """Keeps a place for a quarter of an hour; in a full class the member joins the waiting list."""
    home, form = home_of(request), Form(request.form)
    member = form.choice("member", tuple(row.id for row in home.members), required=True)
    if form.errors:
        return _class_page(request, home, form.errors)
    waits = form.text("wait") == "yes"
    act = join if waits else hold
    try:
        act(request.organisation, home.household, member, request.params["class_group"], request.now)
    except Conflict as refused:
        if refused.message is None:
            raise
        return _class_page(request, home, {"member": refused.message}, 409)
    if waits:
        return redirect(url_of(request, home, "purchases/classes", done="waits"))
    return redirect(url_of(request, home, "purchases/places"))


@routes.get(_PLACES, Actor.STAFF, staff=DESK, owns="household")
def show_places(request: Request) -> Reply:
    """The places that are kept for the family, what they cost, and what has to be answered first."""
    return _places_page(request, home_of(request))


@routes.post(_PLACES, Actor.STAFF, staff=DESK, owns="household")
def confirm_places(request: Request) -> Reply:
    """Makes the places that are kept the family's, on one invoice, as they were shown; the family is told."""
    home, form = home_of(request), Form(request.form)
    named, digest = form.text("places", required=True, maximum=600).split(), form.text("digest")
    try:
        invoice = confirm(request.organisation, home.household, named, digest, request.now)
    except (Changed, Unanswered):
        return _places_page(request, home, status=409)
    return redirect(url_of(request, home, f"billing/invoices/{invoice.id}" if invoice else "purchases"))


@routes.post(f"{_PLACES}/give-back", Actor.STAFF, staff=DESK, owns="household")
def give_back_place(request: Request) -> Reply:
    """Lets a place go that was only kept."""
    home = home_of(request)
    give_back(request.organisation, home.household, Form(request.form).text("place"), request.now)
    return redirect(url_of(request, home, "purchases/places"))


@routes.post(f"{_PLACES}/leave", Actor.STAFF, staff=DESK, owns="household")
def leave_places(request: Request) -> Reply:
    """Leaves the places to the family: each stays kept for some days as an offer, and the family is told (ACC-14)."""
    home, form = home_of(request), Form(request.form)
    named = form.text("places", required=True, maximum=600).split()
    days = form.number("days", _MOST_DAYS, least=1, required=True)
    if form.errors or days is None:
        return _places_page(request, home, {name: text for name, text in form.errors.items() if name == "days"}, 400)
    until = request.now + timedelta(days=days)
    handing_over.leave_to_family(request.organisation, home.household, named, until, request.now)
    return redirect(url_of(request, home, "purchases/places", done="left"))


def _offer(request: Request) -> Offer:
    return Offer(request.organisation, request.local, request.now)


def _class_page(
    request: Request, home: Summary, errors: Mapping[str, Message] | None = None, status: int = 400
) -> Reply:
    offered, offer = offering.get_offered(request.organisation, request.params["class_group"]), _offer(request)
    group = offered.groups[0]
    roll, programme = offered.rolls[group.id], offered.programmes.get(group.programme)
    members = choices(offer, group, roll, home)
    left = left_in(offer, group, roll)
    is_ours = any(wish.household == home.household and wish.is_offered(request.now) for wish in roll.waiting)
    return render.page(
        request,
        "till/class.html",
        status=status if errors else 200,
        errors=errors,
        fields=request.form,
        home=home,
        path=path_of(home, "purchases"),
        id=group.id,
        title=request.local.text(group.title),
        facts=class_facts(offer, group, programme),
        rules=rule_words(terms_of(request.organisation, programme, group), request.local, _currency(request)),
        is_full=left is not None and left <= 0 and not is_ours,
        options=[(member.id, member.name) for member in members if not member.reason],
        others=[member._replace(href="") for member in members if member.reason],
    )


def _currency(request: Request) -> str:
    return request.organisation.currency


def _places_page(
    request: Request, home: Summary, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    places = Places(open_books(request.organisation, home.household, request.now))
    wanted = basket(places)
    total = wanted.total_minor
    return render.page(
        request,
        "till/places.html",
        status=status,
        errors=errors,
        fields=request.form,
        home=home,
        path=path_of(home, "purchases"),
        held=held_views(_offer(request), wanted, home),
        named=" ".join(each.enrolment.id for each in wanted.places),
        digest=wanted.digest,
        sums=sums(wanted.lines, total, _currency(request), request.local),
        total=request.local.money(total, _currency(request)),
        is_shared=wanted.is_shared,
        asked=_asked(request, home, missing(places, *wanted.people)),
        usual_days=str(_USUAL_DAYS),
        changed=status == 409,
        done=request.query.get("done", ""),
    )


def _asked(request: Request, home: Summary, asked: Sequence[Asked]) -> list[AskedView]:
    """What has to be answered first, with the page on which staff may do so: of forms; what is signed has none."""
    views = asked_views(asked, home, request.local, request.org, request.today)
    paths = [
        f"desk/forms/{each.id}/fill/{home.household}/{each.member or HOUSEHOLD}" if each.kind == KIND else ""
        for each in asked
    ]
    return [
        view._replace(href=urls.portal(request.org, path) if path else "")
        for view, path in zip(views, paths, strict=True)
    ]
