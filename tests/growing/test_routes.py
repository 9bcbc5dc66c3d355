"""Growing up as a family and a young person see it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.admin import summaries
from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.documents.domain import Document, Edition
from chalicelib.documents.store import document_item
from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.households import activity, store
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Household, Person, Role
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, User
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.sharing.store import list_access
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World

TEEN, ADULT = date(2011, 5, 31), date(2006, 5, 31)


@pytest.fixture
def clock(clock: TurnedClock) -> TurnedClock:
    """Sunday, 22 November 2026, noon in London: nobody here grows older from one year to the next."""
    clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
    return clock


@pytest.fixture
def home(world: World) -> Household:
    """A household."""
    return world.household("Tremblay")


@pytest.fixture
def family(world: World, home: Household, door: Door) -> Browser:
    """The holder, signed in."""
    world.user(home)
    door.enter("marie@example.com")
    return door.browser


def _young(world: World, home: Household, born: date) -> Person:
    lea = world.member(home, "Léa", born)
    world.enrolment(home, lea, "Ballet", world.now + timedelta(days=1))
    return lea


def _alone(world: World, home: Household, lea: Person, door: Door) -> Browser:
    """The young person's own browser, signed in."""
    links = (HouseholdLink(home.id, Role.DELEGATE, members=(lea.id,)),)
    world.user(email="lea@example.com", name="Léa Tremblay", households=links, person=lea.id)
    theirs = Door(Browser(door.browser.portal), door.sent, world.org)
    theirs.enter("lea@example.com")
    return theirs.browser


def _user(world: World, email: str) -> User:
    login = identity.find_login(world.org, f"email:{email}")
    assert login
    return identity.require_user(world.org, login[0])


@pytest.mark.parametrize(
    ("born", "sentence"),
    [
        (None, "We do not know how old Léa is"),
        (date(2020, 5, 31), "From 14 years on, Léa can sign in alone. That is from May 31, 2034"),
        (TEEN, "Who pays does not change."),
        (ADULT, "can open an own account"),
    ],
)
def test_a_family_reads_what_is_possible_at_an_age(
    world: World, home: Household, family: Browser, born: date | None, sentence: str
) -> None:
    """NEW-14, X-7: an unknown age is asked and never assumed."""
    lea = world.member(home, "Léa", born)
    page = family.get(f"/{world.org}/members/{lea.id}/growing")
    assert sentence in page.text
    has_form = any(field.get("name") == "address" for field in page.document.iter("input"))
    assert has_form is (born in (TEEN, ADULT))


def test_nobody_is_invited_before_the_age_or_without_one(world: World, home: Household, family: Browser) -> None:
    teen = world.member(home, "Zoé", TEEN)
    token = family.get(f"/{world.org}/members/{teen.id}/growing").form("growing").fields["csrf"]
    for born in (None, date(2020, 5, 31)):
        lea = world.member(home, "Léa", born)
        told = {"csrf": token, "address": "lea@example.com"}
        assert family.post(f"/{world.org}/members/{lea.id}/growing", told).status == 409
    assert not list_access(world.org, home.id).invitations


def test_a_young_person_is_invited_and_signs_in_alone(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    """NEW-14: own sign-in by a code to the own address; the own classes alone."""
    lea = _young(world, home, TEEN)
    world.enrolment(home, world.member(home, "Max"), "Judo", world.now + timedelta(days=1))
    form = family.get(f"/{world.org}/members/{lea.id}/growing")
    page = family.submit(form, "growing", address="lea@example.com")
    assert "Léa is invited" in page.text

    (invitation,) = list_access(world.org, home.id).invitations
    theirs = Door(Browser(family.portal), door.sent, world.org)
    page = theirs.browser.get(f"/{world.org}/invitations/{invitation.reference}")
    page = theirs.browser.submit(page, invitation.reference)
    theirs.dispatch()
    theirs.browser.submit(page, "invitation/code", code=door.sent.code("lea@example.com"))

    schedule = theirs.browser.get(f"/{world.org}/schedule")
    assert "Ballet" in schedule.text
    assert "Judo" not in schedule.text
    assert _user(world, "lea@example.com").person == lea.id
    assert "Léa signs in alone" in family.get(f"/{world.org}/members/{lea.id}/growing").text


def _choose(browser: Browser, org: str, *shown: str) -> Page:
    form = browser.get(f"/{org}/own").form("own")
    told = {"csrf": form.fields["csrf"], **{f"shows-{name}": "yes" for name in shown}}
    return browser.post(f"/{org}/own", told, follow=True)


def test_what_a_young_person_keeps_is_kept_on_every_page(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    """NEW-14: the schedule and the profile, from the next request on, and from nobody else."""
    lea = _young(world, home, TEEN)
    stored = store.get_person(world.org, lea.id)
    assert stored
    transaction = Transaction()
    store.save_person(transaction, world.org, replace(stored, health_notes="Asthma"))
    transaction.commit()
    row = store.get_summaries(world.org, (home.id,))[home.id].enrolments[0]
    alone = _alone(world, home, lea, door)
    pages = [
        f"members/{lea.id}/enrolments",
        f"members/{lea.id}/history",
        f"members/{lea.id}/absence",
        f"members/{lea.id}/enrolments/{row.id}",
    ]
    assert "Asthma" in family.get(f"/{world.org}/members/{lea.id}").text
    assert lea.first_name in family.get(f"/{world.org}/makeups").text
    assert all(family.get(f"/{world.org}/{path}").status == 200 for path in pages)

    page = _choose(alone, world.org)

    assert "Your change is saved." in page.text
    for path in ("", "schedule"):
        assert "Ballet" not in family.get(f"/{world.org}/{path}").text
    assert "Asthma" not in family.get(f"/{world.org}/members/{lea.id}").text
    for path in ("makeups", f"makeups?member={lea.id}"):
        assert lea.first_name not in family.get(f"/{world.org}/{path}").text
    assert family.get(f"/{world.org}/messages/new?about=enrolment&id={row.id}&member={lea.id}").status == 404
    for path in (*pages, f"members/{lea.id}/edit"):
        refused = family.get(f"/{world.org}/{path}")
        assert (refused.status, "kept private" in refused.text) == (403, True)
    assert "Ballet" in alone.get(f"/{world.org}/schedule").text

    _choose(alone, world.org, "schedule", "profile")
    assert "Ballet" in family.get(f"/{world.org}/schedule").text
    assert "Asthma" in family.get(f"/{world.org}/members/{lea.id}").text


def test_nobody_signs_in_as_a_member_whom_somebody_is_already(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    """NEW-14: a parent who invited an address of their own would read, and undo, what the young person keeps."""
    lea = _young(world, home, TEEN)
    other = world.household("Roy")
    stored = store.get_person(world.org, lea.id)
    assert stored
    transaction = Transaction()
    store.save_person(transaction, world.org, replace(stored, households=(other.id, home.id)))
    transaction.commit()
    page = family.get(f"/{world.org}/members/{lea.id}/growing")
    family.submit(page, "growing", address="lea@example.com")
    told = {"csrf": page.form("growing").fields["csrf"], "address": "parent2@example.com"}
    path = f"/{world.org}/members/{lea.id}/growing"
    assert family.post(path, told).status == 409, "somebody is invited already"
    (invitation,) = list_access(world.org, home.id).invitations
    links = (HouseholdLink(other.id, Role.DELEGATE, members=(lea.id,)),)
    young = world.user(email="lea@other.example", households=links, person=lea.id)

    theirs = Door(Browser(family.portal), door.sent, world.org)
    page = theirs.browser.get(f"/{world.org}/invitations/{invitation.reference}")
    page = theirs.browser.submit(page, invitation.reference)
    theirs.dispatch()
    assert theirs.browser.submit(page, "invitation/code", code=door.sent.code("lea@example.com")).status == 404
    assert identity.find_login(world.org, "email:lea@example.com") is None

    family.submit(family.get(f"/{world.org}/access"), f"{invitation.id}/end")
    assert family.post(path, told).status == 409, "somebody of the other home is the member"
    assert family.post(path, {**told, "address": young.email}).status == 303


def test_what_a_member_keeps_is_not_undone_by_ending_the_sign_in(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    lea = _young(world, home, TEEN)
    _choose(_alone(world, home, lea, door), world.org)
    user = _user(world, "lea@example.com")
    family.submit(family.get(f"/{world.org}/access/people/{user.id}"), f"{user.id}/end")

    page = family.get(f"/{world.org}/members/{lea.id}/growing")
    told = {"csrf": page.form("growing").fields["csrf"], "address": "parent2@example.com"}
    assert family.post(f"/{world.org}/members/{lea.id}/growing", told).status == 409
    assert not list_access(world.org, home.id).invitations


def test_what_is_kept_is_kept_of_long_ago_as_well(world: World, home: Household, family: Browser, door: Door) -> None:
    """Months from before the summary's memory are read from each member's own history: but for who keeps it."""
    lea = world.member(home, "Léa", TEEN)
    then = world.now - timedelta(days=800)
    group, day = world.class_group("Ballet", then), (then - timedelta(days=1)).date()
    place = world.enrol(home, lea, group, id=dated_id(day), starts_on=day, ends_on=day + timedelta(days=3))
    month, event = f"schedule/month/{then:%Y-%m}", f"schedule/events/{group.occurrences[0].id}-{place.id}"
    alone = _alone(world, home, lea, door)
    assert "Ballet" in family.get(f"/{world.org}/{month}").text
    assert family.get(f"/{world.org}/{event}").status == 200

    _choose(alone, world.org)

    assert "Ballet" not in family.get(f"/{world.org}/{month}").text
    assert family.get(f"/{world.org}/{event}").status == 404
    assert "Ballet" in alone.get(f"/{world.org}/{month}").text
    assert alone.get(f"/{world.org}/{event}").status == 200


def test_putting_a_member_away_opens_nothing_that_he_or_she_keeps(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    """NEW-14, X-6: papers stay where they are, and closed, whoever archives or moves out."""
    lea = world.member(home, "Léa", ADULT)
    file = StoredFile(new_id(), "letter.pdf", FileKind.PDF, 3, "0" * 64)
    paper = Document(dated_id(world.today), "Diagnosis", (Edition(file, world.now, "u"),), "", home.id, lea.id)
    write.put(document_item(world.org, paper))
    pages = [f"/{world.org}/documents", f"/{world.org}/documents/{paper.id}"]
    told = Deed("document_shared", world.now, "staff", {"label": "Diagnosis", "of": lea.id})
    transaction = Transaction()
    activity.note(transaction, world.org, home.id, told)
    transaction.commit()
    pages.append(f"/{world.org}/activity")
    assert all("Diagnosis" in family.get(page).text for page in pages)
    _choose(_alone(world, home, lea, door), world.org)

    family.submit(family.get(f"/{world.org}/members/{lea.id}/archive"), f"members/{lea.id}/archive")

    assert not any(row.id == lea.id for row in store.get_summaries(world.org, (home.id,))[home.id].members)
    assert not any("Diagnosis" in family.get(page).text for page in pages)
    summaries.rebuild(world.organisation, home.id, world.now)
    assert not any("Diagnosis" in family.get(page).text for page in pages)
    archived = family.get(f"/{world.org}/members/archived")
    family.submit(archived, "members/archived", member=lea.id)
    assert not any("Diagnosis" in family.get(page).text for page in pages)


def test_an_act_of_the_family_keeps_what_it_does_not_see(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    """What is private is hidden from pages, not lost from the household's summary."""
    lea = _young(world, home, TEEN)
    _choose(_alone(world, home, lea, door), world.org)
    form = family.get(f"/{world.org}/members/add")
    family.submit(form, "members/add", first_name="Max", last_name="Tremblay")
    summary = store.get_summaries(world.org, (home.id,))[home.id]
    assert len(summary.enrolments) == 1
    assert len(summary.members) == 2


def test_only_the_young_person_chooses(world: World, home: Household, family: Browser) -> None:
    _young(world, home, TEEN)
    assert family.get(f"/{world.org}/own").status == 404


def test_somebody_of_age_opens_an_account_and_the_payer_stays(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    """NEW-14: the own account sees the classes; what the family bought stays the family's."""
    lea = _young(world, home, ADULT)
    alone = _alone(world, home, lea, door)

    page = alone.submit(alone.get(f"/{world.org}/own"), "own/account")

    assert page.status == 200
    user = _user(world, "lea@example.com")
    own = next(link.household for link in user.households if link.role is Role.HOLDER)
    summary = store.get_summaries(world.org, (own,))[own]
    assert [row.id for row in summary.members] == [lea.id]
    assert len(summary.enrolments) == 1
    assert alone.get(f"/{world.org}/invoices").status == 200
    stored = store.get_person(world.org, lea.id)
    assert stored
    assert stored.households == (home.id, own)
    from chalicelib.schedule.store import get_enrolment

    place = get_enrolment(world.org, lea.id, summary.enrolments[0].id)
    assert place
    assert place.household == home.id
    assert "Ballet" in family.get(f"/{world.org}/schedule").text


def test_a_teenager_has_no_account_of_his_or_her_own(
    world: World, home: Household, family: Browser, door: Door
) -> None:
    lea = _young(world, home, TEEN)
    alone = _alone(world, home, lea, door)
    page = alone.get(f"/{world.org}/own")
    assert "Open my own account" not in page.text
    token = page.form("own").fields["csrf"]
    assert alone.post(f"/{world.org}/own/account", {"csrf": token}).status == 404


def test_moving_out_waits_for_what_the_family_pays(world: World, home: Household, family: Browser, door: Door) -> None:
    lea = _young(world, home, ADULT)
    alone = _alone(world, home, lea, door)
    alone.submit(alone.get(f"/{world.org}/own"), "own/account")
    back = alone.submit(alone.get(f"/{world.org}/households"), "households", household=home.id)
    assert back.status == 200

    page = alone.submit(alone.get(f"/{world.org}/own"), "own/move-out")
    assert (page.status, "still pays" in page.text) == (409, True)

    summary = store.get_summaries(world.org, (home.id,))[home.id]
    over = tuple(row._replace(status="cancelled") for row in summary.enrolments)
    transaction = Transaction()
    store.save_summary(transaction, world.org, replace(summary, enrolments=over))
    transaction.commit()
    alone.submit(alone.get(f"/{world.org}/own"), "own/move-out")

    assert "Léa" not in family.get(f"/{world.org}/members").text
    assert family.get(f"/{world.org}/members/{lea.id}").status == 404
    assert [link.role for link in _user(world, "lea@example.com").households] == [Role.HOLDER]
