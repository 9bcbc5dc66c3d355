"""From posted fields to answers: every kind of question, its limits, and conditions on conditions."""

import pytest

from chalicelib.forms.domain import Condition, Question
from chalicelib.forms.fields import kept, names_of, read_answers
from chalicelib.shared.errors import Invalid
from tests.forms.asking import (
    ADDRESS,
    ALL,
    ALLERGY,
    BORN,
    CARD,
    DOCTOR,
    NOTES,
    PHONE,
    SIGNED,
    SPORT,
    WHICH,
    content,
)  # fmt: skip

CHAINED = DOCTOR._replace(id="chained", condition=Condition("again", "swim"))
AGAIN = SPORT._replace(id="again", condition=Condition("allergy", "yes"))


@pytest.mark.parametrize(
    ("question", "posted", "stored"),
    [
        (DOCTOR, {"q-doctor": "  Dr\t Roy \n"}, {"q-doctor": "Dr Roy"}),
        (NOTES, {"q-notes": " a\r\nb "}, {"q-notes": "a\nb"}),
        (NOTES, {"q-notes": " "}, {}),
        (ALLERGY, {"q-allergy": "no"}, {"q-allergy": "no"}),
        (SPORT, {"q-sport-swim": "yes", "q-sport-ski": "", "q-sport-golf": "yes"}, {"q-sport-swim": "yes"}),
        (BORN, {"q-last": "31/12/2020"}, {"q-last": "2020-12-31"}),
        (PHONE, {"q-phone": "(514) 555-0177"}, {"q-phone": "+15145550177"}),
        (PHONE, {"q-phone": "+33 1 42 68 53 00"}, {"q-phone": "+33142685300"}),
        (ADDRESS, {"q-address-street": "", "q-address-region": " "}, {}),
        (SIGNED, {"q-signed": "Marie"}, {"q-signed": "Marie"}),
    ],
)
def test_answers_become_canonical(question: Question, posted: dict[str, str], stored: dict[str, str]) -> None:
    """What nobody asks for is not kept."""
    assert read_answers(content(question), {**posted, "csrf": "x", "q-other": "y"}, "CA") == stored


@pytest.mark.parametrize(
    ("question", "posted", "field"),
    [
        (DOCTOR, {}, "q-doctor"),
        (DOCTOR, {"q-doctor": "x" * 201}, "q-doctor"),
        (NOTES, {"q-notes": "x" * 2001}, "q-notes"),
        (ALLERGY, {"q-allergy": "maybe"}, "q-allergy"),
        (ALLERGY, {}, "q-allergy"),
        (SPORT, {}, "q-sport-swim"),
        (SPORT, {"q-sport-swim": "on"}, "q-sport-swim"),
        (BORN, {"q-last": "31/31/2020"}, "q-last"),
        (BORN, {"q-last": "0001-01-01"}, "q-last"),
        (PHONE, {"q-phone": "call me"}, "q-phone"),
        (ADDRESS, {"q-address-city": "Laval"}, "q-address-street"),
        (ADDRESS, {"q-address-postcode": "x" * 21}, "q-address-postcode"),
        (ADDRESS._replace(mandatory=True), {}, "q-address-city"),
        (CARD._replace(mandatory=True), {}, "q-card"),
        (SIGNED, {"q-signed": "  "}, "q-signed"),
    ],
)
def test_mistakes_are_found(question: Question, posted: dict[str, str], field: str) -> None:
    """ACC-13: a mandatory answer is one that says something."""
    with pytest.raises(Invalid) as wrong:
        read_answers(content(question), posted, "CA")
    assert field in wrong.value.errors


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        ({"q-allergy": "no", "q-again-swim": "yes", "q-chained": "x"}, {"q-allergy"}),
        ({"q-allergy": "yes", "q-again-ski": "yes", "q-chained": "x"}, {"q-allergy", "q-again-ski"}),
        ({"q-allergy": "yes", "q-again-swim": "yes", "q-chained": "x"}, {"q-allergy", "q-again-swim", "q-chained"}),
    ],
)
def test_a_condition_on_what_is_not_asked_does_not_hold(posted: dict[str, str], stored: set[str]) -> None:
    """Conditions hang on each other; what is hidden is neither wanted nor kept."""
    assert set(read_answers(content(ALLERGY, AGAIN, CHAINED), posted, "CA")) == stored


def test_a_condition_on_a_question_that_is_gone_does_not_hold() -> None:
    """Publishing refuses it; should it be there, nobody is kept from answering."""
    assert read_answers(content(WHICH), {"q-which": "x"}, "CA") == {}


def test_a_draft_keeps_what_was_typed() -> None:
    """Mistakes and all, but nothing else."""
    asked = content(*ALL)
    fields = {name: "?" for question in ALL for name in names_of(question)}
    assert kept(asked, {**fields, "csrf": "x", "q-other": "y", "q-notes": ""}) == {
        name: "?" for name in fields if name != "q-notes"
    }
