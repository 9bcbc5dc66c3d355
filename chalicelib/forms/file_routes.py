"""Addresses that take or hand out the files in forms: of the function that alone has a right to kept files (FORM-1)."""

from collections.abc import Mapping

from chalicelib.files import keeping, lending
from chalicelib.files.domain import StoredFile
from chalicelib.forms import store
from chalicelib.forms.answering import Sheet, keep_draft, open_sheet
from chalicelib.forms.desk_routes import ANSWERS, FILL, fill_here, home_of, require_reader
from chalicelib.forms.desk_routes import whom_of as whom_of_family
from chalicelib.forms.domain import Answers
from chalicelib.forms.fields import file_names, with_files
from chalicelib.forms.routes import FORM_PATH, given_of, here, whom_of
from chalicelib.forms.sheets import Here, author, sheet_page, take
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)


@routes.post(f"{FORM_PATH}/with-files", Actor.EDITOR, owns="whom", uploads=True)
def answer_with_files(request: Request) -> Reply:
    """Sends a form with files in, or keeps it as a draft with them."""
    sheet = open_sheet(request.org, whom_of(request))
    return _take(request, sheet, here(request, sheet))


@routes.post(f"{FILL}/with-files", Actor.STAFF, staff=DESK, owns="whom", uploads=True)
def fill_with_files(request: Request) -> Reply:
    """The same, for a family."""
    where = fill_here(request)
    return _take(request, open_sheet(request.org, whom_of_family(request)), where)


def _take(request: Request, sheet: Sheet, where: Here) -> Reply:
    """Keeps the files first. Where something else is wrong, a draft remembers them: nobody sends a file twice."""
    files, errors = _kept(request, sheet)
    now = sheet._replace(files=files)
    fields = with_files(now.content, request.form, files)
    reply = sheet_page(request, now, where, fields, errors=errors, status=400) if errors else take(request, now, where)
    if reply.status in (400, 409) and files != sheet.files:
        keep_draft(request.organisation, now, fields, author(request))
    return reply


def _kept(request: Request, sheet: Sheet) -> tuple[Mapping[str, StoredFile], Mapping[str, Message]]:
    """The files of the form by now, and what is wrong with those that were sent."""
    files, errors = dict(sheet.files), dict[str, Message]()
    for name in file_names(sheet.content):
        upload = request.files.get(name)
        if upload is None:
            continue
        try:
            files[name] = keeping.keep(request.org, sheet.whom.household, upload, field=name)
        except Invalid as wrong:
            errors |= wrong.errors
    return files, errors


@routes.get(f"{FORM_PATH}/answers/{{answers}}/files/{{field}}", Actor.MEMBER, owns="whom")
def open_file(request: Request) -> Reply:
    """The way to a file that was sent with a form."""
    return _lend(request, given_of(request).answers)


@routes.get(f"{ANSWERS}/files/{{field}}", Actor.STAFF, staff=TEACHING, owns="whom")
def open_file_of_family(request: Request) -> Reply:
    """The same for staff who look after people: a file may be about health."""
    home_of(request)
    whom = whom_of_family(request)
    require_reader(request, whom)
    found = store.list_answers(request.org, whom, size=1)
    return _lend(request, found[0] if found else None)


def _lend(request: Request, answers: Answers | None) -> Reply:
    file = answers.files.get(request.params["field"]) if answers else None
    if answers is None or file is None:
        raise NotFound
    return lending.lend(request.org, answers.whom.household, file)
