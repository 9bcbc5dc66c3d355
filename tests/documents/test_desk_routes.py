"""The desk's pages of documents: sharing, asking, looking at what came, replacing, withdrawing."""

import urllib.request
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from chalicelib.documents import service, store
from chalicelib.documents.domain import WantedState
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from tests.documents.sharing import reread, sent, shared, shared_with_class, wanted
from tests.files.samples import CSV, EXE, PDF, office
from tests.support.browser import Browser, Page
from tests.support.stored import messages_of
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay", "Léa")


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody of the desk, signed in."""
    return browser.sign_in_staff(world.org, world.staff(), world.now)


def fetch(world: World, desk: Browser, path: str, **query: str) -> Page:
    return desk.get(f"/{world.org}/desk/documents{path}?{urlencode(query)}")


def told(world: World) -> list[MessageItem]:
    """Messages to households that were put on their way."""
    return messages_of(world.org)


def test_a_family_is_found_by_what_it_signs_in_with(world: World, home: Household, desk: Browser) -> None:
    world.user(home)
    found = fetch(world, desk, "", address="Marie@Example.com")
    assert found.links["Tremblay"].endswith(f"/desk/documents/{home.id}")
    for address in ("nobody@example.com", "not an address", "<script>"):
        assert "No family signs in with this." in fetch(world, desk, "", address=address).text


def test_a_file_is_shared_with_a_household_and_it_is_told(world: World, home: Household, desk: Browser) -> None:
    """DOC-1."""
    page = fetch(world, desk, f"/{home.id}/share")
    file = {"file": ("rates.xlsx", office("xl/workbook.xml"))}
    done = desk.upload(page, "share", file, title=" Rates\r\nBcc: x ", note="Valid from May.")

    assert "Shared. The family is told." in done.text
    assert "Rates Bcc: x" in done.text
    assert "Not opened" in done.text
    document = store.list_documents(world.org, home.id).rows[0]
    assert (document.title, document.note, document.current.file.name) == (
        "Rates Bcc: x",
        "Valid from May.",
        "rates.xlsx",
    )
    assert [(item.template, item.household, item.facts["title"]) for item in told(world)] == [
        ("document", home.id, "Rates Bcc: x")
    ]


def test_mistakes_of_the_form_are_all_told_and_nothing_is_shared(world: World, home: Household, desk: Browser) -> None:
    page = fetch(world, desk, f"/{home.id}/share")
    refused = desk.upload(page, "share", {"file": ("a.pdf", EXE)}, note="n" * 1001, member="")

    assert refused.status == 400
    for said in ("Fill in this field", "Use at most 1000 characters", "We could not recognise this file"):
        assert said in refused.text, refused.text
    assert store.list_documents(world.org, home.id).rows == []


def test_what_is_about_a_child_of_two_homes_comes_to_both(world: World, home: Household, desk: Browser) -> None:
    """NEW-2: each home has a document of its own, under one id."""
    other = world.household("Roy")
    child = _child_of(world, home, other)
    page = fetch(world, desk, f"/{home.id}/share")
    desk.upload(page, "share", {"file": ("a.pdf", PDF)}, title="Report", member=child.id)

    here, there = (store.list_documents(world.org, each.id).rows[0] for each in (home, other))
    assert here.id == there.id
    assert here.current.file.id != there.current.file.id
    service.withdraw(world.organisation, home.id, here.id, world.now)
    assert store.get_document(world.org, other.id, here.id) is not None


def _child_of(world: World, *homes: Household) -> Person:
    row = world.builders[homes[0].id].members[0]
    child = households.get_person(world.org, row.id)
    assert child
    both = replace(child, households=tuple(home.id for home in homes))
    transaction = Transaction()
    households.save_person(transaction, world.org, both)
    for home in homes[1:]:
        households.save_member_link(transaction, world.org, home.id, child.id)
    transaction.commit()
    return both


def test_a_newer_version_and_withdrawing(world: World, home: Household, desk: Browser) -> None:
    document = shared(world, home, "Rules")
    page = fetch(world, desk, f"/{home.id}/{document.id}")
    assert "Nobody has opened it yet" in page.text
    page = desk.upload(page, "replace", {"file": ("rules.csv", CSV)})
    assert "rules.csv" in page.text
    assert "letter.pdf" in page.text
    with urllib.request.urlopen(desk.get(page.links["rules.csv"]).location) as answer:
        assert answer.headers["Content-Type"] == "text/csv"

    gone = desk.submit(page, "withdraw")
    assert "Rules" not in gone.text
    assert fetch(world, desk, f"/{home.id}/{document.id}").status == 404


def test_a_document_takes_ten_versions(world: World, home: Household, desk: Browser) -> None:
    document = shared(world, home)
    page = fetch(world, desk, f"/{home.id}/{document.id}")
    for _ in range(9):
        page = desk.upload(page, "replace", {"file": ("a.pdf", PDF)})
    refused = desk.upload(page, "replace", {"file": ("a.pdf", PDF)})
    assert refused.status == 400
    assert "This document has had 10 versions: share a new one" in refused.text


def test_a_paper_is_asked_for_looked_at_rejected_and_accepted(world: World, home: Household, desk: Browser) -> None:
    """DOC-1."""
    page = fetch(world, desk, f"/{home.id}/ask")
    late = desk.submit(page, "ask", title="Certificate", due_on=(world.today - timedelta(days=1)).isoformat())
    assert late.status == 400
    assert "Choose today or a later day" in late.text
    listed = desk.submit(late, "ask", due_on=(world.today + timedelta(days=9)).isoformat())
    assert "Asked for. The family is told." in listed.text
    assert "Waiting for the family" in listed.text
    asked = store.list_wanted(world.org, home.id).rows[0]
    sent(world, home, asked)

    waiting = fetch(world, desk, "")
    page = desk.get(waiting.links["Certificate, Tremblay"])
    with urllib.request.urlopen(desk.get(page.links["letter.pdf"]).location) as answer:
        assert answer.read() == PDF
    refused = desk.submit(page, "decide", answer="reject")  # the first form of the two, without a reason
    assert refused.status == 400
    again = desk.post(
        f"/{world.org}/desk/documents/{home.id}/requests/{asked.id}/decide",
        {**refused.form("decide").fields, "answer": "reject", "reason": "Blurred."},
        follow=True,
    )
    assert "Asked for again" in again.text
    assert "Nothing waits for you." in fetch(world, desk, "").text
    assert reread(world, home, asked.id).state is WantedState.REJECTED

    sent(world, home, asked)
    page = fetch(world, desk, f"/{home.id}/requests/{asked.id}")
    assert "Accepted" in desk.submit(page, "decide").text
    assert reread(world, home, asked.id).state is WantedState.ACCEPTED
    assert desk.submit(page, "decide").status == 409
    assert [item.template for item in told(world)] == ["document_wanted", "document_wanted"]


def test_what_is_not_needed_any_more_is_not_asked_for(world: World, home: Household, desk: Browser) -> None:
    paper = wanted(world, home)
    page = fetch(world, desk, f"/{home.id}/requests/{paper.id}")
    assert "Not needed any more" in desk.submit(page, "withdraw").text
    assert households.get_summaries(world.org, (home.id,))[home.id].wanted == ()


def test_a_class_gets_a_document(world: World, desk: Browser) -> None:
    """DOC-1."""
    group = world.class_group("Ballet", world.now + timedelta(days=1))
    page = fetch(world, desk, f"/classes/{group.id}")
    done = desk.upload(page, "share", {"file": ("list.pdf", PDF)}, title="Packing list")
    page = desk.get(done.links["Packing list"])
    assert "Opened by 0 families" in page.text
    page = desk.upload(page, "replace", {"file": ("list 2.pdf", PDF)})
    assert [each.file.name for each in service.shelf_of(world.org, group.id).documents[0].editions] == [
        "list 2.pdf", "list.pdf",
    ]  # fmt: skip
    assert desk.get(page.links["list.pdf"]).status == 303
    assert "Nothing here yet." in desk.submit(page, "withdraw").text


def test_a_class_has_room_for_so_many(world: World, desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.documents.domain.MAX_SHELF", 1)
    group = world.class_group("Ballet", world.now + timedelta(days=1))
    shared_with_class(world, group)
    page = fetch(world, desk, f"/classes/{group.id}")
    refused = desk.upload(page, "share", {"file": ("a.pdf", PDF)}, title="One more")
    assert refused.status == 400
    assert "This class has 1 documents: withdraw one that is not needed" in refused.text


def test_only_the_desk_may(world: World, home: Household, browser: Browser) -> None:
    browser.sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR), world.now)
    for path in ("", f"/{home.id}", f"/{home.id}/share"):
        assert fetch(world, browser, path).status == 403
