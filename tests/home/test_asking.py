"""The first page after signing in asks what is to be answered: what is overdue before everything else (ACC-14)."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.households.domain import Role
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Module
from tests.documents.sharing import wanted
from tests.forms.asking import AT_SIGN_IN, HEALTH, answered, due_by, published
from tests.support.browser import Browser
from tests.support.world import World
from tests.web.cast import session_cookie


def test_what_is_overdue_stands_first_and_goes_once_answered(world: World, browser: Browser) -> None:
    """With a link to each page, and nothing of what was answered."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))
    late = published(world, *HEALTH, rules=due_by(world.today - timedelta(days=1)), title="Late form")
    published(world, *HEALTH, rules=AT_SIGN_IN._replace(mandatory=False), title="Any day form")

    page = browser.get(f"/{world.org}")
    assert "Please answer this first" in page.text
    assert page.text.index("Late form") < page.text.index("Next class") < page.text.index("Any day form")
    assert page.links["Late form"].endswith(f"/forms/{late.id}/for/{lea.id}")
    answered(world, late, home, lea)

    page = browser.get(f"/{world.org}")
    assert "Late form" not in page.text
    assert "Please answer this first" not in page.text
    assert "Any day form" in page.text


def test_who_may_not_answer_is_not_asked(world: World, browser: Browser) -> None:
    """C5: nor anybody where the organisation uses no forms (DASH-6)."""
    home = world.household("Tremblay")
    world.member(home, "Léa")
    published(world, title="Health form")
    for role in (Role.VIEWER, Role.DELEGATE):
        user = world.user(home, email=f"{role.value}@example.com", role=role)
        browser.cookies.update(session_cookie(world.org, user, home.id))
        assert "Health form" not in browser.get(f"/{world.org}").text
    organisations.update(replace(world.organisation, modules=frozenset(Module) - {Module.FORMS}))
    browser.cookies.update(session_cookie(world.org, world.user(home, email="holder@example.com"), home.id))

    assert "Health form" not in browser.get(f"/{world.org}").text
    assert browser.get(f"/{world.org}/forms").status == 404


def test_a_paper_to_send_is_asked_for_with_the_rest_and_first_once_it_is_late(world: World, browser: Browser) -> None:
    """DOC-1: named by its title, with a link to the page on which it is sent, to those who may send it."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    browser.cookies.update(session_cookie(world.org, world.user(home), home.id))
    soon = wanted(world, home, "Proof of address", member=lea, due_on=world.today)
    late = wanted(world, home, "Medical note", member=lea, due_on=world.today - timedelta(days=1))

    page = browser.get(f"/{world.org}")
    first = page.text.index("Please answer this first")
    assert first < page.text.index("Medical note") < page.text.index("Next class") < page.text.index("Proof of address")
    assert page.links["Please send us: Medical note"].endswith(f"/documents/requests/{late.id}")
    assert page.links["Please send us: Proof of address"].endswith(f"/documents/requests/{soon.id}")

    browser.cookies.update(
        session_cookie(world.org, world.user(home, email="v@example.com", role=Role.VIEWER), home.id)
    )
    assert "Please answer this first" not in browser.get(f"/{world.org}").text
