"""The desk's pages of plans: what families can subscribe to, and what that allows (SUB-1 to SUB-4)."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.identity.staff import DESK
from chalicelib.memberships import service, store
from chalicelib.memberships.desk_forms import box, read_price, shown_texts, text_fields, ticked
from chalicelib.memberships.desk_sections import desk_sections
from chalicelib.memberships.domain import NOTHING, Plan, PlanKind
from chalicelib.memberships.pages import KIND_WORDS
from chalicelib.organisations.domain import Module
from chalicelib.recurring.domain import Frequency
from chalicelib.recurring.pages import FREQUENCY_WORDS
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

NEW = "new"
"""Stands in an address for what there is not yet."""


@routes.get("/{org}/desk/plans", Actor.STAFF, staff=DESK)
def show_plans(request: Request) -> Reply:
    """All plans, those that are offered first. One round trip for each hundred."""
    local = request.local
    plans = sorted(store.all_plans(request.org), key=lambda plan: (not plan.is_offered, local.text(plan.title)))
    return render.page(
        request,
        "memberships/desk_plans.html",
        sections=desk_sections(request, "desk/plans"),
        plans=[
            (
                urls.portal(request.org, f"desk/plans/{plan.id}"),
                local.text(plan.title),
                dotted(local.say(KIND_WORDS[plan.kind]), local.say(FREQUENCY_WORDS[plan.period])),
                local.money(plan.price_minor, plan.currency),
                plan.is_offered,
            )
            for plan in plans
        ],
    )


@routes.get("/{org}/desk/plans/{plan}", Actor.STAFF, staff=DESK, owns="plan")
def show_plan(request: Request) -> Reply:
    """The form of one plan, or of a new one."""
    plan = _plan(request)
    return _page(request, _fields(plan, request) if plan else {"period": "yearly", "offered": "yes", "renews": ""})


@routes.post("/{org}/desk/plans/{plan}", Actor.STAFF, staff=DESK, owns="plan")
def save_plan(request: Request) -> Reply:
    """Stores the plan; what is subscribed to already stays as it is."""
    stored, form = _plan(request), Form(request.form)
    plan = _read(request, form, stored)
    if form.errors:
        return _page(request, request.form, form.errors)
    service.save_plan(request.org, plan)
    return redirect(urls.portal(request.org, "desk/plans"))


def _plan(request: Request) -> Plan | None:
    """The plan that the address names; None for a new one. Raises NotFound."""
    name = request.params["plan"]
    if name == NEW:
        return None
    found = store.get_plan(request.org, name)
    if found is None:
        raise NotFound
    return found


def _read(request: Request, form: Form, stored: Plan | None) -> Plan:
    currency = stored.currency if stored else request.organisation.currency
    languages = request.organisation.languages
    title = form.texts("title", languages, required=languages)
    kind = form.choice("kind", tuple(each.value for each in PlanKind), required=True)
    price = read_price(form, currency, request.local)
    period = form.choice("period", tuple(each.value for each in Frequency), required=True)
    allowed = (stored.allowed if stored else NOTHING)._replace(
        cancel=ticked(request.form, "may_cancel"), renew=ticked(request.form, "may_renew")
    )
    told = Plan(
        id=stored.id if stored else new_id(),
        title=title,
        kind=PlanKind.PLAN,
        price_minor=price,
        currency=currency,
        period=Frequency.MONTHLY,
        renews=ticked(request.form, "renews"),
        allowed=allowed,
        is_offered=ticked(request.form, "offered"),
        has_card=ticked(request.form, "has_card"),
    )
    return told if form.errors else replace(told, kind=PlanKind(kind), period=Frequency(period))


def _fields(plan: Plan, request: Request) -> dict[str, str]:
    return {
        **shown_texts("title", plan.title, request.organisation.languages),
        "kind": plan.kind.value,
        "price": request.local.money(plan.price_minor, plan.currency),
        "period": plan.period.value,
        "renews": box(plan.renews),
        "may_cancel": box(plan.allowed.cancel),
        "may_renew": box(plan.allowed.renew),
        "has_card": box(plan.has_card),
        "offered": box(plan.is_offered),
    }


def _page(request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None) -> Reply:
    local = request.local
    titles = text_fields("title", say("Title"), request.organisation.languages, local)
    return render.page(
        request,
        "memberships/desk_plan.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        labels=dict(titles),
        titles=titles,
        path=f"desk/plans/{request.params['plan']}",
        kinds=[(kind.value, local.say(words)) for kind, words in KIND_WORDS.items()],
        periods=[(period.value, local.say(words)) for period, words in FREQUENCY_WORDS.items()],
    )
