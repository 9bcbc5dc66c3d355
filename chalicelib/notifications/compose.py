"""Messages from their folders of templates: subject, text, HTML, and the words of a text message."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from jinja2 import Environment

from chalicelib.notifications.colours import colours
from chalicelib.notifications.own_words import NONE, TO_STAFF, OwnWords
from chalicelib.notifications.purposes import CHOSEN, purpose_of
from chalicelib.notifications.segments import signed
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.routes import logo_url
from chalicelib.ports import Mail
from chalicelib.web import render, urls
from chalicelib.web.language import Local, choose, dotted

_SPACES = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"), " ")
"""Spaces within amounts and dates: phones know only the plain one."""
_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?!\.)")
"""Where a sentence ends with a time, a day or a month that ends with a full stop of its own: one is enough."""
_EMPTY_LINES = re.compile(r"\n{3,}")
_KEPT = "    "
"""What a line of plain text begins with that is to be read letter by letter; it keeps them."""
_CHOICE = "settings/notifications"
_GLANCE = 120
"""Characters that programs show of a mail beside its subject; a few more do no harm."""


def local_for(organisation: Organisation, language: str) -> Local:
    """The reader's way of writing; a language the organisation does not speak becomes its first."""
    return Local(choose(language, "", organisation.languages), organisation.country, organisation.zone)


def mail(
    organisation: Organisation,
    local: Local,
    template: str,
    to: str,
    reference: str,
    facts: Mapping[str, Any],
    words: OwnWords = NONE,
) -> Mail:
    """The mail of a message folder, in one language, with what the organisation writes above and below."""
    values = _values(organisation, local, facts)
    values["choice"] = "" if values["is_other"] or not _is_chosen(template) else values["link"](_CHOICE)
    folder = f"messages/{template}"
    subject = _printable(" ".join(_fill(render.text(), f"{folder}/subject.txt", values).split()))
    bare = {**values, **NONE.paragraphs(local.language)}
    told = {**values, **words.paragraphs(local.language)}
    text = _text(folder, told)
    frame = {
        "mail_subject": subject,
        "preheader": glance(text if words == NONE else _text(folder, bare)),
        "colours": colours(organisation.brand.colour),
        "logo": _logo(organisation),
    }
    return Mail(
        to=to,
        subject=subject,
        text=text,
        html=_fill(render.html(), f"{folder}/html.html", {**told, **frame}),
        sender_name=local.text(organisation.name),
        reference=reference,
        reply_to=organisation.contact.email,
    )


def text_message(organisation: Organisation, local: Local, template: str, facts: Mapping[str, Any]) -> str:
    """The text message of a message folder (A-23); control and direction characters never reach it (I-09)."""
    values = {**_values(organisation, local, facts), "signed": partial(signed, name=local.text(organisation.name))}
    text = _fill(render.text(), f"messages/{template}/sms.txt", values).strip()
    return _printable(text.translate(_SPACES))


def _printable(text: str) -> str:
    """`text` without letters that nobody sees, such as those that turn the direction of reading."""
    return "".join(letter for letter in text if letter == "\n" or letter.isprintable())


def glance(text: str) -> str:
    """What is seen of a mail before it is opened: its first words after the greeting, no link, and never a code."""
    paragraphs = text.partition("\n--\n")[0].strip().split("\n\n")[1:]
    said = [part for part in paragraphs if "://" not in part and not part.startswith(_KEPT)]
    seen = " ".join(" ".join(said).split())
    return seen if len(seen) <= _GLANCE else f"{seen[:_GLANCE].rpartition(' ')[0]}…"


def _text(folder: str, values: Mapping[str, Any]) -> str:
    """The plain text: a line for each paragraph, which programs wrap as wide as they are; one empty line between."""
    written = _fill(render.text(), f"{folder}/text.txt", values)
    lines = (line.rstrip() if line.startswith(_KEPT) else line.strip() for line in written.strip().splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)) + "\n"


def _fill(environment: Environment, template: str, values: Mapping[str, Any]) -> str:
    return _TWO_STOPS.sub(".", render.fill(environment, template, values))


def _is_chosen(template: str) -> bool:
    """Whether a household chooses the way by which such messages come."""
    return purpose_of(template) in CHOSEN and template not in TO_STAFF


def _logo(organisation: Organisation) -> str:
    """Full address of the logo; it changes with the picture, so old mails keep the one they came with."""
    path = logo_url(organisation)
    return urls.absolute(organisation.slug, path.removeprefix(urls.portal(organisation.slug))) if path else ""


def _contact(organisation: Organisation) -> list[str]:
    """Lines by which a reader knows who wrote, and reaches them."""
    contact = organisation.contact
    ways = dotted(contact.phone_shown or contact.phone, contact.email, contact.website)
    return [*(line.strip() for line in contact.address.splitlines() if line.strip()), *([ways] if ways else [])]


def _values(organisation: Organisation, local: Local, facts: Mapping[str, Any]) -> dict[str, Any]:
    slug = organisation.slug
    return {
        "org": organisation,
        "org_name": local.text(organisation.name),
        "local": local,
        "link": lambda path="", **query: urls.absolute(slug, path, **query),
        "day": date.fromisoformat,
        "contact": _contact(organisation),
        "is_other": False,
        "unsubscribe": "",
        **facts,
    }
