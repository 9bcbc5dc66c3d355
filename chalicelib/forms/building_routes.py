"""The staff's pages on which forms are written and published."""

from collections.abc import Callable, Mapping

from chalicelib.forms import drafting, store
from chalicelib.forms.building import moved, problems, with_head, with_question, with_section, without
from chalicelib.forms.building_forms import (
    MOMENT,
    head_fields,
    question_fields,
    read_head,
    read_question,
    read_title,
)
from chalicelib.forms.building_pages import (
    MOMENTS,
    condition_options,
    form_row,
    kind_options,
    place_names,
    place_options,
    rule_words,
    section_rows,
)
from chalicelib.forms.domain import Form
from chalicelib.forms.pages import section_views
from chalicelib.forms.reading import offered_places
from chalicelib.identity.staff import DESK, READING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)

_FORM = "/{org}/desk/forms/{form}"
_NEW = "new"
_ID = 12
"""Characters of an id that a page makes up for a section or question."""


@routes.get("/{org}/desk/forms", Actor.STAFF, staff=READING)
def show_forms(request: Request) -> Reply:
    """All forms of the organisation."""
    catalogue = store.get_catalogue(request.org)
    return render.page(
        request,
        "forms/desk_list.html",
        forms=[form_row(each, request.local) for each in catalogue.forms],
        may_write=may_write(request),
    )


def may_write(request: Request) -> bool:
    """Whether whoever looks may write forms, and read every answer."""
    return request.me.works_as(DESK)


@routes.get("/{org}/desk/forms/new", Actor.STAFF, staff=DESK)
def show_new_form(request: Request) -> Reply:
    """The title of a new form."""
    return _title_page(request, say("New form"), "desk/forms/new", "desk/forms", {"thing": new_id()})


@routes.post("/{org}/desk/forms/new", Actor.STAFF, staff=DESK)
def create_form(request: Request) -> Reply:
    """Adds a form and leads to its rules."""
    form_id = _made_up(request)
    try:
        drafting.create(request.org, form_id, read_title(request.form, request.organisation.languages))
    except Invalid as wrong:
        return _title_page(request, say("New form"), "desk/forms/new", "desk/forms", request.form, wrong.errors)
    return redirect(urls.portal(request.org, f"desk/forms/{form_id}/rules"))


def _made_up(request: Request) -> str:
    """The id that the page made up for what is new. Raises NotFound for anything else."""
    told = request.form.get("thing", "")
    if not (_ID <= len(told) <= len(new_id()) and told.isascii() and told.isalnum()):
        raise NotFound
    return told


def _title_page(
    request: Request,
    heading: Message,
    action: str,
    home: str,
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None = None,
) -> Reply:
    return render.page(
        request,
        "forms/desk_title.html",
        status=400 if errors else 200,
        errors=errors,
        heading=request.local.say(heading),
        action=action,
        home=home,
        fields=fields,
        tongues=own_names(request.organisation.languages),
    )


@routes.get(_FORM, Actor.STAFF, staff=DESK)
def show_form(request: Request) -> Reply:
    """One form: what it asks, of whom and when, and what may be done with it."""
    return _form_page(request)


def _form_page(request: Request, errors: Mapping[str, Message] | None = None) -> Reply:
    form, local = drafting.require(request.org, request.params["form"]), request.local
    listed = store.get_catalogue(request.org).find(form.id)
    if listed is None:
        raise NotFound
    audience = form.rules.audience
    names = place_names(offered_places(request.org, audience), local) if audience.is_placed else {}
    return render.page(
        request,
        "forms/desk_form.html",
        status=400 if errors else 200,
        errors=errors,
        state=form_row(listed, local).state,
        path=f"desk/forms/{form.id}",
        title=local.text(form.content.title),
        version=form.version,
        number=listed.version,
        retired=listed.retired,
        rules=rule_words(form.rules, local, names),
        sections=section_rows(form.content, local),
        problems=[local.say(each) for each in problems(form)],
        link=urls.absolute(request.org, f"forms/{form.id}"),
        section_id=new_id()[:_ID],
    )


@routes.get(f"{_FORM}/rules", Actor.STAFF, staff=DESK)
def show_rules(request: Request) -> Reply:
    """Title, introduction, and of whom the form is asked when."""
    form = drafting.require(request.org, request.params["form"])
    fields = head_fields(form.content.title, form.content.intro, form.rules)
    return _rules_page(request, form, fields | _version_of(form))


@routes.post(f"{_FORM}/rules", Actor.STAFF, staff=DESK)
def change_rules(request: Request) -> Reply:
    """Stores them; they hold from the next publishing on."""
    form = drafting.require(request.org, request.params["form"])
    try:
        head = read_head(request.form, request.organisation.languages)
        return _changed(request, lambda form: with_head(form, *head))
    except Invalid as wrong:
        return _rules_page(request, form, request.form, wrong.errors)


def _rules_page(
    request: Request, form: Form, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    local = request.local
    return render.page(
        request,
        "forms/desk_rules.html",
        status=400 if errors else 200,
        errors=errors,
        path=f"desk/forms/{form.id}",
        fields=fields,
        tongues=own_names(request.organisation.languages),
        moments=[(f"{MOMENT}{moment.value}", local.say(words)) for moment, words in MOMENTS.items()],
        **place_options(offered_places(request.org, form.rules.audience), local),
    )


@routes.get(f"{_FORM}/sections/{{section}}", Actor.STAFF, staff=DESK)
def show_section(request: Request) -> Reply:
    """The title of a section, which may be new."""
    form = drafting.require(request.org, request.params["form"])
    section = next((each for each in form.content.sections if each.id == request.params["section"]), None)
    fields = {f"title-{code}": text for code, text in section.title.items()} if section else {}
    return _section_page(request, form, fields | _version_of(form))


@routes.post(f"{_FORM}/sections/{{section}}", Actor.STAFF, staff=DESK)
def change_section(request: Request) -> Reply:
    """Stores the title of a section."""
    form = drafting.require(request.org, request.params["form"])
    try:
        title = read_title(request.form, request.organisation.languages)
        return _changed(request, lambda form: with_section(form, request.params["section"], title))
    except Invalid as wrong:
        return _section_page(request, form, request.form, wrong.errors)


def _section_page(
    request: Request, form: Form, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    path = f"desk/forms/{form.id}"
    return _title_page(request, say("Section"), f"{path}/sections/{request.params['section']}", path, fields, errors)


@routes.get(f"{_FORM}/questions/{{question}}", Actor.STAFF, staff=DESK)
def show_question(request: Request) -> Reply:
    """One question, which may be new (`question` is then `new`, and `section` says where it belongs)."""
    form = drafting.require(request.org, request.params["form"])
    question = form.content.question(request.params["question"])
    if question:
        fields = question_fields(question) | {"thing": question.id}
    elif request.params["question"] == _NEW:
        fields = {"thing": new_id()[:_ID], "section": request.query.get("section", "")}
    else:
        raise NotFound
    return _question_page(request, form, fields | _version_of(form))


@routes.post(f"{_FORM}/questions/{{question}}", Actor.STAFF, staff=DESK)
def change_question(request: Request) -> Reply:
    """Stores a question."""
    form, named = drafting.require(request.org, request.params["form"]), request.params["question"]
    thing = named if form.content.question(named) else _made_up(request)
    try:
        question = read_question(request.form, thing, request.organisation.languages)
        return _changed(request, lambda form: with_question(form, request.form.get("section", ""), question))
    except Invalid as wrong:
        return _question_page(request, form, request.form, wrong.errors)


def _question_page(
    request: Request, form: Form, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    return render.page(
        request,
        "forms/desk_question.html",
        status=400 if errors else 200,
        errors=errors,
        path=f"desk/forms/{form.id}",
        question=request.params["question"],
        fields=fields,
        tongues=own_names(request.organisation.languages),
        kinds=kind_options(request.local),
        conditions=condition_options(form, fields.get("thing", ""), request.local),
    )


@routes.post(f"{_FORM}/arrange", Actor.STAFF, staff=DESK)
def arrange(request: Request) -> Reply:
    """Moves a section or question up or down, or takes it out."""
    thing = request.form.get("thing", "")
    acts: Mapping[str, Callable[[Form], Form]] = {
        "up": lambda form: moved(form, thing, -1),
        "down": lambda form: moved(form, thing, 1),
        "remove": lambda form: without(form, thing),
    }
    act = acts.get(request.form.get("act", ""))
    if act is None:
        raise NotFound
    return _changed(request, act)


def _changed(request: Request, work: Callable[[Form], Form]) -> Reply:
    drafting.change(request.org, request.params["form"], version_in(request.form), work)
    return redirect(urls.portal(request.org, f"desk/forms/{request.params['form']}"))


def _version_of(form: Form) -> dict[str, str]:
    return {"version": str(form.version)}


@routes.get(f"{_FORM}/preview", Actor.STAFF, staff=DESK)
def show_preview(request: Request) -> Reply:
    """The form as families will see it."""
    form, local = drafting.require(request.org, request.params["form"]), request.local
    return render.page(
        request,
        "forms/desk_preview.html",
        path=f"desk/forms/{form.id}",
        title=local.text(form.content.title),
        intro=local.text(form.content.intro),
        sections=section_views(form.content, {}, local),
        fields={},
    )


@routes.post(f"{_FORM}/publish", Actor.STAFF, staff=DESK)
def publish(request: Request) -> Reply:
    """Makes what was written the version that families answer."""
    ask_again = request.form.get("ask_again") == "yes"
    try:
        drafting.publish(request.org, request.params["form"], version_in(request.form), ask_again=ask_again)
    except Invalid as wrong:
        return _form_page(request, wrong.errors)
    return redirect(urls.portal(request.org, f"desk/forms/{request.params['form']}"))


@routes.post(f"{_FORM}/retire", Actor.STAFF, staff=DESK)
def retire(request: Request) -> Reply:
    """Takes a form out of use, or into use again."""
    drafting.set_retired(request.org, request.params["form"], retired=request.form.get("retired") == "yes")
    return redirect(urls.portal(request.org, f"desk/forms/{request.params['form']}"))
