"""Messages from their folders of templates: subject, text, HTML, and the words of a text message."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from chalicelib.notifications.own_words import NONE, OwnWords
from chalicelib.notifications.segments import signed
from chalicelib.organisations.domain import Organisation
from chalicelib.ports import Mail
from chalicelib.web import render, urls
from chalicelib.web.language import Local, choose

_SPACES = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"), " ")
"""Spaces within amounts and dates: phones know only the plain one."""


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
    values = {**_values(organisation, local, facts), **words.paragraphs(local.language)}
    folder = f"messages/{template}"
    subject = " ".join(render.fill(render.text(), f"{folder}/subject.txt", values).split())
    return Mail(
        to=to,
        subject=subject,
        text=render.fill(render.text(), f"{folder}/text.txt", values).strip() + "\n",
        html=render.fill(render.html(), f"{folder}/html.html", {**values, "subject": subject}),
        sender_name=local.text(organisation.name),
        reference=reference,
        reply_to=organisation.contact.email,
    )


def text_message(organisation: Organisation, local: Local, template: str, facts: Mapping[str, Any]) -> str:
    """The text message of a message folder (A-23); control and direction characters never reach it (I-09)."""
    values = {**_values(organisation, local, facts), "signed": partial(signed, name=local.text(organisation.name))}
    text = render.fill(render.text(), f"messages/{template}/sms.txt", values).strip()
    plain = text.translate(_SPACES)
    return "".join(letter for letter in plain if letter == "\n" or letter.isprintable())


def _values(organisation: Organisation, local: Local, facts: Mapping[str, Any]) -> dict[str, Any]:
    slug = organisation.slug
    return {
        "org": organisation,
        "org_name": local.text(organisation.name),
        "local": local,
        "link": lambda path="", **query: urls.absolute(slug, path, **query),
        "is_other": False,
        "unsubscribe": "",
        **facts,
    }
