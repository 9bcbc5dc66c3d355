"""Staff write forms in the browser, publish them, and change them later."""

from datetime import timedelta

import pytest

from chalicelib.forms import drafting, store
from chalicelib.forms.domain import Kind, Moment, Whom
from chalicelib.identity.domain import StaffRole
from chalicelib.schedule.domain import Ages
from tests.forms.asking import ALLERGY, DOCTOR, WHICH, answered, content, published, typed
from tests.support.browser import Browser, Page
from tests.support.world import World


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk, signed in."""
    return browser.sign_in_staff(world.org, world.staff(), world.now)


def test_a_form_is_written_and_published_in_the_browser(world: World, desk: Browser) -> None:
    """From nothing to what families are asked, without a line of script."""
    programme = world.programme("Ballet")
    group = world.class_group("Piano", world.now + timedelta(days=1))
    page = desk.submit(
        desk.get(f"/{world.org}/desk/forms/new"), "new", **typed({"title-fr": "Santé", "title-en": "Health"})
    )
    told = {"whom": "members", "youngest": "4", "oldest": "17", f"programme-{programme.id}": "yes",
            f"class-{group.id}": "yes", "moment-sign_in": "yes", "moment-enrolment": "yes", "mandatory": "yes",
            "due_on": "2027-01-31", "valid_months": "12"}  # fmt: skip
    page = desk.submit(page, "rules", **typed(told))
    for words in ("4", "17", "Ballet", "Piano", "Mandatory", "Jan 31, 2027", "Asked again after 12 months"):
        assert words in page.text
    page = _add(desk, _add_section(desk, page, "Allergies"), **{
        "kind": "choice", "label-fr": "Des allergies ?", "label-en": "Any allergies?", "mandatory": "yes",
        "options-fr": "Oui\nNon", "options-en": "Yes\nNo"})  # fmt: skip
    form = store.get_catalogue(world.org).forms[0]
    choice = drafting.require(world.org, form.id).content.questions[0]
    page = _add(desk, page, **{
        "kind": "health", "label-fr": "Lesquelles ?", "condition": f"{choice.id}={choice.options[0].id}"})  # fmt: skip
    assert "Depends on “Any allergies?”" in page.text
    assert "Any allergies?" in desk.get(page.links["Preview"]).text

    page = desk.submit(page, "publish")

    assert "Published" in page.text
    assert f"https://portal.test/{world.org}/forms/{form.id}" in page.text
    (listed,) = store.get_catalogue(world.org).forms
    assert (listed.version, listed.rules.mandatory, listed.rules.valid_months) == (1, True, 12)
    assert listed.rules.audience.ages == Ages(4, 17)
    assert listed.rules.audience.programmes == {programme.id}
    assert listed.rules.audience.class_groups == {group.id}
    assert listed.rules.moments == {Moment.SIGN_IN, Moment.ENROLMENT}
    made = store.get_version(world.org, form.id, 1)
    assert made
    assert [each.kind for each in made.questions] == [Kind.CHOICE, Kind.HEALTH]
    assert made.questions[0].options[1].label == {"fr": "Non", "en": "No"}


def _add_section(desk: Browser, page: Page, title: str) -> Page:
    section = desk.get(page.links["Add a section"])
    return desk.submit(section, section.url.rpartition("/")[2], **typed({"title-fr": title}))


def _add(desk: Browser, page: Page, **fields: str) -> Page:
    return desk.submit(desk.get(page.links["Add a question"]), "questions/new", **typed(fields))


def test_questions_are_moved_changed_and_taken_out(world: World, desk: Browser) -> None:
    """What families answer stays as it is until the next publishing."""
    form = published(world, ALLERGY, WHICH, DOCTOR)
    path = f"/{world.org}/desk/forms/{form.id}"

    page = _act(desk, path, thing="doctor", act="up")
    assert page.text.index("Family doctor") < page.text.index("Which allergies?")
    page = desk.submit(desk.get(f"{path}/questions/doctor"), "doctor", **typed({"label-fr": "Votre médecin"}))
    assert "Votre médecin" in str(drafting.require(world.org, form.id).content.questions)
    page = _act(desk, path, thing="allergy", act="remove")
    assert "names an answer that is not before it" in page.text
    page = _act(desk, path, thing="s1", act="remove")
    assert "no questions yet" in page.text

    now = store.get_version(world.org, form.id, 1)
    assert now == content(ALLERGY, WHICH, DOCTOR)


def _act(desk: Browser, path: str, **fields: str) -> Page:
    page = desk.get(path)
    return desk.post(f"{path}/arrange", {**page.form("arrange").fields, **fields}, follow=True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"label-fr": ""}, "Fill in this field"),
        ({"kind": "essay"}, "Choose one of the answers offered"),
        ({"kind": "choice", "options-fr": "Oui"}, "Write at least two answers"),
        ({"kind": "choices", "options-fr": "Oui\nOui"}, "Two answers are the same"),
        ({"kind": "choice", "options-fr": "\n".join(map(str, range(31)))}, "Write at most 30 answers"),
        ({"label-en": "x" * 301}, "Use at most 300 characters"),
    ],
)
def test_a_wrong_question_is_refused(world: World, desk: Browser, fields: dict[str, str], sentence: str) -> None:
    """Every mistake is told beside its field, and nothing is stored."""
    form = published(world, ALLERGY)
    page = desk.get(f"/{world.org}/desk/forms/{form.id}/questions/new", section="s1")

    refused = desk.submit(page, "new", **typed({"kind": "text", "label-fr": "Question", **fields}))

    assert refused.status == 400
    assert sentence in refused.text
    assert len(drafting.require(world.org, form.id).content.questions) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"youngest": "9", "oldest": "8"}, "below the youngest age"),
        ({"youngest": "old"}, "Enter a whole number"),
        ({"valid_months": "999999999999"}, "Enter a whole number"),
        ({"valid_months": "000009999"}, "Enter a whole number"),
        ({"due_on": "soon"}, "Enter a date"),
        ({"title-fr": ""}, "Fill in this field"),
    ],
)
def test_wrong_rules_are_refused(world: World, desk: Browser, fields: dict[str, str], sentence: str) -> None:
    """The same for the rules."""
    form = published(world, ALLERGY)
    page = desk.get(f"/{world.org}/desk/forms/{form.id}/rules")

    refused = desk.submit(page, "rules", **typed({"title-fr": "Santé", **fields}))

    assert refused.status == 400
    assert sentence in refused.text


def test_two_writers_do_not_overwrite_each_other(world: World, desk: Browser) -> None:
    """D-04: who was shown an older state is told so."""
    form = published(world, ALLERGY, DOCTOR)
    path = f"/{world.org}/desk/forms/{form.id}"
    page = desk.get(path)
    _act(desk, path, thing="doctor", act="up")

    late = desk.post(f"{path}/arrange", {**page.form("arrange").fields, "thing": "allergy", "act": "remove"})
    published_late = desk.submit(page, "publish")

    assert (late.status, published_late.status) == (409, 409)
    assert store.get_catalogue(world.org).forms[0].version == 1


def test_publishing_again_asks_again_only_if_wanted(world: World, desk: Browser) -> None:
    """A corrected spelling need not bother anybody."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    form = published(world, DOCTOR)
    answered(world, form, home, lea, doctor="Dr Roy")
    path = f"/{world.org}/desk/forms/{form.id}"

    desk.submit(desk.get(path), "publish")
    assert store.get_catalogue(world.org).forms[0][3:5] == (2, 1)
    desk.submit(desk.get(path), "publish", ask_again="yes")
    assert store.get_catalogue(world.org).forms[0][3:5] == (3, 3)
    assert len(store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5)) == 1


def test_a_form_is_taken_out_of_use_and_used_again(world: World, desk: Browser) -> None:
    """What was answered stays."""
    form = published(world, DOCTOR)
    path = f"/{world.org}/desk/forms/{form.id}"

    assert "Out of use" in desk.submit(desk.get(path), "retire").text
    assert not store.get_catalogue(world.org).forms[0].is_open
    desk.submit(desk.get(path), "retire")
    assert store.get_catalogue(world.org).forms[0].is_open


def test_a_form_made_twice_is_one(world: World, desk: Browser) -> None:
    """A double click is harmless."""
    page = desk.get(f"/{world.org}/desk/forms/new")
    for _ in range(2):
        desk.submit(page, "new", **typed({"title-fr": "Santé"}))

    assert len(store.get_catalogue(world.org).forms) == 1


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.INSTRUCTOR, StaffRole.READ_ONLY])
def test_only_the_desk_writes_forms(world: World, browser: Browser, role: StaffRole) -> None:
    """A-28: the others see that there are forms."""
    form = published(world, DOCTOR)
    browser.sign_in_staff(world.org, world.staff(role), world.now)

    page = browser.get(f"/{world.org}/desk/forms")
    assert "New form" not in page.text
    assert page.links["Health form"].endswith("/answered")
    assert browser.get(f"/{world.org}/desk/forms/{form.id}").status == 403


def test_hostile_words_stay_words(world: World, desk: Browser) -> None:
    """I-01: titles, questions, answers and hints are never markup."""
    evil = '"><script>alert(1)</script>{{7*7}}'
    page = desk.submit(desk.get(f"/{world.org}/desk/forms/new"), "new", **typed({"title-fr": evil}))
    page = desk.submit(page, "rules", **typed({"intro-fr": evil}))
    page = _add_section(desk, page, evil)
    page = _add(desk, page, **{"kind": "choice", "label-fr": evil, "hint-fr": evil, "options-fr": f"{evil}\nNon"})
    preview = desk.get(page.links["Preview"])

    for shown in (page, preview, desk.get(f"/{world.org}/desk/forms")):
        assert "<script>alert" not in shown.html
        assert "{{7*7}}" in shown.text
