"""Members and the household's particulars, seen and changed."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.households import store
from chalicelib.households.domain import MAX_MEMBERS, Person, Role
from chalicelib.households.summary import MemberRow
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Question, QuestionKind
from chalicelib.shared.ids import new_id
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World

_PROFILE: dict[str, Any] = {"first_name": "Léa", "last_name": "Tremblay", "birth_date": "2015-05-31"}


def test_a_member_is_added(world: World, door: Door) -> None:
    """ACC-8: a person of any age; the list and the household's summary know at once."""
    home = world.household("Tremblay")
    world.user(home)
    door.enter("marie@example.com")

    form = door.browser.get(f"/{world.org}/members/add")
    page = door.browser.submit(form, "members/add", **_PROFILE)

    assert "Léa Tremblay" in page.text
    assert "Léa Tremblay" in door.browser.get(f"/{world.org}/members").links


def test_a_profile_is_changed(world: World, door: Door) -> None:
    """ACC-10: what was typed is what is stored; a telephone number in its canonical form."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")

    form = door.browser.get(f"/{world.org}/members/{lea.id}/edit")
    door.browser.submit(form, "edit", first_name="Léanne", phone="514-555-0177", birth_date="31/05/2014")

    stored = store.get_person(world.org, lea.id)
    assert stored is not None
    assert (stored.first_name, stored.phone, str(stored.birth_date)) == ("Léanne", "+15145550177", "2014-05-31")
    assert "Léanne Tremblay" in door.browser.get(f"/{world.org}/members").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "", "Fill in this field"),
        ("first_name", "x" * 101, "at most 100 characters"),
        ("last_name", "  ", "Fill in this field"),
        ("birth_date", "31/31/2015", "Enter a date such as"),
        ("birth_date", "2999-01-01", "date of birth in the past"),
        ("birth_date", "1870-01-01", "date of birth in the past"),
        ("email", "not an address", "Enter an email address"),
        ("phone", "12", "Enter a telephone number"),
        ("emergency_phone", "abc", "Enter a telephone number"),
        ("health_notes", "x" * 2001, "at most 2000 characters"),
    ],
)
def test_bad_input_is_named_beside_its_field_and_changes_nothing(
    world: World, door: Door, field: str, value: str, sentence: str
) -> None:
    """Every mistake has its sentence, linked from the summary; nothing is stored."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")

    form = door.browser.get(f"/{world.org}/members/{lea.id}/edit")
    changed: dict[str, Any] = {field: value}
    page = door.browser.submit(form, "edit", **changed)

    assert page.status == 400
    assert page.title.startswith("Error:")
    assert sentence in page.text
    assert f'href="#field-{field}"' in page.html
    assert store.get_person(world.org, lea.id) == lea


def test_mistakes_are_listed_in_the_order_of_the_fields(world: World, door: Door) -> None:
    """Whoever goes through the list goes down the form; a choice is chosen, not filled in."""
    question = Question("swim", {"en": "Can the child swim?"}, QuestionKind.YES_NO, required=True)
    organisations.update(replace(world.organisation, questions=(question,)))
    world.user(world.household("Tremblay"))
    door.enter("marie@example.com")

    form = door.browser.get(f"/{world.org}/members/add")
    page = door.browser.submit(form, "members/add", birth_date="2999-01-01", phone="12")

    listed = [address for words, address in page.links.items() if address.startswith("#field-")]
    order = ["first_name", "last_name", "birth_date", "phone", "question-swim"]
    assert listed == [f"#field-{name}" for name in order]
    assert "Can the child swim? – Choose an answer" in page.links


def test_the_form_of_a_profile_says_whose_it_is_and_leads_back(world: World, door: Door) -> None:
    """ACC-10."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/edit")

    assert page.title.startswith("Change the profile of Léa Tremblay")
    for path, back in ((f"members/{lea.id}/edit", f"members/{lea.id}"), ("members/add", "members")):
        links = door.browser.get(f"/{world.org}/{path}").document.iter("a")
        assert [link.get("href") for link in links if link.get("class") == "back"] == [f"/{world.org}/{back}"]


def test_a_profile_can_not_be_saved_while_a_mandatory_answer_is_missing(world: World, door: Door) -> None:
    """ACC-13: mandatory fields and the organisation's own mandatory questions, both."""
    questions = (
        Question("swim", {"en": "Can the child swim?"}, QuestionKind.YES_NO, required=True),
        Question("size", {"en": "T-shirt size"}, QuestionKind.CHOICE, choices=(("s", {"en": "Small"}),)),
    )
    organisations.update(
        replace(world.organisation, required_fields=frozenset({"emergency_name"}), questions=questions)
    )
    world.user(world.household("Tremblay"))
    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/members/add")

    refused = door.browser.submit(form, "members/add", **_PROFILE)
    assert refused.status == 400
    assert 'href="#field-emergency_name"' in refused.html
    assert 'href="#field-question-swim"' in refused.html

    answers: dict[str, Any] = {"emergency_name": "Grandma", "question-swim": "no", "question-size": "s"}
    accepted = door.browser.submit(form, "members/add", **_PROFILE, **answers)
    assert accepted.status == 200
    assert "Small" in accepted.text


def test_an_answer_that_was_not_offered_is_refused(world: World, door: Door) -> None:
    """T-07: a choice is one of those offered."""
    questions = (Question("swim", {"en": "Can the child swim?"}, QuestionKind.YES_NO),)
    organisations.update(replace(world.organisation, questions=questions))
    world.user(world.household("Tremblay"))
    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/members/add")

    answers: dict[str, Any] = {"question-swim": "maybe"}
    page = door.browser.submit(form, "members/add", **_PROFILE, **answers)

    assert page.status == 400
    assert "Choose one of the answers offered" in page.text


_FOREIGN = ("id", "households", "household", "number", "status", "role", "source", "answers", "country", "address",
            "org", "user", "mobile", "price", "is_admin")  # fmt: skip
"""Attributes of a person, a household or a user that no form of a profile offers."""


def test_a_profiles_form_changes_its_own_fields_only(world: World, door: Door) -> None:
    """T-07: with every other attribute posted too, the record is what its own fields make of it, and no more."""
    home, other = world.household("Tremblay"), world.household("Gagnon")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")
    extra: dict[str, Any] = dict.fromkeys(_FOREIGN, other.id)

    form = door.browser.get(f"/{world.org}/members/{lea.id}/edit")
    assert not set(_FOREIGN) & set(form.form("edit").fields)
    assert door.browser.submit(form, "edit", first_name="Léanne", **extra).status == 200

    assert store.get_person(world.org, lea.id) == replace(lea, first_name="Léanne", version=2)


def test_a_households_form_changes_its_own_fields_only(world: World, door: Door) -> None:
    """T-07: number, state, country and origin of an account are the organisation's."""
    home, other = world.household("Tremblay"), world.household("Gagnon")
    world.user(home)
    door.enter("marie@example.com")
    before = store.get_household(world.org, home.id)
    assert before is not None
    extra: dict[str, Any] = dict.fromkeys(_FOREIGN, other.id)

    form = door.browser.get(f"/{world.org}/household/edit")
    assert not set(_FOREIGN) & set(form.form("household/edit").fields)
    assert door.browser.submit(form, "household/edit", city="Laval", **extra).status == 200

    changed = replace(before, address=replace(before.address, city="Laval"), version=2)
    assert store.get_household(world.org, home.id) == changed


def test_a_new_member_is_added_to_ones_own_household_only(world: World, door: Door) -> None:
    """T-07: an id or a household in the form is nobody's wish."""
    home, other = world.household("Tremblay"), world.household("Gagnon")
    world.user(home)
    door.enter("marie@example.com")
    extra: dict[str, Any] = dict.fromkeys(_FOREIGN, other.id)

    form = door.browser.get(f"/{world.org}/members/add")
    page = door.browser.submit(form, "members/add", **_PROFILE, **extra)

    added = store.get_person(world.org, page.url.partition("?")[0].rpartition("/")[2])
    assert added is not None
    blank = Person(added.id, "Léa", "Tremblay", households=(home.id,), version=1)
    assert added == blank.born_on(date(2015, 5, 31))
    assert store.get_person(world.org, other.id) is None


def test_a_family_adds_members_up_to_what_every_page_can_read(world: World, door: Door) -> None:
    """D-07: with the longest names of the widest letters, the summary is far from its item's 400 KB."""
    home = world.household("Tremblay")
    world.user(home)
    widest = MemberRow(new_id(), "\U0001f388" * 100, "\U0001f388" * 100, date(2015, 5, 31))
    world.builders[home.id].members += [widest._replace(id=new_id()) for _ in range(MAX_MEMBERS - 1)]
    world.settle(home)
    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/members/add")

    assert door.browser.submit(form, "members/add", **_PROFILE).status == 200
    refused = door.browser.submit(form, "members/add", **_PROFILE)

    assert refused.status == 400
    assert "No further member can be added here: contact us" in refused.text
    summary = store.get_summaries(world.org, (home.id,))[home.id]
    assert len(summary.members) == MAX_MEMBERS
    assert len(json.dumps(store.summary_document(summary))) < 200_000


def test_of_two_changes_at_once_the_second_is_told(world: World, door: Door) -> None:
    """D-04: a form made from an older version is refused with 409, and the first change stays."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/members/{lea.id}/edit")

    door.browser.submit(form, "edit", first_name="First")
    late = door.browser.submit(form, "edit", first_name="Second")

    assert late.status == 409
    stored = store.get_person(world.org, lea.id)
    assert stored is not None
    assert stored.first_name == "First"


def test_the_communication_address_is_not_a_login_address(world: World, door: Door, clock: TurnedClock) -> None:
    """AUTH-13, ACC-9: changing where messages go does not change how one signs in."""
    home = world.household("Tremblay")
    world.user(home)
    door.enter("marie@example.com")

    form = door.browser.get(f"/{world.org}/household/edit")
    page = door.browser.submit(form, "household/edit", email="bills@example.com", name="Famille Tremblay")

    assert "bills@example.com" in page.text
    assert "Famille Tremblay" in page.text
    assert "marie@example.com" in door.browser.get(f"/{world.org}/settings").text
    door.browser.cookies.clear()
    clock.advance(minutes=2)
    assert "Hello Marie" in door.enter("marie@example.com").text


def test_the_number_that_lets_people_in_wants_a_fresh_sign_in(world: World, door: Door, clock: TurnedClock) -> None:
    """A-28, C6: who finds a browser left open registers nobody of theirs; all else is changed as ever."""
    home = world.household("Tremblay")
    world.user(home)
    door.enter("marie@example.com")
    clock.advance(minutes=11)
    form = door.browser.get(f"/{world.org}/household/edit").form("household/edit")

    refused = door.browser.post(form.action, {**form.fields, "phone": "514 555-0188"})

    assert refused.location == f"/{world.org}/confirm?next=household%2Fedit"
    stored = store.get_household(world.org, home.id)
    assert stored is not None
    assert not stored.phone
    assert "Laval" in door.browser.submit(door.browser.get(f"/{world.org}/household/edit"), "edit", city="Laval").text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Fill in this field"),
        ("email", "", "Fill in this field"),
        ("email", "nobody", "Enter an email address"),
        ("phone", "1", "Enter a telephone number"),
        ("language", "de", "Choose one of the answers offered"),
        ("postcode", "x" * 21, "at most 20 characters"),
    ],
)
def test_bad_particulars_change_nothing(world: World, door: Door, field: str, value: str, sentence: str) -> None:
    """Each mistake of the household's form is named, and nothing is stored."""
    home = world.household("Tremblay")
    world.user(home)
    door.enter("marie@example.com")
    before = store.get_household(world.org, home.id)

    form = door.browser.get(f"/{world.org}/household/edit")
    changed: dict[str, Any] = {field: value}
    page = door.browser.submit(form, "household/edit", **changed)

    assert page.status == 400
    assert sentence in page.text
    assert store.get_household(world.org, home.id) == before


def test_a_viewer_sees_and_changes_nothing(world: World, door: Door) -> None:
    """C5: the role decides; no button is shown, and the form itself is refused."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home, role=Role.VIEWER)
    door.enter("marie@example.com")

    assert "Change the profile" not in door.browser.get(f"/{world.org}/members/{lea.id}").text
    assert door.browser.get(f"/{world.org}/members/{lea.id}/edit").status == 403
    assert door.browser.get(f"/{world.org}/members/add").status == 403


def test_a_child_of_two_homes_has_one_profile(world: World, door: Door) -> None:
    """NEW-2, C5: a change in one home is seen in the other, in its profile and in its lists."""
    from chalicelib.data.write import Transaction
    from chalicelib.households.summary import MemberRow

    one, two = world.household("Tremblay"), world.household("Gagnon")
    lea = world.member(one, "Léa")
    transaction = Transaction()
    store.save_person(transaction, world.org, replace(lea, households=(one.id, two.id)))
    store.save_member_link(transaction, world.org, two.id, lea.id)
    transaction.commit()
    world.builders[two.id].members.append(MemberRow(lea.id, "Léa", "Tremblay", lea.birth_date))
    world.settle(two)
    world.user(one)
    world.user(two, email="paul@example.com")

    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/members/{lea.id}/edit")
    door.browser.submit(form, "edit", first_name="Léanne")

    door.browser.cookies.clear()
    door.enter("paul@example.com")
    assert "Léanne Tremblay" in door.browser.get(f"/{world.org}/members").text


def test_control_characters_are_dropped_on_arrival(world: World, door: Door) -> None:
    """I-15: nothing that can not be printed reaches a record or a page."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")

    form = door.browser.get(f"/{world.org}/members/{lea.id}/edit")
    page = door.browser.submit(form, "edit", first_name="Lé\x07\x1ba")

    assert page.status == 200
    assert "Léa Tremblay" in page.text
