"""Pages on which families read what they are asked to agree to, sign it, decline it and withdraw it (NEW-13)."""

from collections.abc import Mapping
from datetime import date

from chalicelib.consents import drawing, gate, record, store, wording
from chalicelib.consents.domain import Act, Capacity, Manner, Signature
from chalicelib.consents.pages import (
    asked_rows,
    consent_facts,
    entry_facts,
    entry_rows,
    given_rows,
    standing_notes,
    subject,
    text_view,
)
from chalicelib.consents.signing import Changed, Shown, Speaker, Wish, capacities, look, speak
from chalicelib.documents.sections import sections
from chalicelib.forms.gate import HOUSEHOLD
from chalicelib.forms.reading import classes_ahead, read_known
from chalicelib.households import service as households
from chalicelib.households.domain import Private
from chalicelib.identity.guard import KEPT
from chalicelib.identity.users import tell_birth_date
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Forbidden, Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form, whole
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS, own=True)

_PAGE = "/{org}/consents/{consent}/for/{whom}"
_LABELS: Mapping[str, Message] = {
    "typed": say("Your first and last name"),
    "drawing": say("Your signature, drawn"),
    "capacity": say("In what role do you sign?"),
    "member_born": say("Date of birth"),
    "own_born": say("Your own date of birth"),
}
_OLDEST_YEARS = 120


@routes.get("/{org}/consents", Actor.MEMBER)
def show_consents(request: Request) -> Reply:
    """What waits for a signature, and what was signed. One round trip."""
    home, org, local = request.me.home, request.org, request.local
    known = read_known(org, classes_ahead(home, request.today), request.now, store.catalogue_key(org))
    catalogue = store.catalogue_in(known.found, org)
    due = gate.due(catalogue, home, request.today, known.programmes)
    asked = [each for each in due if _is_open(request, each.member)]
    given = [row for row in home.given if row.kind == gate.KIND and _is_open(request, row.member)]
    return render.page(
        request,
        "consents/list.html",
        asked=asked_rows(asked, home, local, org),
        given=given_rows(catalogue, given, home, local, org, request.today),
        sections=sections(request, "consents"),
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/consents/signatures", Actor.MEMBER)
def show_entries(request: Request) -> Reply:
    """The household's ledger: everything that was ever said, latest first, 25 at a time. One round trip."""
    found = store.list_signatures(request.org, request.me.household, paging.after(request))
    return render.page(
        request,
        "consents/entries.html",
        entries=entry_rows([each for each in found.rows if _may_open(request, each)], request.local, request.org),
        **paging.links(request, "consents/signatures", found.next),
    )


@routes.get("/{org}/consents/signatures/{signature}", Actor.MEMBER, owns="signature")
def show_entry(request: Request) -> Reply:
    """One entry with the text that it is about, and whether both are still what was sealed. Two round trips."""
    entry = entry_of(request)
    edition = store.get_edition(request.org, entry.consent, entry.version)
    return render.page(
        request,
        "consents/entry.html",
        facts=entry_facts(entry, request.local),
        drawing=entry.manner.drawing,
        sheet=(drawing.WIDTH, drawing.HEIGHT),
        text=text_view(edition, entry.language, request.local) if edition else None,
        is_genuine=record.is_genuine(entry, edition),
        back=urls.portal(request.org, "consents/signatures"),
        pdf=urls.portal(request.org, f"consents/signatures/{entry.id}/pdf"),
    )


def entry_of(request: Request) -> Signature:
    """The entry of the household's ledger that the address names. Raises NotFound."""
    entry = store.get_signature(request.org, request.me.household, request.params["signature"])
    if entry is None or not _may_open(request, entry):
        raise NotFound
    return entry


def _may_open(request: Request, entry: Signature) -> bool:
    """Whether an entry is one's own, or about somebody who keeps nothing from whoever looks."""
    return entry.signer.user == request.me.user or _is_open(request, entry.member)


@routes.get(_PAGE, Actor.MEMBER, owns="whom")
def show_consent(request: Request) -> Reply:
    """The text, what was said about it, and what may be said. Two round trips."""
    return _page(request, _shown(request))


@routes.post(_PAGE, Actor.EDITOR, owns="whom")
def sign(request: Request) -> Reply:
    """Signs the version that was read (ACC-7: adults alone do)."""
    shown, choices, form = _shown(request), _choices(request), Form(request.form)
    if not choices:
        return _page(request, shown, status=409)
    only = choices[0].value if len(choices) == 1 else ""
    capacity = only or form.choice("capacity", tuple(each.value for each in choices), required=True)
    manner = _manner(form)
    if form.errors:
        return _page(request, shown, form.errors, 400)
    return _spoken(request, shown, Act.SIGNED, Capacity(capacity), manner)


@routes.post(f"{_PAGE}/decline", Actor.EDITOR, owns="whom")
def decline(request: Request) -> Reply:
    """Says no to the version that was read."""
    shown, choices = _shown(request), _choices(request)
    if not choices:
        return _page(request, shown, status=409)
    return _spoken(request, shown, Act.DECLINED, choices[0], Manner())


def _spoken(request: Request, shown: Shown, act: Act, capacity: Capacity, manner: Manner) -> Reply:
    """Says it, and leads back to the page; to the present text, where another was read."""
    try:
        _say(request, act, capacity, manner)
    except Changed as changed:
        return _page(request, shown, {"": changed.message} if changed.message else {}, 409)
    after = _next(request)
    return redirect(urls.portal(request.org, after) if after else _here(request, saved=act.value))


def _here(request: Request, **query: str) -> str:
    """The address of the page itself."""
    return urls.portal(request.org, _path(request), **query)


def _next(request: Request) -> str:
    """The page that waits for the signature; empty where none does."""
    return safe_next(request.form.get("next", "") or request.query.get("next", ""))


@routes.post(f"{_PAGE}/withdraw", Actor.EDITOR, owns="whom")
def withdraw(request: Request) -> Reply:
    """Takes one's own signature back, at one press: what follows stands beside the button."""
    _shown(request)
    _say(request, Act.WITHDRAWN, Capacity.GUARDIAN, Manner())
    return redirect(_here(request, saved="withdrawn"))


@routes.post(f"{_PAGE}/ages", Actor.EDITOR, owns="whom")
def tell_ages(request: Request) -> Reply:
    """Keeps the dates of birth that nobody told yet, before it is known who signs what, and for whom (X-7)."""
    shown, form = _shown(request), Form(request.form)
    told = {name: _birthday(request, form, name) for name in _missing_ages(request)}
    try:
        form.done()
    except Invalid as wrong:
        return _page(request, shown, wrong.errors, 400)
    if born := told.get("member_born"):
        person = households.require_member(request.org, request.me.home, _member(request))
        if person.birth_date is None:
            households.change_member(request.org, person.born_on(born), request.now)
    if own := told.get("own_born"):
        tell_birth_date(request.org, request.me.user, own)
    return redirect(_here(request, next=_next(request)))


def _birthday(request: Request, form: Form, name: str) -> date | None:
    day = form.day(name, required=True)
    if day and not (request.today.year - _OLDEST_YEARS <= day.year and day <= request.today):
        form.errors[name] = say("Enter a date of birth in the past")
    return day


def _manner(form: Form) -> Manner:
    """A name as typed, a drawing, or both; one of them it takes."""
    strokes = form.lines("drawing", maximum=drawing.MAX_LENGTH)
    if strokes:
        try:
            drawing.read(strokes)
        except ValueError:
            form.errors["drawing"] = say("Draw your signature once more, or type your name")
    return Manner(form.text("typed", required=not strokes), strokes)


def _say(request: Request, act: Act, capacity: Capacity, manner: Manner) -> Signature:
    me, form = request.me, Form(request.form)
    version = whole(form.text("version")) or 0
    speaker = Speaker(me.user, me.user_name, me.household, request.source, request.now)
    language = form.text("language") or request.local.language
    consent, member = request.params["consent"], _member(request)
    return speak(request.organisation, speaker, Wish(consent, member, version, language, act, capacity, manner))


def _choices(request: Request) -> tuple[Capacity, ...]:
    """In which roles whoever asks may speak; none while an age is missing. Raises Forbidden for minors (ACC-7)."""
    if request.me.is_adult(request.today) is False:
        raise Forbidden(say("Only adults can sign. Please ask a parent or guardian."))
    return _capacities(request)


def _member(request: Request) -> str:
    """Whom the address names: a member's id, or empty for the household."""
    whom = request.params["whom"]
    return "" if whom == HOUSEHOLD else whom


def _path(request: Request) -> str:
    return gate.path_of(request.params["consent"], _member(request))


def _shown(request: Request) -> Shown:
    member = _member(request)
    if member and not request.me.home.member(member):
        raise NotFound
    if not _is_open(request, member):
        raise Forbidden(KEPT)
    return look(request.org, request.me.household, request.params["consent"], member)


def _is_open(request: Request, member: str) -> bool:
    """Whether what a member agrees to is not kept from whoever looks (NEW-14)."""
    return request.me.may_see(member, Private.PROFILE)


def _missing_ages(request: Request) -> list[str]:
    """Dates of birth that have to be told before anything is signed (X-7)."""
    row = request.me.home.member(_member(request))
    is_self = row is not None and row.id == request.me.person
    missing = ["member_born"] if row and row.birth_date is None else []
    return missing + (["own_born"] if request.me.is_adult(request.today) is None and not is_self else [])


def _capacities(request: Request) -> tuple[Capacity, ...]:
    member, me = _member(request), request.me
    if _missing_ages(request):
        return ()
    row = me.home.member(member)
    return capacities(bool(member) and member == me.person, row.birth_date if row else None, member, request.today)


def _page(request: Request, shown: Shown, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    me, local, member = request.me, request.local, _member(request)
    word = shown.standing.word_of(me.user)
    has_signed = word is not None and word.act is Act.SIGNED
    holds = word is not None and word.holds(shown.listed.version, request.today)
    row = me.home.member(member)
    is_asked = shown.listed.is_asked(request.today) and (row is None or gate.concerns(shown.listed, row, request.today))
    may_speak = me.role.may_edit and is_asked and not holds
    is_minor = me.is_adult(request.today) is False
    return render.page(
        request,
        "consents/consent.html",
        status=status,
        errors=errors if may_speak else None,
        labels={name: local.say(words) for name, words in _LABELS.items()},
        fields=request.form,
        path=_path(request),
        next=_next(request),
        about=subject(me.home, member),
        text=text_view(shown.edition, local.language, local),
        version=shown.edition.number,
        facts=consent_facts(shown, me.home, member, local),
        notes=standing_notes(shown, me.user, local, request.today),
        is_asked=is_asked,
        is_minor=may_speak and is_minor,
        ages=_missing_ages(request) if may_speak and not is_minor else [],
        capacities=[(each.value, local.say(wording.CAPACITIES[each])) for each in _capacities(request)],
        may_sign=may_speak and not is_minor,
        sheet=(drawing.WIDTH, drawing.HEIGHT),
        signature=word.signature if word and has_signed and word.household == me.household else "",
        following=[local.say(words) for words in wording.following(shown.listed)] if has_signed else [],
        may_withdraw=me.role.may_edit and has_signed,
        saved=request.query.get("saved", ""),
    )
