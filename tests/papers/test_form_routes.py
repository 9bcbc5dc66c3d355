"""A completed form as PDF: what was asked and answered, in the version and language of the day (FORM-2)."""

import pytest

from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from tests.forms.asking import ADDRESS, ALL, DOCTOR, NOTES, answered, published
from tests.papers.writing import read, words
from tests.support.browser import Browser
from tests.support.world import World
from tests.web.cast import session_cookie

ILL = {
    "allergy": "yes", "which": "Bees\nand wasps", "doctor": "Dr #Roy $x$ *b* @y <l> \\", "sport-swim": "yes",
    "phone": "+15145550177", "address-street": "1 rue Roy", "address-city": "Laval", "address-postcode": "H7A 1A1",
    "last": "2020-02-03", "signed": "Marie Tremblay",
}  # fmt: skip


@pytest.fixture
def family(world: World, browser: Browser) -> tuple[Household, Person]:
    """A household with Léa, whose holder is signed in."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))
    return home, lea


def test_a_form_is_fetched_as_it_was_answered(world: World, browser: Browser, family: tuple[Household, Person]) -> None:
    """FORM-2: also when another version is asked by now; nothing that was written is markup (I-02)."""
    home, lea = family
    form = published(world, *ALL)
    answered(world, form, home, lea, **ILL)
    published(world, NOTES, title="New title", form_id=form.id)
    page = browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}/answers")

    answer = browser.get(page.links["Download as PDF"])

    assert answer.header("content-type") == "application/pdf"
    assert 'filename="Health-form-Lea-Tremblay.pdf"' in answer.header("content-disposition")
    text = words(read(answer.body))
    for part in (
        "Health form", "Léa Tremblay", "Answered by", "Marie Tremblay", "Which allergies?", "Bees", "and wasps",
        "Dr #Roy $x$ *b* @y <l> \\", "Swimming", "(514) 555-0177", "1 rue Roy, Laval H7A 1A1", "February 3, 2020",
        "Please tell us.", "Version of the form",
    ):  # fmt: skip
        assert part in text, part
    assert "New title" not in text


def test_a_long_form_fills_pages(world: World, browser: Browser, family: tuple[Household, Person]) -> None:
    """Long questions and long answers stand beside each other; words without end are broken."""
    from chalicelib.forms.domain import Kind, Question

    home, lea = family
    questions = [
        Question(f"q{number}", Kind.LONG_TEXT, {"en": f"Question {number} " + "word " * 50}) for number in range(40)
    ]
    form = published(world, *questions)
    told = {f"q{number}": ("answer " * 150 if number % 2 else "x" * 1000) for number in range(40)}
    sent = answered(world, form, home, lea, **told)

    answer = browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}/answers/{sent.id}/pdf")

    text = words(read(answer.body))
    assert answer.status == 200
    assert "Question 39" in text
    assert text.count("answer") >= 20 * 150


@pytest.mark.parametrize(("role", "sees"), [(StaffRole.DESK, True), (StaffRole.FINANCE, False)])
def test_staff_fetch_it_with_health_if_they_need_it(
    world: World, browser: Browser, family: tuple[Household, Person], role: StaffRole, *, sees: bool
) -> None:
    """Health is left out of the paper as it is left out of the page."""
    home, lea = family
    form = published(world, *ALL[:3], ADDRESS)
    answered(world, form, home, lea, allergy="yes", which="Bees", doctor="Dr Roy")
    browser.sign_in_staff(world.org, world.staff(role), world.now)

    text = words(read(browser.get(f"/{world.org}/desk/forms/{form.id}/answers/{home.id}/{lea.id}/pdf").body))

    assert "Dr Roy" in text
    assert ("Bees" in text) is sees


def test_another_familys_form_is_not_found(world: World, browser: Browser, family: tuple[Household, Person]) -> None:
    """T-03."""
    other = world.household("Roy")
    hugo = world.member(other, "Hugo")
    form = published(world, DOCTOR)
    sent = answered(world, form, other, hugo, doctor="Dr Lee")
    _, lea = family

    for whom in (hugo.id, lea.id):
        assert browser.get(f"/{world.org}/forms/{form.id}/for/{whom}/answers/{sent.id}/pdf").status == 404
        assert browser.get(f"/{world.org}/forms/{form.id}/for/{whom}/answers/{sent.id}").status == 404
