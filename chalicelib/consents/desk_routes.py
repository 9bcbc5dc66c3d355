"""The staff's pages of consents: write and publish them, and see who has signed (NEW-13)."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.consents import drafting, drawing, overview, record, store
from chalicelib.consents.desk_forms import LASTS, WHOM, consent_fields, read_consent
from chalicelib.consents.desk_pages import consent_row, entry_rows, marks, rule_words
from chalicelib.consents.domain import Rules, Signers, Wording
from chalicelib.consents.overview import Overview
from chalicelib.consents.pages import entry_facts, text_view
from chalicelib.forms.building_pages import place_names, place_options
from chalicelib.forms.desk_routes import require_own
from chalicelib.forms.domain import Audience
from chalicelib.forms.reading import offered_places
from chalicelib.households.service import require_summary
from chalicelib.households.store import get_person
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)

_EVERYBODY = Audience()
_CONSENT = "/{org}/desk/consents/{consent}"
_ROWS = 50
"""People on one page of a class's table."""
_WHOM = dict(zip(WHOM, (say("All members"), say("Minors only"), say("The household as a whole")), strict=True))
_LASTS = dict(
    zip(LASTS, (say("Until the text changes"), say("Until a day"), say("For a number of months")), strict=True)
)
_SIGNERS = {
    Signers.ONE.value: say("One guardian's signature is enough"),
    Signers.ALL.value: say("All guardians must sign, in all homes"),
}
_WEIGHT = {"yes": say("Mandatory: places and bookings wait for it"), "no": say("Voluntary")}


@routes.get("/{org}/desk/consents", Actor.STAFF, staff=TEACHING)
def show_consents(request: Request) -> Reply:
    """All consents of the organisation. One round trip."""
    catalogue = store.get_catalogue(request.org)
    return render.page(
        request,
        "consents/desk_list.html",
        consents=[consent_row(each, request.local, request.org, request.today) for each in catalogue.consents],
        may_write=request.me.works_as(DESK),
    )


@routes.get("/{org}/desk/consents/new", Actor.STAFF, staff=DESK)
def show_new(request: Request) -> Reply:
    """The form for a new consent."""
    return _form_page(request, "desk/consents/new", consent_fields(Wording({}, {}), Rules()))


@routes.post("/{org}/desk/consents/new", Actor.STAFF, staff=DESK)
def create(request: Request) -> Reply:
    """Stores a new consent, which nobody is asked yet."""
    try:
        consent = drafting.add(request.org, *read_consent(request.form, request.organisation.languages))
    except Invalid as wrong:
        return _form_page(request, "desk/consents/new", request.form, wrong.errors)
    except Conflict as refused:
        return _form_page(request, "desk/consents/new", request.form, _sentence(refused), 409)
    return redirect(urls.portal(request.org, f"desk/consents/{consent.id}", saved="1"))


@routes.get(_CONSENT, Actor.STAFF, staff=TEACHING)
def show_consent(request: Request) -> Reply:
    """One consent: what it says, of whom it is asked, and what may be done with it."""
    return _consent_page(request)


def _consent_page(request: Request, errors: Mapping[str, Message] | None = None) -> Reply:
    org, local = request.org, request.local
    consent = drafting.require(org, request.params["consent"])
    listed = store.get_catalogue(org).find(consent.id)
    if listed is None:
        raise NotFound
    edition = store.get_edition(org, consent.id, consent.published) if consent.published else None
    is_changed = edition is None or edition.wording != consent.wording
    audience = consent.rules.audience
    names = place_names(offered_places(org, audience), local) if audience.is_placed else {}
    return render.page(
        request,
        "consents/desk_consent.html",
        status=409 if errors else 200,
        errors=errors,
        path=f"desk/consents/{consent.id}",
        row=consent_row(listed, local, org, request.today),
        texts=[(name, _draft(consent.wording, code)) for code, name in own_names(request.organisation.languages)
               if consent.wording.text.get(code)],
        basis=consent.wording.basis,
        rules=rule_words(consent.rules, local, names),
        next_version=consent.published + 1 if is_changed else 0,
        is_new=not consent.published,
        may_publish=is_changed or consent.rules != listed.rules or listed.retired,
        may_retire=listed.is_published,
        may_write=request.me.works_as(DESK),
        saved=request.query.get("saved", ""),
    )  # fmt: skip


def _draft(wording: Wording, language: str) -> dict[str, object]:
    """A text as it will be read in a language."""
    return {
        "language": language,
        "direction": "auto",
        "title": wording.title.get(language, ""),
        "paragraphs": [part for part in wording.text[language].split("\n") if part.strip()],
    }


@routes.get(f"{_CONSENT}/edit", Actor.STAFF, staff=DESK)
def show_form(request: Request) -> Reply:
    """The consent to be changed."""
    consent = drafting.require(request.org, request.params["consent"])
    fields = consent_fields(consent.wording, consent.rules) | {"version": str(consent.version)}
    return _form_page(request, f"desk/consents/{consent.id}/edit", fields, audience=consent.rules.audience)


@routes.post(f"{_CONSENT}/edit", Actor.STAFF, staff=DESK)
def change(request: Request) -> Reply:
    """Stores the draft; what families are asked changes with the next publishing."""
    consent = drafting.require(request.org, request.params["consent"])
    path = f"desk/consents/{consent.id}"
    try:
        wording, rules = read_consent(request.form, request.organisation.languages)
    except Invalid as wrong:
        return _form_page(request, f"{path}/edit", request.form, wrong.errors, audience=consent.rules.audience)
    changed = replace(consent, wording=wording, rules=rules, version=version_in(request.form))
    drafting.change(request.org, changed)
    return redirect(urls.portal(request.org, path, saved="1"))


@routes.post(f"{_CONSENT}/publish", Actor.STAFF, staff=DESK)
def publish(request: Request) -> Reply:
    """Asks families what the draft says."""
    try:
        drafting.publish(request.org, request.params["consent"], request.me.user, request.now)
    except Conflict as refused:
        return _consent_page(request, _sentence(refused))
    return redirect(urls.portal(request.org, f"desk/consents/{request.params['consent']}", saved="1"))


@routes.post(f"{_CONSENT}/retire", Actor.STAFF, staff=DESK)
def retire(request: Request) -> Reply:
    """Asks nobody any more."""
    drafting.retire(request.org, request.params["consent"])
    return redirect(urls.portal(request.org, f"desk/consents/{request.params['consent']}", saved="1"))


def _sentence(refused: Conflict) -> dict[str, Message]:
    return {"": refused.message or say("Somebody else changed this meanwhile. Please look at it again.")}


def _form_page(
    request: Request,
    path: str,
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None = None,
    status: int = 400,
    audience: Audience = _EVERYBODY,
) -> Reply:
    local = request.local

    def options(told: Mapping[str, Message]) -> list[tuple[str, str]]:
        return [(value, local.say(words)) for value, words in told.items()]

    return render.page(
        request,
        "consents/desk_form.html",
        status=status if errors else 200,
        errors=errors,
        path=path,
        home=path.removesuffix("/edit").removesuffix("/new"),
        fields=fields,
        tongues=own_names(request.organisation.languages),
        whom=options(_WHOM),
        lasts=options(_LASTS),
        signers=options(_SIGNERS),
        weights=options(_WEIGHT),
        **place_options(offered_places(request.org, audience), local),
    )


@routes.get("/{org}/desk/classes/{class_group}/consents", Actor.STAFF, staff=TEACHING)
def show_class(request: Request) -> Reply:
    """Who of a class has signed what. Two round trips, and one for each hundred households."""
    found, local, org = class_of(request), request.local, request.org
    home = f"desk/classes/{found.group.id}"
    rows, links = paging.part(request, f"{home}/consents", found.rows, _ROWS)
    return render.page(
        request,
        "consents/desk_class.html",
        title=local.text(found.group.title),
        home=home,
        may_arrange=request.me.works_as(DESK),
        heads=[local.text(each.title) for each in found.consents],
        rows=[
            (
                row.name,
                urls.portal(org, f"desk/members/{row.person}/consents") if request.me.works_as(DESK) else "",
                marks(row.cells, local),
            )
            for row in rows
        ],
        **links,
    )


def class_of(request: Request) -> Overview:
    """Who of the class in the address has signed what. Raises NotFound, also for another instructor's class."""
    found = overview.of_class(request.org, request.params["class_group"], request.today)
    require_own(request, found.group)
    return found


@routes.get("/{org}/desk/members/{member}/consents", Actor.STAFF, staff=DESK, owns="member")
def show_member(request: Request) -> Reply:
    """The latest that each guardian said about a member. Three round trips."""
    person = get_person(request.org, request.params["member"])
    if person is None:
        raise NotFound
    entries = store.latest_about(request.org, person.id)
    return render.page(
        request,
        "consents/desk_member.html",
        name=person.name,
        lead=request.local.say(say("The latest that each guardian said.")),
        back_to="",
        entries=entry_rows(entries, request.local, request.org),
        **paging.WHOLE,
    )


@routes.get("/{org}/desk/households/{household}/signatures", Actor.STAFF, staff=DESK, owns="household")
def show_entries(request: Request) -> Reply:
    """All that a household ever said, latest first, 25 at a time. Two round trips."""
    household = require_summary(request.org, request.params["household"])
    found = store.list_signatures(request.org, household.household, paging.after(request))
    return render.page(
        request,
        "consents/desk_member.html",
        name=household.name,
        lead=request.local.say(say("Everything that was signed, declined or withdrawn. Nothing here is ever changed.")),
        back_to=urls.portal(request.org, f"desk/clients/{household.household}"),
        entries=entry_rows(found.rows, request.local, request.org),
        **paging.links(request, f"desk/households/{household.household}/signatures", found.next),
    )


@routes.get("/{org}/desk/households/{household}/signatures/{signature}", Actor.STAFF, staff=DESK, owns="signature")
def show_entry(request: Request) -> Reply:
    """One entry of a household's ledger, and whether it is genuine. Two round trips."""
    household, signature = request.params["household"], request.params["signature"]
    entry = store.get_signature(request.org, household, signature)
    if entry is None:
        raise NotFound
    edition = store.get_edition(request.org, entry.consent, entry.version)
    return render.page(
        request,
        "consents/entry.html",
        facts=entry_facts(entry, request.local),
        drawing=entry.manner.drawing,
        sheet=(drawing.WIDTH, drawing.HEIGHT),
        text=text_view(edition, entry.language, request.local) if edition else None,
        is_genuine=record.is_genuine(entry, edition),
        back=urls.portal(
            request.org,
            f"desk/members/{entry.member}/consents" if entry.member else f"desk/households/{household}/signatures",
        ),
        pdf=urls.portal(request.org, f"desk/households/{household}/signatures/{signature}/pdf"),
    )
