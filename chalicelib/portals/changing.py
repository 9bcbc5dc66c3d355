"""Changes one page's part of the settings, by the reader of settings files (ADM-9)."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.admin import organisation_file, organisations
from chalicelib.admin.organisation_document import Document, document
from chalicelib.admin.tables import FileMistakes, Mistake
from chalicelib.organisations.audit import Author
from chalicelib.organisations.domain import Organisation
from chalicelib.portals.fields import name_of, told, value_at, with_value
from chalicelib.portals.sections import Section
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.texts import Message, say

_DIGITS = 16
_ANSWERS = re.compile(r"(\.choices)\[.*")
"""What is wrong with one of several answers: they are written in one field."""
CHANGED = say("Somebody else changed these settings meanwhile. Look at them again, then change what is left to change.")


def posted_document(section: Section, stored: Organisation, posted: Mapping[str, str]) -> Document:
    """The settings that are stored, but for what was posted on a page of them."""
    changed = document(stored)
    for field in section.fields:
        changed = with_value(changed, field.path, told(field, posted))
    return changed


def seen(section: Section, stored: Organisation) -> str:
    """What a page was made from, in short: whoever posts it later changes nothing that was not on it."""
    whole = document(stored)
    values = [value_at(whole, field.path) for field in section.fields]
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:_DIGITS]


def change(slug: str, section: Section, posted: Mapping[str, str], author: Author, now: datetime) -> None:
    """Stores what was posted, and notes it in the organisation's log. The same again changes nothing.

    Raises Invalid with each mistake by its field, Conflict when somebody else changed the same page, Unavailable.
    """

    def work(stored: Organisation) -> Organisation:
        changed = _read(section, posted_document(section, stored, posted), stored)
        if document(changed) != document(stored) and posted.get("seen") != seen(section, stored):
            raise Conflict(CHANGED)
        return changed

    organisations.change(slug, work, author, now)


def _read(section: Section, changed: Document, stored: Organisation) -> Organisation:
    try:
        found = organisation_file.read_told(changed, stored.import_key, stored.brand.logo)
    except FileMistakes as wrong:
        raise Invalid(_by_field(section, wrong.found)) from wrong
    return replace(found, offers_bookings=stored.offers_bookings)


def _by_field(section: Section, mistakes: tuple[Mistake, ...]) -> dict[str, Message]:
    """Each mistake by the name of its field; what is wrong on another page is told by its key."""
    own = tuple(field.path for field in section.fields)
    found: dict[str, Message] = {}
    for mistake in mistakes:
        here = mistake.path.startswith(own)
        name = name_of(_ANSWERS.sub(r"\1", mistake.path)) if here else ""
        found.setdefault(name, mistake.message if here else _elsewhere(mistake))
    return found


def _elsewhere(mistake: Mistake) -> Message:
    return say("This does not fit with another setting (%(setting)s).", setting=mistake.path)


def set_logo(slug: str, digest: str, image: bytes, author: Author, now: datetime) -> None:
    """Puts another logo in the place of the one before; no image takes it away. Raises Conflict, Unavailable."""

    def work(stored: Organisation) -> Organisation:
        return replace(stored, brand=replace(stored.brand, logo=digest))

    organisations.change(slug, work, author, now, logo=image)


def shown(section: Section, whole: Mapping[str, Any]) -> dict[str, Any]:
    """What a page's fields hold, by key."""
    return {field.path: value_at(whole, field.path) for field in section.fields}
