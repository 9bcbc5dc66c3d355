"""Pages of subscriptions: the list, one of them, asking for its end, changing its plan (SUB-1 to SUB-3)."""

from collections.abc import Mapping

from chalicelib.billing.sections import sections
from chalicelib.memberships import store
from chalicelib.memberships.domain import Subscription
from chalicelib.memberships.pages import subscription_row, subscription_view
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)


@routes.get("/{org}/subscriptions", Actor.MEMBER)
def show_subscriptions(request: Request) -> Reply:
    """All subscriptions of the household and its members, newest first, 25 at a time."""
    found = store.list_page(request.org, request.me.household, paging.after(request))
    return render.page(
        request,
        "memberships/list.html",
        sections=sections(request, "subscriptions"),
        subscriptions=[
            subscription_row(each, request.organisation, request.me.home, request.local, request.today)
            for each in found.rows
        ],
        **paging.links(request, "subscriptions", found.next),
    )


@routes.get("/{org}/subscriptions/{subscription}", Actor.MEMBER, owns="subscription")
def show_subscription(request: Request) -> Reply:
    """One subscription with its days, its price, and what the family may do with it."""
    return _page(request, _subscription(request))


@routes.post("/{org}/subscriptions/{subscription}/cancel", Actor.EDITOR, owns="subscription")
def request_cancellation(request: Request) -> Reply:
    """Asks for the end of a subscription, with a reason."""
    from chalicelib.memberships import service

    subscription = _subscription(request)
    form = Form(request.form)
    reason = form.lines("reason", required=True)
    if form.errors and subscription.may_cancel(request.today):
        return _page(request, subscription, form.errors)
    who = service.Who(request.me.user, request.me.user_name)
    service.request_cancellation(request.organisation, request.me.household, subscription.id, who, reason, request.now)
    return _saved(request, subscription)


@routes.post("/{org}/subscriptions/{subscription}/withdraw", Actor.EDITOR, owns="subscription")
def withdraw_cancellation(request: Request) -> Reply:
    """Takes a waiting request to cancel back."""
    from chalicelib.memberships import service

    subscription = _subscription(request)
    service.withdraw_cancellation(request.organisation, request.me.household, subscription.id, request.now)
    return _saved(request, subscription)


@routes.post("/{org}/subscriptions/{subscription}/plan", Actor.EDITOR, owns="subscription")
def change_plan(request: Request) -> Reply:
    """Changes to another plan from the next period on."""
    from chalicelib.memberships import service

    subscription = _subscription(request)
    form = Form(request.form)
    present = subscription.terms_at(request.today).plan
    plan = form.choice("plan", (present, *subscription.allowed.plans), required=True)
    if form.errors:
        return _page(request, subscription, {"": form.errors["plan"]})
    service.change_plan(request.organisation, request.me.household, subscription.id, plan, request.now)
    return _saved(request, subscription)


def _saved(request: Request, subscription: Subscription) -> Reply:
    return redirect(urls.portal(request.org, f"subscriptions/{subscription.id}", saved="1"))


def _page(request: Request, subscription: Subscription, errors: Mapping[str, Message] | None = None) -> Reply:
    may_change = request.me.role.may_edit and subscription.may_change(request.today)
    plans = store.get_plans(request.org, subscription.allowed.plans) if may_change else []
    return render.page(
        request,
        "memberships/show.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        subscription=subscription_view(
            subscription, plans, request.organisation, request.me.home, request.local, request.today
        ),
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


def _subscription(request: Request) -> Subscription:
    """The household's subscription that the address names. Raises NotFound."""
    subscription = store.get(request.org, request.me.household, request.params["subscription"])
    if subscription is None:
        raise NotFound
    return subscription
