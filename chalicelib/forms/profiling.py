"""Forms that belong to a member's profile: what must be answered before it is saved, by family or staff (ACC-13)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.forms import gate, store
from chalicelib.forms.answering import Author, Sheet, send_in
from chalicelib.forms.domain import Listed, Moment, Whom
from chalicelib.forms.fields import file_names, read_answers
from chalicelib.forms.reading import classes_ahead, read_known
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message


class Profiled(NamedTuple):
    """What a profile waits for."""

    sheets: tuple[Sheet, ...] = ()
    """Forms that are answered on the page of the profile itself."""
    elsewhere: tuple[Listed, ...] = ()
    """Forms that are answered on a page of their own first, for files come with them."""


def missing(
    organisation: Organisation, home: Summary, member: MemberRow, today: date, now: datetime
) -> Profiled:  # fmt: skip
    """The mandatory forms that a member's profile waits for; somebody who is no member yet has no id.

    Two round trips.
    """
    if not organisation.uses(Module.FORMS):
        return Profiled()
    org = organisation.slug
    known = read_known(org, classes_ahead(home, today), now)
    places = gate.places_of(home, member.id, today, known.programmes)
    wanted = [
        form
        for form in known.catalogue.forms
        if form.is_open and form.rules.mandatory and Moment.PROFILE in form.rules.moments
        and not form.rules.audience.household
        and gate.fits(form.rules.audience, member, places, today)
        and not (member.id and gate.is_answered(form, home, member.id, today))
    ]  # fmt: skip
    contents = store.get_versions(org, [(form.id, form.version) for form in wanted]) if wanted else {}
    sheets = [
        Sheet(form, contents[form.id, form.version], Whom(form.id, home.household, member.id), None, {}, {})
        for form in wanted
    ]
    return Profiled(
        tuple(sheet for sheet in sheets if not file_names(sheet.content)),
        tuple(sheet.form for sheet in sheets if file_names(sheet.content)) if member.id else (),
    )


def mistakes(profiled: Profiled, fields: Mapping[str, str], country: str) -> dict[str, Message]:
    """What is wrong with posted answers, by field."""
    errors: dict[str, Message] = {}
    for sheet in profiled.sheets:
        try:
            read_answers(sheet.content, fields, country)
        except Invalid as wrong:
            errors |= wrong.errors
    return errors


def answer(
    organisation: Organisation, profiled: Profiled, member: str, fields: Mapping[str, str], by: Author
) -> None:  # fmt: skip
    """Sends in what was answered with the profile of a member. Raises Invalid and Conflict."""
    for sheet in profiled.sheets:
        send_in(organisation, sheet._replace(whom=sheet.whom._replace(member=member)), fields, by)
