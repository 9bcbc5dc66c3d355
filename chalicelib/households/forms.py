"""From posted fields to a profile, or to every mistake at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from chalicelib.households.domain import Address, Household, Person
from chalicelib.organisations.domain import Organisation, Question, QuestionKind
from chalicelib.shared.texts import say
from chalicelib.web.forms import LONG, Form
from chalicelib.web.language import Local

_OLDEST = 120


def read_person(fields: Mapping[str, str], person: Person, organisation: Organisation, today: date) -> Person:
    """The person with the posted profile. Raises Invalid; mandatory answers must all be there (ACC-13)."""
    form, needed = Form(fields), organisation.required_fields
    country = organisation.country
    changed = replace(
        person,
        first_name=form.text("first_name", required=True),
        last_name=form.text("last_name", required=True),
    ).born_on(_birth_date(form, today, required="birth_date" in needed))
    changed = replace(
        changed,
        email=form.email("email", required="email" in needed),
        phone=form.phone("phone", country, required="phone" in needed),
        emergency_name=form.text("emergency_name", required="emergency_name" in needed),
        emergency_phone=form.phone("emergency_phone", country, required="emergency_phone" in needed),
        health_notes=form.lines("health_notes", required="health_notes" in needed, maximum=LONG),
        answers={**person.answers, **{question.id: _answer(form, question) for question in organisation.questions}},
    )
    form.done()
    return changed


def _answer(form: Form, question: Question) -> str:
    name = f"question-{question.id}"
    if question.kind is QuestionKind.CHOICE:
        return form.choice(name, tuple(choice for choice, _ in question.choices), required=question.required)
    if question.kind is QuestionKind.YES_NO:
        return form.choice(name, ("yes", "no"), required=question.required)
    return form.lines(name, required=question.required)


def _birth_date(form: Form, today: date, *, required: bool) -> date | None:
    born = form.day("birth_date", required=required)
    if born and (born > today or born.year < today.year - _OLDEST):
        form.errors["birth_date"] = say("Enter a date of birth in the past")
    return born


def read_household(fields: Mapping[str, str], household: Household, organisation: Organisation) -> Household:
    """The household with the posted particulars. Raises Invalid."""
    form = Form(fields)
    changed = replace(
        household,
        name=form.text("name", required=True),
        email=form.email("email", required=True),
        phone=form.phone("phone", organisation.country),
        language=form.choice("language", organisation.languages),
        address=Address(
            street=form.text("street"),
            city=form.text("city"),
            region=form.text("region"),
            postcode=form.text("postcode", maximum=20),
            country=household.address.country,
        ),
    )
    form.done()
    return changed


def person_fields(person: Person, local: Local) -> dict[str, str]:
    """What the form shows of a person before anything is posted."""
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "email": person.email,
        "phone": _phone(person.phone, local),
        "emergency_name": person.emergency_name,
        "emergency_phone": _phone(person.emergency_phone, local),
        "health_notes": person.health_notes,
        **{f"question-{question}": answer for question, answer in person.answers.items()},
    }


def household_fields(household: Household, local: Local) -> dict[str, str]:
    """What the form shows of a household before anything is posted."""
    address = household.address
    return {
        "name": household.name,
        "email": household.email,
        "phone": _phone(household.phone, local),
        "language": household.language,
        "street": address.street,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
    }


def _phone(number: str, local: Local) -> str:
    return local.phone(number) if number else ""
