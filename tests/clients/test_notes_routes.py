"""Notes that the staff keep about a household, for themselves."""

from chalicelib.clients import notes
from chalicelib.identity.domain import StaffRole
from tests.clients.test_routes import at_desk
from tests.support.browser import Browser
from tests.support.race import together
from tests.support.world import World


def test_a_note_is_written_changed_and_deleted(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    page = desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/notes"), "/notes", text="Prefers mornings")
    assert "Prefers mornings" in page.text
    assert "Kate Murphy" in page.text

    [note] = notes.get(world.org, home.id)
    one = desk.get(f"/{world.org}/desk/clients/{home.id}/notes/{note.id}")
    page = desk.submit(one, f"/notes/{note.id}", text="Prefers evenings")
    assert "Prefers evenings" in page.text
    assert "mornings" not in page.text
    assert "changed" in page.text

    page = desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/notes/{note.id}"), "/delete")
    assert "Nothing is noted yet" in page.text


def test_an_empty_or_endless_note_is_refused(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    for text, words in (("", "Fill in this field"), ("x" * 1501, "Use at most 1500 characters")):
        page = desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/notes"), "/notes", text=text)
        assert (page.status, words in page.text) == (400, True)
    assert notes.get(world.org, home.id) == []


def test_there_is_an_end_to_notes(browser: Browser, world: World) -> None:
    """All notes are one item, and an item has an end."""
    home = world.household("Tremblay")
    for number in range(notes.MOST):
        notes.add(world.org, home.id, "я" * notes.LONGEST, f"Author {number}", world.now)
    desk = at_desk(browser, world)

    page = desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/notes"), "/notes", text="One more")

    assert page.status == 400
    assert "There are 60 notes already" in page.text


def test_of_two_who_note_at_once_none_is_lost(world: World) -> None:
    home = world.household("Tremblay")

    def add(text: str) -> None:
        notes.add(world.org, home.id, text, "Kate", world.now)

    outcomes = together([lambda: add("one"), lambda: add("two")])

    written = sum(outcome is None for outcome in outcomes)
    assert written == len(notes.get(world.org, home.id)) >= 1


def test_a_note_of_another_household_is_not_found(browser: Browser, world: World) -> None:
    home, other = world.household("Tremblay"), world.household("Roy")
    notes.add(world.org, other.id, "Of the other", "Kate", world.now)
    [note] = notes.get(world.org, other.id)
    desk = at_desk(browser, world)

    assert desk.get(f"/{world.org}/desk/clients/{home.id}/notes/{note.id}").status == 404


def test_who_reads_only_sees_notes_and_writes_none(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    notes.add(world.org, home.id, "Prefers mornings", "Kate", world.now)

    page = at_desk(browser, world, StaffRole.READ_ONLY).get(f"/{world.org}/desk/clients/{home.id}/notes")

    assert "Prefers mornings" in page.text
    assert 'name="text"' not in page.html
