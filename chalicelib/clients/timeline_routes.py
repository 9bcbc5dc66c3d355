"""The page of everything that happened with a household."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.billing.domain import Invoice, Payment
from chalicelib.billing.pages import method_words
from chalicelib.clients import timeline
from chalicelib.clients.routes import frame
from chalicelib.clients.timeline import Asked, Row
from chalicelib.clients.ways import HOME, path_of
from chalicelib.households.activity import Deed
from chalicelib.households.service import require_summary
from chalicelib.identity.domain import User
from chalicelib.identity.staff import CLIENTS
from chalicelib.identity.store import get_users
from chalicelib.privacy.wording import sentence
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes()

_KINDS: Mapping[str, tuple[Message, tuple[str, ...]]] = {
    "": (say("Everything"), tuple(timeline.SOURCES)),
    "deeds": (say("What was done"), ("deeds",)),
    "money": (say("Money"), ("invoices", "payments")),
    "mails": (say("Mails and texts"), ("mails",)),
}
_PLACE = re.compile(r"[\w:.#-]{1,100}", re.ASCII)


class HappeningView(NamedTuple):
    """Something that happened, ready to read."""

    what: str
    meta: str
    value: str
    href: str
    badge: str


@routes.get(HOME + "/timeline", Actor.STAFF, staff=CLIENTS, owns="household")
def show_timeline(request: Request) -> Reply:
    """Everything that happened, the latest first, 25 at a time. One round trip for each kind, one for names."""
    home = require_summary(request.org, request.params["household"])
    show = request.query.get("show", "")
    show = show if show in _KINDS else ""
    sources = _KINDS[show][1]
    after = {name: place for name in sources if _PLACE.fullmatch(place := request.query.get(name, ""))}
    found = timeline.page(Asked(request.org, home.household, request.organisation.zone), sources, after)
    path = path_of(home.household, "/timeline")
    return render.page(
        request,
        "clients/timeline.html",
        **frame(request, "/timeline"),
        home=home,
        kinds=tabs(request, path, [(label, {"show": name}, name == show) for name, (label, _) in _KINDS.items()]),
        rows_of=_views(request, found.rows if show else [row for row in found.rows if not timeline.is_told_twice(row)]),
        next_url=urls.portal(request.org, path, show=show, **found.next) if found.next else None,
        first_url=urls.portal(request.org, path, show=show) if after else None,
    )


def _views(request: Request, rows: Sequence[Row]) -> list[HappeningView]:
    acting = {row.what.user for row in rows if isinstance(row.what, Deed) and row.what.user}
    users = get_users(request.org, acting) if acting else {}
    return [_view(request, row, users) for row in rows]


def _view(request: Request, row: Row, users: Mapping[str, User]) -> HappeningView:
    local, household, what = request.local, request.params["household"], row.what
    if isinstance(what, Deed):
        user = users.get(what.user)
        by_staff = user is not None and user.link(household) is None
        who = user.name if user else local.say(say("by itself"))
        return HappeningView(
            sentence(what, local), dotted(local.datetime(what.at), who), "", "",
            local.say(say("Staff")) if by_staff else "",
        )  # fmt: skip
    if isinstance(what, Invoice):
        page = urls.portal(request.org, path_of(household, f"/billing/invoices/{what.id}"))
        amount = local.money(what.total_minor, what.currency)
        return HappeningView(
            local.say(say("Invoice %(label)s", label=what.number)), local.date(what.issued_on), amount, page, ""
        )
    if isinstance(what, Payment):
        page = urls.portal(request.org, path_of(household, f"/billing/payments/{what.id}"))
        meta = dotted(local.date(what.received_on), local.say(method_words(what.method)))
        return HappeningView(local.say(say("Payment")), meta, local.money(what.minor, what.currency), page, "")
    subject = what.subject or local.say(say("Text message"))
    return HappeningView(subject, dotted(local.datetime(what.at), what.address), "", "", "")
