"""From what staff post to a consent, and back to the fields of its page."""

from collections.abc import Mapping, Sequence

from chalicelib.consents.domain import MAX_TEXT, Lasts, Rules, Signers, Wording
from chalicelib.forms.building_forms import CLASS, PROGRAMME, YES, ticked
from chalicelib.forms.domain import Audience
from chalicelib.households.domain import ADULT
from chalicelib.schedule.domain import Ages
from chalicelib.web.forms import Form

WHOM = ("members", "minors", "household")
LASTS = ("change", "day", "months")
_TITLE, _AFTER, _BASIS = 150, 2000, 300
_MONTHS = 120
_MINORS = Ages(None, ADULT - 1)


def read_consent(fields: Mapping[str, str], languages: Sequence[str]) -> tuple[Wording, Rules]:
    """What a consent says, and its rules. Raises Invalid."""
    form = Form(fields)
    wording = Wording(
        form.texts("title", languages, required=languages[:1], maximum=_TITLE),
        form.texts("text", languages, required=languages[:1], maximum=MAX_TEXT, lines=True),
        form.texts("after", languages, maximum=_AFTER, lines=True),
        form.text("basis", maximum=_BASIS),
    )
    rules = Rules(
        _audience(form, fields),
        form.choice("mandatory", ("yes", "no"), required=True) == YES,
        _lasts(form),
        Signers(form.choice("signers", tuple(each.value for each in Signers)) or Signers.ONE.value),
    )
    form.done()
    return wording, rules


def _audience(form: Form, fields: Mapping[str, str]) -> Audience:
    whom = form.choice("whom", WHOM, required=True)
    if whom == "household":
        return Audience(household=True)
    ages = _MINORS if whom == "minors" else Ages()
    return Audience(False, ages, ticked(fields, PROGRAMME), ticked(fields, CLASS))


def _lasts(form: Form) -> Lasts:
    how = form.choice("lasts", LASTS, required=True)
    if how == "day":
        return Lasts(until=form.day("until", required=True))
    if how == "months":
        return Lasts(months=form.number("months", _MONTHS, required=True) or 0)
    return Lasts()


def consent_fields(wording: Wording, rules: Rules) -> dict[str, str]:
    """The fields that show a consent."""
    audience, lasts = rules.audience, rules.lasts
    whom = "household" if audience.household else "minors" if audience.ages == _MINORS else "members"
    told = {
        **{f"title-{code}": text for code, text in wording.title.items()},
        **{f"text-{code}": text for code, text in wording.text.items()},
        **{f"after-{code}": text for code, text in wording.after.items()},
        **{f"{PROGRAMME}{each}": YES for each in audience.programmes},
        **{f"{CLASS}{each}": YES for each in audience.class_groups},
        "basis": wording.basis,
        "whom": whom,
        "mandatory": YES if rules.mandatory else "no",
        "signers": rules.signers.value,
        "lasts": "months" if lasts.months else "day" if lasts.until else "change",
        "until": lasts.until.isoformat() if lasts.until else "",
        "months": str(lasts.months) if lasts.months else "",
    }
    return {name: value for name, value in told.items() if value}
