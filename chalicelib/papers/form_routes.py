"""Addresses of forms as PDF, and of what many answered as CSV (FORM-2)."""

from collections.abc import Mapping, Sequence

from chalicelib.forms import answered, store
from chalicelib.forms.answered import Standing
from chalicelib.forms.desk_pages import state_words
from chalicelib.forms.desk_routes import (
    ANSWERS,
    form_of,
    home_of,
    note_reading,
    reads_health,
    require_own,
    require_reader,
    sees_all,
)
from chalicelib.forms.desk_routes import whom_of as whom_of_family
from chalicelib.forms.domain import Answers, Listed, Whom
from chalicelib.forms.pages import subject
from chalicelib.forms.routes import FORM_PATH, Given, given_of, with_content
from chalicelib.households.service import require_household
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import READING
from chalicelib.organisations.domain import Module
from chalicelib.papers import handing
from chalicelib.papers.composing import Desk
from chalicelib.papers.form_paper import Sheet, form_paper
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import errors
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import Local
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)

MAX_ROWS = 2000
"""In one table; reading them takes about two seconds."""


@routes.get(f"{FORM_PATH}/answers/{{answers}}/pdf", Actor.MEMBER, owns="whom")
def fetch_form(request: Request) -> Reply:
    """A form as it was answered."""
    return _pdf(request, given_of(request), request.me.home, health=True)


@routes.get(f"{ANSWERS}/pdf", Actor.STAFF, staff=READING, owns="whom")
def fetch_form_of_family(request: Request) -> Reply:
    """The same for staff: the latest answers, without words about health for whom they do not concern."""
    home, whom = home_of(request), whom_of_family(request)
    require_reader(request, whom)
    found = store.list_answers(request.org, whom, size=1)
    given = with_content(request.org, found[0] if found else None)
    note_reading(request, given)
    return _pdf(request, given, home, health=reads_health(request))


def _pdf(request: Request, given: Given, home: Summary, *, health: bool) -> Reply:
    household = require_household(request.org, home.household)
    organisation, answers = request.organisation, given.answers
    local = Local(answers.language, organisation.country, organisation.zone)
    about = subject(home, answers.whom.member, local) if answers.whom.member else home.name
    made = form_paper(Desk(organisation, household, home, local), given.content, answers, about, health=health)
    return handing.pdf(request, [made], f"{made.title} {about}")


@routes.get("/{org}/desk/forms/{form}/csv", Actor.STAFF, staff=READING)
def fetch_answers(request: Request) -> Reply:
    """What a class, a programme or everybody answered, as a table; those who did not are in it as well."""
    form = form_of(request)
    found = _wanted(request, form)
    if len(found) > MAX_ROWS:
        message = say("These are more than %(n)s answers. Choose a class or a programme.", n=MAX_ROWS)
        return errors.show(request, 400, message=message)
    return handing.table(_table(request, form, found), f"{request.local.text(form.title)} {request.today}")


def _wanted(request: Request, form: Listed) -> Sequence[Standing]:
    class_id, programme = request.query.get("class", ""), request.query.get("programme", "")
    if class_id:
        group, found = answered.of_class(request.org, form, class_id, request.today)
        require_own(request, group)
        return found
    if not sees_all(request):
        raise NotFound
    if programme:
        return answered.of_programme(request.org, form, programme, request.now, request.today)
    return answered.everybody(request.org, form, request.today, MAX_ROWS + 1)


def _table(request: Request, form: Listed, found: Sequence[Standing]) -> bytes:
    local = request.local
    given = store.get_all_answers(request.org, [each.answered for each in found if each.answered])
    answers = {each.whom: each for each in given}
    contents = store.get_versions(request.org, {(form.id, each.version) for each in given} | {(form.id, form.version)})
    sheet = Sheet({number: content for (_, number), content in contents.items()}, local, health=reads_health(request))
    rows = [
        (
            (
                each.name,
                local.say(state_words(each.state)),
                each.day.isoformat() if each.day else "",
                _by(answers, each),
            ),
            answers.get(each.whom),
        )
        for each in found
    ]
    heads = (say("Name"), say("State"), say("Answered on"), say("Answered by"))
    return sheet.write(rows, [local.say(each) for each in heads])


def _by(answers: Mapping[Whom, Answers], standing: Standing) -> str:
    found = answers.get(standing.whom)
    return found.by if found else ""
