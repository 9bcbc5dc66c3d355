"""Owners look after who belongs to the staff (A-28, S-02, S-07)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.identity import authenticators, store
from chalicelib.identity.account import Account
from chalicelib.identity.domain import Authenticator, Passkey, StaffRole, User
from chalicelib.identity.models import StaffItem
from chalicelib.organisations import audit
from chalicelib.shared.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.viewing import staffing
from chalicelib.viewing.staffing import Hand
from tests.identity.at_desk import give
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.stored import messages_of
from tests.support.world import World


@pytest.fixture
def owner(world: World) -> User:
    """An owner."""
    return world.staff(StaffRole.OWNER, name="Olga Owner")


def hand(world: World, user: User) -> Hand:
    """An owner at work, without pages."""
    me = Account(user.id, user.name, "en", "session", (), authenticated_at=world.now, staff_role=user.staff_role)
    return Hand(world.organisation, me, world.now)


def told(world: World) -> list[str]:
    """What messages about roles say, in the order in which they were written."""
    return sorted(message.facts["act"] for message in messages_of(world.org) if message.template == "staff_role")


def test_an_owner_invites_somebody_who_is_told(world: World, owner: User, browser: Browser) -> None:
    """A-28, AUTH-11."""
    browser.sign_in_staff(world.org, owner, world.now)
    page = browser.get(f"/{world.org}/desk/staff/invite")

    listed = browser.submit(page, "staff/invite", name="Ann Lee", email="ann@northside.example", role="instructor")

    assert "Ann Lee" in listed.text
    assert "No second factor yet" in listed.text
    found = store.find_login(world.org, "email:ann@northside.example")
    assert found
    assert store.require_user(world.org, found[0]).staff_role is StaffRole.INSTRUCTOR
    assert told(world) == ["invited"]
    [entry] = audit.page(world.org).rows
    assert (entry.act, entry.author.name, entry.about["label"]) == ("staff_invited", "Olga Owner", "Ann Lee")


def test_a_parent_who_is_invited_keeps_the_family(world: World, owner: User) -> None:
    """D-01: one address is one user, who is both from then on; sessions of before are over (S-02)."""
    parent = world.user(world.household(), email="ann@northside.example")

    staffing.invite(hand(world, owner), "Ann Lee", "ann@northside.example", StaffRole.DESK)

    user = store.require_user(world.org, parent.id)
    assert (user.staff_role, user.households, user.name) == (StaffRole.DESK, parent.households, parent.name)
    assert user.sessions_from == world.now


def test_whoever_belongs_to_the_staff_is_not_invited_again(world: World, owner: User) -> None:
    kate = world.staff(StaffRole.DESK)

    with pytest.raises(Invalid):
        staffing.invite(hand(world, owner), "Kate", kate.email, StaffRole.OWNER)

    assert store.require_user(world.org, kate.id).staff_role is StaffRole.DESK


def test_another_role_signs_out_everywhere(world: World, owner: User, browser: Browser, clock: TurnedClock) -> None:
    """S-02, S-07: at the next request."""
    kate = world.staff(StaffRole.DESK)
    hers = Browser(browser.portal).sign_in_staff(world.org, kate, clock.now())
    browser.sign_in_staff(world.org, owner, clock.now())
    page = browser.get(f"/{world.org}/desk/staff/{kate.id}")

    saved = browser.submit(page, f"staff/{kate.id}", role="finance")

    assert "Your change is saved." in saved.text
    assert store.require_user(world.org, kate.id).staff_role is StaffRole.FINANCE
    assert hers.get(f"/{world.org}/desk").location.startswith(f"/{world.org}/sign-in")
    assert told(world) == ["changed"]
    [entry] = audit.page(world.org).rows
    assert entry.changes == (audit.Change("role", "desk", "finance"),)


def test_ended_access_takes_role_authenticator_and_sessions(world: World, owner: User, browser: Browser) -> None:
    """S-07."""
    kate = world.staff(StaffRole.DESK)
    give(world, kate, "abcd")
    browser.sign_in_staff(world.org, owner, world.now)
    page = browser.get(f"/{world.org}/desk/staff/{kate.id}")

    listed = browser.submit(page, f"staff/{kate.id}/end")

    assert "Kate Murphy" not in listed.text
    assert store.require_user(world.org, kate.id).staff_role is None
    assert read.one(StaffItem, keys.staff(world.org, kate.id)) is None
    assert not read.raw([keys.authenticator(world.org, kate.id)])
    with pytest.raises(NotFound):
        staffing.colleague(world.org, kate.id)


def test_a_lost_authenticator_is_forgotten(world: World, owner: User, browser: Browser) -> None:
    """A-28: by an owner, freshly signed in; the next sign-in of whose it was enrols another."""
    kate = world.staff(StaffRole.DESK)
    give(world, kate, "abcd", "efgh")
    browser.sign_in_staff(world.org, owner, world.now)
    page = browser.get(f"/{world.org}/desk/staff/{kate.id}")
    assert "Authenticator since" in page.text

    after = browser.submit(page, "authenticator")

    assert "None yet" in after.text
    assert "Forget the authenticator" not in after.text
    assert not read.raw([keys.authenticator(world.org, kate.id)])


def test_an_owner_who_is_one_no_more_forgets_no_authenticator(world: World, owner: User) -> None:
    """S-07: not even by a press that was under way; and what is not noted did not happen."""
    kate = world.staff(StaffRole.DESK)
    give(world, kate)
    staffing.change_role(hand(world, world.staff(StaffRole.OWNER)), owner.id, StaffRole.READ_ONLY)
    noted = len(audit.page(world.org).rows)

    with pytest.raises(Conflict):
        staffing.reset_authenticator(hand(world, owner), kate.id)

    assert staffing.colleague(world.org, kate.id).enrolled_at
    assert len(audit.page(world.org).rows) == noted


def test_an_owner_sees_how_many_passkeys_somebody_has(world: World, owner: User, browser: Browser) -> None:
    """A-28: nothing of them but their number."""
    kate, transaction = world.staff(StaffRole.DESK), Transaction()
    passkeys = tuple(Passkey(name, "secret key", 0, "Firefox", world.now) for name in ("a", "b"))
    authenticators.save(transaction, world.org, Authenticator(kate.id, "", world.now, 0, (), passkeys))
    transaction.commit()

    page = browser.sign_in_staff(world.org, owner, world.now).get(f"/{world.org}/desk/staff/{kate.id}")

    assert "Passkeys 2" in " ".join(page.text.split())
    assert "secret key" not in page.html


def test_an_owner_sees_where_somebody_is_signed_in_and_signs_out_there(
    world: World, owner: User, browser: Browser, clock: TurnedClock
) -> None:
    kate = world.staff(StaffRole.DESK)
    hers = Browser(browser.portal).sign_in_staff(world.org, kate, clock.now())
    browser.sign_in_staff(world.org, owner, clock.now())
    page = browser.get(f"/{world.org}/desk/staff/{kate.id}")
    assert "Firefox, Linux" in page.text

    after = browser.submit(page, f"{kate.id}/sign-out")

    assert "Signed in nowhere." in after.text
    assert hers.get(f"/{world.org}/desk").location.startswith(f"/{world.org}/sign-in")


def test_nobody_changes_an_access_of_his_or_her_own(world: World, owner: User, browser: Browser) -> None:
    """So that an organisation is never without an owner."""
    acts: list[Callable[[], object]] = [
        lambda: staffing.change_role(hand(world, owner), owner.id, StaffRole.READ_ONLY),
        lambda: staffing.end(hand(world, owner), owner.id),
        lambda: staffing.sign_out(hand(world, owner), owner.id),
        lambda: staffing.reset_authenticator(hand(world, owner), owner.id),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    page = browser.sign_in_staff(world.org, owner, world.now).get(f"/{world.org}/desk/staff/{owner.id}")
    assert "Another owner has to change your own access." in page.text
    assert "End the access" not in page.text


def test_of_two_owners_who_end_each_other_one_stays(world: World) -> None:
    """Each act wants its owner to be one still when it is written."""
    for _ in range(5):
        pair = [world.staff(StaffRole.OWNER) for _ in range(2)]

        def ended(who: int, pair: list[User] = pair) -> bool:
            try:
                staffing.end(hand(world, pair[who]), pair[1 - who].id)
            except (Conflict, NotFound):
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(ended, (0, 1)))

        left = [store.require_user(world.org, user.id).staff_role for user in pair]
        assert left.count(StaffRole.OWNER) == 1
        assert done.count(True) == 1


def test_an_owner_who_is_one_no_more_decides_nothing(world: World, owner: User) -> None:
    former, kate = world.staff(StaffRole.OWNER), world.staff(StaffRole.DESK)
    staffing.change_role(hand(world, owner), former.id, StaffRole.DESK)

    with pytest.raises(Conflict):
        staffing.end(hand(world, former), kate.id)

    assert store.require_user(world.org, kate.id).staff_role is StaffRole.DESK


def test_the_staff_are_listed_25_at_a_time(world: World, owner: User) -> None:
    everybody = {owner.id, *(world.staff(StaffRole.INSTRUCTOR).id for _ in range(30))}

    first = staffing.colleagues(world.org)
    second = staffing.colleagues(world.org, first.next)

    assert (len(first.rows), second.next) == (25, "")
    assert {each.user.id for each in (*first.rows, *second.rows)} == everybody


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.OWNER])
def test_only_owners_look_after_the_staff(world: World, browser: Browser, role: StaffRole) -> None:
    """T-01."""
    browser.sign_in_staff(world.org, world.staff(role), world.now)

    assert browser.get(f"/{world.org}/desk/staff").status == 403
