"""The desk's pages of documents: what families sent, what is shared with a household, what is asked of it."""

from collections.abc import Mapping

from chalicelib.documents import asking, store
from chalicelib.documents.asking import Asking
from chalicelib.documents.domain import MAX_NOTE, MAX_TITLE, Document, Wanted
from chalicelib.documents.pages import (
    Row,
    document_desk_row,
    document_view,
    member_name,
    sent_row,
    wanted_row,
    wanted_view,
)
from chalicelib.documents.service import Words
from chalicelib.files.domain import STAFF_KINDS
from chalicelib.files.showing import accepted, kind_names
from chalicelib.households.service import require_summary
from chalicelib.households.store import get_person, get_summaries
from chalicelib.households.summary import Summary
from chalicelib.identity import store as identity
from chalicelib.identity.addresses import identify
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import Local
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.DOCUMENTS)

_START = "desk/documents"
_HOME = "/{org}/desk/documents/{household}"


@routes.get("/{org}/desk/documents", Actor.STAFF, staff=DESK)
def show_sent(request: Request) -> Reply:
    """What families sent and nobody has looked at, what waits longest first, 25 at a time; and a way to a family."""
    found = store.list_sent(request.org, request.query.get("after", ""))
    address = request.query.get("address", "").strip()
    return render.page(
        request,
        "documents/desk.html",
        sent=[sent_row(item, request.local, request.org) for item in found.rows],
        address=address,
        families=_families(request, address) if address else None,
        **paging.links(request, _START, found.next),
    )


def _families(request: Request, address: str) -> list[tuple[str, str]]:
    """Households of whoever signs in with an address: name and page. At most three round trips."""
    try:
        login = identity.find_login(request.org, identify(address, request.organisation.country))
    except ValueError:
        return []
    user = identity.get_user(request.org, login[0]) if login else None
    homes = get_summaries(request.org, tuple(link.household for link in user.households)) if user else {}
    return [(home.name, urls.portal(request.org, f"{_START}/{home.household}")) for home in homes.values()]


@routes.get(_HOME, Actor.STAFF, staff=DESK, owns="household")
def show_household(request: Request) -> Reply:
    """What is shared with a household, or asked of it, 25 at a time."""
    home, after = home_of(request), paging.after(request)
    path, asks = f"{_START}/{home.household}", request.query.get("show") == "requests"
    rows, following = _requests(request, home, after) if asks else _documents(request, home, after)
    query = {"show": "requests"} if asks else {}
    return render.page(
        request,
        "documents/desk_household.html",
        home=home,
        path=path,
        views=tabs(request, path, [(say("Shared"), {}, not asks), (say("Asked for"), {"show": "requests"}, asks)]),
        rows_of=rows,
        saved=request.query.get("saved", ""),
        **paging.links(request, path, following, **query),
    )


def _documents(request: Request, home: Summary, after: str) -> tuple[list[Row], str]:
    found = store.list_documents(request.org, home.household, after)
    return [document_desk_row(each, home, request.local, request.org) for each in found.rows], found.next


def _requests(request: Request, home: Summary, after: str) -> tuple[list[Row], str]:
    found = store.list_wanted(request.org, home.household, after)
    place = f"{_START}/{home.household}/requests/"
    return [
        wanted_row(each, home, request.local, urls.portal(request.org, place + each.id), request.today, at_desk=True)
        for each in found.rows
    ], found.next


@routes.get(_HOME + "/share", Actor.STAFF, staff=DESK, owns="household")
def show_share(request: Request) -> Reply:
    """The form to share a file with a household."""
    return share_page(request, home_of(request))


def share_page(request: Request, home: Summary, errors: Mapping[str, Message] | None = None) -> Reply:
    """The form to share a file with a household, with the mistakes of one that was sent."""
    return render.page(
        request,
        "documents/desk_share.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        home=home,
        path=f"{_START}/{home.household}",
        members=_members(request, home),
        **about_files(),
    )


def _members(request: Request, home: Summary) -> list[tuple[str, str]]:
    return [("", request.local.say(say("The whole family"))), *((each.id, each.name) for each in home.members)]


def about_files() -> dict[str, object]:
    """What the forms that take files need."""
    return {
        "limits": (MAX_TITLE, MAX_NOTE), "kinds": kind_names(STAFF_KINDS), "accept": accepted(STAFF_KINDS),
    }  # fmt: skip


@routes.get(_HOME + "/ask", Actor.STAFF, staff=DESK, owns="household")
def show_ask(request: Request) -> Reply:
    """The form to ask a household for a paper."""
    return _ask_page(request, home_of(request))


@routes.post(_HOME + "/ask", Actor.STAFF, staff=DESK, owns="household")
def ask(request: Request) -> Reply:
    """Asks a household for a paper."""
    home, form = home_of(request), Form(request.form)
    words = words_in(form)
    member = form.choice("member", tuple(each.id for each in home.members))
    due_on = form.day("due_on")
    if due_on and due_on < request.today:
        form.errors["due_on"] = say("Choose today or a later day")
    if form.errors:
        return _ask_page(request, home, form.errors)
    told = Asking(words.title, words.note, member, due_on)
    asking.ask(request.organisation, home.household, told, request.me.user, request.now)
    return redirect(urls.portal(request.org, f"{_START}/{home.household}", show="requests", saved="asked"))


def _ask_page(request: Request, home: Summary, errors: Mapping[str, Message] | None = None) -> Reply:
    return render.page(
        request,
        "documents/desk_ask.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        home=home,
        path=f"{_START}/{home.household}",
        members=_members(request, home),
        limits=(MAX_TITLE, MAX_NOTE),
    )


@routes.get(_HOME + "/{document}", Actor.STAFF, staff=DESK, owns="document")
def show_document(request: Request) -> Reply:
    """A household's document with its versions, and whether it was opened."""
    return document_page(request, document_of(request))


def document_page(request: Request, document: Document, errors: Mapping[str, Message] | None = None) -> Reply:
    """A household's document, with the mistakes of a version that was sent."""
    home = home_of(request)
    path = f"{_START}/{home.household}/{document.id}"
    return render.page(
        request,
        "documents/desk_document.html",
        status=400 if errors else 200,
        errors=errors,
        document=document_view(
            document, f"{path}/open", member_name(home, document.member), request.local, request.org
        ),
        opened=_opened(document, request.local),
        path=path,
        back_path=f"{_START}/{home.household}",
        back_name=home.name,
        saved=request.query.get("saved", ""),
        **about_files(),
    )


def _opened(document: Document, local: Local) -> str:
    if document.opened_at:
        return local.say(say("Opened on %(day)s", day=local.datetime(document.opened_at)))
    return local.say(say("Nobody has opened it yet"))


@routes.get(_HOME + "/requests/{wanted}", Actor.STAFF, staff=DESK, owns="wanted")
def show_request(request: Request) -> Reply:
    """What is asked of a household, and what it sent."""
    return _request_page(request, wanted_of(request))


@routes.post(_HOME + "/requests/{wanted}/decide", Actor.STAFF, staff=DESK, owns="wanted")
def decide(request: Request) -> Reply:
    """Accepts what was sent, or asks anew with a reason."""
    wanted, form = wanted_of(request), Form(request.form)
    answer = form.choice("answer", ("accept", "reject"), required=True)
    reason = form.lines("reason", required=answer == "reject", maximum=MAX_NOTE)
    if form.errors:
        return _request_page(request, wanted, form.errors)
    told = reason if answer == "reject" else ""
    asking.decide(request.organisation, wanted.household, wanted.id, told, request.me.user, request.now)
    return redirect(urls.portal(request.org, f"{_START}/{wanted.household}/requests/{wanted.id}", saved=answer))


@routes.post(_HOME + "/requests/{wanted}/withdraw", Actor.STAFF, staff=DESK, owns="wanted")
def give_up(request: Request) -> Reply:
    """Says that a paper is not needed any more."""
    wanted = wanted_of(request)
    asking.give_up(request.organisation, wanted.household, wanted.id, request.me.user, request.now)
    return redirect(urls.portal(request.org, f"{_START}/{wanted.household}/requests/{wanted.id}", saved="withdrawn"))


def _request_page(request: Request, wanted: Wanted, errors: Mapping[str, Message] | None = None) -> Reply:
    home = home_of(request)
    path = f"{_START}/{home.household}/requests/{wanted.id}"
    return render.page(
        request,
        "documents/desk_request.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        wanted=wanted_view(wanted, home, f"{path}/open", request.local, request.org, at_desk=True),
        home=home,
        path=path,
        back_path=f"{_START}/{home.household}",
        longest=MAX_NOTE,
        saved=request.query.get("saved", ""),
    )


def home_of(request: Request) -> Summary:
    """The household that the address names. Raises NotFound."""
    return require_summary(request.org, request.params["household"])


def homes_of(org: str, home: Summary, member: str) -> tuple[str, ...]:
    """The households that something is shared with: all homes of a member, or the one (NEW-2)."""
    person = get_person(org, member) if member else None
    return person.households if person else (home.household,)


def words_in(form: Form) -> Words:
    """Title and remark of a form."""
    return Words(form.text("title", required=True, maximum=MAX_TITLE), form.lines("note", maximum=MAX_NOTE))


def document_of(request: Request) -> Document:
    """The household's document that the address names. Raises NotFound."""
    document = store.get_document(request.org, request.params["household"], request.params["document"])
    if document is None:
        raise NotFound
    return document


def wanted_of(request: Request) -> Wanted:
    """The request that the address names. Raises NotFound."""
    wanted = store.get_wanted(request.org, request.params["household"], request.params["wanted"])
    if wanted is None:
        raise NotFound
    return wanted
