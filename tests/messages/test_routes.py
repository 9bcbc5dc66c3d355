"""The family's inbox: the envelope, threads by subject or about a thing, files, and nothing of another household."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from chalicelib.households.domain import Role
from chalicelib.identity.domain import User
from chalicelib.messages import store
from chalicelib.messages.domain import MAX_SUBJECT, MAX_TEXT, AboutKind, Thread
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import USUAL_MODULES
from tests.messages.talking import Talk, talk
from tests.support.browser import Browser, Page
from tests.support.world import World, build
from tests.web.cast import home_in

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=1> {{7*7}} \u202egnp.exe"


@pytest.fixture
def told(world: World) -> Talk:
    return talk(world)


@pytest.fixture
def family(told: Talk, browser: Browser) -> Browser:
    """The holder's browser."""
    return sign_in(told, browser, told.holder)


def sign_in(told: Talk, browser: Browser, user: User) -> Browser:
    return browser.sign_in_staff(told.world.org, user, told.world.now, second_factor=False)


def threads(told: Talk) -> list[Thread]:
    return list(store.list_threads(told.world.org, told.home.id).rows)


def open_thread(told: Talk, browser: Browser, thread: Thread) -> Page:
    return browser.get(f"/{told.world.org}/messages/{thread.id}")


def test_the_envelope_is_on_every_page_and_counts_what_is_unread(told: Talk, family: Browser) -> None:
    """MSG-1."""
    assert family.get(f"/{told.world.org}/members").links["Messages"] == f"/{told.world.org}/messages"

    thread = told.write()
    for path in ("", "/members", "/settings"):
        assert "Messages, 1 unread" in family.get(f"/{told.world.org}{path}").text
    assert "New" in family.get(f"/{told.world.org}/messages").text

    page = open_thread(told, family, thread)
    assert "Come at five." in page.text
    assert "unread" not in family.get(f"/{told.world.org}/members").text


def test_a_family_writes_and_goes_on(told: Talk, family: Browser) -> None:
    """MSG-1: from the list to the form to the thread."""
    listed = family.get(f"/{told.world.org}/messages")
    assert "No messages yet." in listed.text
    form = family.get(listed.links["New message"])

    page = family.upload(form, "/new", subject="Shoes", text="Which shoes?\n\nAnd where?")

    assert page.title.startswith("Shoes")
    assert "We owe you an answer" in page.text
    [thread] = threads(told)
    assert page.url.endswith(thread.id)
    page = family.upload(page, "/answer", text="Found them.")
    assert "Found them." in page.text
    assert [post.words.text for post in store.list_posts(told.world.org, thread)] == [
        "Which shoes?\n\nAnd where?",
        "Found them.",
    ]


def test_every_mistake_is_said_at_once_and_nothing_is_kept(told: Talk, family: Browser) -> None:
    form = family.get(f"/{told.world.org}/messages/new")

    page = family.upload(form, "/new", {"file1": ("x.pdf", b"MZ\x90\x00")}, subject=" ", text="x" * (MAX_TEXT + 1))

    assert page.status == 400
    assert page.text.count("Fill in this field") >= 1
    assert "Use at most 10000 characters" in page.text
    assert "We could not recognise this file" in page.text
    assert threads(told) == []
    assert family.upload(form, "/new", subject="x" * (MAX_SUBJECT + 1), text="y").status == 400
    assert family.upload(form, "/new", subject="x", text="").status == 400


def test_a_photo_alone_is_a_message_and_the_family_gets_it_back(told: Talk, family: Browser) -> None:
    thread = told.ask()

    page = family.upload(open_thread(told, family, thread), "/answer", {"file1": ("Receipt.pdf", PDF)}, text="")

    got = family.get(page.links["Receipt.pdf"])
    assert got.status == 303
    assert "Receipt.pdf" in got.location
    for wrong in ("2-none", "1-none", "x", "-", "2", "99999999999-a", "2-" + "a" * 32):
        assert family.get(f"/{told.world.org}/messages/{thread.id}/files/{wrong}").status == 404


def test_hostile_words_change_no_page(told: Talk, family: Browser) -> None:
    """I-01: the browser of the tests fails on any markup that is not ours."""
    form = family.get(f"/{told.world.org}/messages/new")
    page = family.upload(form, "/new", {"file1": (HOSTILE + ".pdf", PDF)}, subject=HOSTILE[:MAX_SUBJECT], text=HOSTILE)

    assert "<script>alert" not in page.html
    assert "{{7*7}}" in page.text
    [thread] = threads(told)
    assert "\u202e" not in thread.subject + store.list_posts(told.world.org, thread)[0].words.files[0].name


def test_a_question_about_a_line_of_an_invoice(told: Talk, family: Browser) -> None:
    """NEW-16: from the invoice's page; the line is chosen, and the thread leads back."""
    invoice = told.world.invoice(told.home)
    page = family.get(f"/{told.world.org}/invoices/{invoice.id}")
    form = family.get(page.links["Ask about this invoice"])

    page = family.upload(form, "/new", subject="Why?", text="We were ill.", line="1")

    assert page.links["2026-1, Piano"] == f"/{told.world.org}/invoices/{invoice.id}"
    [thread] = threads(told)
    assert thread.about
    assert (thread.about.kind, thread.about.id, thread.about.line) == (AboutKind.INVOICE, invoice.id, 1)
    assert [question.line for question in store.list_questions(told.world.org, told.home.id)] == [1]


def test_a_question_about_a_class_a_meeting_and_a_booking(told: Talk, family: Browser) -> None:
    """NEW-16: each from its own page."""
    home = home_in(told.world, "Roy")
    roy = told.world.user(home.household, email="roy@example.com")
    browser = sign_in(told, Browser(family.portal), roy)
    member = home.things["member"]
    pages = {
        f"members/{member}/enrolments/{home.things['enrolment']}": AboutKind.ENROLMENT,
        f"schedule/events/{home.things['event']}": AboutKind.EVENT,
        f"bookings/{home.things['booking']}": AboutKind.BOOKING,
    }
    for path, kind in pages.items():
        page = browser.get(f"/{told.world.org}/{path}")
        form = browser.get(page.links["Ask about it"])
        written = browser.upload(form, "/new", subject=f"About {kind.value}", text="?")
        assert f"/{told.world.org}/{path}" in written.links.values()
    found = store.list_questions(told.world.org, home.household.id)
    assert {question.kind for question in found} == set(pages.values())


@pytest.mark.parametrize("kind", ["invoice", "enrolment", "event", "booking", "household", "x"])
def test_what_is_another_households_can_not_be_asked_about(told: Talk, family: Browser, kind: str) -> None:
    """T-03."""
    other = talk(told.world, "Roy")
    theirs = other.world.invoice(other.home, "2026-9").id
    for thing in (theirs, "none", "", "x" * 500):
        query = {"about": kind, "id": thing, "member": "none"}
        assert family.get(f"/{told.world.org}/messages/new?{urlencode(query)}").status == 404
        form = family.get(f"/{told.world.org}/messages/new").form("/new")
        sent = family.post_files(form.action, {**form.fields, **query, "subject": "x", "text": "y"}, {})
        assert sent.status == 404
    invoice = told.world.invoice(told.home)
    assert family.get(f"/{told.world.org}/messages/new", about="invoice", id=invoice.id, line="9").status == 404


def test_who_only_looks_reads_and_does_not_write(told: Talk, browser: Browser) -> None:
    """C5."""
    thread = told.write()
    viewer = told.world.user(told.home, email="v@example.com", role=Role.VIEWER)
    page = open_thread(told, sign_in(told, browser, viewer), thread)

    assert "The account holder or a guardian can write here." in page.text
    assert browser.get(f"/{told.world.org}/messages/new").status == 403
    delegate = told.world.user(told.home, email="d@example.com", role=Role.DELEGATE)
    other = sign_in(told, Browser(browser.portal), delegate)
    assert open_thread(told, other, thread).status == 403
    assert "Messages" not in other.get(f"/{told.world.org}").links


def test_long_threads_are_shown_25_at_a_time(told: Talk, family: Browser) -> None:
    thread = told.ask(text="Message number 1.")
    for number in range(2, 28):
        told.say(thread, told.family, f"Message number {number}.")

    page = open_thread(told, family, thread)
    assert "Message number 27." in page.text
    assert "Message number 3." in page.text
    assert "Message number 2." not in page.text
    earlier = family.get(page.links["Earlier messages"])
    assert "Message number 2." in earlier.text
    assert "Message number 3." not in earlier.text
    assert family.get(earlier.links["Latest messages"]).text.count("Message number 27.") == 1
    assert family.get(f"/{told.world.org}/messages/{thread.id}", before="x").status == 200


def test_where_messages_are_not_used_there_are_none(told: Talk, family: Browser) -> None:
    """DASH-6."""
    organisations.update(replace(told.world.organisation, modules=USUAL_MODULES))

    page = family.get(f"/{told.world.org}/members")
    assert "Messages" not in page.links
    assert family.get(f"/{told.world.org}/messages").status == 404


def test_another_organisation_has_no_such_thread(told: Talk, browser: Browser) -> None:
    """T-04."""
    thread = told.write()
    foreign = talk(build(f"{told.world.org}-b", told.world.now))
    elsewhere = sign_in(foreign, browser, foreign.holder)

    assert open_thread(foreign, elsewhere, thread).status == 404
    assert elsewhere.get(f"/{told.world.org}/messages/{thread.id}").location.startswith(f"/{told.world.org}/sign-in")
