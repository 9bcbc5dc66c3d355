"""From posted fields to a household's particulars, section by section, or to every mistake at once (ACC-12)."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.households.domain import Address, Household
from chalicelib.organisations.domain import Organisation
from chalicelib.web.forms import Form

SECTIONS = ("contact", "address")


def read_section(
    section: str, fields: Mapping[str, str], household: Household, organisation: Organisation
) -> Household:
    """The household with one section as posted. Raises Invalid."""
    form = Form(fields)
    changed = _contact(form, household, organisation) if section == "contact" else _postal(form, household)
    form.done()
    return changed


def _contact(form: Form, household: Household, organisation: Organisation) -> Household:
    """How the organisation reaches the household. What anybody signs in with is not among it (AUTH-13)."""
    return replace(
        household,
        name=form.text("name", required=True),
        number=form.text("number", maximum=40),
        email=form.email("email"),
        phone=form.phone("phone", organisation.country),
        language=form.choice("language", organisation.languages),
    )


def _postal(form: Form, household: Household) -> Household:
    return replace(household, address=read_address(form, household.address.country))


def read_address(form: Form, country: str) -> Address:
    """A postal address."""
    return Address(
        street=form.text("street"),
        city=form.text("city"),
        region=form.text("region"),
        postcode=form.text("postcode", maximum=20),
        country=country,
    )
