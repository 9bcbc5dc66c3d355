"""Families answer forms in the browser, and read again what they answered (FORM-1, ACC-13)."""

import re
from datetime import timedelta

import pytest

from chalicelib.forms import store
from chalicelib.forms.domain import Audience, Rules, Whom
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from tests.forms.asking import ALL, ANSWERED, AT_SIGN_IN, HEALTH, answered, due_by, published, typed
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def family(world: World, door: Door) -> tuple[Household, Person]:
    """A household with Léa, and Marie signed in."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    door.enter("marie@example.com")
    return home, lea


def test_a_form_is_found_answered_and_read_again(world: World, door: Door, family: tuple[Household, Person]) -> None:
    """FORM-1: from the list to the list."""
    home, lea = family
    form = published(world, *ALL)

    page = door.browser.get(door.browser.get(f"/{world.org}/forms").links["Health form"])
    assert "About: Léa Tremblay" in page.text
    told = {
        "q-allergy": "yes", "q-which": "Nuts\nand <b>milk</b>", "q-doctor": "Dr Roy", "q-sport-swim": "yes",
        "q-phone": "514-555-0177", "q-address-street": "1 rue Roy", "q-address-city": "Laval",
        "q-address-postcode": "H7A 1A1", "q-last": "2020-02-03", "q-notes": "", "q-signed": "Marie Tremblay",
    }  # fmt: skip
    listed = door.browser.submit(page, "for/" + lea.id, **typed(told))

    assert "The form was sent" in listed.text
    assert "To fill in" not in listed.text
    read = door.browser.get(listed.links["Health form"])
    for words in ("Nuts", "<b>milk</b>", "(514) 555-0177", "1 rue Roy, Laval H7A 1A1", "February 3, 2020", "Swimming"):
        assert words in read.text
    assert "Answered by Marie Tremblay" in read.text
    (row,) = households.get_summaries(world.org, (home.id,))[home.id].given
    assert (row.kind, row.id, row.member, row.state, row.version) == ("form", form.id, lea.id, "done", 1)


def test_all_mistakes_are_told_at_once_and_nothing_is_lost(
    world: World, door: Door, family: tuple[Household, Person]
) -> None:
    """ACC-13: what was typed is still there."""
    home, lea = family
    form = published(world, *ALL)
    page = door.browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")

    refused = door.browser.submit(
        page,
        "for/" + lea.id,
        **typed({"q-phone": "12", "q-doctor": "Dr Roy", "q-address-city": "Laval", "q-last": "never"}),
    )

    assert refused.status == 400
    for sentence in (
        "Any allergies? – Choose an answer", "Sports – Choose at least one answer",
        "Whom to call – Enter a telephone number", "Street and number – Fill in this field",
        "Last vaccination – Enter a date", "Your name – Fill in this field",
    ):  # fmt: skip
        assert sentence in refused.text
    assert "Which allergies? –" not in refused.text
    assert refused.form("for/" + lea.id).fields["q-doctor"] == "Dr Roy"
    assert store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5) == []


def test_a_question_is_asked_only_under_its_condition(
    world: World, door: Door, family: tuple[Household, Person]
) -> None:
    """Without script: the condition stands in words, and the answer counts only where it holds."""
    home, lea = family
    form = published(world, *HEALTH)
    path = f"/{world.org}/forms/{form.id}/for/{lea.id}"
    page = door.browser.get(path)
    assert "Only if you answered “Yes” to “Any allergies?”" in page.text

    refused = door.browser.submit(page, "for/" + lea.id, **typed(ANSWERED | {"q-allergy": "yes"}))
    assert "Which allergies? – Fill in this field" in refused.text
    door.browser.submit(refused, "for/" + lea.id, **typed({"q-allergy": "no", "q-which": "nonsense"}))

    (kept,) = store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5)
    assert kept.fields == ANSWERED


def test_a_draft_is_kept_with_its_mistakes_and_thrown_away(
    world: World, door: Door, family: tuple[Household, Person]
) -> None:
    """Drafts block nothing and answer nothing."""
    home, lea = family
    form = published(world, *ALL)
    path = f"/{world.org}/forms/{form.id}/for/{lea.id}"

    kept = door.browser.submit(
        door.browser.get(path), "for/" + lea.id, keep="yes", **typed({"q-phone": "12", "q-doctor": "Dr Roy"})
    )
    assert "you can go on later" in kept.text
    listed = door.browser.get(f"/{world.org}/forms")
    assert "To fill in" in listed.text
    assert listed.text.count("Draft") == listed.text.count("Health form") == 1, "once, among what is asked"
    again = door.browser.get(path)
    assert again.form("for/" + lea.id).fields["q-phone"] == "12"
    (row,) = households.get_summaries(world.org, (home.id,))[home.id].given
    assert row.state == "draft"

    door.browser.submit(again, "discard")
    assert "Draft" not in door.browser.get(f"/{world.org}/forms").text
    assert households.get_summaries(world.org, (home.id,))[home.id].given == ()


def test_sent_twice_is_answered_once(world: World, door: Door, family: tuple[Household, Person]) -> None:
    """A double click is harmless."""
    home, lea = family
    form = published(world, *HEALTH)
    page = door.browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")

    for _ in range(2):
        done = door.browser.submit(page, "for/" + lea.id, **typed(ANSWERED))
        assert "The form was sent" in done.text

    assert len(store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5)) == 1


def test_an_answer_stays_in_its_version(world: World, door: Door, family: tuple[Household, Person]) -> None:
    """FORM-1: a form that was changed since is read as it was answered, and asked again."""
    home, lea = family
    form = published(world, *HEALTH)
    first = answered(world, form, home, lea)
    published(world, *ALL[2:4], title="New form", form_id=form.id)

    path = f"/{world.org}/forms/{form.id}/for/{lea.id}"
    read = door.browser.get(f"{path}/answers/{first.id}")
    assert "Health form" in read.text
    assert "Any allergies?" in read.text
    assert "Sports" not in read.text
    assert "New form" in door.browser.get(f"/{world.org}/forms").text
    assert "Sports" in door.browser.get(path).text


def test_a_form_that_changed_meanwhile_is_shown_again(
    world: World, door: Door, family: tuple[Household, Person]
) -> None:
    """Nobody answers questions that he or she did not see."""
    home, lea = family
    form = published(world, *HEALTH)
    page = door.browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")
    published(world, *ALL, form_id=form.id)

    again = door.browser.submit(page, "for/" + lea.id, **typed(ANSWERED))

    assert again.status == 409
    assert "Nothing was sent" in again.text
    assert again.form("for/" + lea.id).fields["q-doctor"] == "Dr Roy"
    assert store.list_answers(world.org, Whom(form.id, home.id, lea.id), size=5) == []


def test_the_link_leads_to_whom_it_is_about(world: World, door: Door, family: tuple[Household, Person]) -> None:
    """By link: with one member at once, with several after a choice; about the household at once."""
    home, lea = family
    form = published(world, *HEALTH, rules=Rules())
    page = door.browser.get(f"/{world.org}/forms/{form.id}")
    assert page.location.endswith(f"/for/{lea.id}")
    hugo = world.member(home, "Hugo")
    choice = door.browser.get(f"/{world.org}/forms/{form.id}")
    assert choice.links["Hugo Tremblay"].endswith(f"/for/{hugo.id}")
    about_home = published(world, *HEALTH, rules=Rules(Audience(household=True)))
    assert door.browser.get(f"/{world.org}/forms/{about_home.id}").location.endswith("/for/household")
    assert "To fill in" not in door.browser.get(f"/{world.org}/forms").text


def test_what_is_overdue_says_so(world: World, door: Door, family: tuple[Household, Person]) -> None:
    """Overdue first, and in words."""
    published(world, *HEALTH, rules=due_by(world.today - timedelta(days=1)), title="Late form")
    published(world, *HEALTH, rules=AT_SIGN_IN, title="Any day form")

    page = door.browser.get(f"/{world.org}/forms")

    assert page.text.index("Late form") < page.text.index("Any day form")
    assert "It was due by" in page.text
    assert "Overdue" in page.text


def test_a_form_that_is_not_open_is_not_found(world: World, door: Door, family: tuple[Household, Person]) -> None:
    """Unpublished, out of use, or about somebody else: 404."""
    from chalicelib.forms import drafting

    _, lea = family
    drafting.create(world.org, "a" * 32, {"en": "Secret"})
    form = published(world, *HEALTH)
    path = f"/{world.org}/forms/{form.id}/for"
    assert door.browser.get(f"/{world.org}/forms/{'a' * 32}/for/{lea.id}").status == 404
    assert door.browser.get(f"{path}/household").status == 404
    assert door.browser.get(f"{path}/{'b' * 32}").status == 404
    drafting.set_retired(world.org, form.id, retired=True)
    assert door.browser.get(f"{path}/{lea.id}").status == 404
    assert "Health form" not in door.browser.get(f"/{world.org}/forms").text


def test_who_may_only_look_reads_and_does_not_answer(world: World, door: Door) -> None:
    """C5."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    form = published(world)
    answered(world, form, home, lea)
    world.user(home, email="viewer@example.com", role=Role.VIEWER)
    door.enter("viewer@example.com")

    read = door.browser.get(door.browser.get(f"/{world.org}/forms").links["Health form"])
    assert "Dr Roy" in read.text
    assert "Answer again" not in read.text
    assert door.browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}").status == 403


def test_pages_speak_the_readers_language_and_fall_back(
    world: World, door: Door, family: tuple[Household, Person]
) -> None:
    """NEW-19: the French title, and English where there is no French."""
    _, lea = family
    form = published(world, *HEALTH)
    door.browser.submit(door.browser.get(f"/{world.org}"), "settings/language", language="fr", follow=True)

    page = door.browser.get(f"/{world.org}/forms/{form.id}/for/{lea.id}")

    assert "Health form (fr)" in page.text
    assert "Médecin de famille" in page.text
    assert "Any allergies?" in page.text
    assert re.search(r'lang="fr"', page.html)
