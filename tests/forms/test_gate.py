"""What is due and what is missing follows from catalogue, summary and day alone."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.forms import gate
from chalicelib.forms.domain import Audience, Catalogue, Listed, Moment, Rules
from chalicelib.households.summary import EnrolmentRow, GivenRow, MemberRow, Summary
from chalicelib.schedule.domain import Ages
from tests.forms.asking import AT_ENROLMENT, AT_SIGN_IN, for_ages, listed

TODAY = date(2026, 11, 22)
LEA = MemberRow("lea", "Léa", "Tremblay", date(2015, 5, 31))
ANN = MemberRow("ann", "Ann", "Tremblay", date(1980, 1, 1))
WHO = MemberRow("who", "Unknown", "Tremblay")
IN_BALLET = EnrolmentRow("e", "lea", "c1", "active", TODAY - timedelta(9), TODAY)
PROGRAMMES = {"c1": "ballet"}


def home(*given: GivenRow, enrolments: tuple[EnrolmentRow, ...] = (IN_BALLET,)) -> Summary:
    """A household of three."""
    return Summary("h", "Tremblay", members=(ANN, LEA, WHO), given=given, enrolments=enrolments)


def row(**changes: Any) -> GivenRow:
    """Léa's answer of today."""
    return GivenRow("form", "f1", 1, "lea", TODAY, "done")._replace(**changes)


def due(form: Listed, summary: Summary | None = None) -> list[str]:
    """Whom a form is due about."""
    return [each.member for each in gate.due(Catalogue((form,)), summary or home(), TODAY, PROGRAMMES)]


@pytest.mark.parametrize(
    ("rules", "whom"),
    [
        (AT_SIGN_IN, ["ann", "lea", "who"]),
        (AT_SIGN_IN._replace(mandatory=False), ["ann", "lea", "who"]),
        (AT_SIGN_IN._replace(audience=Audience(household=True)), [""]),
        (for_ages(18, None), ["ann", "who"]),
        (for_ages(None, 17), ["lea", "who"]),
        (for_ages(11, 11), ["lea", "who"]),
        (AT_SIGN_IN._replace(audience=Audience(programmes=frozenset({"ballet"}))), ["lea"]),
        (AT_SIGN_IN._replace(audience=Audience(class_groups=frozenset({"c1"}))), ["lea"]),
        (AT_SIGN_IN._replace(audience=Audience(class_groups=frozenset({"c2"}))), []),
        (AT_SIGN_IN._replace(audience=Audience(ages=Ages(18, None), programmes=frozenset({"ballet"}))), []),
        (AT_ENROLMENT, []),
        (Rules(), []),
    ],
)
def test_a_form_is_due_about_its_audience(rules: Rules, whom: list[str]) -> None:
    """X-7: whose age nobody knows is asked, and never passed over."""
    assert due(listed(rules=rules)) == whom


@pytest.mark.parametrize(
    ("given", "form", "still"),
    [
        (row(), listed(), False),
        (row(state="draft"), listed(), True),
        (row(kind="consent"), listed(), True),
        (row(id="f2"), listed(), True),
        (row(member=""), listed(), True),
        (row(), listed(version=3, good_from=2), True),
        (row(version=2), listed(version=3, good_from=2), False),
        (row(until=TODAY), listed(), False),
        (row(until=TODAY - timedelta(1)), listed(), True),
    ],
)
def test_an_answer_holds_until_it_is_asked_anew(given: GivenRow, form: Listed, *, still: bool) -> None:
    """By version and by day; a draft answers nothing."""
    assert ("lea" in due(form, home(given))) is still


@pytest.mark.parametrize("form", [listed(version=0), listed(retired=True)])
def test_what_is_not_open_is_not_asked(form: Listed) -> None:
    """Unpublished, or out of use."""
    assert due(form) == []
    assert gate.missing(Catalogue((form._replace(rules=AT_ENROLMENT),)), home(), "lea", "ballet", "c1", TODAY) == []


@pytest.mark.parametrize("status", ["waitlisted", "cancelled", "transferred", "offer_expired"])
def test_only_a_place_that_one_has_counts(status: str) -> None:
    """Nor one that is over."""
    form = listed(rules=AT_SIGN_IN._replace(audience=Audience(programmes=frozenset({"ballet"}))))
    assert due(form, home(enrolments=(IN_BALLET._replace(status=status),))) == []
    assert due(form, home(enrolments=(IN_BALLET._replace(ends_on=TODAY - timedelta(1)),))) == []


def test_overdue_comes_first_and_what_has_no_day_last() -> None:
    """In the order in which a family should answer."""
    days = (None, TODAY + timedelta(1), TODAY - timedelta(1))
    household = AT_SIGN_IN._replace(audience=Audience(household=True))
    forms = [listed(f"f{index}", household._replace(due_on=day)) for index, day in enumerate(days)]

    found = gate.due(Catalogue(tuple(forms)), home(), TODAY, {})

    assert [each.id for each in found] == ["f2", "f1", "f0"]
    assert [each.is_overdue(TODAY) for each in found] == [True, False, False]
    assert found[0].href == "forms/f2/for/household"


def test_a_place_waits_for_mandatory_forms_of_its_audience() -> None:
    """ACC-13: the class that is about to be taken counts as if it were had."""
    moments = frozenset({Moment.ENROLMENT})
    forms = (
        listed("all", Rules(moments=moments, mandatory=True)),
        listed("voluntary", Rules(moments=moments)),
        listed("swim", Rules(Audience(programmes=frozenset({"swim"})), moments, mandatory=True)),
        listed("ballet", Rules(Audience(programmes=frozenset({"ballet"})), moments, mandatory=True)),
        listed("home", Rules(Audience(household=True), moments, mandatory=True)),
    )

    found = gate.missing(Catalogue(forms), home(row(id="all")), "lea", "swim", "c9", TODAY)

    assert [(each.id, each.member) for each in found] == [("swim", "lea"), ("home", "")]
    assert gate.missing(Catalogue(forms), home(), "nobody", "swim", "c9", TODAY) == []
