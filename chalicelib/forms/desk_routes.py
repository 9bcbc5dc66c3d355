"""The staff's pages of answers: who has answered and who has not, what was answered, and answering for a family."""

from collections.abc import Sequence

from chalicelib.data.read import PAGE
from chalicelib.forms import answered, gate, store
from chalicelib.forms.answered import Standing, State
from chalicelib.forms.answering import discard_draft, open_sheet
from chalicelib.forms.building_routes import may_write
from chalicelib.forms.desk_pages import TONES, state_words
from chalicelib.forms.domain import Listed, Whom
from chalicelib.forms.pages import answers_views, shown_fields, subject
from chalicelib.forms.routes import Given, with_content
from chalicelib.forms.sheets import Here, sheet_page, take
from chalicelib.households.activity import Deed, note_look
from chalicelib.households.service import require_summary
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import StaffRole
from chalicelib.identity.staff import DESK, READING, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.schedule import listing
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import ClassGroup
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import in_language, say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)

ANSWERS = "/{org}/desk/forms/{form}/answers/{household}/{whom}"
FILL = "/{org}/desk/forms/{form}/fill/{household}/{whom}"
_ROWS = 100


@routes.get("/{org}/desk/forms/{form}/answered", Actor.STAFF, staff=READING)
def show_answered(request: Request) -> Reply:
    """Who has answered a form: those of a class or programme with those who have not, or all who did."""
    form = form_of(request)
    class_id, programme = request.query.get("class", ""), request.query.get("programme", "")
    if class_id:
        group, found = answered.of_class(request.org, form, class_id, request.today)
        require_own(request, group)
        return _answered_page(request, form, found, class_id)
    if not sees_all(request):
        return _answered_page(request, form, [])
    if programme:
        return _answered_page(
            request, form, answered.of_programme(request.org, form, programme, request.now, request.today)
        )
    page = answered.all_answered(request.org, form, request.today, request.query.get("after", ""), size=PAGE)
    return _answered_page(request, form, page.rows, following=page.next)


def form_of(request: Request) -> Listed:
    """The published form that the address names. Raises NotFound."""
    form = store.get_catalogue(request.org).find(request.params["form"])
    if form is None or not form.version:
        raise NotFound
    return form


def sees_all(request: Request) -> bool:
    """Whether whoever looks may see all families' answers; instructors see those of their own classes."""
    return request.me.staff_role is not StaffRole.INSTRUCTOR


def reads_health(request: Request) -> bool:
    """Whether words about health, and files, which may be about it, are theirs: of the desk, and of who teaches."""
    return request.me.works_as(TEACHING)


def require_own(request: Request, group: ClassGroup | None) -> None:
    """Instructors look at their own classes. Raises NotFound."""
    if group is None or not (sees_all(request) or _teaches(request, group)):
        raise NotFound


def _teaches(request: Request, group: ClassGroup) -> bool:
    names = {group.instructor, *(meeting.instructor for meeting in group.occurrences)} - {""}
    return request.me.user_name.casefold() in {name.casefold() for name in names}


def _answered_page(
    request: Request, form: Listed, found: Sequence[Standing], class_id: str = "", following: str = ""
) -> Reply:
    """The list: whole, and then counted and paged here, where a class or programme was chosen; else a page of it."""
    local, path = request.local, f"desk/forms/{form.id}"
    chosen = {"class": class_id, "programme": "" if class_id else request.query.get("programme", "")}
    is_whole = any(chosen.values())
    shown, links = paging.part(request, f"{path}/answered", found, _ROWS, **chosen)
    done = sum(each.state is State.DONE for each in found)
    counted = local.say(say("%(done)s of %(all)s answered", done=done, all=len(found)))
    everybody = ("", local.say(say("All who answered")))
    return render.page(
        request,
        "forms/desk_answered.html",
        title=local.text(form.title),
        path=path,
        rows=[_row(request, each, class_id) for each in shown],
        counted=counted if is_whole else "",
        programmes=[everybody, *_programmes(request)],
        classes=[everybody, *_classes(request)],
        chosen=chosen,
        sees_all=sees_all(request),
        may_write=may_write(request),
        csv=urls.portal(request.org, f"{path}/csv", **chosen),
        **(links if is_whole else paging.links(request, f"{path}/answered", following)),
    )


def _row(request: Request, standing: Standing, class_id: str) -> tuple[str, str, str, str, str]:
    whom, tone = standing.whom, TONES[standing.state]
    path = f"desk/forms/{whom.form}/answers/{whom.household}/{whom.member or gate.HOUSEHOLD}"
    fill = path.replace("/answers/", "/fill/") if may_write(request) else ""
    link = path if standing.answered else fill
    href = urls.portal(request.org, link, **{"class": class_id if standing.answered else ""}) if link else ""
    day = request.local.date(standing.day) if standing.day else ""
    return href, standing.name, day, request.local.say(state_words(standing.state)), tone


def _programmes(request: Request) -> list[tuple[str, str]]:
    return [(each.id, request.local.text(each.title)) for each in schedule.list_programmes(request.org)]


def _classes(request: Request) -> list[tuple[str, str]]:
    """Classes to choose from: those that end last; instructors their own."""
    found = listing.list_classes(request.org).rows
    mine = [
        each for each in found if sees_all(request) or each.instructor.casefold() == request.me.user_name.casefold()
    ]
    return [(each.class_group, dotted(request.local.text(each.title), each.instructor)) for each in mine]


@routes.get(ANSWERS, Actor.STAFF, staff=READING, owns="whom")
def show_answers(request: Request) -> Reply:
    """What a family answered last; words about health only for those who look after people."""
    home, whom = home_of(request), whom_of(request)
    require_reader(request, whom)
    found = store.list_answers(request.org, whom, size=1)
    given = with_content(request.org, found[0] if found else None)
    local, title, health = request.local, given.content.title, reads_health(request)
    note_reading(request, given)
    path = f"desk/forms/{whom.form}/answers/{whom.household}/{whom.member or gate.HOUSEHOLD}"
    through = {"class": request.query.get("class", "")}
    return render.page(
        request,
        "forms/answers.html",
        title=local.text(title),
        about=dotted(subject(home, whom.member, local), home.name),
        answers=given.answers,
        given=answers_views(
            given.content,
            given.answers,
            local,
            health=health,
            file_url=(lambda name: urls.portal(request.org, f"{path}/files/{name}", **through)) if health else None,
        ),
        pdf=urls.portal(request.org, f"{path}/pdf", **through),
        earlier=[],
        again=urls.portal(request.org, path.replace("/answers/", "/fill/")),
        may_edit=may_write(request),
        home=f"desk/forms/{whom.form}/answered",
        home_label=local.say(say("Who has answered")),
    )


def note_reading(request: Request, given: Given) -> None:
    """Tells the family's log that staff read its answers (NEW-11)."""
    told = {"label": in_language(given.content.title, request.organisation.language)}
    household = given.answers.whom.household
    note_look(request.org, household, Deed("form_read_by_staff", request.now, request.me.user, told))


def home_of(request: Request) -> Summary:
    """The household that the address names. Raises NotFound."""
    return require_summary(request.org, request.params["household"])


def whom_of(request: Request) -> Whom:
    """About whom the address is."""
    told = request.params["whom"]
    return Whom(request.params["form"], request.params["household"], "" if told == gate.HOUSEHOLD else told)


def require_reader(request: Request, whom: Whom) -> None:
    """Instructors read what families of their own classes answered, others what all did. Raises NotFound."""
    if sees_all(request):
        return
    class_id = request.query.get("class", "")
    groups, rolls = schedule.get_classes_and_rolls(request.org, [class_id]) if class_id else ({}, {})
    require_own(request, groups.get(class_id))
    seats = rolls[class_id].seats
    if not any(seat.household == whom.household and whom.member in ("", seat.person) for seat in seats):
        raise NotFound


@routes.get(FILL, Actor.STAFF, staff=DESK, owns="whom")
def show_fill(request: Request) -> Reply:
    """A form to be answered for a family that told its answers by telephone or on paper (ACC-14)."""
    here = fill_here(request)
    sheet = open_sheet(request.org, whom_of(request))
    return sheet_page(request, sheet, here, shown_fields(sheet.content, sheet.fields, request.local))


@routes.post(FILL, Actor.STAFF, staff=DESK, owns="whom")
def fill(request: Request) -> Reply:
    """Stores what staff answered for a family: as complete as the family would have to be (ACC-13)."""
    here = fill_here(request)
    sheet = open_sheet(request.org, whom_of(request))
    return take(request, sheet, here)


@routes.post(f"{FILL}/discard", Actor.STAFF, staff=DESK, owns="whom")
def discard(request: Request) -> Reply:
    """Throws a draft away."""
    here = fill_here(request)
    discard_draft(request.org, whom_of(request))
    return redirect(urls.portal(request.org, here.home))


def fill_here(request: Request) -> Here:
    """Where staff answer. Raises NotFound for who is no member of the household."""
    home, whom = home_of(request), whom_of(request)
    if whom.member and home.member(whom.member) is None:
        raise NotFound
    about = dotted(subject(home, whom.member, request.local), home.name)
    path = f"desk/forms/{whom.form}/fill/{whom.household}/{whom.member or gate.HOUSEHOLD}"
    return Here(about, path, f"desk/forms/{whom.form}/answered")
