"""From posted fields to a grant or a link, or to every mistake at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from chalicelib.households.domain import Role
from chalicelib.households.summary import MemberRow
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.contacts import parse_email, parse_phone
from chalicelib.shared.texts import say
from chalicelib.sharing.domain import LONGEST, Grant
from chalicelib.web.forms import BAD_EMAIL, Form

MEMBER = "member-"
"""Start of the names of the boxes that choose members; the member's id follows."""
_NO_ADDRESS = say("Enter an email address such as name@example.com, or a mobile number with its area code")


class Offer(NamedTuple):
    """Whom the holder invites, and to what."""

    name: str
    address: str
    grant: Grant


def read_offer(
    fields: Mapping[str, str], members: Iterable[MemberRow], organisation: Organisation, today: date
) -> Offer:
    """An invitation as it was filled in. Raises Invalid."""
    form = Form(fields)
    name, address = form.text("name", required=True), read_address(form, organisation)
    grant = _grant(form, fields, members, today)
    form.done()
    return Offer(name, address, grant)


def read_address(form: Form, organisation: Organisation) -> str:
    """The address to invite: a number only where people may sign in without an email address (C2)."""
    email_only = organisation.sign_in.require_email

    def parse(text: str) -> str:
        return parse_email(text) if "@" in text or email_only else parse_phone(text, organisation.country)

    return form.parsed("address", parse, BAD_EMAIL if email_only else _NO_ADDRESS, required=True)


def read_grant(fields: Mapping[str, str], members: Iterable[MemberRow], today: date) -> Grant:
    """A role with its limits as it was filled in. Raises Invalid."""
    form = Form(fields)
    grant = _grant(form, fields, members, today)
    form.done()
    return grant


def _grant(form: Form, fields: Mapping[str, str], members: Iterable[MemberRow], today: date) -> Grant:
    chosen = form.choice("role", tuple(role.value for role in Role), required=True)
    until = form.day("until")
    role = Role.VIEWER if form.errors.get("role") else Role(chosen)
    if until and role is Role.HOLDER:
        form.errors["until"] = say("A holder’s access has no last day")
    elif until and not today <= until <= today + LONGEST:
        form.errors["until"] = say("Choose a day within the next year")
    ticked = tuple(row.id for row in members if f"{MEMBER}{row.id}" in fields)
    return Grant(role, until, ticked if role is Role.DELEGATE else ())
