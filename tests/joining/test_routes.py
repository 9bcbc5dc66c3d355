"""Registering as people do it: closed, by match and open; what each page tells and what it never tells."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.clients import indexing
from chalicelib.data.outbox import MessageState
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Role
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, UserStatus
from chalicelib.joining import human
from chalicelib.joining import store as joining
from chalicelib.joining.domain import RequestState, Wish
from chalicelib.organisations.domain import Registration
from tests.clients.counting import reads
from tests.joining.registering import BORN, NEWCOMER, PHONE, begin, confirm, hand_in, lets, on_file, tell, work
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.stored import messages_of
from tests.support.world import World, build


def test_registration_is_closed_unless_it_was_opened(world: World, door: Door) -> None:
    """C4, AUTH-7: off unless chosen; the page says how to get an account, and nothing can be sent."""
    page = door.browser.get(f"/{world.org}/join")

    assert "opens the accounts itself" in page.text
    assert "desk@northside.example" in page.text
    assert "join" not in str(door.browser.get(f"/{world.org}/sign-in").links)
    token = human.new_token(world.organisation, world.now - timedelta(minutes=1))
    form = door.browser.get(f"/{world.org}/sign-in").form("sign-in")
    sent = door.browser.post(f"/{world.org}/join", {"csrf": form.fields["csrf"], "phone": PHONE, human.FIELD: token})
    assert sent.status == 404


def test_whoever_proves_to_be_on_file_is_let_in(world: World, door: Door) -> None:
    """ACC-5, C6, AUTH-14: three facts find the family; a code to the number on file opens it, as its holder."""
    lets(world, Registration.MATCH)
    home = on_file(world)

    page = hand_in(door)
    assert page.url.endswith("/join/proof")
    assert "Your email address is confirmed" in page.text
    door.dispatch()
    inside = door.browser.submit(page, "join/proof", code=door.sent.code(PHONE))

    assert inside.status == 200
    assert "Tremblay" in inside.text
    login = identity.find_login(world.org, f"email:{NEWCOMER}")
    assert login
    user = identity.require_user(world.org, login[0])
    link = user.link(home.id)
    assert link
    assert link.role is Role.HOLDER
    assert user.born is None
    [request] = joining.list_requests(world.org, waiting=False).rows
    assert (request.state, request.household) == (RequestState.PROVED, home.id)
    assert joining.list_requests(world.org, waiting=True).rows == []


def test_a_second_adult_is_a_guardian_and_the_holder_hears_of_it(world: World, door: Door) -> None:
    """C5, S-05: nobody comes to a family's account without the family knowing."""
    lets(world, Registration.MATCH)
    home = on_file(world)
    holder = world.user(home, email="marie@example.com")

    page = hand_in(door)
    door.dispatch()
    door.browser.submit(page, "join/proof", code=door.sent.code(PHONE))

    roles = {user.id: user.link(home.id) for user in identity.list_household(world.org, home.id)}
    assert {link.role for user, link in roles.items() if link and user != holder.id} == {Role.GUARDIAN}
    assert len([item for item in messages_of(world.org) if item.state == MessageState.WAITING.value]) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "514 555-0188"}, {"born": "2015-06-01"}, {"member_last_name": "Gagnon"}],
    ids=["phone", "born", "last name"],
)
def test_the_answer_is_the_same_whichever_fact_is_wrong(
    world: World, door: Door, clock: TurnedClock, wrong: dict[str, str]
) -> None:
    """C6, ACC-6: no page tells which of the three failed, or that one did; only no code comes."""
    lets(world, Registration.MATCH)
    on_file(world)
    right = hand_in(door)
    clock.advance(minutes=2)
    other = Door(Browser(door.browser.portal, source="198.51.100.9"), door.sent, door.org)

    page = hand_in(other, email="else@example.com", **wrong)
    other.dispatch()

    assert page.text.replace("else@example.com", NEWCOMER) == right.text
    assert other.sent(PHONE) == []
    assert other.sent("home@example.com") == []
    told = joining.list_requests(world.org, waiting=True).rows
    assert len(told) == 2
    assert {each.state for each in told} == {RequestState.OPEN}


def test_where_two_households_fit_the_staff_decide(world: World, door: Door) -> None:
    """C6: a guess would open one family's account to another; so no code is sent, and the request waits."""
    lets(world, Registration.MATCH)
    on_file(world)
    on_file(world, email="second@example.com")

    hand_in(door)
    door.dispatch()

    assert door.sent(PHONE) == []
    assert len(joining.list_requests(world.org, waiting=True).rows) == 1


def test_a_landline_gets_the_code_at_the_address_on_file(world: World, door: Door) -> None:
    """C6: where the number can not be texted to, the household's own address proves it."""
    lets(world, Registration.MATCH)
    abroad = "+74951234567"
    on_file(world, phone=abroad)

    page = hand_in(door, phone=abroad)
    door.dispatch()
    inside = door.browser.submit(page, "join/proof", code=door.sent.code("home@example.com"))

    assert inside.status == 200
    assert inside.url.endswith(world.org)


def test_another_browser_can_not_use_the_code_on_file(world: World, door: Door) -> None:
    """A-08: the code opens nothing where it was not asked for."""
    lets(world, Registration.MATCH)
    on_file(world)
    page = hand_in(door)
    door.dispatch()
    code = door.sent.code(PHONE)
    thief = Browser(door.browser.portal)
    thief.get(f"/{world.org}/join")

    assert thief.get(f"/{world.org}/join/proof").location.endswith("/join/received")
    wrong = door.browser.submit(page, "join/proof", code="000000" if code != "000000" else "111111")
    assert wrong.status == 400
    assert "This code does not work" in wrong.text


def test_a_newcomer_opens_an_account_where_it_is_open(world: World, door: Door) -> None:
    """AUTH-7, ACC-7: an adult gets an empty household, signed in; the staff see it in their list."""
    lets(world, Registration.OPEN)

    page = begin(door.browser, world.org, wish="new")
    assert "Your date of birth" in page.text
    tell(door.browser, page, born="1988-02-01")
    inside = confirm(door)

    assert inside.status == 200
    assert inside.url.endswith(world.org)
    login = identity.find_login(world.org, f"email:{NEWCOMER}")
    assert login
    user = identity.require_user(world.org, login[0])
    [link] = user.households
    home = households.get_household(world.org, link.household)
    assert home
    assert (home.name, home.email, home.phone) == ("Roy", NEWCOMER, PHONE)
    assert link.role is Role.HOLDER
    [request] = joining.list_requests(world.org, waiting=True).rows
    assert (request.state, request.asked.wish, request.household) == (RequestState.OPENED, Wish.NEW, home.id)


def test_a_child_opens_no_account(world: World, door: Door) -> None:
    """ACC-7: whoever holds an account is an adult."""
    lets(world, Registration.OPEN)

    page = tell(door.browser, begin(door.browser, world.org, wish="new"), born=BORN.isoformat())

    assert page.status == 400
    assert "An adult opens the account" in page.text


def test_somebody_with_an_account_gets_no_second_one(world: World, door: Door) -> None:
    """AUTH-10: an address that is a client's already signs in to what it has."""
    lets(world, Registration.OPEN)
    home = world.household("Gagnon")
    world.user(home, email=NEWCOMER)

    tell(door.browser, begin(door.browser, world.org, wish="new"), born="1988-02-01")
    inside = confirm(door)

    assert "Gagnon" in inside.text
    assert joining.list_requests(world.org, waiting=True).rows == []


def test_opening_is_no_way_around_a_closed_or_matching_door(world: World, door: Door) -> None:
    """C4: where only families on file register, a wish for a new account is not one."""
    lets(world, Registration.MATCH)

    page = door.browser.get(f"/{world.org}/join")

    assert "wish" not in page.form("join").fields
    token = page.form("join").fields[human.FIELD]
    sent = door.browser.submit(page, "join", phone="514 555-0177", work=work(token), wish="new")
    assert "Last name of the person who takes part" in sent.text


def test_without_scripts_waiting_is_enough(world: World, door: Door, clock: TurnedClock) -> None:
    """AUTH-14: a check that nobody else's script makes, and that a browser without any passes as well."""
    lets(world, Registration.MATCH)
    page = door.browser.get(f"/{world.org}/join")

    page = door.browser.submit(page, "join", phone="514 555-0177")
    assert page.status == 400
    assert "press the button again in 15 seconds" in page.text
    assert page.form("join").fields["phone"] == "514 555-0177"
    clock.advance(seconds=human.WAIT_SECONDS)
    page = door.browser.submit(page, "join")

    assert "Who you are" in page.text


def test_a_network_begins_ten_registrations_an_hour(world: World, door: Door, clock: TurnedClock) -> None:
    """C6: throttled, whatever is on file."""
    lets(world, Registration.MATCH)
    for _ in range(10):
        assert begin(door.browser, world.org).status == 200

    page = begin(door.browser, world.org)
    assert page.status == 429
    assert page.header("retry-after")
    clock.advance(hours=1)
    assert begin(door.browser, world.org).status == 200


def test_mistakes_are_said_beside_their_fields(world: World, door: Door) -> None:
    """I-15."""
    lets(world, Registration.MATCH)
    page = door.browser.get(f"/{world.org}/join")
    assert "area code" in door.browser.submit(page, "join", phone="12").text

    page = begin(door.browser, world.org)
    page = tell(door.browser, page, email="anna@", born="2999-01-01", member_last_name="")
    assert page.status == 400
    for words in ("such as name@example.com", "Enter a day that is over", "Fill in this field"):
        assert words in page.text


def test_a_registration_left_open_is_over(world: World, door: Door, clock: TurnedClock) -> None:
    """A-02: an hour for all of it."""
    lets(world, Registration.MATCH)
    page = begin(door.browser, world.org)
    clock.advance(hours=1)

    assert door.browser.get(page.url.partition("portal.test")[2] or page.url).status == 404


def test_a_closed_door_has_no_form_to_correct(world: World, door: Door) -> None:
    """C4: whatever is sent, there is nothing here."""
    form = door.browser.get(f"/{world.org}/sign-in").form("sign-in")
    assert door.browser.post(f"/{world.org}/join", {"csrf": form.fields["csrf"], "phone": "12"}).status == 404


def test_a_door_that_was_closed_meanwhile_lets_nobody_in(world: World, door: Door) -> None:
    """C4: a code that is on its way opens nothing any more."""
    lets(world, Registration.MATCH)
    on_file(world)
    page = hand_in(door)
    door.dispatch()
    code = door.sent.code(PHONE)
    lets(world, Registration.CLOSED)

    assert door.browser.submit(page, "join/proof", code=code).status == 404
    assert identity.find_login(world.org, f"email:{NEWCOMER}") is None


@pytest.mark.parametrize("whose", ["child", "delegate", "viewer", "suspended", "ended"])
def test_what_is_on_file_for_somebody_else_proves_nothing(world: World, door: Door, whose: str) -> None:
    """C5, C6: a child, a sitter or somebody who was shut out knows all three, and has one of the numbers on file."""
    lets(world, Registration.MATCH)
    home = on_file(world, phone="+15145550100")
    if whose == "child":
        child = world.member(home, "Zoé", BORN)
        transaction = Transaction()
        households.save_person(transaction, world.org, replace(child, phone=PHONE))
        transaction.commit()
    else:
        told = {
            "delegate": (Role.DELEGATE, UserStatus.ACTIVE, None),
            "viewer": (Role.VIEWER, UserStatus.ACTIVE, None),
            "suspended": (Role.HOLDER, UserStatus.SUSPENDED, None),
            "ended": (Role.GUARDIAN, UserStatus.ACTIVE, world.today - timedelta(days=1)),
        }
        role, status, until = told[whose]
        links = (HouseholdLink(home.id, role, until),)
        world.user(home, email="else@example.com", mobile=PHONE, status=status, households=links)
    indexing.refresh(world.org, home.id)

    page = hand_in(door)
    door.dispatch()

    assert page.url.endswith("/join/proof")
    assert door.sent(PHONE) == []
    assert [each.state for each in joining.list_requests(world.org, waiting=True).rows] == [RequestState.OPEN]


def test_a_guardians_own_number_proves_as_the_households_does(world: World, door: Door) -> None:
    """ACC-5: what the organisation recorded, for whoever may let others in."""
    lets(world, Registration.MATCH)
    home = on_file(world, phone="+15145550100")
    world.user(home, email="else@example.com", mobile=PHONE, role=Role.GUARDIAN)
    indexing.refresh(world.org, home.id)

    hand_in(door)
    door.dispatch()

    assert len(door.sent(PHONE)) == 1


def test_a_number_that_many_have_is_nobodys(world: World, door: Door) -> None:
    """C6: of a school's own number, no household among the first that are found is the one."""
    lets(world, Registration.MATCH)
    on_file(world)
    for number in range(24):
        home = world.household(f"Family {number}")
        stored = households.get_household(world.org, home.id)
        assert stored
        transaction = Transaction()
        households.save_household(transaction, world.org, replace(stored, phone=PHONE))
        transaction.commit()
        indexing.refresh(world.org, home.id)

    hand_in(door)
    door.dispatch()

    assert door.sent(PHONE) == []


def test_registering_costs_the_same_whatever_is_on_file(world: World, door: Door, clock: TurnedClock) -> None:
    """C6, A-17: every step asks as much of the table for a family on file as for a stranger; so time tells nothing."""
    lets(world, Registration.MATCH)
    on_file(world)
    world.user(world.household("Gagnon"), email="known@example.com")
    told = {
        "stranger": {"email": "a@example.com", "phone": "514 555-0111"},
        "on file": {"email": "b@example.com"},
        "one wrong": {"email": "c@example.com", "born": "2015-06-01"},
        "client": {"email": "known@example.com", "phone": "514 555-0112"},
    }
    costs = {}
    for number, (who, fields) in enumerate(told.items()):
        clock.advance(minutes=20)
        other = Door(Browser(door.browser.portal, source=f"198.51.100.{number}"), door.sent, door.org)
        with reads() as cost:
            hand_in(other, **fields)
        costs[who] = cost.calls

    assert len(set(costs.values())) == 1, costs


def test_one_number_gets_as_many_codes_as_any_whoever_asks(world: World, door: Door, clock: TurnedClock) -> None:
    """C6, A-13: from many networks and with many addresses, a family's telephone is not rung all day."""
    lets(world, Registration.MATCH)
    on_file(world)
    for number in range(12):
        clock.advance(minutes=3)
        other = Door(Browser(door.browser.portal, source=f"198.51.100.{number}"), door.sent, door.org)
        hand_in(other, email=f"somebody{number}@example.com")
        other.dispatch()

    assert 1 <= len(door.sent(PHONE)) <= 5


def test_a_household_of_another_organisation_is_never_meant(world: World, door: Door) -> None:
    """T-04: three facts that are right elsewhere find nobody here, and nobody there is told."""
    lets(world, Registration.MATCH)
    foreign = build(f"{world.org}-b", world.now)
    home = on_file(foreign)

    hand_in(door)
    door.dispatch()

    assert door.sent(PHONE) == []
    assert joining.list_requests(foreign.org, waiting=True).rows == []
    assert identity.list_household(foreign.org, home.id) == []
