"""A place waits for mandatory forms, whoever takes it (ACC-13, ACC-14)."""

import pytest

from chalicelib.enrolments import making_up
from chalicelib.enrolments.asking import Unanswered
from chalicelib.enrolments.transferring import transfer
from chalicelib.enrolments.waiting import look_through
from chalicelib.forms.domain import Audience
from chalicelib.households.domain import Household, Person
from chalicelib.schedule.domain import Ages, EnrolmentStatus
from tests.enrolments.school import School
from tests.enrolments.studio import choice
from tests.forms.asking import ANSWERED, AT_ENROLMENT, AT_SIGN_IN, answered, published, typed
from tests.support.browser import Browser
from tests.support.world import World
from tests.web.cast import session_cookie


@pytest.fixture
def school(world: World) -> School:
    """A school with the ready-made rules of Quebec, whose families change group themselves."""
    school = School(world, world.programme("Ballet").id)
    school.rules(preset="quebec_course", transfer=True)
    return school


@pytest.fixture
def family(school: School) -> tuple[Household, Person]:
    """A household with one child."""
    return school.family()


def test_a_place_waits_for_a_mandatory_form(school: School, browser: Browser, family: tuple[Household, Person]) -> None:
    """ACC-13, ACC-14: the place is kept, the form filled in, and the way leads back to the place."""
    home, lea = family
    world = school.world
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))
    published(world, rules=AT_ENROLMENT)
    group = school.group(1, 8, 15, capacity=3, price_minor=20000)

    kept = browser.submit(browser.get(f"/{world.org}/classes/{group.id}"), "/hold")
    assert "First answer this" in kept.text
    form = browser.get(kept.links["Health form"])
    again = browser.submit(form, f"for/{lea.id}", **typed(ANSWERED))
    assert again.url.endswith("/enrolling")
    assert "First answer this" not in again.text
    browser.submit(again, "/enrolling", follow=False)

    (row,) = school.summary(home).enrolments
    assert row.status == EnrolmentStatus.ACTIVE.value


def test_no_use_case_takes_a_place_without_the_answers(school: School, family: tuple[Household, Person]) -> None:
    """ACC-13: the rule is with the place, so nobody goes round the page."""
    home, lea = family
    form = published(school.world, rules=AT_ENROLMENT)
    school.hold(home, lea, school.group(1, 8, 15))

    with pytest.raises(Unanswered) as refused:
        school.confirm(home)

    assert [each.id for each in refused.value.asked] == [form.id]
    answered(school.world, form, home, lea)
    school.confirm(home)
    assert school.summary(home).enrolments[0].status == EnrolmentStatus.ACTIVE.value


@pytest.mark.parametrize(
    "rules",
    [
        AT_SIGN_IN,
        AT_ENROLMENT._replace(mandatory=False),
        AT_ENROLMENT._replace(audience=Audience(ages=Ages(18, None))),
        AT_ENROLMENT._replace(audience=Audience(class_groups=frozenset({"another"}))),
        AT_ENROLMENT._replace(audience=Audience(programmes=frozenset({"another"}))),
    ],
)
def test_other_forms_keep_nobody_from_a_place(school: School, family: tuple[Household, Person], rules: object) -> None:
    """Voluntary forms, forms at other moments, and forms for others."""
    home, lea = family
    published(school.world, rules=rules)  # type: ignore[arg-type]
    school.hold(home, lea, school.group(1, 8, 15))

    school.confirm(home)

    assert school.summary(home).enrolments[0].status == EnrolmentStatus.ACTIVE.value


def test_a_form_of_the_programme_is_asked_for_its_classes(school: School, family: tuple[Household, Person]) -> None:
    """The audience may be a programme, a class or the household."""
    home, lea = family
    group = school.group(1, 8, 15)
    audiences = (
        Audience(programmes=frozenset({group.programme})),
        Audience(class_groups=frozenset({group.id})),
        Audience(household=True),
    )
    forms = [published(school.world, rules=AT_ENROLMENT._replace(audience=each)) for each in audiences]
    school.hold(home, lea, group)

    with pytest.raises(Unanswered) as refused:
        school.confirm(home)

    assert [(each.id, each.member) for each in refused.value.asked] == [
        (forms[0].id, lea.id), (forms[1].id, lea.id), (forms[2].id, ""),
    ]  # fmt: skip


def test_another_group_waits_for_its_forms_as_well(school: School, family: tuple[Household, Person]) -> None:
    """ACC-13: also when staff change the group."""
    home, lea = family
    old, new = school.group(1, 8, 15), school.group(2, 9, 16)
    place = school.buy(home, lea, old)
    form = published(school.world, rules=AT_ENROLMENT._replace(audience=Audience(class_groups=frozenset({new.id}))))

    with pytest.raises(Unanswered):
        transfer(school.world.organisation, home.id, lea.id, place.id, new.id, school.now, by="staff")

    answered(school.world, form, home, lea)
    moved = transfer(school.world.organisation, home.id, lea.id, place.id, new.id, school.now, by="staff")
    assert moved.class_group == new.id


def test_a_make_up_waits_for_the_answers_of_its_class(
    school: School, browser: Browser, family: tuple[Household, Person]
) -> None:
    """ACC-13: the page says what is missing, the way leads back to it, and nobody goes round it."""
    home, lea = family
    world = school.world
    right, group = school.given_right(home, lea), school.group(3)
    published(world, rules=AT_ENROLMENT._replace(audience=Audience(class_groups=frozenset({group.id}))))
    held = making_up.hold(world.organisation, home.id, choice(right, group), school.now)
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))

    with pytest.raises(Unanswered):
        making_up.confirm(world.organisation, home.id, lea.id, held.id, school.now)
    page = browser.get(f"/{world.org}/makeups/{right.id}/choice")
    assert "Take this class" not in page.text
    again = browser.submit(browser.get(page.links["Health form"]), f"for/{lea.id}", **typed(ANSWERED))
    assert again.url.endswith(f"/makeups/{right.id}/choice")
    browser.submit(again, "/confirm", follow=False)

    assert school.enrolment(held).status is EnrolmentStatus.ACTIVE


def test_an_offered_make_up_leads_to_what_is_missing(
    school: School, browser: Browser, family: tuple[Household, Person]
) -> None:
    """ACC-13, SCH-6: whoever waited for it answers first, and comes back to the list."""
    home, lea = family
    world = school.world
    right, group = school.given_right(home, lea), school.group(3)
    published(world, rules=AT_ENROLMENT._replace(audience=Audience(class_groups=frozenset({group.id}))))
    waiting = making_up.wait_for(world.organisation, home.id, choice(right, group), school.now)
    look_through(world.organisation, group.id, school.now)
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))

    form = browser.submit(browser.get(f"/{world.org}/waiting"), "/accept")
    assert "Family doctor" in form.text
    again = browser.submit(form, f"for/{lea.id}", **typed(ANSWERED))
    assert again.url.endswith("/waiting")
    browser.submit(again, "/accept")

    assert school.enrolment(waiting).status is EnrolmentStatus.ACTIVE
