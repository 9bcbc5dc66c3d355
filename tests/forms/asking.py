"""Forms as tests need them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.forms import answering, drafting, store
from chalicelib.forms.answering import Author
from chalicelib.forms.domain import (
    Answers,
    Audience,
    Condition,
    Content,
    Kind,
    Listed,
    Moment,
    Option,
    Question,
    Rules,
    Section,
    Whom,
)
from chalicelib.households.domain import Household, Person
from chalicelib.schedule.domain import Ages
from chalicelib.shared.ids import new_id
from tests.support.world import World

YES_NO = (Option("yes", {"en": "Yes", "fr": "Oui", "ru": "Да"}), Option("no", {"en": "No", "fr": "Non", "ru": "Нет"}))
SPORTS = (Option("swim", {"en": "Swimming", "fr": "Natation"}), Option("ski", {"en": "Skiing"}))
DOCTOR = Question("doctor", Kind.TEXT, {"en": "Family doctor", "fr": "Médecin de famille"}, mandatory=True)
ALLERGY = Question("allergy", Kind.CHOICE, {"en": "Any allergies?"}, mandatory=True, options=YES_NO)
WHICH = Question(
    "which", Kind.HEALTH, {"en": "Which allergies?"}, mandatory=True, condition=Condition("allergy", "yes")
)
SPORT = Question("sport", Kind.CHOICES, {"en": "Sports"}, mandatory=True, options=SPORTS)
PHONE = Question("phone", Kind.PHONE, {"en": "Whom to call"})
ADDRESS = Question("address", Kind.ADDRESS, {"en": "Where the child lives"})
BORN = Question("last", Kind.DATE, {"en": "Last vaccination"})
NOTES = Question("notes", Kind.LONG_TEXT, {"en": "Anything else?"}, {"en": "As you like"})
SIGNED = Question("signed", Kind.SIGNATURE, {"en": "Your name"}, mandatory=True)
CARD = Question("card", Kind.FILE, {"en": "Vaccination card"})
HEALTH = (ALLERGY, WHICH, DOCTOR)
ALL = (ALLERGY, WHICH, DOCTOR, SPORT, PHONE, ADDRESS, BORN, NOTES, SIGNED)
AT_SIGN_IN = Rules(moments=frozenset({Moment.SIGN_IN}), mandatory=True)
AT_ENROLMENT = Rules(moments=frozenset({Moment.ENROLMENT}), mandatory=True)
KEPT = StoredFile("k" * 32, "card.pdf", FileKind.PDF, 9, "0" * 64)
"""The file that answers `CARD`, as if it had been kept."""
_BARE = {"allergy": "no", "doctor": "Dr Roy"}
ANSWERED = {"q-allergy": "no", "q-doctor": "Dr Roy"}
"""Answers to `HEALTH`."""


def content(*questions: Question, title: str = "Health form") -> Content:
    """A form with one section of these questions."""
    titles = {"en": title, "fr": f"{title} (fr)"}
    return Content(titles, {"en": "Please tell us.\nIt takes a minute."}, (Section("s1", {"en": "Health"}, questions),))


def listed(form: str = "f1", rules: Rules = AT_SIGN_IN, **changes: object) -> Listed:
    """A published form in the catalogue."""
    return Listed(form, {"en": "Health form"}, rules, version=1)._replace(**changes)  # type: ignore[arg-type]


def published(
    world: World, *questions: Question, rules: Rules = AT_SIGN_IN, title: str = "Health form", form_id: str = ""
) -> Listed:
    """A form that families are asked; published again under the same id, it is its next version."""
    form_id = form_id or new_id()
    drafting.create(world.org, form_id, {"en": title})
    version = drafting.require(world.org, form_id).version or 0
    wanted = content(*(questions or HEALTH), title=title)
    drafting.change(world.org, form_id, version, lambda form: replace(form, content=wanted, rules=rules))
    drafting.publish(world.org, form_id, version + 1, ask_again=True)
    found = store.get_catalogue(world.org).find(form_id)
    assert found
    return found


def for_ages(youngest: int | None, oldest: int | None) -> Rules:
    """Rules of a form for members of certain ages."""
    return AT_SIGN_IN._replace(audience=Audience(ages=Ages(youngest, oldest)))


def answered(world: World, form: Listed, home: Household, member: Person | None = None, **fields: str) -> Answers:
    """A form that the household sent in, as Marie."""
    whom = Whom(form.id, home.id, member.id if member else "")
    sheet = answering.open_sheet(world.org, whom)
    if any(question.kind is Kind.FILE for question in sheet.content.questions):
        sheet = sheet._replace(files={"q-card": KEPT})
        fields = {**fields, "card": KEPT.id} if fields else {**_BARE, "card": KEPT.id}
    told = {f"q-{name}": value for name, value in fields.items()} or ANSWERED
    by = Author("user", "Marie Tremblay", "en", world.now)
    return answering.send_in(world.organisation, sheet, told, by)


def due_by(day: date) -> Rules:
    """Rules of a mandatory form that is due on a day."""
    return AT_SIGN_IN._replace(due_on=day)


def typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """Fields whose names are no names in Python, for a browser that takes them by name."""
    return dict(fields)
