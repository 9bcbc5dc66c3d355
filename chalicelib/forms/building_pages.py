"""View models of forms as staff write them."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.forms.building import earlier_choices
from chalicelib.forms.building_forms import CLASS, PROGRAMME
from chalicelib.forms.domain import Content, Form, Kind, Listed, Moment, Question, Rules
from chalicelib.forms.reading import Places
from chalicelib.schedule.domain import Ages
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local, dotted

KINDS: Mapping[Kind, Message] = {
    Kind.TEXT: say("One line of text"),
    Kind.LONG_TEXT: say("Several lines of text"),
    Kind.CHOICE: say("One of several answers"),
    Kind.CHOICES: say("Any of several answers"),
    Kind.DATE: say("A date"),
    Kind.PHONE: say("A telephone number"),
    Kind.ADDRESS: say("An address"),
    Kind.HEALTH: say("About health (only for those who look after people)"),
    Kind.FILE: say("A file"),
    Kind.SIGNATURE: say("A signature (a typed name)"),
}
MOMENTS: Mapping[Moment, Message] = {
    Moment.ENROLMENT: say("Before a place in a class is taken"),
    Moment.PROFILE: say("Before a member's profile is saved"),
    Moment.SIGN_IN: say("On the home page, first of all once it is overdue"),
}


class FormRow(NamedTuple):
    """A form in the staff's list."""

    id: str
    title: str
    meta: str
    state: str
    tone: str


class QuestionRow(NamedTuple):
    """A question in the list of what a form asks."""

    id: str
    label: str
    meta: str


class SectionRow(NamedTuple):
    """A section in that list."""

    id: str
    title: str
    questions: tuple[QuestionRow, ...]


def form_row(listed: Listed, local: Local) -> FormRow:
    """A form with how it stands."""
    if listed.retired:
        state, tone = say("Out of use"), "neutral"
    elif listed.version:
        state, tone = say("Published"), "success"
    else:
        state, tone = say("Being written"), "warning"
    rules = rule_words(listed.rules, local) if listed.version else []
    return FormRow(listed.id, local.text(listed.title), dotted(*rules[:2]), local.say(state), tone)


def rule_words(rules: Rules, local: Local, names: Mapping[str, str] | None = None) -> list[str]:
    """Of whom a form is asked, when, and how urgently, in sentences; `names` are those of programmes and classes."""
    audience = rules.audience
    told = [local.say(say("About the household") if audience.household else say("About members"))]
    if audience.ages != Ages():
        told.append(_ages(audience.ages, local))
    places = [(names or {}).get(each, each) for each in sorted(audience.programmes | audience.class_groups)]
    if names is not None and places:
        told.append(local.say(say("With a place in: %(names)s", names=", ".join(places))))
    told += [local.say(MOMENTS[moment]) for moment in Moment if moment in rules.moments]
    told.append(local.say(say("Mandatory") if rules.mandatory else say("Voluntary")))
    if rules.due_on:
        told.append(local.say(say("By %(day)s", day=rules.due_on)))
    if rules.valid_months:
        months = say("Asked again after %(n)s month", plural="Asked again after %(n)s months", n=rules.valid_months)
        told.append(local.say(months))
    return told


def _ages(ages: Ages, local: Local) -> str:
    if ages.oldest is None:
        return local.say(say("From %(n)s years on", n=ages.youngest))
    if ages.youngest is None:
        return local.say(say("Up to %(n)s years", n=ages.oldest))
    return local.say(say("From %(youngest)s to %(oldest)s years", youngest=ages.youngest, oldest=ages.oldest))


def section_rows(content: Content, local: Local) -> list[SectionRow]:
    """What a form asks."""
    return [
        SectionRow(
            section.id,
            local.text(section.title),
            tuple(_question_row(content, each, local) for each in section.questions),
        )
        for section in content.sections
    ]


def _question_row(content: Content, question: Question, local: Local) -> QuestionRow:
    earlier = content.question(question.condition.question) if question.condition else None
    meta = dotted(
        local.say(KINDS[question.kind]),
        local.say(say("Mandatory")) if question.mandatory else "",
        local.say(say("Depends on “%(question)s”", question=local.text(earlier.label))) if earlier else "",
    )
    return QuestionRow(question.id, local.text(question.label), meta)


def kind_options(local: Local) -> list[tuple[str, str]]:
    """Kinds of questions to choose from."""
    return [(kind.value, local.say(words)) for kind, words in KINDS.items()]


def condition_options(form: Form, question_id: str, local: Local) -> list[tuple[str, str]]:
    """Answers that a question may depend on."""
    always = ("", local.say(say("Always")))
    answers = [
        (f"{each.id}={option.id}", f"{local.text(each.label)} – {local.text(option.label)}")
        for each in earlier_choices(form.content, question_id)
        for option in each.options
    ]
    return [always, *answers]


def place_names(places: Places, local: Local) -> dict[str, str]:
    """Names of programmes and classes by id."""
    return {each: local.text(title) for each, title in {**places.programmes, **places.class_groups}.items()}


def place_options(places: Places, local: Local) -> dict[str, list[tuple[str, str]]]:
    """The boxes of a form that asks for an audience: name of the field, and what stands beside it."""
    return {
        "programmes": [(f"{PROGRAMME}{each}", local.text(title)) for each, title in places.programmes.items()],
        "classes": [(f"{CLASS}{each}", local.text(title)) for each, title in places.class_groups.items()],
    }
