"""What is stored of classes, places, rolls and rules is read back as it was."""

import json

from hypothesis import given

from chalicelib.schedule.documents import enrolment_document, enrolment_parts, roll_document, roll_parts
from chalicelib.schedule.domain import ClassGroup, Enrolment
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.store import (
    class_group_from,
    class_group_item,
    enrolment_from,
    enrolment_item,
    roll_from,
    roll_item,
)
from chalicelib.schedule.terms import EnrolmentTerms, terms_document, terms_from
from tests.schedule import drawing


@given(drawing.rules)
def test_rules_are_read_as_they_were_written(terms: EnrolmentTerms) -> None:
    assert terms_from(json.loads(json.dumps(terms_document(terms)))) == terms


def test_usual_rules_take_no_room() -> None:
    assert terms_document(EnrolmentTerms()) == {}


@given(drawing.places)
def test_a_place_is_read_as_it_was_written(place: Enrolment) -> None:
    assert enrolment_from(enrolment_item("o", place)) == place


@given(drawing.places)
def test_the_document_of_a_place_is_json_and_complete(place: Enrolment) -> None:
    parts = enrolment_parts(json.loads(json.dumps(enrolment_document(place))))
    assert {name: getattr(place, name) for name in parts} == parts


@given(drawing.rolls)
def test_a_roll_is_read_as_it_was_written(roll: Roll) -> None:
    assert roll_from(roll_item("o", roll)) == roll
    parts = roll_parts(json.loads(json.dumps(roll_document(roll))))
    assert {name: getattr(roll, name) for name in parts} == parts


@given(drawing.groups)
def test_a_class_is_read_as_it_was_written(group: ClassGroup) -> None:
    assert class_group_from(class_group_item("o", group)) == group


@given(drawing.rolls)
def test_a_roll_waits_in_the_queue_exactly_while_something_on_it_runs_out(roll: Roll) -> None:
    item = roll_item("o", roll)
    assert (item.queue is None) == (item.due is None) == (roll.due() is None)
