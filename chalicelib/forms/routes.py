"""Pages on which families find their forms, answer them, and read what they answered (FORM-1)."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.documents.sections import sections
from chalicelib.forms import gate, store
from chalicelib.forms.answering import Sheet, discard_draft, open_sheet
from chalicelib.forms.domain import Answers, Content, Whom
from chalicelib.forms.pages import answers_views, asked_views, given_views, shown_fields, subject
from chalicelib.forms.reading import classes_ahead, read_known
from chalicelib.forms.sheets import Here, sheet_page, take
from chalicelib.households.domain import Private
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Forbidden, NotFound
from chalicelib.shared.texts import say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)

FORM_PATH = "/{org}/forms/{form}/for/{whom}"
HISTORY = 25
"""Earlier answers that are listed."""


@routes.get("/{org}/forms", Actor.MEMBER)
def show_forms(request: Request) -> Reply:
    """What is asked, what was begun and what was filled in. One round trip."""
    home, local = _open_home(request), request.local
    known = read_known(request.org, classes_ahead(home, request.today), request.now)
    asked = gate.due(known.catalogue, home, request.today, known.programmes)
    waiting = asked_views(asked, home, local, request.org, request.today)
    begun = given_views(known.catalogue, home, gate.DRAFT, local, request.org)
    return render.page(
        request,
        "forms/list.html",
        sections=sections(request, "forms"),
        asked=waiting,
        drafts={each.href for each in begun},
        begun=[each for each in begun if each.href not in {row.href for row in waiting}],
        done=given_views(known.catalogue, home, gate.DONE, local, request.org),
        may_edit=request.me.role.may_edit,
        sent=request.query.get("sent", ""),
    )


def _open_home(request: Request) -> Summary:
    """The household without the answers of members who keep their profile to themselves (NEW-14)."""
    home = request.me.home
    members = tuple(row for row in home.members if request.me.may_see(row.id, Private.PROFILE))
    seen = {"", *(row.id for row in members)}
    return replace(home, members=members, given=tuple(row for row in home.given if row.member in seen))


@routes.get("/{org}/forms/{form}", Actor.EDITOR)
def show_choice(request: Request) -> Reply:
    """The link to a form: whom it is to be answered about, where there is a choice (FORM-1)."""
    form = store.get_catalogue(request.org).find(request.params["form"])
    if form is None or not form.is_open:
        raise NotFound
    members = [row for row in _open_home(request).members if gate.fits_age(form.rules.audience, row, request.today)]
    if form.rules.audience.household or len(members) == 1:
        only = "" if form.rules.audience.household else members[0].id
        return redirect(urls.portal(request.org, gate.path_of(form.id, only)))
    return render.page(
        request,
        "forms/choice.html",
        title=request.local.text(form.title),
        members=[(row.name, urls.portal(request.org, gate.path_of(form.id, row.id))) for row in members],
    )


@routes.get(FORM_PATH, Actor.EDITOR, owns="whom")
def show_form(request: Request) -> Reply:
    """A form to be answered, with what was begun or answered before. Two round trips."""
    sheet = open_sheet(request.org, whom_of(request))
    return sheet_page(request, sheet, here(request, sheet), shown_fields(sheet.content, sheet.fields, request.local))


@routes.post(FORM_PATH, Actor.EDITOR, owns="whom")
def answer_form(request: Request) -> Reply:
    """Sends the form in, or keeps it as a draft."""
    sheet = open_sheet(request.org, whom_of(request))
    return take(request, sheet, here(request, sheet))


def here(request: Request, sheet: Sheet) -> Here:
    """Where the family answers."""
    whom = sheet.whom
    path = gate.path_of(whom.form, whom.member)
    return Here(subject(request.me.home, whom.member, request.local), path, "forms")


@routes.post(f"{FORM_PATH}/discard", Actor.EDITOR, owns="whom")
def discard(request: Request) -> Reply:
    """Throws a draft away."""
    discard_draft(request.org, whom_of(request))
    return redirect(urls.portal(request.org, "forms"))


@routes.get(f"{FORM_PATH}/answers", Actor.MEMBER, owns="whom")
def show_latest(request: Request) -> Reply:
    """The form as it was answered last, with the ways to earlier answers. Two round trips."""
    found = store.list_answers(request.org, whom_of(request), size=HISTORY)
    if not found:
        raise NotFound
    return _answers_page(request, found[0], found[1:])


@routes.get(f"{FORM_PATH}/answers/{{answers}}", Actor.MEMBER, owns="whom")
def show_answers(request: Request) -> Reply:
    """The form as it was answered once, in the version that was asked (FORM-1)."""
    return _answers_page(request, given_of(request).answers, [])


class Given(NamedTuple):
    """Answers with the version of the form that they belong to."""

    answers: Answers
    content: Content


def given_of(request: Request) -> Given:
    """The answers that the address names. Two round trips. Raises NotFound."""
    answers = store.get_answers(request.org, whom_of(request), request.params["answers"])
    return with_content(request.org, answers)


def with_content(org: str, answers: Answers | None) -> Given:
    """Answers with what was asked. One round trip. Raises NotFound."""
    content = store.get_version(org, answers.whom.form, answers.version) if answers else None
    if answers is None or content is None:
        raise NotFound
    return Given(answers, content)


def _answers_page(request: Request, answers: Answers, earlier: list[Answers]) -> Reply:
    content, local = with_content(request.org, answers).content, request.local
    path = f"{gate.path_of(answers.whom.form, answers.whom.member)}/answers"
    return render.page(
        request,
        "forms/answers.html",
        title=local.text(content.title),
        about=subject(request.me.home, answers.whom.member, local),
        answers=answers,
        given=answers_views(
            content, answers, local, file_url=lambda name: urls.portal(request.org, f"{path}/{answers.id}/files/{name}")
        ),
        pdf=urls.portal(request.org, f"{path}/{answers.id}/pdf"),
        earlier=[(urls.portal(request.org, f"{path}/{each.id}"), each) for each in earlier],
        again=urls.portal(request.org, gate.path_of(answers.whom.form, answers.whom.member)),
        may_edit=request.me.role.may_edit,
        home="forms",
        home_label=local.say(say("Forms")),
    )


def whom_of(request: Request) -> Whom:
    """About whom the address is: a member of the household in view, or itself.

    Raises NotFound, and Forbidden for a member who keeps his or her profile private (NEW-14).
    """
    told = request.params["whom"]
    if told != gate.HOUSEHOLD and request.me.home.member(told) is None:
        raise NotFound
    if not request.me.may_see(told, Private.PROFILE):
        raise Forbidden
    return Whom(request.params["form"], request.me.household, "" if told == gate.HOUSEHOLD else told)
