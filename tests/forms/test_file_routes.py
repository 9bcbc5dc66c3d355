"""Questions that are answered with a file (FORM-1)."""

import pytest

from chalicelib.forms import store
from chalicelib.forms.domain import Whom
from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from tests.files.samples import PDF
from tests.forms.asking import CARD, DOCTOR, published, typed
from tests.support.browser import Browser
from tests.support.world import World
from tests.web.cast import session_cookie

MUST = CARD._replace(mandatory=True)


@pytest.fixture
def family(world: World, browser: Browser) -> tuple[Household, Person]:
    """A household with Léa, whose holder is signed in."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))
    return home, lea


def test_a_file_is_sent_with_the_form_and_opened_again(
    world: World, browser: Browser, family: tuple[Household, Person]
) -> None:
    """By the family and by staff, through an address that lives a minute."""
    home, lea = family
    form = published(world, DOCTOR, MUST)
    page = browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")
    fields = {"q-doctor": "Dr Roy"}

    listed = browser.upload(page, "with-files", {"q-card": ("../../card .pdf", PDF)}, **typed(fields))

    assert "The form was sent" in listed.text
    read = browser.get(listed.links["Health form"])
    (href,) = [link for words, link in read.links.items() if "card" in words]
    assert browser.get(href).status == 303
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    path = f"/{world.org}/desk/forms/{form.id}/answers/{home.id}/{lea.id}"
    assert browser.get(f"{path}/files/q-card").status == 303
    assert browser.get(f"{path}/files/q-doctor").status == 404


def test_a_file_is_for_those_who_look_after_people(
    world: World, browser: Browser, family: tuple[Household, Person]
) -> None:
    """It may be about health, which the office does not read."""
    home, lea = family
    form = published(world, DOCTOR, MUST)
    page = browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")
    browser.upload(page, "with-files", {"q-card": ("card.pdf", PDF)}, **typed({"q-doctor": "Dr Roy"}))
    browser.sign_in_staff(world.org, world.staff(StaffRole.FINANCE), world.now)
    path = f"/{world.org}/desk/forms/{form.id}/answers/{home.id}/{lea.id}"
    read = browser.get(path)
    assert "card.pdf" in read.text
    assert not any("/files/" in href for href in read.links.values())
    assert browser.get(f"{path}/files/q-card").status == 403


def test_a_file_need_not_be_sent_twice(world: World, browser: Browser, family: tuple[Household, Person]) -> None:
    """Where something else is wrong, the file is remembered."""
    home, lea = family
    form = published(world, DOCTOR, MUST)
    page = browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")
    refused = browser.upload(page, "with-files", {"q-card": ("card.pdf", PDF)})
    assert refused.status == 400
    assert "Already sent: card.pdf" in refused.text

    browser.upload(refused, "with-files", {}, **typed({"q-doctor": "Dr Roy"}))

    (kept,) = store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5)
    assert kept.files["q-card"].size == len(PDF)


def test_what_is_no_file_of_the_family_is_refused(
    world: World, browser: Browser, family: tuple[Household, Person]
) -> None:
    """Disguised, empty, missing, or an id of somebody else's file: refused beside the field."""
    home, lea = family
    form = published(world, DOCTOR, MUST)
    page = browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")
    fields = {"q-doctor": "Dr Roy"}

    for name, content, sentence in (
        ("card.pdf", b"<script>alert(1)</script>", "We could not recognise this file"),
        ("card.pdf", b"", "This file is empty"),
    ):
        refused = browser.upload(page, "with-files", {"q-card": (name, content)}, **typed(fields))
        assert refused.status == 400
        assert sentence in refused.text
    missing = browser.upload(page, "with-files", {}, **typed(fields), **typed({"q-card": "a" * 32}))
    assert missing.status == 400
    assert "Vaccination card – Fill in this field" in missing.text
    assert store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5) == []
