"""What the files of an import do not tell of forms: one that waits, and one that was answered (FORM-1)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.forms import answering, drafting, store
from chalicelib.forms.answering import Author
from chalicelib.forms.domain import (
    Audience,
    Condition,
    Content,
    Kind,
    Moment,
    Option,
    Question,
    Rules,
    Section,
    Whom,
)
from chalicelib.households import store as households
from chalicelib.households.domain import ADULT
from chalicelib.identity.store import require_user
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Ages
from chalicelib.shared.ids import named_id
from chalicelib.shared.texts import Texts

_YES_NO = (Option("yes", {"fr": "Oui", "en": "Yes", "ru": "Да"}), Option("no", {"fr": "Non", "en": "No", "ru": "Нет"}))


def _texts(fr: str, en: str, ru: str) -> Texts:
    return {"fr": fr, "en": en, "ru": ru}


_HEALTH = Content(
    _texts("Fiche de santé", "Health form", "Анкета здоровья"),
    _texts(
        "Ces réponses ne sont lues que par ceux qui s’occupent de votre enfant.",
        "These answers are read only by those who look after your child.",
        "Эти ответы читают только те, кто заботится о вашем ребёнке.",
    ),
    (
        Section(
            "health",
            _texts("Santé", "Health", "Здоровье"),
            (
                Question(
                    "allergies", Kind.CHOICE, _texts("Des allergies ?", "Any allergies?", "Есть ли аллергия?"),
                    mandatory=True, options=_YES_NO,
                ),
                Question(
                    "which", Kind.HEALTH,
                    _texts("Lesquelles, et que faire ?", "Which, and what to do?", "На что и что делать?"),
                    mandatory=True, condition=Condition("allergies", "yes"),
                ),
                Question("doctor", Kind.TEXT, _texts("Médecin de famille", "Family doctor", "Семейный врач")),
            ),
        ),
        Section(
            "help",
            _texts("En cas d’urgence", "In an emergency", "В экстренном случае"),
            (
                Question(
                    "phone", Kind.PHONE, _texts("Qui appeler", "Whom to call", "Кому позвонить"), mandatory=True
                ),
                Question(
                    "address", Kind.ADDRESS,
                    _texts("Où habite l’enfant", "Where the child lives", "Где живёт ребёнок"),
                ),
                Question("signed", Kind.SIGNATURE, _texts("Signature", "Signature", "Подпись"), mandatory=True),
            ),
        ),
    ),
)  # fmt: skip
_SURVEY = Content(
    _texts("Vos souhaits", "Your wishes", "Ваши пожелания"),
    {},
    (
        Section(
            "wishes",
            _texts("L’an prochain", "Next year", "В следующем году"),
            (
                Question(
                    "days", Kind.CHOICES,
                    _texts("Quels jours vous conviennent ?", "Which days suit you?", "Какие дни вам удобны?"),
                    options=(
                        Option("week", _texts("En semaine", "On weekdays", "По будням")),
                        Option("end", _texts("La fin de semaine", "At weekends", "По выходным")),
                    ),
                ),
                Question("words", Kind.LONG_TEXT, _texts("Autre chose ?", "Anything else?", "Что ещё?")),
            ),
        ),
    ),
)  # fmt: skip


def add(organisation: Organisation, user: str, household: str, now: datetime) -> None:
    """Asks for a health form of each child, and for wishes, which the household told already. Again changes nothing."""
    org = organisation.slug
    if store.get_catalogue(org).forms:
        return
    health = Rules(Audience(ages=Ages(None, ADULT - 1)), frozenset({Moment.ENROLMENT, Moment.SIGN_IN}), mandatory=True)
    _publish(org, "health", _HEALTH, health)
    wishes = _publish(org, "wishes", _SURVEY, Rules(Audience(household=True), frozenset({Moment.SIGN_IN})))
    sheet = answering.open_sheet(org, Whom(wishes, household))
    by = Author(user, require_user(org, user).name, organisation.language, now)
    answering.send_in(organisation, sheet, {"q-days-week": "yes", "q-words": "Du tango !"}, by)
    home = households.get_summaries(org, (household,))[household]
    child = next((row for row in home.members if row.birth_date and now.year - row.birth_date.year < ADULT), None)
    if child:
        begun = answering.open_sheet(org, Whom(named_id(f"{org} health"), household, child.id))
        answering.keep_draft(organisation, begun, {"q-allergies": "no"}, by)


def _publish(org: str, name: str, content: Content, rules: Rules) -> str:
    form_id = named_id(f"{org} {name}")
    drafting.create(org, form_id, content.title)
    version = drafting.require(org, form_id).version or 0
    drafting.change(org, form_id, version, lambda form: replace(form, content=content, rules=rules))
    drafting.publish(org, form_id, version + 1, ask_again=True)
    return form_id
