"""Pages on which families find classes, keep places in them, and confirm what is kept (ACC-3)."""

from collections.abc import Callable, Mapping

from chalicelib.enrolments import offering
from chalicelib.enrolments.offer_pages import (
    MemberChoice,
    Offer,
    choices,
    class_facts,
    class_view,
    held_views,
    left_in,
    list_view,
)
from chalicelib.enrolments.offering import Offered
from chalicelib.enrolments.rule_pages import rule_words
from chalicelib.enrolments.terms_of import terms_of
from chalicelib.organisations.domain import Module
from chalicelib.schedule.domain import Enrolment
from chalicelib.schedule.pages import occurrence_view
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import Tab, tabs

routes = Routes(Module.CLASSES)

_DATES = 25


@routes.get("/{org}/classes", Actor.MEMBER)
def show_classes(request: Request) -> Reply:
    """Classes that are open for enrolment, by programme, all or those for a member's age."""
    programme = request.query.get("programme", "")
    member = request.me.home.member(request.query.get("member", ""))
    after = request.query.get("after", "")
    offered = offering.list_offered(request.organisation, programme, after)
    shown = offering.fitting(offered, member, request.organisation, request.now) if member else offered
    kept = {"programme": programme, "member": member.id if member else ""}
    return render.page(
        request,
        "enrolments/classes.html",
        programmes=list_view(_offer(request), shown.groups, shown.rolls, shown.programmes),
        tabs=_member_tabs(request, programme, kept["member"]),
        is_one=bool(programme),
        held=_held_count(request),
        next_url=urls.portal(request.org, "classes", **kept, after=offered.next) if offered.next else None,
        first_url=urls.portal(request.org, "classes", **kept) if after else None,
    )


def _member_tabs(request: Request, programme: str, current: str) -> list[Tab]:
    everybody = (say("For everybody"), {"programme": programme}, not current)
    members = [
        (say("For %(name)s", name=row.first_name), {"programme": programme, "member": row.id}, row.id == current)
        for row in request.me.home.members
    ]
    return tabs(request, "classes", [everybody, *members])


@routes.get("/{org}/classes/{class_group}", Actor.MEMBER)
def show_class(request: Request) -> Reply:
    """One class: days, ages, price, rules, places left, and for whom a place can be taken."""
    return _class_page(request)


def _class_page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    offered, offer = offering.get_offered(request.organisation, request.params["class_group"]), _offer(request)
    group = offered.groups[0]
    roll, programme = offered.rolls[group.id], offered.programmes.get(group.programme)
    members = choices(offer, group, roll, request.me.home)
    left = left_in(offer, group, roll)
    terms = terms_of(request.organisation, programme, group)
    meetings = [meeting for meeting in group.occurrences if meeting.ends > request.now]
    return render.page(
        request,
        "enrolments/class.html",
        status=status,
        errors=errors,
        group=class_view(offer, group, roll) if meetings else None,
        title=request.local.text(group.title),
        path=f"classes/{group.id}",
        facts=class_facts(offer, group, programme),
        rules=rule_words(terms, request.local, request.organisation.currency),
        dates=[occurrence_view(meeting, group, request.local) for meeting in meetings[:_DATES]],
        more=max(0, len(meetings) - _DATES),
        is_full=left is not None and left <= 0 and not _is_offered(request, offered),
        options=[(member.id, member.name) for member in members if not member.reason],
        others=[member for member in members if member.reason],
        chosen=_chosen(request, members),
        may_enrol=request.me.role.may_edit,
    )


def _is_offered(request: Request, offered: Offered) -> bool:
    """Whether a place that came free is kept for somebody of this household."""
    (roll,) = offered.rolls.values()
    return any(wish.household == request.me.household and wish.is_offered(request.now) for wish in roll.waiting)


def _chosen(request: Request, members: list[MemberChoice]) -> str:
    """Who is chosen beforehand: whoever was, or the only one there is."""
    free = [member.id for member in members if not member.reason]
    told = request.form.get("member", request.query.get("member", ""))
    return told if told in free else free[0] if len(free) == 1 else ""


@routes.post("/{org}/classes/{class_group}/hold", Actor.EDITOR)
def hold_place(request: Request) -> Reply:
    """Keeps a place for a quarter of an hour, and leads to where it is confirmed."""
    from chalicelib.enrolments.enrolling import hold

    return _take(request, hold, lambda _: "enrolling")


@routes.post("/{org}/classes/{class_group}/wait", Actor.EDITOR)
def join_waiting_list(request: Request) -> Reply:
    """Puts a member on the waiting list of a class that is full."""
    from chalicelib.enrolments.enrolling import join

    return _take(request, join, lambda wish: f"members/{wish.person}/enrolments/{wish.id}")


def _take(request: Request, act: Callable[..., Enrolment], leads_to: Callable[[Enrolment], str]) -> Reply:
    form = Form(request.form)
    member = form.choice("member", tuple(row.id for row in request.me.home.members), required=True)
    if form.errors:
        return _class_page(request, form.errors, status=400)
    try:
        taken = act(request.organisation, request.me.household, member, request.params["class_group"], request.now)
    except Conflict as refused:
        if refused.message is None:
            raise
        return _class_page(request, {"member": refused.message}, status=409)
    return redirect(urls.portal(request.org, leads_to(taken)))


@routes.get("/{org}/enrolling", Actor.EDITOR)
def show_enrolling(request: Request) -> Reply:
    """The places that are kept for the family, what they cost, and the button that makes them theirs."""
    return _enrolling_page(request)


@routes.post("/{org}/enrolling", Actor.EDITOR)
def confirm_enrolling(request: Request) -> Reply:
    """Makes the places that are kept the family's, with one invoice over all of them."""
    from chalicelib.enrolments.asking import Unanswered
    from chalicelib.enrolments.enrolling import Changed, confirm

    form = Form(request.form)
    named, digest = form.text("places", required=True, maximum=600).split(), form.text("digest")
    try:
        invoice = confirm(request.organisation, request.me.household, named, digest, request.now)
    except (Changed, Unanswered):
        return _enrolling_page(request, status=409)
    is_payable = invoice and request.organisation.billing.online and invoice.balance_minor > 0
    if invoice is None:
        return redirect(urls.portal(request.org, "schedule"))
    return redirect(urls.portal(request.org, f"invoices/{invoice.id}/pay" if is_payable else f"invoices/{invoice.id}"))


def _enrolling_page(request: Request, status: int = 200) -> Reply:
    from chalicelib.billing.books import open_books
    from chalicelib.billing.pages import sums
    from chalicelib.enrolments.asking import missing
    from chalicelib.enrolments.enrolling import basket
    from chalicelib.enrolments.places import Places
    from chalicelib.forms.pages import asked_views

    places = Places(open_books(request.organisation, request.me.household, request.now))
    wanted = basket(places)
    asked = missing(places, *wanted.people)
    currency, total = request.organisation.currency, wanted.total_minor
    return render.page(
        request,
        "enrolments/enrolling.html",
        status=status,
        held=held_views(_offer(request), wanted, request.me.home),
        named=" ".join(each.enrolment.id for each in wanted.places),
        digest=wanted.digest,
        sums=[*sums(wanted.lines, total, currency, request.local)],
        total=request.local.money(total, currency),
        is_free=not total,
        is_shared=wanted.is_shared,
        asked=asked_views(asked, request.me.home, request.local, request.org, request.today, back="enrolling"),
        changed=status == 409,
    )


@routes.post("/{org}/enrolling/give-back", Actor.EDITOR)
def give_back_place(request: Request) -> Reply:
    """Lets a place go that was only kept; one that is gone already is no mistake."""
    from chalicelib.enrolments.enrolling import give_back

    give_back(request.organisation, request.me.household, Form(request.form).text("place"), request.now)
    return redirect(urls.portal(request.org, "enrolling"))


def _held_count(request: Request) -> int:
    return sum(row.status == "held" for row in request.me.home.enrolments)


def _offer(request: Request) -> Offer:
    return Offer(request.organisation, request.local, request.now)
