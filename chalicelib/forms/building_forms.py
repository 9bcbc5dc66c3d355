"""From what staff post to parts of a form, and back to the fields of their pages."""

from collections.abc import Mapping, Sequence

from chalicelib.forms.building import options
from chalicelib.forms.domain import MAX_OPTIONS, Audience, Condition, Kind, Moment, Question, Rules
from chalicelib.schedule.domain import Ages
from chalicelib.shared.texts import Texts, say
from chalicelib.web.forms import Form

PROGRAMME = "programme-"
CLASS = "class-"
MOMENT = "moment-"
YES = "yes"
_TITLE, _INTRO, _LABEL, _HINT = 200, 3000, 300, 500
_OLDEST, _MONTHS = 120, 120


def read_title(fields: Mapping[str, str], languages: Sequence[str]) -> Texts:
    """The title of a new form or of a section. Raises Invalid."""
    form = Form(fields)
    title = form.texts("title", languages, required=languages[:1], maximum=_TITLE)
    form.done()
    return title


def read_head(fields: Mapping[str, str], languages: Sequence[str]) -> tuple[Texts, Texts, Rules]:
    """Title, introduction and rules of a form. Raises Invalid."""
    form = Form(fields)
    title = form.texts("title", languages, required=languages[:1], maximum=_TITLE)
    intro = form.texts("intro", languages, maximum=_INTRO, lines=True)
    rules = Rules(
        _audience(form, fields),
        frozenset(moment for moment in Moment if form.choice(f"{MOMENT}{moment.value}", (YES,))),
        form.choice("mandatory", (YES,)) == YES,
        form.day("due_on"),
        form.number("valid_months", _MONTHS) or 0,
    )
    form.done()
    return title, intro, rules


def _audience(form: Form, fields: Mapping[str, str]) -> Audience:
    whom = form.choice("whom", ("members", "household"), required=True)
    ages = Ages(form.number("youngest", _OLDEST), form.number("oldest", _OLDEST))
    if None not in ages and (ages.youngest or 0) > (ages.oldest or 0):
        form.errors["oldest"] = say("This is below the youngest age")
    if whom == "household":
        return Audience(household=True)
    return Audience(False, ages, ticked(fields, PROGRAMME), ticked(fields, CLASS))


def ticked(fields: Mapping[str, str], prefix: str) -> frozenset[str]:
    """What was ticked of the boxes whose names begin with `prefix`, by what follows it."""
    return frozenset(
        name.removeprefix(prefix) for name, value in fields.items() if name.startswith(prefix) and value == YES
    )


def head_fields(title: Texts, intro: Texts, rules: Rules) -> dict[str, str]:
    """The fields that show a form's head."""
    audience = rules.audience
    told = {
        **{f"title-{code}": text for code, text in title.items()},
        **{f"intro-{code}": text for code, text in intro.items()},
        **{f"{PROGRAMME}{each}": YES for each in audience.programmes},
        **{f"{CLASS}{each}": YES for each in audience.class_groups},
        **{f"{MOMENT}{moment.value}": YES for moment in rules.moments},
        "whom": "household" if audience.household else "members",
        "youngest": _shown(audience.ages.youngest),
        "oldest": _shown(audience.ages.oldest),
        "mandatory": YES if rules.mandatory else "",
        "due_on": rules.due_on.isoformat() if rules.due_on else "",
        "valid_months": _shown(rules.valid_months or None),
    }
    return {name: value for name, value in told.items() if value}


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def read_question(fields: Mapping[str, str], question_id: str, languages: Sequence[str]) -> Question:
    """A question. Raises Invalid."""
    form = Form(fields)
    kind = form.choice("kind", tuple(kind.value for kind in Kind), required=True)
    label = form.texts("label", languages, required=languages[:1], maximum=_LABEL)
    hint = form.texts("hint", languages, maximum=_HINT, lines=True)
    lines = {code: form.lines(f"options-{code}", maximum=_INTRO).split("\n") for code in languages}
    offered = options({code: [line.strip() for line in each if line.strip()] for code, each in lines.items()})
    _check_options(form, kind, [option.id for option in offered], languages)
    earlier, _, option = form.text("condition").partition("=")
    form.done()
    picked = Kind(kind)
    return Question(
        question_id, picked, label, hint, form.choice("mandatory", (YES,)) == YES,
        offered if picked.is_choice else (), Condition(earlier, option) if option else None,
    )  # fmt: skip


def _check_options(form: Form, kind: str, offered: Sequence[str], languages: Sequence[str]) -> None:
    field = f"options-{languages[0]}"
    if kind not in (Kind.CHOICE.value, Kind.CHOICES.value) or field in form.errors:
        return
    if len(offered) < 2:
        form.errors[field] = say("Write at least two answers, one on each line")
    elif len(offered) > MAX_OPTIONS:
        form.errors[field] = say("Write at most %(n)s answers", n=MAX_OPTIONS)
    elif len(set(offered)) < len(offered):
        form.errors[field] = say("Two answers are the same")


def question_fields(question: Question) -> dict[str, str]:
    """The fields that show a question."""
    condition = question.condition
    codes = {code for option in question.options for code in option.label}
    return {
        "kind": question.kind.value,
        **{f"label-{code}": text for code, text in question.label.items()},
        **{f"hint-{code}": text for code, text in question.hint.items()},
        **{f"options-{code}": "\n".join(each.label.get(code, "") for each in question.options) for code in codes},
        "mandatory": YES if question.mandatory else "",
        "condition": f"{condition.question}={condition.option}" if condition else "",
    }
