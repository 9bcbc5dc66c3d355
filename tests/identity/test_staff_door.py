"""The way to the desk: a code by mail, then one of an authenticator; and what happens when either is missing."""

from dataclasses import replace

import pytest
import segno

from chalicelib.data.write import Transaction
from chalicelib.identity import authenticators, staff, store
from chalicelib.identity.domain import (
    IDLE_SECONDS,
    STAFF_ABSOLUTE_SECONDS,
    STAFF_IDLE_SECONDS,
    StaffRole,
    User,
    UserStatus,
)
from chalicelib.shared.times import after
from tests.identity.at_desk import ADDRESS, app_on, come_again, enrol, give, keys_on, stand, told
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def kate(world: World) -> User:
    """Somebody at the desk, without a household."""
    return world.staff(StaffRole.DESK, email=ADDRESS)


def test_a_first_sign_in_leads_through_the_enrolment_to_the_desk(
    world: World, kate: User, door: Door, clock: TurnedClock
) -> None:
    """A-28: nobody of the staff sees a page of theirs before an authenticator is enrolled."""
    offered = door.enter(ADDRESS)
    assert offered.url.endswith("/settings/authenticator")
    assert door.browser.get(f"/{world.org}/desk").location == f"/{world.org}/second-factor?next=desk"

    codes = door.browser.submit(offered, "settings/authenticator", code=app_on(offered).at(clock.now()))

    assert len(keys_on(codes)) == 10
    desk = door.browser.get(codes.links["I have kept them"])
    assert (desk.status, desk.title.partition(" ·")[0]) == (200, "Today")
    assert "Hello Kate" in desk.text
    assert told(world) == ["enrolled"]


def test_a_later_sign_in_wants_a_code_of_the_authenticator(kate: User, door: Door, clock: TurnedClock) -> None:
    app, _ = enrol(door, clock)
    page = come_again(door, clock)
    assert page.url.partition("?")[0].endswith("/second-factor")

    desk = door.browser.submit(page, "second-factor", code=app.at(clock.now()))

    assert desk.url.endswith("/desk")


def test_the_page_that_was_asked_for_opens_after_the_second_factor(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    give(world, kate)
    here = stand(world, kate, browser, clock)
    page = browser.get(here.path, next="desk/classes")

    reply = browser.submit(page, "second-factor", code=here.code, follow=False)

    assert reply.location == f"/{world.org}/desk/classes"
    assert browser.get(here.path, next="desk").location == f"/{world.org}/desk"


def test_passing_the_second_factor_renews_the_sessions_token(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    """S-02: the old token is dead, and the new one passed."""
    give(world, kate)
    here = stand(world, kate, browser, clock)
    thief = Browser(browser.portal, cookies=dict(browser.cookies))

    here.type()

    assert browser.get(f"/{world.org}/desk").status == 200
    assert thief.get(f"/{world.org}/desk").location == f"/{world.org}/sign-in?next=desk"
    (session,) = store.list_sessions(world.org, kate.id)
    assert session.second_factor_at == clock.now()


def test_enrolling_renews_the_sessions_token(kate: User, world: World, door: Door, clock: TurnedClock) -> None:
    """S-02."""
    offered = door.enter(ADDRESS)
    thief = Browser(door.browser.portal, cookies=dict(door.browser.cookies))

    shown = door.browser.submit(offered, "settings/authenticator", code=app_on(offered).at(clock.now()))

    assert thief.get(f"/{world.org}/settings").status == 303
    assert door.browser.submit(shown, "language", language="fr").status == 200, "the page's forms are the new session's"


def test_a_recovery_code_opens_the_desk_once_and_its_owner_hears_of_it(
    world: World, kate: User, door: Door, clock: TurnedClock
) -> None:
    _, codes = enrol(door, clock)
    page = come_again(door, clock)
    assert door.browser.submit(page, "second-factor", code=codes[3].upper()).url.endswith("/desk")
    assert told(world) == ["enrolled", "recovery"]

    page = come_again(door, clock)
    assert door.browser.submit(page, "second-factor", code=codes[3]).status == 400
    assert door.browser.submit(page, "second-factor", code=codes[4]).url.endswith("/desk")


def test_new_recovery_codes_put_an_end_to_those_before(
    world: World, kate: User, door: Door, clock: TurnedClock
) -> None:
    _, codes = enrol(door, clock)
    kept = door.browser.get(f"/{world.org}/settings/authenticator")
    assert "Recovery codes left 10" in kept.text
    renewed = keys_on(door.browser.submit(kept, "authenticator/codes"))
    assert len({*renewed, *codes}) == 20

    page = come_again(door, clock)
    assert door.browser.submit(page, "second-factor", code=codes[0]).status == 400
    assert door.browser.submit(page, "second-factor", code=renewed[0]).url.endswith("/desk")
    assert told(world) == ["codes", "enrolled", "recovery"]


def test_a_mailbox_alone_shows_nothing_of_an_enrolled_authenticator(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    """A-28."""
    give(world, kate)
    stand(world, kate, browser, clock)

    page = browser.get(f"/{world.org}/settings/authenticator")

    assert page.location == f"/{world.org}/second-factor?next=settings%2Fauthenticator"


def test_enrolling_wants_a_fresh_sign_in(world: World, kate: User, browser: Browser, clock: TurnedClock) -> None:
    """A-28."""
    stand(world, kate, browser, clock)
    clock.advance(minutes=11)

    page = browser.get(f"/{world.org}/settings/authenticator")

    assert page.location == f"/{world.org}/confirm?next=settings%2Fauthenticator"


def test_the_key_stays_the_same_while_somebody_sets_it_up(
    world: World, kate: User, door: Door, clock: TurnedClock
) -> None:
    """Nothing is stored meanwhile, and neither a wrong code nor another confirmation makes it another key."""
    offered = door.enter(ADDRESS)
    wrong = door.browser.submit(offered, "settings/authenticator", code="000")
    assert (wrong.status, app_on(wrong).secret) == (400, app_on(offered).secret)
    assert authenticators.get(world.org, kate.id) is None
    clock.advance(minutes=11)
    confirm = door.browser.get(f"/{world.org}/settings/authenticator", follow=True)
    page = door.browser.submit(confirm, "confirm")
    door.dispatch()
    again = door.browser.submit(page, "confirm/code", code=door.sent.code(ADDRESS))
    assert app_on(again).secret == app_on(offered).secret

    other = stand(world, kate, Browser(door.browser.portal), clock).browser
    assert app_on(other.get(f"/{world.org}/settings/authenticator")).secret != app_on(offered).secret


def test_the_picture_holds_the_key_and_no_style(kate: User, door: Door) -> None:
    """W-02: what is drawn is what the app would be told by hand."""
    offered = door.enter(ADDRESS)
    address = app_on(offered).provisioning_uri(name=ADDRESS, issuer_name="Northside Music")
    drawn = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, dark="#000", light="#fff")

    assert drawn.rpartition(' d="')[2].partition('"')[0] in offered.html
    assert "style=" not in offered.html


def test_removing_the_authenticator_signs_out_everywhere(
    world: World, kate: User, door: Door, clock: TurnedClock
) -> None:
    enrol(door, clock)
    elsewhere = Browser(door.browser.portal).sign_in_staff(world.org, kate, clock.now())
    clock.advance(seconds=5)
    page = door.browser.get(f"/{world.org}/settings/authenticator")

    gone = door.browser.submit(page, "authenticator/remove")

    assert gone.url.partition("?")[0].endswith("/sign-in")
    assert authenticators.get(world.org, kate.id) is None
    assert elsewhere.get(f"/{world.org}/desk").location == f"/{world.org}/sign-in?next=desk"
    assert told(world) == ["enrolled", "removed"]
    assert come_again(door, clock).url.endswith("/settings/authenticator")


@pytest.mark.parametrize("act", ["remove", "codes"])
def test_who_has_not_passed_changes_nothing(
    world: World, kate: User, browser: Browser, clock: TurnedClock, act: str
) -> None:
    give(world, kate, "a")
    here = stand(world, kate, browser, clock)
    token = browser.get(here.path).form("second-factor").fields["csrf"]

    reply = browser.post(f"/{world.org}/settings/authenticator/{act}", {"csrf": token})

    assert reply.location == f"/{world.org}/second-factor?next=desk"
    held = authenticators.get(world.org, kate.id)
    assert held
    assert held.recovery == authenticators.hashes(("a",))


@pytest.mark.parametrize("path", ["second-factor", "settings/authenticator"])
def test_a_forged_form_passes_nothing(
    world: World, kate: User, browser: Browser, clock: TurnedClock, path: str
) -> None:
    """S-10."""
    give(world, kate)
    here = stand(world, kate, browser, clock)

    reply = browser.post(f"/{world.org}/{path}", {"code": here.code, "csrf": "forged"})

    assert reply.status == 403
    assert browser.get(f"/{world.org}/desk").location == f"/{world.org}/second-factor?next=desk"


def test_staff_who_are_suspended_or_lose_their_role_are_out_at_the_next_request(
    world: World, kate: User, browser: Browser
) -> None:
    """S-07."""
    browser.sign_in_staff(world.org, kate, world.now)
    assert browser.get(f"/{world.org}/desk").status == 200
    for status, changed in ((403, replace(kate, staff_role=None)), (303, replace(kate, status=UserStatus.SUSPENDED))):
        transaction = Transaction()
        stored = store.require_user(world.org, kate.id)
        store.save_user(transaction, world.org, replace(changed, version=stored.version))
        transaction.commit()
        assert browser.get(f"/{world.org}/desk").status == status


@pytest.mark.parametrize(("idle", "is_in"), [(STAFF_IDLE_SECONDS, True), (STAFF_IDLE_SECONDS + 1, False)])
def test_an_idle_hour_ends_a_session_of_the_staff(
    world: World, kate: User, browser: Browser, clock: TurnedClock, idle: int, is_in: bool
) -> None:
    """S-03."""
    browser.sign_in_staff(world.org, kate, clock.now())
    clock.advance(seconds=idle)

    assert (browser.get(f"/{world.org}/desk").status == 200) == is_in


def test_twelve_hours_end_a_session_of_the_staff(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    """S-03: however busy it was; and passing the second factor late prolongs nothing."""
    began = clock.now()
    give(world, kate)
    here = stand(world, kate, browser, clock)
    for _ in range(22):
        clock.advance(minutes=30)
        assert browser.get(f"/{world.org}/settings").status == 200
    here.type()
    for moment in (STAFF_ABSOLUTE_SECONDS - 1800, STAFF_ABSOLUTE_SECONDS):
        clock.set(after(began, moment))
        assert browser.get(f"/{world.org}/desk").status == 200
    clock.advance(seconds=1)
    assert browser.get(f"/{world.org}/desk").location == f"/{world.org}/sign-in?next=desk"


def test_an_idle_hour_does_not_end_a_familys_session(world: World, browser: Browser, clock: TurnedClock) -> None:
    """S-03: clients' limits are their own."""
    parent = world.user(world.household("Tremblay", "Léa"))
    browser.sign_in_staff(world.org, parent, clock.now(), second_factor=False)
    clock.advance(seconds=IDLE_SECONDS)

    assert browser.get(f"/{world.org}").status == 200


def test_a_parent_is_not_let_near_the_second_factor(world: World, browser: Browser, clock: TurnedClock) -> None:
    """T-02: even one whose session claims to have passed it."""
    parent = world.user(world.household("Tremblay", "Léa"))
    browser.sign_in_staff(world.org, parent, clock.now())

    for path in ("desk", "second-factor", "settings/authenticator"):
        assert browser.get(f"/{world.org}/{path}").status == 403
    assert "authenticator" not in browser.get(f"/{world.org}/settings").text.lower()


def test_somebody_who_is_both_goes_between_the_desk_and_the_family(
    world: World, browser: Browser, clock: TurnedClock
) -> None:
    both = world.staff(StaffRole.INSTRUCTOR, world.household("Tremblay", "Léa"))
    browser.sign_in_staff(world.org, both, clock.now())

    family = browser.get(f"/{world.org}")
    desk = browser.get(family.links["Staff pages"])

    assert desk.status == 200
    assert desk.links["Family account"] == family.links["Northside Music"] == f"/{world.org}"
    assert desk.links["Northside Music"] == f"/{world.org}/desk"
    assert "Invoices" not in desk.links
    assert browser.get(f"/{world.org}/settings").links["Authenticator for the staff's pages"]


def test_the_sets_of_roles_grow_from_the_desk_to_everybody() -> None:
    assert staff.DESK < staff.TEACHING < staff.READING == {role.value for role in StaffRole}


def test_a_wrong_recovery_code_is_told_beside_its_field(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    """A-28: it is typed in a field that takes letters, and as many as it has."""
    give(world, kate, "abcdefghijklmnop")
    here = stand(world, kate, browser, clock)
    page = browser.get(here.path)
    [field] = [each for each in page.document.iter("input") if each.get("id") == "field-recovery"]
    assert int(field.get("maxlength") or 0) >= len("abcd efgh ijkl mnop")
    assert field.get("pattern") is None
    assert '<details class="disclosure">' in page.html

    wrong = browser.submit(page, "second-factor", recovery="abcd efgh ijkl mnoq")

    assert wrong.status == 400
    assert 'href="#field-recovery"' in wrong.html
    assert '<details class="disclosure" open>' in wrong.html
    right = browser.submit(wrong, "second-factor", recovery="abcd efgh ijkl mnop")
    assert right.url.endswith("/desk")
