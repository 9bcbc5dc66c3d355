"""A profile is saved only with the answers that the organisation's forms make mandatory (ACC-13)."""

import pytest

from chalicelib.forms import store
from chalicelib.forms.domain import Audience, Moment, Rules, Whom
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.schedule.domain import Ages
from tests.forms.asking import CARD, DOCTOR, answered, published, typed
from tests.support.browser import Browser
from tests.support.world import World
from tests.web.cast import session_cookie

PROFILE = Rules(moments=frozenset({Moment.PROFILE}), mandatory=True)
TOLD = {"first_name": "Hugo", "last_name": "Tremblay", "birth_date": "2015-05-31"}


@pytest.fixture
def family(world: World, browser: Browser) -> tuple[Household, Person]:
    """A household with Léa, whose holder is signed in."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))
    return home, lea


def test_a_profile_is_saved_with_its_mandatory_answers(
    world: World, browser: Browser, family: tuple[Household, Person]
) -> None:
    """ACC-13: neither the profile nor the answers without each other."""
    home, lea = family
    form = published(world, rules=PROFILE)
    page = browser.get(f"/{world.org}/members/{lea.id}/edit")
    assert "Health form" in page.text

    refused = browser.submit(page, "edit", first_name="Léanne")
    assert refused.status == 400
    assert "Family doctor – Fill in this field" in refused.text
    stored = households.get_person(world.org, lea.id)
    assert stored
    assert stored.first_name == "Léa"
    browser.submit(refused, "edit", first_name="Léanne", **typed({"q-allergy": "no", "q-doctor": "Dr Roy"}))

    stored = households.get_person(world.org, lea.id)
    assert stored
    assert stored.first_name == "Léanne"
    assert len(store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5)) == 1
    assert "Health form" not in browser.get(f"/{world.org}/members/{lea.id}/edit").text


def test_a_new_member_is_added_with_the_answers_about_that_age(
    world: World, browser: Browser, family: tuple[Household, Person]
) -> None:
    """ACC-13, X-7: as long as the age is not known, all are asked; then those of that age."""
    home, _ = family
    children = published(world, DOCTOR, rules=PROFILE._replace(audience=Audience(ages=Ages(None, 17))))
    adults = published(
        world, DOCTOR._replace(id="work", label={"en": "Company doctor"}), title="Adults",
        rules=PROFILE._replace(audience=Audience(ages=Ages(18, None))),
    )  # fmt: skip
    page = browser.get(f"/{world.org}/members/add")
    assert "Company doctor" in page.text

    refused = browser.submit(page, "add", **typed(TOLD))
    assert "Company doctor" not in refused.text
    assert len(households.get_summaries(world.org, (home.id,))[home.id].members) == 1
    browser.submit(refused, "add", **typed(TOLD), **typed({"q-doctor": "Dr Roy"}))

    summary = households.get_summaries(world.org, (home.id,))[home.id]
    (hugo,) = [row for row in summary.members if row.first_name == "Hugo"]
    assert [(row.id, row.member) for row in summary.given] == [(children.id, hugo.id)]
    assert adults.id not in {row.id for row in summary.given}


def test_a_form_with_a_file_is_answered_first(world: World, browser: Browser, family: tuple[Household, Person]) -> None:
    """It has a page of its own, which leads back."""
    home, lea = family
    form = published(world, DOCTOR, CARD, rules=PROFILE)
    page = browser.get(f"/{world.org}/members/{lea.id}/edit")
    assert page.links["Health form"].endswith(f"next=members%2F{lea.id}%2Fedit")

    refused = browser.submit(page, "edit", first_name="Léanne")
    assert "First answer “Health form”" in refused.text
    answered(world, form, home, lea, doctor="Dr Roy")
    browser.submit(refused, "edit", first_name="Léanne")

    stored = households.get_person(world.org, lea.id)
    assert stored
    assert stored.first_name == "Léanne"


def test_staff_save_no_profile_without_the_answers_either(
    world: World, browser: Browser, family: tuple[Household, Person]
) -> None:
    """ACC-13: applies to staff as well."""
    _, lea = family
    published(world, rules=PROFILE)
    browser.sign_in_staff(world.org, world.staff(), world.now)
    page = browser.get(f"/{world.org}/desk/members/{lea.id}/profile")

    refused = browser.submit(page, "profile", follow=False, first_name="Léanne")
    assert refused.status == 400
    told = {"q-allergy": "no", "q-doctor": "Dr Roy"}
    saved = browser.submit(refused, "profile", follow=False, first_name="Léanne", **typed(told))

    assert saved.status == 303
    stored = households.get_person(world.org, lea.id)
    assert stored
    assert stored.first_name == "Léanne"
    assert browser.get(f"/{world.org}/desk/members/{'a' * 32}/profile").status == 404
