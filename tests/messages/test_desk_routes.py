"""The desk's inbox: open, waiting, closed; answered, assigned, closed."""

import pytest

from chalicelib.identity.domain import StaffRole
from chalicelib.messages import store
from chalicelib.messages.domain import ThreadState
from tests.messages.talking import Talk, talk
from tests.messages.test_routes import PDF
from tests.support.browser import Browser
from tests.support.world import World


@pytest.fixture
def told(world: World) -> Talk:
    return talk(world)


@pytest.fixture
def desk(told: Talk, browser: Browser) -> Browser:
    """The desk's browser."""
    return browser.sign_in_staff(told.world.org, told.staff, told.world.now)


def test_the_desk_answers_with_a_file_and_it_is_the_familys_turn(told: Talk, desk: Browser) -> None:
    """MSG-1."""
    thread = told.ask(text="Which <b>shoes</b>?")
    listed = desk.get(f"/{told.world.org}/desk/messages")
    assert "New" in listed.text
    page = desk.get(listed.links["Tremblay – Shoes"])
    assert "Which <b>shoes</b>?" in page.text
    assert told.find(thread).unread_staff == 0

    page = desk.upload(page, "/answer", {"file1": ("List.csv", b"a,b\n1,2\n")}, text="See the list.")

    assert "Sent. The family is told." in page.text
    assert desk.get(page.links["List.csv"]).status == 303
    assert told.find(thread).state is ThreadState.WAITING
    assert told.summary.unread == 1
    assert "No messages here." in desk.get(f"/{told.world.org}/desk/messages").text
    assert "Tremblay – Shoes" in desk.get(f"/{told.world.org}/desk/messages", show="waiting").text


def test_the_desk_writes_first(told: Talk, desk: Browser) -> None:
    form = desk.get(f"/{told.world.org}/desk/messages/{told.home.id}/new")
    assert "Tremblay" in form.text
    assert desk.upload(form, "/new", subject="", text="").status == 400

    page = desk.upload(form, "/new", {"file1": ("Plan.pdf", PDF)}, subject="Concert", text="Come at five.")

    assert "Waits for the family" in page.text
    assert told.summary.unread == 1
    assert desk.get(f"/{told.world.org}/desk/messages/none/new").status == 404


def test_somebody_takes_care_of_it(told: Talk, desk: Browser) -> None:
    told.world.staff(StaffRole.INSTRUCTOR, name="Ann Lee")
    thread = told.ask()
    page = desk.get(f"/{told.world.org}/desk/messages/{told.home.id}/{thread.id}")
    assert "nobody yet" in page.text
    form = desk.get(page.links["Change Taken care of by"])
    assert "Kate Murphy" in form.text
    assert "Ann Lee" not in form.text

    page = desk.submit(form, "/assign", user=told.staff.id)

    assert "Kate Murphy" in page.text
    assert told.find(thread).assigned == told.staff.id
    assert desk.submit(form, "/assign", user=told.holder.id).status == 403
    desk.submit(form, "/assign", user="")
    assert told.find(thread).assigned == ""


def test_a_thread_is_closed_and_opened(told: Talk, desk: Browser) -> None:
    thread = told.ask()
    page = desk.get(f"/{told.world.org}/desk/messages/{told.home.id}/{thread.id}")

    page = desk.submit(page, "/state", state="closed")
    assert told.find(thread).state is ThreadState.CLOSED
    desk.submit(page, "/state", state="open")
    assert told.find(thread).state is ThreadState.OPEN
    assert desk.submit(page, "/state", state="gone").status == 403


def test_the_inbox_shows_25_at_a_time(told: Talk, desk: Browser) -> None:
    for number in range(27):
        told.ask(f"Question {number:02}.")

    page = desk.get(f"/{told.world.org}/desk/messages")
    further = desk.get(page.links["Next page"])

    assert page.text.count("Question ") == 25
    assert further.text.count("Question ") == 2
    assert desk.get(f"/{told.world.org}/desk/messages", after="x" * 2000).status == 200
    assert store.list_for_desk(told.world.org, ThreadState.WAITING).rows == []


@pytest.mark.parametrize("role", [StaffRole.INSTRUCTOR, StaffRole.FINANCE, StaffRole.READ_ONLY])
def test_only_the_desk_reads_what_families_write(told: Talk, browser: Browser, role: StaffRole) -> None:
    thread = told.ask()
    browser.sign_in_staff(told.world.org, told.world.staff(role), told.world.now)

    assert browser.get(f"/{told.world.org}/desk/messages").status == 403
    assert browser.get(f"/{told.world.org}/desk/messages/{told.home.id}/{thread.id}").status == 403
    assert "Messages" not in browser.get(f"/{told.world.org}/desk").links
