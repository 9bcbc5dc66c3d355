"""The desk's pages of a household's subscriptions: making one, what the family may do, resting, ending (SUB-1 to SUB-3,
PUR-2)."""

from collections.abc import Mapping, Sequence

from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, TILL
from chalicelib.memberships import ending, service, store
from chalicelib.memberships.desk_forms import ticked
from chalicelib.memberships.domain import Allowed, Plan, Subscription, SubscriptionStatus
from chalicelib.memberships.pages import subscription_row, subscription_view
from chalicelib.memberships.service import SubscriptionRequest, Who
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring.pages import FREQUENCY_WORDS
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.till.homes import PATH, home_of, member_choices, path_of, sections, url_of
from chalicelib.till.recurring_forms import AUTOPAY_WORDS
from chalicelib.web import paging, render
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_LIST = f"{PATH}/subscriptions"
_ONE = f"{_LIST}/{{subscription}}"
_RUNS = (SubscriptionStatus.UPCOMING, SubscriptionStatus.ACTIVE)


@routes.get(_LIST, Actor.STAFF, staff=BOOKS, owns="household")
def show_subscriptions(request: Request) -> Reply:
    """All subscriptions of a household, newest first, 25 at a time. Two round trips."""
    home = home_of(request)
    found = store.list_page(request.org, home.household, paging.after(request))
    told = (request.organisation, home, request.local, request.today)
    return render.page(
        request,
        "till/subscriptions.html",
        home=home,
        path=path_of(home),
        sections=sections(request, home, "subscriptions"),
        subscriptions=[
            subscription_row(each, *told)._replace(href=url_of(request, home, f"subscriptions/{each.id}"))
            for each in found.rows
        ],
        may_bill=request.me.works_as(TILL),
        **paging.links(request, path_of(home, "subscriptions"), found.next),
    )


@routes.get(f"{_LIST}/new", Actor.STAFF, staff=TILL, owns="household")
def show_new_subscription(request: Request) -> Reply:
    """The form to subscribe for a family."""
    fields = {"once": new_id(), "starts_on": request.today.isoformat()}
    return _form(request, home_of(request), fields)


@routes.post(f"{_LIST}/new", Actor.STAFF, staff=TILL, owns="household")
def subscribe(request: Request) -> Reply:
    """Subscribes a member or the household to a plan, and tells the family; what is due is billed at once (PUR-2)."""
    home, form = home_of(request), Form(request.form)
    plans = _offered(request)
    wanted = SubscriptionRequest(
        form.choice("plan", tuple(each.id for each in plans), required=True),
        form.day("starts_on", required=True) or request.today,
        member=form.choice("member", _members(home)),
        autopay=_autopay(form),
        payer=form.choice("payer", _members(home)),
        once=form.text("once"),
        is_told=True,
    )
    if form.errors:
        return _form(request, home, request.form, form.errors)
    made = service.create(request.organisation, home.household, wanted, request.now)
    service.bill_due(request.organisation, home.household, made.id, request.now)
    return _back(request, home, made)


@routes.get(_ONE, Actor.STAFF, staff=BOOKS, owns="subscription")
def show_subscription(request: Request) -> Reply:
    """One subscription, and what may be done. Two or three round trips."""
    home = home_of(request)
    return _page(request, home, _subscription(request, home))


@routes.post(f"{_ONE}/options", Actor.STAFF, staff=TILL, owns="subscription")
def set_options(request: Request) -> Reply:
    """Says what the family may do itself with this one (SUB-3)."""
    home = home_of(request)
    subscription = _subscription(request, home)
    offered = [each.id for each in _offered(request)]
    plans = tuple(each for each in offered if ticked(request.form, f"plan-{each}"))
    allowed = Allowed(ticked(request.form, "cancel"), plans, ticked(request.form, "renew"))
    ending.allow(request.organisation, home.household, subscription.id, allowed, request.now)
    return _back(request, home, subscription)


@routes.post(f"{_ONE}/plan", Actor.STAFF, staff=TILL, owns="subscription")
def change_plan(request: Request) -> Reply:
    """Changes to another plan from the next period on."""
    home, form = home_of(request), Form(request.form)
    subscription = _subscription(request, home)
    present = subscription.terms_at(request.today).plan
    plan = form.choice("plan", (present, *(each.id for each in _offered(request))), required=True)
    if form.errors:
        return _page(request, home, subscription, form.errors)
    service.change_plan(request.organisation, home.household, subscription.id, plan, request.now, by_staff=True)
    return _back(request, home, subscription)


@routes.post(f"{_ONE}/freeze", Actor.STAFF, staff=TILL, owns="subscription")
def freeze(request: Request) -> Reply:
    """Lets it rest: nothing is billed until it goes on."""
    home = home_of(request)
    return _back(request, home, service.freeze(*_named(request, home), request.now))


@routes.post(f"{_ONE}/unfreeze", Actor.STAFF, staff=TILL, owns="subscription")
def unfreeze(request: Request) -> Reply:
    """Lets it go on."""
    home = home_of(request)
    return _back(request, home, service.unfreeze(*_named(request, home), request.now))


@routes.post(f"{_ONE}/approve", Actor.STAFF, staff=TILL, owns="subscription")
def approve(request: Request) -> Reply:
    """Grants the family's request to cancel."""
    home = home_of(request)
    return _back(request, home, ending.approve_cancellation(*_named(request, home), request.now))


@routes.post(f"{_ONE}/end", Actor.STAFF, staff=TILL, owns="subscription")
def end(request: Request) -> Reply:
    """Ends it after the period that runs, for a reason that the family reads."""
    home, form = home_of(request), Form(request.form)
    reason = form.text("reason", required=True)
    if form.errors:
        return _page(request, home, _subscription(request, home), form.errors)
    who = Who(request.me.user, request.me.user_name)
    return _back(request, home, ending.end(*_named(request, home), who, reason, request.now))


def _named(request: Request, home: Summary) -> tuple[Organisation, str, str]:
    return request.organisation, home.household, request.params["subscription"]


def _subscription(request: Request, home: Summary) -> Subscription:
    """The household's subscription that the address names. Raises NotFound."""
    found = store.get(request.org, home.household, request.params["subscription"])
    if found is None:
        raise NotFound
    return found


def _autopay(form: Form) -> AutopayMode | None:
    """Who decides about automatic payment; None: as the organisation usually has it."""
    told = form.choice("autopay", tuple(each.value for each in AutopayMode))
    return AutopayMode(told) if told and "autopay" not in form.errors else None


def _offered(request: Request) -> Sequence[Plan]:
    """Plans that can be subscribed to, by title. One round trip for each hundred."""
    plans = (plan for plan in store.all_plans(request.org) if plan.is_offered)
    return sorted(plans, key=lambda plan: request.local.text(plan.title))


def _members(home: Summary) -> tuple[str, ...]:
    return tuple(row.id for row in home.members)


def _back(request: Request, home: Summary, subscription: Subscription) -> Reply:
    return redirect(url_of(request, home, f"subscriptions/{subscription.id}", saved="1"))


def _plan_words(request: Request, plan: Plan) -> str:
    local = request.local
    price = local.money(service.period_price(request.organisation, plan.price_minor), plan.currency)
    return dotted(local.text(plan.title), price, local.say(FREQUENCY_WORDS[plan.period]))


def _form(
    request: Request, home: Summary, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    local = request.local
    return render.page(
        request,
        "till/subscribe.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        home=home,
        path=path_of(home, "subscriptions"),
        plans=[(plan.id, _plan_words(request, plan)) for plan in _offered(request)],
        members=member_choices(home, local),
        modes=[("", local.say(say("As usual"))), *((each.value, local.say(words)) for each, words in
                                                   AUTOPAY_WORDS.items())],
    )  # fmt: skip


def _page(
    request: Request, home: Summary, subscription: Subscription, errors: Mapping[str, Message] | None = None
) -> Reply:
    plans, status = _offered(request), subscription.status_at(request.today)
    view = subscription_view(subscription, plans, request.organisation, home, request.local, request.today)
    may_bill = request.me.works_as(TILL)
    return render.page(
        request,
        "till/subscription.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        home=home,
        path=path_of(home, f"subscriptions/{subscription.id}"),
        back_path=path_of(home, "subscriptions"),
        subscription=view,
        bill=path_of(home, f"recurring/{subscription.recurring}") if subscription.recurring else "",
        may_approve=may_bill and status is SubscriptionStatus.CANCEL_REQUESTED,
        may_freeze=may_bill and status is SubscriptionStatus.ACTIVE,
        may_unfreeze=may_bill and status is SubscriptionStatus.FROZEN,
        may_end=may_bill and status in (*_RUNS, SubscriptionStatus.FROZEN, SubscriptionStatus.CANCEL_REQUESTED),
        may_change=may_bill and status in _RUNS and subscription.renews and bool(view.plans),
        options=_options(request, subscription, plans) if may_bill and status in _RUNS else [],
        saved=request.query.get("saved", ""),
    )


def _options(request: Request, subscription: Subscription, plans: Sequence[Plan]) -> list[tuple[str, str, bool]]:
    """What the family may do itself: name of the box, its words, whether it is ticked."""
    local, allowed = request.local, subscription.allowed
    told = [
        ("cancel", local.say(say("Ask for its end")), allowed.cancel),
        ("renew", local.say(say("Buy another period when one ends")), allowed.renew),
    ]
    others = (plan for plan in plans if plan.id != subscription.terms_at(request.today).plan)
    return told + [
        (
            f"plan-{plan.id}",
            local.say(say("Change to %(plan)s", plan=_plan_words(request, plan))),
            plan.id in allowed.plans,
        )
        for plan in others
    ]
