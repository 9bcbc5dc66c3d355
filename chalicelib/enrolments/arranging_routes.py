"""The staff's pages on which classes are created, edited, opened, and given more meetings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.enrolments import changes
from chalicelib.enrolments.arranging_forms import (
    WEEKDAYS,
    class_fields,
    read_class,
    read_new_class,
    read_series,
)
from chalicelib.enrolments.desk_pages import change_rows, clash_words, class_facts, dated_row, plan_view
from chalicelib.identity.staff import DESK, REFUNDING
from chalicelib.organisations.domain import Module
from chalicelib.schedule import classes, recurrence, store
from chalicelib.schedule.changes import list_changes
from chalicelib.schedule.classes import Overlap, Staff
from chalicelib.schedule.domain import ClassGroup
from chalicelib.schedule.presets import legal_note
from chalicelib.schedule.recurrence import Series
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_SHOWN = 40
"""Meetings to come on the page of a class."""
_MONDAY = date(2024, 1, 1)
NOTHING = say("No meeting falls on these days")
_NEEDED = {"first": say("First day"), "starts": say("Begins at"), "minutes": say("Minutes")}


def staff_of(request: Request) -> Staff:
    """Whoever asks, as the services want to know."""
    return Staff(request.org, request.now, request.me.user)


def class_of(request: Request) -> ClassGroup:
    """The class that the address names. Raises NotFound."""
    found = store.get_class_groups(request.org, [request.params["class_group"]], consistent=True)
    if request.params["class_group"] not in found:
        raise NotFound
    return found[request.params["class_group"]]


def class_url(request: Request, class_id: str, **query: str) -> str:
    """The staff's page of a class."""
    return urls.portal(request.org, f"desk/classes/{class_id}", **query)


@routes.get("/{org}/desk/classes/{class_group}", Actor.STAFF, staff=DESK)
def show_class(request: Request) -> Reply:
    """One class: what it is, its meetings, what was changed of it lately."""
    group = class_of(request)
    past = request.query.get("when") == "past"
    over = [each for each in group.occurrences if each.ends <= request.now]
    ahead = [each for each in group.occurrences if each.ends > request.now]
    shown = over[: -_SHOWN - 1 : -1] if past else ahead[:_SHOWN]
    roll = store.get_rolls(request.org, [group.id])[group.id]
    return render.page(
        request,
        "desk/class.html",
        group=group,
        legal=_legal(request),
        shows_consents=request.organisation.uses(Module.FORMS),
        facts=class_facts(group, roll, request.local, request.organisation, request.now),
        meetings=[dated_row(group, each, request.local, request.org) for each in shown],
        more=max(0, len(over if past else ahead) - _SHOWN),
        past=past,
        has_past=bool(over),
        done=request.query.get("done", ""),
        homes=request.query.get("homes", ""),
        shows_documents=request.organisation.uses(Module.DOCUMENTS),
        shows_statements=request.organisation.uses(Module.INVOICES) and request.me.works_as(REFUNDING),
        history=change_rows(list_changes(request.org, group.id), request.local, request.organisation.zone),
    )


def _legal(request: Request) -> str:
    """That ready-made rules need a lawyer's look; empty where the organisation wrote its own."""
    preset = request.organisation.enrolment_terms.get("preset")
    return request.local.say(legal_note(preset)) if preset else ""


@routes.get("/{org}/desk/classes/new", Actor.STAFF, staff=DESK)
def show_new_class(request: Request) -> Reply:
    """The form of a new class. Its id is made here, so that a form sent twice makes one class."""
    return _new_page(request, {"class": new_id(), "weeks": "1", "minutes": "60", "open": "yes"})


@routes.post("/{org}/desk/classes/new", Actor.STAFF, staff=DESK)
def create_class(request: Request) -> Reply:
    """Shows the dates first, then creates the class."""
    form, zone = request.form, request.organisation.zone
    class_id = form.get("class", "") or new_id()
    try:
        group, series = read_new_class(form, class_id, request.organisation, request.local)
    except Invalid as wrong:
        return _new_page(request, form, errors=wrong.errors)
    group = replace(group, occurrences=recurrence.meetings(series, class_id, zone, room=_room(form)))
    if not group.occurrences:
        return _new_page(request, form, errors={"last": NOTHING})
    if "create" not in form:
        return _new_page(request, form, series=series, group=group)
    try:
        done = classes.create(staff_of(request), group, overlap=form.get("overlap") == "yes")
    except Overlap as refused:
        return _new_page(request, form, series=series, group=group, errors={"overlap": _clash(refused)})
    return redirect(class_url(request, done.group.id, done="created"))


def _clash(refused: Overlap) -> Message:
    return refused.message or NOTHING


def _room(form: Mapping[str, str]) -> str:
    return " ".join(form.get("room", "").split())[:100]


def _new_page(
    request: Request,
    fields: Mapping[str, str],
    *,
    series: Series | None = None,
    group: ClassGroup | None = None,
    errors: Mapping[str, Message] | None = None,
) -> Reply:
    return _form_page(
        request,
        "desk/class_form.html",
        fields,
        errors,
        group=None,
        action=urls.portal(request.org, "desk/classes/new"),
        **_preview(request, series, group),
    )


def _preview(request: Request, series: Series | None, group: ClassGroup | None) -> dict[str, object]:
    """The dates of a series, and what else is in the room or has the teacher then."""
    if series is None or group is None:
        return {"plan": None, "clashes": ()}
    found = classes.clashes(request.org, group, group.occurrences)
    return {
        "plan": plan_view(recurrence.plan(series), series, request.local),
        "clashes": clash_words(found, request.local),
    }


def _form_page(
    request: Request,
    template: str,
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None,
    **values: object,
) -> Reply:
    local = request.local
    programmes = [(each.id, local.text(each.title)) for each in store.list_programmes(request.org)]
    return render.page(
        request,
        template,
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        tongues=own_names(request.organisation.languages),
        programmes=[("", local.say(say("None"))), *programmes],
        weekdays=[(f"weekday-{day}", local.date(_MONDAY + timedelta(days=day), "EEEE")) for day in WEEKDAYS],
        holidays=_holidays(request),
        labels=_labels(request),
        **values,
    )


def _labels(request: Request) -> dict[str, str]:
    """What fields are called that may be forgotten together."""
    say_ = request.local.say
    titles = {f"title-{tongue}": say_(say("Name")) for tongue in request.organisation.languages}
    return {**titles, **{name: say_(words) for name, words in _NEEDED.items()}}


def _holidays(request: Request) -> list[str]:
    """The organisation's next holidays, in words."""
    local = request.local
    ahead = [each for each in request.organisation.holidays if each.last >= request.today]
    return [
        local.date(first) if first == last else f"{local.date(first)}\u2013{local.date(last)}"
        for first, last in ahead[:20]
    ]


@routes.get("/{org}/desk/classes/{class_group}/edit", Actor.STAFF, staff=DESK)
def show_edit_class(request: Request) -> Reply:
    """The form of what a class is called, costs and allows."""
    group = class_of(request)
    return _edit_page(request, group, class_fields(group, request.organisation))


@routes.post("/{org}/desk/classes/{class_group}/edit", Actor.STAFF, staff=DESK)
def edit_class(request: Request) -> Reply:
    """Stores it; places that are new go to whoever waits."""
    group = class_of(request)
    try:
        read_class(request.form, group, request.organisation, request.local)
    except Invalid as wrong:
        return _edit_page(request, group, request.form, errors=wrong.errors)
    done = classes.edit(
        staff_of(request),
        group.id,
        lambda stored: read_class(request.form, stored, request.organisation, request.local),
    )
    changes.tell_now(request.organisation, group.id, done.change, request.now)
    return redirect(class_url(request, group.id, done="saved"))


def _edit_page(
    request: Request, group: ClassGroup, fields: Mapping[str, str], *, errors: Mapping[str, Message] | None = None
) -> Reply:
    action = urls.portal(request.org, f"desk/classes/{group.id}/edit")
    return _form_page(
        request, "desk/class_form.html", fields, errors, group=group, action=action, plan=None, clashes=()
    )


@routes.post("/{org}/desk/classes/{class_group}/open", Actor.STAFF, staff=DESK)
def open_class(request: Request) -> Reply:
    """Opens the class to families, or closes it."""
    is_open = request.form.get("open") == "yes"
    classes.set_open(staff_of(request), class_of(request).id, is_open=is_open)
    return redirect(class_url(request, request.params["class_group"], done="opened" if is_open else "closed"))


@routes.get("/{org}/desk/classes/{class_group}/add", Actor.STAFF, staff=DESK)
def show_add_meetings(request: Request) -> Reply:
    """The form of further meetings."""
    group = class_of(request)
    room = group.occurrences[-1].room if group.occurrences else ""
    return _add_page(request, group, {"weeks": "1", "minutes": "60", "room": room})


@routes.post("/{org}/desk/classes/{class_group}/add", Actor.STAFF, staff=DESK)
def add_meetings(request: Request) -> Reply:
    """Shows the dates first, then adds the meetings; those that are there already stay as they are."""
    form, group = request.form, class_of(request)
    try:
        series = read_series(form, request.organisation)
    except Invalid as wrong:
        return _add_page(request, group, form, errors=wrong.errors)
    new = recurrence.meetings(series, group.id, request.organisation.zone, room=_room(form))
    wanted = replace(group, occurrences=new)
    if not new:
        return _add_page(request, group, form, errors={"last": NOTHING})
    if "create" not in form:
        return _add_page(request, group, form, series=series, wanted=wanted)
    try:
        classes.add_meetings(staff_of(request), group.id, new, overlap=form.get("overlap") == "yes")
    except Overlap as refused:
        return _add_page(request, group, form, series=series, wanted=wanted, errors={"overlap": _clash(refused)})
    return redirect(class_url(request, group.id, done="added"))


def _add_page(
    request: Request,
    group: ClassGroup,
    fields: Mapping[str, str],
    *,
    series: Series | None = None,
    wanted: ClassGroup | None = None,
    errors: Mapping[str, Message] | None = None,
) -> Reply:
    action = urls.portal(request.org, f"desk/classes/{group.id}/add")
    values = _preview(request, series, wanted)
    return _form_page(request, "desk/add_form.html", fields, errors, group=group, action=action, **values)
