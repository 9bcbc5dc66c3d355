"""View models of members and households."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.households.domain import Household, Person, age
from chalicelib.households.summary import MemberRow
from chalicelib.organisations.domain import Organisation, Question, QuestionKind
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local

Facts = list[tuple[str, str]]


class MemberView(NamedTuple):
    """A member in a list."""

    name: str
    href: str
    meta: str


class QuestionView(NamedTuple):
    """A question of the organisation's in a form."""

    name: str
    label: str
    kind: str
    required: bool
    options: tuple[tuple[str, str], ...]


def member_view(row: MemberRow, local: Local, org: str, today: date) -> MemberView:
    """A member with his or her age."""
    return MemberView(row.name, urls.portal(org, f"members/{row.id}"), age_words(row.birth_date, local, today))


def age_words(born: date | None, local: Local, today: date) -> str:
    """An age in words; that it is unknown is said, never guessed (X-7)."""
    if born is None:
        return local.say(say("Date of birth missing"))
    years = age(born, today)
    return local.say(say("%(n)s year old", plural="%(n)s years old", n=years))


def person_facts(person: Person, organisation: Organisation, local: Local) -> Facts:
    """A profile as pairs of label and value; what is not answered says so."""
    missing = local.say(say("Not given"))
    pairs = [
        (say("First name"), person.first_name),
        (say("Last name"), person.last_name),
        (say("Date of birth"), local.date(person.birth_date, "long") if person.birth_date else ""),
        (say("Email"), person.email),
        (say("Telephone"), local.phone(person.phone) if person.phone else ""),
        (say("In an emergency, call"), _emergency(person, local)),
        (say("Health notes for the staff"), person.health_notes),
    ]
    facts = [(local.say(label), value or missing) for label, value in pairs]
    return facts + [
        (local.text(question.label), _answer(question, person, local) or missing) for question in organisation.questions
    ]


def _emergency(person: Person, local: Local) -> str:
    number = local.phone(person.emergency_phone) if person.emergency_phone else ""
    return ", ".join(part for part in (person.emergency_name, number) if part)


def _answer(question: Question, person: Person, local: Local) -> str:
    given = person.answers.get(question.id, "")
    return dict(_options(question, local)).get(given, given)


def question_views(questions: Sequence[Question], local: Local) -> list[QuestionView]:
    """The organisation's questions, ready for a form."""
    return [
        QuestionView(
            f"question-{question.id}",
            local.text(question.label),
            question.kind.value,
            question.required,
            _options(question, local),
        )
        for question in questions
    ]


def _options(question: Question, local: Local) -> tuple[tuple[str, str], ...]:
    if question.kind is QuestionKind.YES_NO:
        return (("yes", local.say(say("Yes"))), ("no", local.say(say("No"))))
    return tuple((choice, local.text(texts)) for choice, texts in question.choices)


def household_facts(household: Household, local: Local) -> Facts:
    """A household's particulars as pairs of label and value."""
    address = household.address
    city = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    missing = local.say(say("Not given"))
    pairs = [
        (say("Name of the household"), household.name),
        (say("Account number"), household.number),
        (say("Email for our messages"), household.email),
        *([(say("Email for invoices, receipts and statements"), household.bills_to)] if household.bills_to else []),
        (say("Telephone"), local.phone(household.phone) if household.phone else ""),
        (say("Address"), ", ".join(part for part in (address.street, city) if part)),
    ]
    return [(local.say(label), value or missing) for label, value in pairs]


_MEMBER_LABELS: dict[str, Message] = {
    "first_name": say("First name"),
    "last_name": say("Last name"),
    "birth_date": say("Date of birth"),
    "email": say("Email"),
    "phone": say("Telephone"),
    "emergency_name": say("Whom to call in an emergency"),
    "emergency_phone": say("Telephone in an emergency"),
    "health_notes": say("Health notes for the staff"),
}
_HOUSEHOLD_LABELS: dict[str, Message] = {
    "name": say("Name of the household"),
    "email": say("Email for our messages"),
    "phone": say("Telephone"),
    "language": say("Language of our messages"),
    "street": say("Street and number"),
    "city": say("City"),
    "region": say("Province or region"),
    "postcode": say("Postal code"),
}


def member_labels(organisation: Organisation, local: Local) -> dict[str, str]:
    """What each field of a member's form is called, on the form and in the summary of its mistakes."""
    own = {f"question-{question.id}": local.text(question.label) for question in organisation.questions}
    return {name: local.say(label) for name, label in _MEMBER_LABELS.items()} | own


def household_labels(local: Local) -> dict[str, str]:
    """The same for the household's form."""
    return {name: local.say(label) for name, label in _HOUSEHOLD_LABELS.items()}
