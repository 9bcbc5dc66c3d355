"""Who has access to a household: invited, limited, changed, ended, left; and links for people without an account."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.store import get_summaries
from chalicelib.identity import store
from chalicelib.identity.domain import User
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import SignInRules
from chalicelib.shared.times import day_begins
from chalicelib.sharing.domain import Invitation
from chalicelib.sharing.store import list_access
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import ZONE, World

GRANDMA = "olga@example.com"


@pytest.fixture
def home(world: World) -> Household:
    """A household."""
    return world.household("Tremblay")


@pytest.fixture
def lea(world: World, home: Household) -> Person:
    """A child of it, with a class tomorrow."""
    lea = world.member(home, "Léa")
    world.enrolment(home, lea, "Ballet", world.now + timedelta(days=1))
    return lea


@pytest.fixture
def marie(world: World, home: Household, lea: Person, door: Door) -> User:
    """Its holder, signed in."""
    marie = world.user(home)
    door.enter("marie@example.com")
    return marie


def _invite(door: Door, **fields: str) -> Page:
    form = door.browser.get(f"/{door.org}/access/invite")
    told: dict[str, Any] = {"name": "Olga Roy", "address": GRANDMA, **fields}
    return door.browser.submit(form, "access/invite", **told)


def _invitation(world: World, home: Household) -> Invitation:
    (found,) = list_access(world.org, home.id).invitations
    return found


def _accept(door: Door, browser: Browser, invitation: Invitation) -> Page:
    """The invited at a browser of their own: the page, the code, in."""
    theirs = Door(browser, door.sent, door.org)
    page = browser.get(f"/{door.org}/invitations/{invitation.reference}")
    page = browser.submit(page, f"invitations/{invitation.reference}")
    theirs.dispatch()
    return browser.submit(page, "invitation/code", code=door.sent.code(invitation.address))


def _other(browser: Browser) -> Browser:
    return Browser(browser.portal)


def _deeds(world: World, home: Household) -> list[str]:
    start = keys.deed(world.org, home.id, "")
    return [item.deed for item in read.each(activity.DeedItem, *start)]


def test_an_invited_person_proves_the_address_and_is_in(world: World, door: Door, home: Household, marie: User) -> None:
    """NEW-7, C5: nothing is theirs before the code; then they see what their role sees, and the family reads it."""
    page = _invite(door, role="viewer")
    assert "The invitation is on its way." in page.text
    invitation = _invitation(world, home)
    assert store.find_login(world.org, f"email:{GRANDMA}") is None

    olga = _other(door.browser)
    first = _accept(door, olga, invitation)

    assert "Tremblay" in first.text
    assert "Léa Tremblay" in olga.get(f"/{world.org}/members").text
    assert olga.get(f"/{world.org}/members/add").status == 403
    assert "Olga Roy" in door.browser.get(f"/{world.org}/access").text
    assert not list_access(world.org, home.id).invitations
    assert {"access_invited", "access_given"} <= set(_deeds(world, home))


def test_an_invitation_is_accepted_once_and_not_after_fourteen_days(
    world: World, door: Door, home: Household, marie: User, clock: TurnedClock
) -> None:
    _invite(door, role="viewer")
    invitation = _invitation(world, home)
    path = f"/{world.org}/invitations/{invitation.reference}"
    clock.advance(days=14, seconds=1)
    assert _other(door.browser).get(path).status == 404
    clock.advance(days=-14)
    _accept(door, _other(door.browser), invitation)
    assert _other(door.browser).get(path).status == 404
    assert len(list_access(world.org, home.id).users) == 2


def test_a_wrong_code_gives_nobody_anything(world: World, door: Door, home: Household, marie: User) -> None:
    _invite(door, role="guardian")
    invitation = _invitation(world, home)
    olga = _other(door.browser)
    page = olga.submit(olga.get(f"/{world.org}/invitations/{invitation.reference}"), invitation.reference)
    wrong = olga.submit(page, "invitation/code", code="000000")
    assert wrong.status == 400
    assert store.find_login(world.org, f"email:{GRANDMA}") is None
    assert _invitation(world, home) == invitation


def test_whoever_has_an_account_gets_the_household_added_and_the_holder_learns_nothing_of_it(
    world: World, door: Door, home: Household, marie: User
) -> None:
    """A-17: the page that invites reads the same for addresses of clients and of strangers."""
    other = world.household("Petrova")
    vera = world.user(other, email="vera@example.com", name="Vera Petrova")
    known = _invite(door, address="vera@example.com", name="A", role="viewer")
    stranger = _invite(door, address="nobody@example.com", name="B", role="viewer")
    assert known.status == stranger.status == 200
    assert "Petrova" not in known.text
    invitation = next(each for each in list_access(world.org, home.id).invitations if each.name == "A")

    _accept(door, _other(door.browser), invitation)

    stored = store.require_user(world.org, vera.id)
    assert [link.household for link in stored.households] == [other.id, home.id]
    assert stored.name == "Vera Petrova"


def test_an_invitation_that_was_taken_back_opens_nothing(
    world: World, door: Door, home: Household, marie: User
) -> None:
    _invite(door, role="viewer")
    invitation = _invitation(world, home)
    door.browser.submit(door.browser.get(f"/{world.org}/access"), f"{invitation.id}/end")
    assert _other(door.browser).get(f"/{world.org}/invitations/{invitation.reference}").status == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Fill in this field"),
        ({"address": "514 555-0199"}, "Enter an email address"),
        ({"address": "marie@example.com"}, "has access already"),
        ({"role": ""}, "Choose an answer"),
        ({"role": "owner"}, "Choose one of the answers"),
        ({"role": "holder", "until": "2027-01-01"}, "has no last day"),
        ({"until": "2001-01-01"}, "within the next year"),
        ({"until": "2999-01-01"}, "within the next year"),
    ],
)
def test_a_wrong_invitation_says_what_is_wrong(
    world: World, door: Door, home: Household, marie: User, fields: dict[str, str], sentence: str
) -> None:
    page = _invite(door, **{"role": "viewer", **fields})
    assert page.status == 400
    assert sentence in page.text
    assert not list_access(world.org, home.id).invitations


def test_a_number_may_be_invited_where_no_email_address_is_needed(
    world: World, door: Door, home: Household, marie: User
) -> None:
    """C2: otherwise the invited could never sign in."""
    organisations.update(replace(world.organisation, sign_in=SignInRules(require_email=False)))
    _invite(door, address="514 555-0199", role="viewer")
    assert _invitation(world, home).address == "+15145550199"
    _accept(door, _other(door.browser), _invitation(world, home))
    assert store.find_login(world.org, "tel:+15145550199")


def test_nobody_mails_strangers_by_inviting_without_end(world: World, door: Door, home: Household, marie: User) -> None:
    """Five invitations an hour."""
    pages = [_invite(door, address=f"a{number}@example.com", role="viewer") for number in range(6)]
    assert [page.status for page in pages] == [200] * 5 + [409]
    assert "Wait an hour" in pages[-1].text
    assert len(list_access(world.org, home.id).invitations) == 5


def test_a_delegate_sees_the_members_that_the_holder_chose_until_the_last_day(
    world: World, door: Door, home: Household, marie: User, lea: Person, clock: TurnedClock
) -> None:
    """NEW-7: by person, by section, by date; it bites at the next request."""
    max_ = world.member(home, "Max")
    world.enrolment(home, max_, "Judo", world.now + timedelta(days=1))
    until = world.today + timedelta(days=3)
    _invite(door, role="delegate", until=until.isoformat(), **{f"member-{lea.id}": "yes"})
    olga = _other(door.browser)
    _accept(door, olga, _invitation(world, home))

    page = olga.get(f"/{world.org}/schedule")
    assert "Ballet" in page.text
    assert "Judo" not in page.text
    assert "Max" not in page.text
    assert olga.get(f"/{world.org}/schedule", member=max_.id).status == 404
    for path in ("invoices", "members", f"members/{lea.id}", "access"):
        assert olga.get(f"/{world.org}/{path}").status == 403
    clock.set(world.now)
    user = next(user for user in list_access(world.org, home.id).users if user.email == GRANDMA)
    link = user.link(home.id)
    assert link
    assert link.until == until
    assert link.is_open(until)
    assert not link.is_open(until + timedelta(days=1))


def test_a_role_that_ran_out_is_none(world: World, door: Door, home: Household, lea: Person) -> None:
    user = world.user(home, email=GRANDMA, role=Role.VIEWER)
    link = user.households[0]._replace(until=world.today - timedelta(days=1))
    _save(world, replace(store.require_user(world.org, user.id), households=(link,)))
    door.enter(GRANDMA)
    page = door.browser.get(f"/{world.org}/schedule", follow=True)
    assert "No household yet" in page.text
    assert "Ballet" not in page.text


def _save(world: World, user: User) -> None:
    transaction = Transaction()
    store.save_user(transaction, world.org, user)
    transaction.commit()


def test_a_role_is_changed_and_ended_and_bites_at_the_next_request(
    world: World, door: Door, home: Household, marie: User
) -> None:
    _invite(door, role="guardian")
    olga = _other(door.browser)
    _accept(door, olga, _invitation(world, home))
    user = next(user for user in list_access(world.org, home.id).users if user.email == GRANDMA)
    assert olga.get(f"/{world.org}/members/add").status == 200

    form = door.browser.get(f"/{world.org}/access/people/{user.id}")
    door.browser.submit(form, f"access/people/{user.id}", role="viewer")
    assert olga.get(f"/{world.org}/members/add").status == 403

    form = door.browser.get(f"/{world.org}/access/people/{user.id}")
    door.browser.submit(form, f"access/people/{user.id}/end")
    assert olga.get(f"/{world.org}/members").location.endswith("/households")
    assert {"access_changed", "access_ended"} <= set(_deeds(world, home))


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_who_goes_leaves_no_way_in_behind(
    world: World, door: Door, home: Household, marie: User, lea: Person, role: Role | None
) -> None:
    """NEW-7: an ex-partner who was a holder has neither an invitation nor a link in the drawer."""
    paul = world.user(home, email="paul@example.com", name="Paul")
    his = Door(_other(door.browser), door.sent, world.org)
    his.enter("paul@example.com")
    _invite(his, role="holder", address="paul-again@example.com")
    address = _address(_link(his, lea, world.today + timedelta(days=300)))
    invitation = _invitation(world, home)
    hers = _address(_link(door, lea, world.today + timedelta(days=30)))

    form = door.browser.get(f"/{world.org}/access/people/{paul.id}")
    told: dict[str, Any] = {"role": role.value} if role else {}
    door.browser.submit(form, f"access/people/{paul.id}" if role else f"access/people/{paul.id}/end", **told)

    strangers = _other(door.browser)
    assert strangers.get(f"/{world.org}/invitations/{invitation.reference}").status == 404
    assert strangers.get(address).status == 404
    assert strangers.get(hers).status == 200


def test_a_link_lasts_no_longer_than_its_makers_own_access(
    world: World, door: Door, home: Household, lea: Person
) -> None:
    user = world.user(home, role=Role.GUARDIAN)
    last = world.today + timedelta(days=5)
    _save(world, replace(store.require_user(world.org, user.id), households=(user.households[0]._replace(until=last),)))
    door.enter(user.email)
    assert _link(door, lea, last + timedelta(days=1)).status == 400
    assert _link(door, lea, last).status == 200


def test_nobody_changes_their_own_role_nor_a_strangers(world: World, door: Door, home: Household, marie: User) -> None:
    """T-02: somebody of another household is not found."""
    stranger = world.user(world.household("Roy"), email="roy@example.com")
    for user in (marie, stranger):
        assert door.browser.get(f"/{world.org}/access/people/{user.id}").status == 404


def test_the_last_holder_can_not_leave_and_others_can(world: World, door: Door, home: Household, marie: User) -> None:
    page = door.browser.submit(door.browser.get(f"/{world.org}/access/leave"), "access/leave")
    assert page.status == 409
    assert "only holder" in page.text

    second = world.user(home, email="paul@example.com")
    page = door.browser.submit(door.browser.get(f"/{world.org}/access/leave"), "access/leave")
    assert page.status == 200
    assert [user.id for user in list_access(world.org, home.id).users] == [second.id]
    assert "access_left" in _deeds(world, home)


def test_a_household_is_read_by_what_the_leaver_does_not_see(
    world: World, door: Door, home: Household, lea: Person
) -> None:
    """A delegate who leaves takes nothing of the household's summary along."""
    world.user(home)
    world.invoice(home, "2026-7")
    world.user(home, email=GRANDMA, role=Role.DELEGATE)
    door.enter(GRANDMA)
    door.browser.submit(door.browser.get(f"/{world.org}/access/leave"), "access/leave")
    summary = get_summaries(world.org, (home.id,))[home.id]
    assert summary.unpaid_count() == 1
    assert summary.members[0].birth_date == lea.birth_date


def _link(door: Door, lea: Person, until: date, **fields: str) -> Page:
    form = door.browser.get(f"/{door.org}/access/links/add")
    told: dict[str, Any] = {"name": "Grandma", "member": lea.id, "until": until.isoformat(), **fields}
    return door.browser.submit(form, "access/links/add", **told)


def _address(page: Page) -> str:
    field = next(field for field in page.document.iter("input") if field.get("name") == "address")
    return "/" + (field.get("value") or "").split("/", 3)[3]


def test_a_link_shows_the_schedule_of_one_member_and_nothing_else(
    world: World, door: Door, home: Household, marie: User, lea: Person
) -> None:
    """NEW-7: the address is shown once; the page names the child by first name, and is not indexed."""
    world.enrolment(home, world.member(home, "Max"), "Judo", world.now + timedelta(days=1))
    world.invoice(home, "2026-7")
    address = _address(_link(door, lea, world.today + timedelta(days=30)))
    assert address not in door.browser.get(f"/{world.org}/access").html

    page = _other(door.browser).get(address)

    assert page.status == 200
    assert "Schedule of Léa" in page.text
    assert "Ballet" in page.text
    for secret in ("Judo", "Max", "Tremblay", "2026-7", "Marie", "Grandma"):
        assert secret not in page.text, secret
    assert "noindex" in page.header("x-robots-tag")
    assert page.header("referrer-policy") == "no-referrer"
    assert page.header("cache-control") == "no-store"
    assert not any(f"/{world.org}/schedule" in href for href in page.links.values())


def test_only_the_hash_of_a_link_is_stored(world: World, door: Door, home: Household, marie: User, lea: Person) -> None:
    token = _address(_link(door, lea, world.today)).rpartition(".")[2]
    (share,) = list_access(world.org, home.id).shares
    assert token not in repr(share)
    assert share.seen_at is None


def test_a_link_is_listed_with_its_last_use_and_taken_back(
    world: World, door: Door, home: Household, marie: User, lea: Person, clock: TurnedClock
) -> None:
    address = _address(_link(door, lea, world.today + timedelta(days=2)))
    assert "never opened" in door.browser.get(f"/{world.org}/access").text
    _other(door.browser).get(address)
    page = door.browser.get(f"/{world.org}/access")
    assert "last opened" in page.text

    door.browser.submit(page, "access/links/end")
    assert _other(door.browser).get(address).status == 404
    assert {"link_made", "link_ended"} <= set(_deeds(world, home))


def test_a_link_ends_with_its_last_day(
    world: World, door: Door, home: Household, marie: User, lea: Person, clock: TurnedClock
) -> None:
    address = _address(_link(door, lea, world.today + timedelta(days=1)))
    ends = day_begins(world.today + timedelta(days=2), ZONE)
    clock.set(ends - timedelta(seconds=1))
    assert _other(door.browser).get(address).status == 200
    clock.set(ends)
    over = _other(door.browser).get(address)
    assert over.status == 404
    assert "Léa" not in over.text


@pytest.mark.parametrize("days", [-1, 400])
def test_a_link_is_for_a_day_within_a_year(
    world: World, door: Door, home: Household, marie: User, lea: Person, days: int
) -> None:
    page = _link(door, lea, world.today + timedelta(days=days))
    assert (page.status, list_access(world.org, home.id).shares) == (400, [])


def test_a_link_can_not_be_made_for_nor_ended_by_another_household(
    world: World, door: Door, home: Household, marie: User, lea: Person
) -> None:
    other = world.household("Roy")
    zoe = world.member(other, "Zoé")
    assert _link(door, zoe, world.today).status == 400
    address = _address(_link(door, lea, world.today))
    (share,) = list_access(world.org, home.id).shares
    world.user(other, email="roy@example.com")
    theirs = Door(_other(door.browser), door.sent, world.org)
    theirs.enter("roy@example.com")
    page = theirs.browser.get(f"/{world.org}/access/links/add")
    token = page.form("access/links/add").fields["csrf"]
    refused = theirs.browser.post(f"/{world.org}/access/links/end", {"csrf": token, "link": share.hash})
    assert refused.status == 404
    assert _other(door.browser).get(address).status == 200


def test_whoever_guesses_addresses_is_slowed_down(world: World, door: Door, home: Household) -> None:
    """Thirty an hour from one network; other networks are not concerned."""
    guesser, nobodys = _other(door.browser), f"shared/{home.id}.x"
    found = {guesser.get(f"/{world.org}/shared/{home.id}.{secrets.token_urlsafe(32)}").status for _ in range(30)}
    assert found == {404}
    assert guesser.get(f"/{world.org}/{nobodys}").status == 429
    elsewhere = replace(guesser, source="198.51.100.9", cookies={})
    assert elsewhere.get(f"/{world.org}/{nobodys}").status == 404


def test_a_hostile_name_changes_no_page(world: World, door: Door, home: Household, marie: User, lea: Person) -> None:
    hostile = '"><script>alert(1)</script>\u202e'
    page = _link(door, lea, world.today, name=hostile)
    assert "<script>alert" not in page.html
    assert "<script>alert" not in _invite(door, name=hostile, role="viewer").html
