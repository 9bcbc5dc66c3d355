"""The owner's pages of addresses that events are told to, each with the log of what was told."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.api import endpoints, telling
from chalicelib.api.hooks import EVENTS, TEST, Delivery, Endpoint, Event, State, parse_url
from chalicelib.identity.staff import OWNING
from chalicelib.portals.routes import author
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_BAD_URL = say("Enter an address that begins with https:// and that anybody on the internet can reach")
_STATES: Mapping[State, tuple[Message, str]] = {
    State.WAITING: (say("Waiting", context="delivery"), "info"),
    State.DELIVERED: (say("Delivered", context="delivery"), "success"),
    State.FAILED: (say("Given up", context="delivery"), "danger"),
    State.DROPPED: (say("Not told", context="delivery"), "warning"),
}
_REASONS = {
    "not_public": say("the address is not a public one"),
    "unknown_name": say("the name leads nowhere"),
    "certificate": say("the certificate is not right"),
    "no_answer": say("no answer in time"),
    "refused": say("the address is not a public one"),
}
"""What keeps an address from answering, by the word for it in the log."""


class EndpointView(NamedTuple):
    """An address in the list."""

    href: str
    title: str
    meta: str
    status: str
    tone: str


class DeliveryView(NamedTuple):
    """What was told, in the log."""

    id: str
    title: str
    meta: str
    status: str
    tone: str
    may_repeat: bool


@routes.get("/{org}/desk/webhooks", Actor.STAFF, staff=OWNING)
def show_endpoints(request: Request) -> Reply:
    """All addresses, and the form for a new one. One round trip."""
    return _list(request)


@routes.post("/{org}/desk/webhooks", Actor.STAFF, staff=OWNING, step_up=True)
def add_endpoint(request: Request) -> Reply:
    """Adds an address and shows its secret, this once."""
    form = Form(request.form)
    try:
        url = form.parsed("url", parse_url, _BAD_URL, required=True)
        events = [event for event in Event if form.choice(_field(event), ("yes",))]
        if not events:
            form.errors[_field(next(iter(Event)))] = say("Choose at least one")
        form.done()
        made = endpoints.add(request.org, url, events, author(request), request.now)
    except Invalid as wrong:
        return _list(request, errors=wrong.errors, status=400)
    except Conflict as refused:
        return _list(request, errors={"url": refused.message} if refused.message else {}, status=409)
    return _show(request, made, secret=made.secret)


@routes.get("/{org}/desk/webhooks/{endpoint}", Actor.STAFF, staff=OWNING, owns="endpoint")
def show_endpoint(request: Request) -> Reply:
    """An address and what was told to it, the latest first, 25 at a time. Two round trips."""
    return _show(request, endpoints.require(request.org, request.params["endpoint"]))


@routes.post("/{org}/desk/webhooks/{endpoint}/secret", Actor.STAFF, staff=OWNING, owns="endpoint", step_up=True)
def renew_secret(request: Request) -> Reply:
    """Makes a new secret and shows it, this once."""
    renewed = endpoints.renew_secret(request.org, request.params["endpoint"], author(request), request.now)
    return _show(request, renewed, secret=renewed.secret)


@routes.post("/{org}/desk/webhooks/{endpoint}/{act}", Actor.STAFF, staff=OWNING, owns="endpoint")
def change_endpoint(request: Request) -> Reply:
    """Switches it on or off, removes it, tells it a test, or tells something once more. Raises NotFound."""
    found = endpoints.require(request.org, request.params["endpoint"])
    act = request.params["act"]
    if act in ("on", "off"):
        endpoints.switch(request.org, found.id, author(request), request.now, is_on=act == "on")
    elif act == "remove":
        endpoints.remove(request.org, found.id, author(request), request.now)
        return redirect(urls.portal(request.org, "desk/webhooks", saved="1"))
    elif act == "test":
        telling.test(request.org, found.id, request.now)
    elif act == "again":
        endpoints.retry(request.org, found.id, Form(request.form).text("delivery"), request.now)
    else:
        raise NotFound
    return redirect(urls.portal(request.org, f"desk/webhooks/{found.id}", saved="1"))


def _field(event: Event) -> str:
    """Name of an event's box on the form."""
    return event.value.replace(".", "-")


def _list(request: Request, *, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    return render.page(
        request,
        "api/webhooks.html",
        status=status,
        endpoints=[_endpoint(request, each) for each in endpoints.of(request.org)],
        events=[(_field(event), request.local.say(words)) for event, words in EVENTS.items()],
        errors=errors,
        fields=request.form,
        saved=request.query.get("saved", ""),
    )


def _endpoint(request: Request, endpoint: Endpoint) -> EndpointView:
    words, tone = _standing(endpoint)
    told = ", ".join(sorted(event.value for event in endpoint.events))
    href = urls.portal(request.org, f"desk/webhooks/{endpoint.id}")
    return EndpointView(href, endpoint.url, told, request.local.say(words), tone)


def _standing(endpoint: Endpoint) -> tuple[Message, str]:
    if not endpoint.is_on:
        return say("Switched off", context="address"), "warning"
    if endpoint.failing_since:
        return say("Does not answer", context="address"), "danger"
    return say("In use", context="address"), "success"


def _show(request: Request, endpoint: Endpoint, *, secret: str = "") -> Reply:
    path = f"desk/webhooks/{endpoint.id}"
    found = endpoints.list_deliveries(request.org, endpoint.id, paging.after(request, _is_delivery))
    return render.page(
        request,
        "api/webhook.html",
        endpoint=endpoint,
        view=_endpoint(request, endpoint),
        failing=request.local.datetime(endpoint.failing_since) if endpoint.failing_since else "",
        deliveries=[_delivery(request, each) for each in found.rows],
        secret=secret,
        saved=request.query.get("saved", ""),
        **paging.links(request, path, found.next),
    )


def _is_delivery(told: str) -> bool:
    moment, _, event = told.partition("-")
    return moment.isdigit() and event.isalnum() and len(told) < 80


def _delivery(request: Request, delivery: Delivery) -> DeliveryView:
    words, tone = _STATES[delivery.state]
    local = request.local
    title = say("Test") if delivery.type == TEST else EVENTS[Event(delivery.type)]
    tries = local.say(say("%(n)s try", n=delivery.tries, plural="%(n)s tries"))
    answered = local.say(_REASONS[delivery.answered]) if delivery.answered in _REASONS else delivery.answered
    following = local.say(say("next try %(moment)s", moment=local.datetime(delivery.due))) if delivery.due else ""
    meta = dotted(local.datetime(delivery.made_at), tries, answered, following)
    may_repeat = delivery.state is not State.WAITING
    return DeliveryView(delivery.id, local.say(title), meta, local.say(words), tone, may_repeat)
