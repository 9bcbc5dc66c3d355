"""Households and members, read and written by programs."""

from datetime import timedelta

import pytest

from chalicelib.households import activity, store
from chalicelib.households.service import require_summary
from chalicelib.organisations.domain import Registration
from tests.api.calling import program
from tests.joining.registering import lets
from tests.support.world import World


def test_all_households_are_told_page_by_page_in_one_order(world: World) -> None:
    made = {world.household(f"Home {number}").id for number in range(30)}
    caller = program(world)

    first = caller.get("/households")
    second = caller.get(f"/households?after={first.body['next']}")

    told = [each["id"] for page in (first, second) for each in page.body["data"]]
    assert len(first.body["data"]) == 25
    assert told == sorted(made)
    assert second.body["next"] is None


def test_a_household_is_told_with_its_version_and_not_told_twice(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)

    told = caller.get(f"/households/{home.id}")
    again = caller.get(f"/households/{home.id}", if_none_match=told.tag)

    assert told.body["name"] == "Tremblay"
    assert told.body["email"] == "famille@example.com"
    assert told.tag == f'"{told.body["version"]}"'
    assert (again.status, again.body) == (304, b"")


def test_a_new_household_is_made_once_however_often_it_is_sent(world: World) -> None:
    caller = program(world)
    wanted = {"name": "Roy", "email": "roy@example.com", "phone": "514 555 0111", "number": "H-7"}

    first = caller.post("/households", wanted, idempotency_key="first-call-1")
    again = caller.post("/households", wanted, idempotency_key="first-call-1")
    other = caller.post("/households", wanted | {"name": "Roi"}, idempotency_key="first-call-1")

    assert first.status == 201
    assert again.body == first.body
    assert first.body["phone"] == "+15145550111"
    assert other.status == 422
    stored = store.get_household(world.org, first.body["id"])
    assert stored
    assert (stored.name, stored.number) == ("Roy", "H-7")
    assert require_summary(world.org, stored.id).number == "H-7"
    assert [each["id"] for each in caller.get("/households").body["data"]] == [stored.id]


def test_a_change_leaves_the_rest_and_wants_the_version_that_was_seen(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    seen = caller.get(f"/households/{home.id}")

    without = caller.ask("PATCH", f"/households/{home.id}", {"city": "Laval"})
    changed = caller.patch(f"/households/{home.id}", {"city": "Laval"}, seen.tag)
    late = caller.patch(f"/households/{home.id}", {"city": "Lévis"}, seen.tag)
    after = caller.get(f"/households/{home.id}")

    assert without.status == 428
    assert (changed.status, changed.body["city"], changed.body["name"]) == (200, "Laval", "Tremblay")
    assert late.status == 412
    assert after.body == changed.body
    assert after.tag == changed.tag


@pytest.mark.parametrize("registration", [Registration.MATCH, Registration.OPEN])
@pytest.mark.parametrize("change", [{"phone": "514 555-0188"}, {"email": "eve@example.com"}], ids=["phone", "email"])
def test_no_program_makes_itself_one_of_a_family(
    world: World, registration: Registration, change: dict[str, str]
) -> None:
    """C6: who registers proves by the household's own number who it is; a stolen token must not choose that."""
    lets(world, registration)
    home = world.household("Tremblay")
    caller = program(world)
    seen = caller.get(f"/households/{home.id}")

    refused = caller.patch(f"/households/{home.id}", change, seen.tag)

    assert refused.status == 403
    assert caller.get(f"/households/{home.id}").body == seen.body
    assert caller.patch(f"/households/{home.id}", {"city": "Laval"}, seen.tag).status == 200


def test_where_nobody_registers_programs_keep_numbers_and_addresses(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    seen = caller.get(f"/households/{home.id}")

    changed = caller.patch(f"/households/{home.id}", {"phone": "514 555-0188"}, seen.tag)

    assert (changed.status, changed.body["phone"]) == (200, "+15145550188")


def test_what_is_wrong_is_told_by_field_and_nothing_is_changed(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    seen = caller.get(f"/households/{home.id}")

    refused = caller.patch(f"/households/{home.id}", {"email": "nobody", "phone": "1"}, seen.tag)

    assert refused.status == 422
    assert set(refused.body["errors"]) == {"email", "phone"}
    assert "nobody" not in str(refused.body)
    assert caller.get(f"/households/{home.id}").body == seen.body


def test_members_are_added_once_changed_and_told_without_their_health(world: World) -> None:
    home = world.household("Tremblay", "Léa")
    caller = program(world)
    wanted = {"first_name": "Noé", "last_name": "Tremblay", "birth_date": "2016-02-29", "health_notes": "Asthma"}

    made = caller.post(f"/households/{home.id}/members", wanted, idempotency_key="noe-noe-1")
    again = caller.post(f"/households/{home.id}/members", wanted, idempotency_key="noe-noe-1")
    changed = caller.patch(f"/households/{home.id}/members/{made.body['id']}", {"email": "noe@example.com"}, made.tag)
    listed = caller.get(f"/households/{home.id}/members")

    assert (made.status, again.body) == (201, made.body)
    assert changed.body == made.body | {"email": "noe@example.com", "version": made.body["version"] + 1}
    assert [each["first_name"] for each in listed.body["data"]] == ["Léa", "Noé"]
    assert "Asthma" not in str((made.body, changed.body, listed.body))
    person = store.get_person(world.org, made.body["id"])
    assert person
    assert person.health_notes == "Asthma"


def test_a_member_of_another_household_is_not_found(world: World) -> None:
    """T-03."""
    home, other = world.household("Tremblay"), world.household("Roy", "Zoé")
    stranger = require_summary(world.org, other.id).members[0].id

    assert program(world).get(f"/households/{home.id}/members/{stranger}").status == 404


def test_the_family_reads_in_its_log_that_a_program_looked_and_who_changed_something(world: World) -> None:
    """NEW-11: what a program does is done in the name of whoever made its token."""
    home = world.household("Tremblay")
    caller = program(world)

    seen = caller.get(f"/households/{home.id}")
    caller.patch(f"/households/{home.id}", {"city": "Laval"}, seen.tag)

    day = timedelta(days=1)
    deeds = activity.page(world.org, home.id, world.now - day, world.now + day).rows
    assert {(deed.kind, bool(deed.user)) for deed in deeds} == {("staff_viewed", True), ("household_changed", True)}
