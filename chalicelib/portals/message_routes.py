"""The organisation's own words in mails: written in each language, and seen as families will see them (ADM-9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.data.write import Transaction
from chalicelib.identity.staff import GOVERNING
from chalicelib.notifications import compose, own_words, segments
from chalicelib.notifications.own_words import LONGEST, OwnWords
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Entry
from chalicelib.organisations.domain import Organisation
from chalicelib.portals import looking
from chalicelib.portals.examples import Said, Sample
from chalicelib.portals.routes import author
from chalicelib.portals.samples import FIXED, TITLES, Group, group_of, samples
from chalicelib.ports import Mail
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import LANGUAGES, Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import Local, own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_HOME = "desk/settings/messages"
_ONE = "/{org}/desk/settings/messages/{name}"
_LOOKS: Mapping[str, Message] = {
    "light": say("Light"),
    "dark": say("Dark"),
    "phone": say("As wide as a phone, light"),
    "phone-dark": say("As wide as a phone, dark"),
}
"""How a mail can be looked at (`looking.looks_like`)."""


@routes.get("/{org}/desk/settings/messages", Actor.STAFF, staff=GOVERNING)
def show_messages(request: Request) -> Reply:
    """All messages that are sent, and which have own words. One round trip."""
    written = own_words.written(request.org)
    found = samples(request.organisation.currency, request.now)
    grouped = {group: [name for name in found if group_of(name) is group] for group in Group}
    return render.page(
        request,
        "portals/messages.html",
        groups=[
            (
                request.local.say(TITLES[group]),
                request.local.say(FIXED[group]) if group in FIXED else "",
                [(name, request.local.say(found[name].title), name in written) for name in names],
            )
            for group, names in grouped.items()
        ],
    )


@routes.get(_ONE, Actor.STAFF, staff=GOVERNING)
def show_message(request: Request) -> Reply:
    """The words around one message, and what it says at one time in each language. One round trip.

    Raises NotFound for a time that is none.
    """
    return _message_page(request, _fields(own_words.get(request.org, _name(request))))


@routes.post(_ONE, Actor.STAFF, staff=GOVERNING)
def change_message(request: Request) -> Reply:
    """Stores the words, or shows how they would look. Raises NotFound for a message that may have none."""
    if not own_words.may_have(_name(request)):
        raise NotFound
    try:
        words = _read(request.form)
    except Invalid as wrong:
        return _message_page(request, request.form, wrong.errors)
    if request.form.get("act") == "preview":
        return _message_page(request, request.form)
    _save(request.org, _name(request), words, author(request), request.now)
    return redirect(urls.portal(request.org, _HOME))


def _save(org: str, name: str, words: OwnWords, who: Author, now: datetime) -> None:
    """Writes the words, and what they were, in one transaction. Raises Unavailable."""
    transaction = Transaction()
    before = own_words.get(org, name)
    own_words.put(transaction, org, name, words)
    changes = audit.changes(_document(before), _document(words))
    if changes:
        audit.note(transaction, org, Entry("words", now, who, {"label": name}, changes))
        transaction.commit_or_conflict()


def _document(words: OwnWords) -> dict[str, dict[str, str]]:
    return {"above": dict(words.above), "below": dict(words.below)}


def _name(request: Request) -> str:
    """The message that the address names. Raises NotFound."""
    return _sample(request)[0]


def _sample(request: Request) -> tuple[str, Sample]:
    name = request.params["name"]
    found = samples(request.organisation.currency, request.now).get(name)
    if found is None:
        raise NotFound
    return name, found


def _read(fields: Mapping[str, str]) -> OwnWords:
    form = Form(fields)
    above = form.texts("above", LANGUAGES, maximum=LONGEST, lines=True)
    below = form.texts("below", LANGUAGES, maximum=LONGEST, lines=True)
    form.done()
    return OwnWords(above, below)


def _fields(words: OwnWords) -> dict[str, str]:
    told = {"above": words.above, "below": words.below}
    return {f"{place}-{code}": text for place, texts in told.items() for code, text in texts.items()}


def _message_page(request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None) -> Reply:
    name, sample = _sample(request)
    number = _number(sample, fields.get("n") or request.query.get("n", "0"))
    spoken = own_names(request.organisation.languages)
    shown = OwnWords() if errors else _read(fields)
    return render.page(
        request,
        "portals/message.html",
        status=400 if errors else 200,
        errors=errors,
        path=f"{_HOME}/{name}",
        title=request.local.say(sample.title),
        fields=fields,
        tongues=spoken,
        unspoken=[code for code in LANGUAGES if code not in dict(spoken)],
        longest=LONGEST,
        fixed="" if own_words.may_have(name) else request.local.say(FIXED[group_of(name)]),
        number=number,
        variants=_variants(request, sample, number),
        previews=[_preview(request, code, label, shown, number) for code, label in spoken],
    )


class _Preview(NamedTuple):
    """One message in one language, as it will be read."""

    language: str
    title: str
    mail: Mail
    text: str
    segments: int
    """Text messages that are paid for it."""
    looks: list[tuple[str, str]]
    """How it can be looked at as mail programs show it: what that is called, and its address."""


def _preview(request: Request, language: str, label: str, words: OwnWords, variant: int) -> _Preview:
    name, sample = _sample(request)
    local, org = request.local, request.organisation
    text = preview_text(org, language, name, sample, variant)
    path = f"{_HOME}/{name}/{language}"
    return _Preview(
        language,
        label if len(org.languages) > 1 else "",
        preview(org, language, name, sample, words, variant),
        text,
        segments.count(text),
        [(local.say(told), urls.portal(request.org, path, look=look, n=str(variant))) for look, told in _LOOKS.items()],
    )


@routes.get(_ONE + "/{language}", Actor.STAFF, staff=GOVERNING)
def show_mail(request: Request) -> Reply:
    """A message just as it is mailed, with the organisation's own words: as wide as a telephone or a screen, in light
    or dark. One round trip. Raises NotFound for a language that is not spoken, and a look or variant that is none.
    """
    name, sample = _sample(request)
    language, look = request.params["language"], request.query.get("look", "light")
    number = _number(sample, request.query.get("n", "0"))
    if language not in request.organisation.languages or look not in _LOOKS:
        raise NotFound
    words = own_words.get(request.org, name)
    html = looking.looks_like(preview(request.organisation, language, name, sample, words, number).html, look)
    return Reply(body=html, headers={"Content-Security-Policy": looking.policy(html)})


def _number(sample: Sample, typed: str) -> int:
    """Which of its variants is asked for. Raises NotFound for one that is none."""
    if typed not in map(str, range(len(sample.variants))):
        raise NotFound
    return int(typed)


def _variants(request: Request, sample: Sample, number: int) -> list[dict[str, Any]]:
    """Links to all that a message says at different times; none where it always says the same."""
    path = f"{_HOME}/{_name(request)}"
    return [
        {
            "label": request.local.say(title),
            "href": urls.portal(request.org, path, n=str(each)),
            "current": each == number,
        }
        for each, (title, _) in enumerate(sample.variants if sample.others else ())
    ]


def preview(
    organisation: Organisation, language: str, name: str, sample: Sample, words: OwnWords, variant: int = 0
) -> Mail:
    """The message as a mail in a language, with made-up facts. Raises IndexError for a variant that is none."""
    local = compose.local_for(organisation, language)
    return compose.mail(organisation, local, name, "", "", _facts(sample, variant, local), words)


def preview_text(organisation: Organisation, language: str, name: str, sample: Sample, variant: int = 0) -> str:
    """The message as it goes to a phone, with the same facts."""
    local = compose.local_for(organisation, language)
    return compose.text_message(organisation, local, name, _facts(sample, variant, local))


def _facts(sample: Sample, variant: int, local: Local) -> dict[str, Any]:
    told = sample.variants[variant][1].items()
    said = {fact: local.text(value) if isinstance(value, Said) else value for fact, value in told}
    return {"name": "Marie Tremblay", "can_reply": False, **said}
