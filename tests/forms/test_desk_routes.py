"""Staff see who has answered and who has not, read what was answered, and answer for a family (ACC-14)."""

from datetime import timedelta

import pytest

from chalicelib.forms import store
from chalicelib.forms.domain import Audience, Whom
from chalicelib.households import activity
from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from chalicelib.schedule.domain import ClassGroup
from tests.forms.asking import ANSWERED, AT_SIGN_IN, answered, for_ages, published, typed
from tests.support.browser import Browser
from tests.support.world import World

ILL = {"allergy": "yes", "which": "Bees and wasps", "doctor": "Dr Roy"}


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk, signed in."""
    return browser.sign_in_staff(world.org, world.staff(), world.now)


def piano(world: World, *families: tuple[Household, Person], teacher: str = "Ann Lee") -> ClassGroup:
    """A class with these children."""
    programme = world.programme("Ballet")
    group = world.class_group("Piano", world.now + timedelta(days=1), programme=programme.id, instructor=teacher)
    for home, member in families:
        world.enrol(home, member, group)
    return group


def family(world: World, name: str, child: str) -> tuple[Household, Person]:
    """A household with a child."""
    home = world.household(name)
    return home, world.member(home, child)


def test_a_class_shows_who_has_answered_and_who_has_not(world: World, desk: Browser) -> None:
    """Those who have not come first; a class or its programme say the same."""
    lea, hugo = family(world, "Tremblay", "Léa"), family(world, "Roy", "Hugo")
    group = piano(world, lea, hugo)
    form = published(world)
    answered(world, form, *lea)

    for chosen in ({"class": group.id}, {"programme": group.programme}):
        page = desk.get(f"/{world.org}/desk/forms/{form.id}/answered", **typed(chosen))
        assert "1 of 2 answered" in page.text
        assert page.text.index("Hugo Roy") < page.text.index("Léa Tremblay")
        assert "Not answered" in page.text
    everybody = desk.get(f"/{world.org}/desk/forms/{form.id}/answered")
    assert "Léa Tremblay" in everybody.text
    assert "Hugo Roy" not in everybody.text


def test_who_answered_an_older_version_has_to_be_asked_again(world: World, desk: Browser) -> None:
    """And whose answer ran out."""
    lea = family(world, "Tremblay", "Léa")
    group = piano(world, lea)
    form = published(world, rules=AT_SIGN_IN._replace(valid_months=1))
    answered(world, form, *lea)
    path = f"/{world.org}/desk/forms/{form.id}/answered"
    assert "1 of 1 answered" in desk.get(path, **typed({"class": group.id})).text

    published(world, form_id=form.id)

    page = desk.get(path, **typed({"class": group.id}))
    assert "0 of 1 answered" in page.text
    assert "To be asked again" in page.text


def test_only_those_are_listed_who_are_asked(world: World, desk: Browser) -> None:
    """A form for grown-ups is not missing from children; one about households names these."""
    lea = family(world, "Tremblay", "Léa")
    group = piano(world, lea)
    adults = published(world, rules=for_ages(18, None))
    homes = published(world, rules=AT_SIGN_IN._replace(audience=Audience(household=True)))

    assert "Léa" not in desk.get(f"/{world.org}/desk/forms/{adults.id}/answered", **typed({"class": group.id})).text
    page = desk.get(f"/{world.org}/desk/forms/{homes.id}/answered", **typed({"class": group.id}))
    assert "0 of 1 answered" in page.text


def test_staff_read_what_was_answered_and_the_family_sees_that(world: World, desk: Browser) -> None:
    """Health is there for the desk."""
    lea = family(world, "Tremblay", "Léa")
    form = published(world)
    answered(world, form, lea[0], lea[1], **ILL)

    page = desk.get(desk.get(f"/{world.org}/desk/forms/{form.id}/answered").links["Léa Tremblay"])

    assert "Bees and wasps" in page.text
    assert "Léa Tremblay" in page.text
    deeds = activity.page(world.org, lea[0].id, world.now - timedelta(hours=1), world.now + timedelta(hours=1)).rows
    assert "form_read_by_staff" in {deed.kind for deed in deeds}


@pytest.mark.parametrize(
    ("role", "sees_health"),
    [(StaffRole.OWNER, True), (StaffRole.DESK, True), (StaffRole.FINANCE, False), (StaffRole.READ_ONLY, False)],
)
def test_health_is_read_only_by_those_who_need_it(
    world: World, browser: Browser, role: StaffRole, *, sees_health: bool
) -> None:
    """On the page, in the PDF's address and in the table alike."""
    lea = family(world, "Tremblay", "Léa")
    form = published(world)
    answered(world, form, lea[0], lea[1], **ILL)
    browser.sign_in_staff(world.org, world.staff(role), world.now)
    path = f"/{world.org}/desk/forms/{form.id}"

    page = browser.get(f"{path}/answers/{lea[0].id}/{lea[1].id}")
    table = browser.get(f"{path}/csv").body.decode("utf-8-sig")

    assert ("Bees and wasps" in page.text) is sees_health
    assert ("Bees and wasps" in table) is sees_health
    assert "Dr Roy" in page.text
    assert "Dr Roy" in table


def test_instructors_read_the_answers_of_their_own_classes(world: World, browser: Browser) -> None:
    """Health too; of others they learn nothing."""
    lea, hugo = family(world, "Tremblay", "Léa"), family(world, "Roy", "Hugo")
    mine, other = piano(world, lea, teacher="Kate Murphy"), piano(world, hugo, teacher="Ann Lee")
    form = published(world)
    for each in (lea, hugo):
        answered(world, form, each[0], each[1], **ILL)
    browser.sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR), world.now)
    path = f"/{world.org}/desk/forms/{form.id}"

    listed = browser.get(f"{path}/answered", **typed({"class": mine.id}))
    assert "Bees and wasps" in browser.get(listed.links["Léa Tremblay"]).text
    assert "Bees and wasps" in browser.get(f"{path}/csv", **typed({"class": mine.id})).body.decode("utf-8-sig")
    assert "Léa" not in browser.get(f"{path}/answered").text
    theirs = f"{path}/answers/{hugo[0].id}/{hugo[1].id}"
    for address, query in (
        (f"{path}/answered", {"class": other.id}), (theirs, {}), (theirs, {"class": mine.id}),
        (theirs, {"class": other.id}), (f"{theirs}/pdf", {"class": mine.id}), (f"{path}/csv", {}),
        (f"{path}/csv", {"class": other.id}), (f"{path}/csv", {"programme": other.programme}),
    ):  # fmt: skip
        assert browser.get(address, **typed(query)).status == 404, (address, query)


def test_staff_answer_for_a_family_as_completely_as_it_would(world: World, desk: Browser) -> None:
    """ACC-13, ACC-14: mandatory answers are mandatory for staff too."""
    home, lea = family(world, "Tremblay", "Léa")
    group = piano(world, (home, lea))
    form = published(world)
    page = desk.get(
        desk.get(f"/{world.org}/desk/forms/{form.id}/answered", **typed({"class": group.id})).links["Léa Tremblay"]
    )

    refused = desk.submit(page, f"fill/{home.id}/{lea.id}", **typed({"q-allergy": "no"}))
    assert refused.status == 400
    assert "Family doctor – Fill in this field" in refused.text
    done = desk.submit(refused, f"fill/{home.id}/{lea.id}", **typed(ANSWERED))

    assert done.url.partition("?")[0].endswith("/answered")
    (kept,) = store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5)
    assert kept.by == "Kate Murphy"


def test_nobody_is_answered_for_in_a_foreign_household(world: World, desk: Browser) -> None:
    """T-03."""
    (home, lea), (other, hugo) = family(world, "Tremblay", "Léa"), family(world, "Roy", "Hugo")
    form = published(world)
    path = f"/{world.org}/desk/forms/{form.id}"

    assert desk.get(f"{path}/fill/{home.id}/{hugo.id}").status == 404
    assert desk.get(f"{path}/answers/{other.id}/{lea.id}").status == 404
    assert desk.get(f"{path}/answers/{'a' * 32}/{lea.id}").status == 404


def test_the_table_holds_who_did_not_answer_and_no_formula(world: World, desk: Browser) -> None:
    """I-04: answers that begin like a formula are text in every spreadsheet."""
    lea, hugo = family(world, "Tremblay", "=Léa"), family(world, "Roy", "Hugo")
    group = piano(world, lea, hugo)
    form = published(world)
    answered(world, form, *lea, allergy="no", doctor='=HYPERLINK("http://evil.example","Dr, Roy")')

    answer = desk.get(f"/{world.org}/desk/forms/{form.id}/csv", **typed({"class": group.id}))

    lines = answer.body.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Name,State,Answered on,Answered by,Any allergies?,Which allergies?,Family doctor"
    assert lines[1] == "Hugo Roy,Not answered,,,,,"
    assert lines[2].startswith(f"'=Léa Tremblay,Answered,{world.today},Marie Tremblay,No,,\"'=HYPERLINK(")
    assert answer.header("content-type").startswith("text/csv")


def test_the_table_holds_questions_of_every_version(world: World, desk: Browser) -> None:
    """What was asked once does not vanish from the table."""
    from tests.forms.asking import DOCTOR, NOTES

    lea, hugo = family(world, "Tremblay", "Léa"), family(world, "Roy", "Hugo")
    form = published(world)
    answered(world, form, *lea)
    form = published(world, DOCTOR, NOTES, form_id=form.id)
    answered(world, form, *hugo, doctor="Dr Lee", notes="line\nbreak")

    table = desk.get(f"/{world.org}/desk/forms/{form.id}/csv").body.decode("utf-8-sig")

    assert table.startswith(
        "Name,State,Answered on,Answered by,Any allergies?,Which allergies?,Family doctor,Anything else?"
    )
    assert ",No,,Dr Roy,\r\n" in table
    assert ',,,Dr Lee,"line\nbreak"' in table
