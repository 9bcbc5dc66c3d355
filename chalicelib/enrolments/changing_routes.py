"""The staff's pages on which meetings are cancelled, moved and given to others, and a class is cancelled as a whole.

Before anything is done, a page says how many families will be told.
"""

from collections.abc import Callable, Mapping, Sequence

from chalicelib.enrolments import changes
from chalicelib.enrolments.arranging_forms import (
    MEETING,
    move_fields,
    read_meetings,
    read_move,
    read_name,
    read_reason,
)
from chalicelib.enrolments.arranging_routes import class_of, class_url, staff_of
from chalicelib.enrolments.desk_pages import clash_words, dated_row
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.schedule import classes
from chalicelib.schedule.classes import Done, Overlap
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Message, Texts, say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_MOST = 120
"""Meetings on one form: a form has at most two hundred fields."""


@frozen
class _Act(Frozen):
    """Something that is done to several meetings."""

    title: Message
    button: Message
    field: str
    """Name of the field that it needs beside the reason; empty: none."""
    label: Message | None
    done: str
    do: Callable[[Request, ClassGroup, Sequence[str], Texts], Done]


def _overlap(request: Request) -> bool:
    return request.form.get("overlap") == "yes"


def _cancel(request: Request, group: ClassGroup, meetings: Sequence[str], reason: Texts) -> Done:
    return classes.cancel_meetings(staff_of(request), group.id, meetings, reason)


def _substitute(request: Request, group: ClassGroup, meetings: Sequence[str], reason: Texts) -> Done:
    name = read_name(request.form, "instructor", required=True)
    return classes.substitute(staff_of(request), group.id, meetings, name, reason, overlap=_overlap(request))


def _rehouse(request: Request, group: ClassGroup, meetings: Sequence[str], reason: Texts) -> Done:
    name = read_name(request.form, "room", required=True)
    return classes.change_room(staff_of(request), group.id, meetings, name, reason, overlap=_overlap(request))


_ACTS: Mapping[str, _Act] = {
    "cancel": _Act(say("Cancel meetings"), say("Cancel these meetings"), "", None, "cancelled", _cancel),
    "instructor": _Act(
        say("Change the instructor"), say("Change the instructor"), "instructor", say("Who teaches"), "substituted",
        _substitute,
    ),
    "room": _Act(say("Change the room"), say("Change the room"), "room", say("Room"), "moved", _rehouse),
}  # fmt: skip


def _act(request: Request) -> _Act:
    act = _ACTS.get(request.params["act"])
    if act is None:
        raise NotFound
    return act


@routes.get("/{org}/desk/classes/{class_group}/change/{act}", Actor.STAFF, staff=DESK)
def show_change(request: Request) -> Reply:
    """The form that chooses meetings, and what is to be with them."""
    return _change_page(request, class_of(request), _act(request), request.query)


@routes.post("/{org}/desk/classes/{class_group}/change/{act}", Actor.STAFF, staff=DESK)
def change_meetings(request: Request) -> Reply:
    """Shows whom it concerns, then does it and tells the families."""
    group, act = class_of(request), _act(request)
    try:
        meetings = read_meetings(request.form, [each.id for each in group.occurrences if each.takes_place])
        reason = read_reason(request.form, request.organisation)
        if act.field:
            read_name(request.form, act.field, required=True)
    except Invalid as wrong:
        return _change_page(request, group, act, request.form, errors=wrong.errors)
    if "confirm" not in request.form:
        return _change_page(request, group, act, request.form, meetings=meetings)
    homes = changes.count_homes(request.organisation, group.id, meetings)
    try:
        done = act.do(request, group, meetings, reason)
    except Overlap as refused:
        return _change_page(request, group, act, request.form, meetings=meetings, refused=refused)
    changes.tell_now(request.organisation, group.id, done.change, request.now)
    return redirect(class_url(request, group.id, done=act.done, homes=str(homes) if done.change else ""))


def _change_page(
    request: Request,
    group: ClassGroup,
    act: _Act,
    fields: Mapping[str, str],
    *,
    meetings: Sequence[str] = (),
    errors: Mapping[str, Message] | None = None,
    refused: Overlap | None = None,
) -> Reply:
    local, ids = request.local, set(meetings)
    ahead = [each for each in group.occurrences if each.takes_place and each.ends > request.now][:_MOST]
    listed = [each for each in group.occurrences if each.id in ids] if ids else ahead
    problems = {"overlap": refused.message} if refused and refused.message else errors
    return render.page(
        request,
        "desk/change_form.html",
        status=400 if problems else 200,
        errors=problems,
        fields=fields,
        group=group,
        title=local.say(act.title),
        button_words=local.say(act.button),
        field=act.field,
        label=local.say(act.label) if act.label else "",
        usual=group.instructor if act.field == "instructor" else "",
        action=urls.portal(request.org, f"desk/classes/{group.id}/change/{request.params['act']}"),
        meetings=[(f"{MEETING}{each.id}", dated_row(group, each, local, request.org)) for each in listed],
        ticked={name for name in fields if name.startswith(MEETING)},
        sure=bool(ids),
        homes=changes.count_homes(request.organisation, group.id, meetings) if ids else 0,
        clashes=clash_words(refused.clashes, local) if refused else (),
        tongues=own_names(request.organisation.languages),
    )


@routes.get("/{org}/desk/classes/{class_group}/end", Actor.STAFF, staff=DESK)
def show_end_class(request: Request) -> Reply:
    """Asks whether the whole class is to be cancelled, and says what that means."""
    return _end_page(request, class_of(request), {})


@routes.post("/{org}/desk/classes/{class_group}/end", Actor.STAFF, staff=DESK)
def end_class(request: Request) -> Reply:
    """Cancels the whole class: its meetings to come, and every place, with its full share."""
    group = class_of(request)
    try:
        reason = read_reason(request.form, request.organisation)
    except Invalid as wrong:
        return _end_page(request, group, request.form, errors=wrong.errors)
    homes = changes.count_homes(request.organisation, group.id, _ahead(group, request))
    done = classes.end_class(staff_of(request), group.id, reason)
    changes.tell_now(request.organisation, group.id, done.change, request.now)
    return redirect(class_url(request, group.id, done="ended", homes=str(homes) if done.change else ""))


def _ahead(group: ClassGroup, request: Request) -> list[str]:
    return [each.id for each in group.occurrences if each.takes_place and each.ends > request.now]


def _end_page(
    request: Request, group: ClassGroup, fields: Mapping[str, str], *, errors: Mapping[str, Message] | None = None
) -> Reply:
    ahead = _ahead(group, request)
    return render.page(
        request,
        "desk/end_form.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        group=group,
        meetings=len(ahead),
        homes=changes.count_homes(request.organisation, group.id, ahead),
        tongues=own_names(request.organisation.languages),
    )


@routes.get("/{org}/desk/classes/{class_group}/meetings/{meeting}/move", Actor.STAFF, staff=DESK, owns="meeting")
def show_move(request: Request) -> Reply:
    """The form that puts a meeting at another time or place."""
    group, meeting = _meeting(request)
    return _move_page(request, group, meeting, move_fields(meeting, request.organisation))


@routes.post("/{org}/desk/classes/{class_group}/meetings/{meeting}/move", Actor.STAFF, staff=DESK, owns="meeting")
def move_meeting(request: Request) -> Reply:
    """Moves it and tells the families."""
    group, meeting = _meeting(request)
    try:
        move = read_move(request.form, request.organisation)
        reason = read_reason(request.form, request.organisation)
        done = classes.move_meeting(staff_of(request), group.id, meeting.id, *move, reason, overlap=_overlap(request))
    except Invalid as wrong:
        return _move_page(request, group, meeting, request.form, errors=wrong.errors)
    except Overlap as refused:
        return _move_page(request, group, meeting, request.form, refused=refused)
    homes = changes.count_homes(request.organisation, group.id, [meeting.id])
    changes.tell_now(request.organisation, group.id, done.change, request.now)
    return redirect(class_url(request, group.id, done="moved", homes=str(homes) if done.change else ""))


def _meeting(request: Request) -> tuple[ClassGroup, Occurrence]:
    group = class_of(request)
    meeting = group.meeting(request.params["meeting"])
    if meeting is None or not meeting.takes_place:
        raise NotFound
    return group, meeting


def _move_page(
    request: Request,
    group: ClassGroup,
    meeting: Occurrence,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, Message] | None = None,
    refused: Overlap | None = None,
) -> Reply:
    problems = {"overlap": refused.message} if refused and refused.message else errors
    return render.page(
        request,
        "desk/move_form.html",
        status=400 if problems else 200,
        errors=problems,
        fields=fields,
        group=group,
        meeting=dated_row(group, meeting, request.local, request.org),
        action=urls.portal(request.org, f"desk/classes/{group.id}/meetings/{meeting.id}/move"),
        homes=changes.count_homes(request.organisation, group.id, [meeting.id]),
        clashes=clash_words(refused.clashes, request.local) if refused else (),
        tongues=own_names(request.organisation.languages),
    )
