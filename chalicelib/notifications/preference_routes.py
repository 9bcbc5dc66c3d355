"""What a household wants to be told and how; and the way out that every mail one can do without offers (RFC 8058)."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.notifications import preferences
from chalicelib.notifications.leads import LEADS
from chalicelib.notifications.purposes import CHOSEN, Preferences, Purpose, Way
from chalicelib.notifications.sections import sections
from chalicelib.organisations.word import Lead
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PATH = "settings/notifications"
_CLASS_LEAD, _BOOKING_LEAD = "class_lead", "booking_lead"
_OF_A_CLASS, _OF_A_BOOKING = say("When we remind you of a class"), say("When we remind you of a booking")
_LABELS: Mapping[Purpose, tuple[Message, Message]] = {
    Purpose.MONEY: (
        say("Invoices, payments and quotes"),
        say("We must tell you of these: they can not be switched off."),
    ),
    Purpose.PLACES: (
        say("Changes of classes and bookings"),
        say("They belong to what you booked: they can not be switched off."),
    ),
    Purpose.PAPERS: (
        say("Documents, forms and consents"),
        say("We need your answer to some of them: they can not be switched off."),
    ),
    Purpose.CONVERSATION: (say("That we wrote you a message"), say("You find all messages here in any case.")),
    Purpose.OTHER_HOME: (say("What the other home of a child tells us"), say("Such as an absence.")),
    Purpose.REMINDERS: (
        say("Reminders"),
        say("Of classes and bookings before they begin, and of lessons to make up before they expire."),
    ),
    Purpose.ONLINE: (
        say("Where to join a class online"),
        say("Shortly before it begins. You find the address at the class in your calendar in any case."),
    ),
}
_WAYS: Mapping[Way, Message] = {
    Way.MAIL: say("By email"),
    Way.TEXT: say("By text message"),
    Way.NONE: say("Not at all"),
}


_USUAL = "usual"
"""Chosen by whoever wants what the organisation usually does."""


class ChoiceView(NamedTuple):
    """A purpose with the ways that may be chosen."""

    name: str
    label: str
    hint: str
    options: list[tuple[str, str]]
    way: str


@routes.get("/{org}/settings/notifications", Actor.MEMBER)
def show_preferences(request: Request) -> Reply:
    """What the household wants to be told, by purpose and way. One round trip."""
    return _page(request, preferences.get(request.org, request.me.household))


@routes.post("/{org}/settings/notifications", Actor.EDITOR)
def save_preferences(request: Request) -> Reply:
    """Keeps what the household wants; what may not be switched off is not offered and not taken."""
    form = Form(request.form)
    told = {purpose: form.choice(purpose.value, _allowed(purpose), required=True) for purpose in CHOSEN}
    leads = (_USUAL, *(lead.value for lead in LEADS))
    classes, bookings = (form.choice(name, leads, required=True) for name in (_CLASS_LEAD, _BOOKING_LEAD))
    if form.errors:
        return _page(request, preferences.get(request.org, request.me.household), form.errors)

    def changed(before: Preferences) -> Preferences:
        chosen: dict[Purpose, Way] = {purpose: Way(way) for purpose, way in told.items()}
        ways = {**before.ways, **chosen}
        return Preferences(ways, _lead(classes), _lead(bookings), before.version)

    preferences.change(request.org, request.me.household, changed, request.me.user, request.now)
    return redirect(urls.portal(request.org, _PATH, saved="1"))


@routes.get("/{org}/unsubscribe/{token}", Actor.ANYONE)
def show_unsubscribe(request: Request) -> Reply:
    """What the link of a mail would switch off; looking changes nothing, for programs look too (A-25)."""
    return _unsubscribe_page(request, _signed(request)[1], done=False)


@routes.post("/{org}/unsubscribe/{token}", Actor.ANYONE, signed=True, uploads=True)
def unsubscribe(request: Request) -> Reply:
    """Switches it off, whether a person or a mail program says so: the signed link is all it takes (RFC 8058)."""
    household, purpose = _signed(request)
    preferences.switch_off(request.org, household, purpose, request.now)
    return _unsubscribe_page(request, purpose, done=True)


def _signed(request: Request) -> tuple[str, Purpose]:
    """The household and purpose of the link. Raises NotFound for what we did not sign."""
    found = preferences.read_token(request.organisation, request.params["token"])
    if found is None:
        raise NotFound
    return found


def _unsubscribe_page(request: Request, purpose: Purpose, *, done: bool) -> Reply:
    return render.page(
        request,
        "notifications/unsubscribe.html",
        label=request.local.say(_LABELS[purpose][0]),
        action=urls.portal(request.org, f"unsubscribe/{request.params['token']}"),
        done=done,
    )


def _allowed(purpose: Purpose) -> tuple[str, ...]:
    return tuple(way.value for way in Way if way is not Way.NONE or purpose.is_optional)


def _lead(posted: str) -> Lead | None:
    return None if posted == _USUAL else Lead(posted)


def _lead_views(request: Request, chosen: Preferences) -> list[ChoiceView]:
    """How long before classes and before bookings, each with what the organisation usually does."""
    usual = request.organisation.word
    return [
        _lead_view(request, _CLASS_LEAD, _OF_A_CLASS, chosen.class_lead, usual.class_lead),
        _lead_view(request, _BOOKING_LEAD, _OF_A_BOOKING, chosen.booking_lead, usual.booking_lead),
    ]


def _lead_view(request: Request, name: str, label: Message, chosen: Lead | None, usual: str) -> ChoiceView:
    local = request.local
    as_usual = say("As we usually do: %(lead)s", lead=local.say(LEADS[Lead(usual)]))
    options = [(_USUAL, local.say(as_usual)), *((lead.value, local.say(words)) for lead, words in LEADS.items())]
    return ChoiceView(name, local.say(label), "", options, chosen.value if chosen else _USUAL)


def _page(request: Request, chosen: Preferences, errors: Mapping[str, Message] | None = None) -> Reply:
    local = request.local
    return render.page(
        request,
        "notifications/preferences.html",
        status=400 if errors else 200,
        errors=errors,
        sections=sections(request, _PATH),
        choices=[
            ChoiceView(
                purpose.value,
                local.say(_LABELS[purpose][0]),
                local.say(_LABELS[purpose][1]),
                [(way, local.say(_WAYS[Way(way)])) for way in _allowed(purpose)],
                chosen.way(purpose).value,
            )
            for purpose in CHOSEN
        ],
        leads=_lead_views(request, chosen),
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )
