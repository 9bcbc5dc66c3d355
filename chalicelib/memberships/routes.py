"""Pages of subscriptions: the list, one of them, asking for its end, changing its plan (SUB-1 to SUB-3)."""

from collections.abc import Mapping

from chalicelib.memberships import store
from chalicelib.memberships.buyers import asks_age, require_adult
from chalicelib.memberships.domain import Subscription
from chalicelib.memberships.pages import RenewalView, renewal_view, subscription_row, subscription_view
from chalicelib.memberships.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, NotFound
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


@routes.post("/{org}/subscriptions/{subscription}/renew", Actor.EDITOR, owns="subscription")
def renew(request: Request) -> Reply:
    """Buys another period, and leads to the invoice that is to pay."""
    from chalicelib.memberships import renewing, service

    subscription = _subscription(request)
    form = Form(request.form)
    agreed = form.text("agreed")
    require_adult(request, form)
    if form.errors and subscription.may_renew(request.today):
        return _page(request, subscription, form.errors)
    who = service.Who(request.me.user, request.me.user_name)
    invoice = renewing.renew(request.organisation, request.me.household, subscription.id, agreed, who, request.now)
    return redirect(urls.portal(request.org, f"invoices/{invoice.id}")) if invoice else _saved(request, subscription)


def _renewal(request: Request, subscription: Subscription) -> RenewalView | None:
    """What renewing now comes to; None where the family may not."""
    if not request.me.role.may_edit or not subscription.may_renew(request.today):
        return None
    from chalicelib.memberships import renewing

    try:
        after = renewing.renewing(request.organisation, subscription, request.today)
    except (Conflict, NotFound):  # the plan is not offered any more
        return None
    return renewal_view(after, request.organisation, renewing.agreement(request.organisation, after), request.local)


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
        renewal=_renewal(request, subscription),
        asks_age=asks_age(request),
        saved=request.query.get("saved", ""),
    )


def _subscription(request: Request) -> Subscription:
    """The household's subscription that the address names. Raises NotFound."""
    subscription = store.get(request.org, request.me.household, request.params["subscription"])
    if subscription is None:
        raise NotFound
    return subscription
