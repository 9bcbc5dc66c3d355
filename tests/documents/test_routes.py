"""The family's pages of documents: what is there, what is new, what is asked for, and sending it."""

import urllib.request
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.data import read
from chalicelib.documents import asking, service, store
from chalicelib.documents.domain import WantedState
from chalicelib.documents.models import SentPaperItem
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Role
from chalicelib.households.summary import Summary
from chalicelib.web.uploads import MAX_UPLOAD_BYTES, Upload
from tests.documents.sharing import LETTER, reread, sent, shared, shared_with_class, wanted
from tests.files.samples import EXE, HTML, PDF, SVG, office, picture
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    """The household of the user who is signed in."""
    home = world.household("Tremblay", "Léa")
    world.user(home)
    return home


@pytest.fixture
def inside(door: Door, home: Household) -> Door:
    """Signed in."""
    door.enter("marie@example.com")
    return door


def fetch(door: Door, path: str, **query: str) -> Page:
    return door.browser.get(f"/{door.org}/{path}?{urlencode(query)}")


def download(page: Page) -> tuple[bytes, str]:
    """What a way to a file leads to, and under which name it is saved."""
    assert page.status == 303, page.status
    with urllib.request.urlopen(page.location) as answer:
        return answer.read(), answer.headers["Content-Disposition"]


def summary(world: World, home: Household) -> Summary:
    return households.get_summaries(world.org, (home.id,))[home.id]


def test_a_shared_document_is_found_opened_and_then_not_new_any_more(
    world: World, home: Household, inside: Door
) -> None:
    """DOC-1, DASH-2: marked on the dashboard and in the list; opening it is noted once."""
    document = shared(world, home, "Camp letter", upload=Upload("Lettre été.pdf", PDF))

    assert "Document: Camp letter" in fetch(inside, "").text
    page = fetch(inside, "documents")
    assert "Camp letter" in page.text
    assert "New" in page.text
    shown = fetch(inside, f"documents/{document.id}")
    content, name = download(inside.browser.get(shown.links["Download"]))
    assert (content, name.partition(";")[0]) == (PDF, "attachment")
    assert "Lettre-%C3%A9t%C3%A9.pdf" in name

    opened = store.get_document(world.org, home.id, document.id)
    assert opened is not None
    assert opened.opened_at == world.now
    assert "New" not in fetch(inside, "documents").text


def test_versions_stand_side_by_side_and_a_new_one_is_new_again(world: World, home: Household, inside: Door) -> None:
    """DOC-1."""
    document = shared(world, home, "Rules")
    fetch(inside, f"documents/{document.id}/open")
    later = Upload("rules 2.docx", office("word/document.xml"))
    service.replace_file(world.organisation, home.id, document.id, later, "kate", world.now + timedelta(hours=1))

    assert "New" in fetch(inside, "documents").text
    page = fetch(inside, f"documents/{document.id}")
    assert "Current version" in page.text
    assert download(inside.browser.get(page.links["rules 2.docx"]))[0] == later.content
    assert download(inside.browser.get(page.links["letter.pdf"]))[0] == PDF
    assert fetch(inside, f"documents/{document.id}/open", file="none").status == 404


def test_what_is_withdrawn_is_nowhere(world: World, home: Household, inside: Door) -> None:
    document = shared(world, home, "Wrong family")
    address = fetch(inside, f"documents/{document.id}/open").location
    service.withdraw(world.organisation, home.id, document.id, world.now)

    assert fetch(inside, f"documents/{document.id}").status == 404
    assert fetch(inside, f"documents/{document.id}/open").status == 404
    for path in ("", "documents", "notifications"):
        assert "Wrong family" not in fetch(inside, path).text
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address)


def test_a_class_has_its_documents_with_all_its_families(world: World, home: Household, inside: Door) -> None:
    """DOC-1, DASH-2: also with those who come later; not with those who do not go there."""
    child = world.builders[home.id].members[0]
    person = households.get_person(world.org, child.id)
    assert person
    group = world.class_group("Ballet", world.now + timedelta(days=1))
    elsewhere = world.class_group("Judo", world.now + timedelta(days=1))
    document = shared_with_class(world, group, "Packing list")
    shared_with_class(world, elsewhere, "Belts")
    path = f"documents/classes/{group.id}-{document.id}"
    assert fetch(inside, path).status == 404

    world.enrol(home, person, group)

    assert "Document for your class: Packing list" in fetch(inside, "").text
    page = fetch(inside, "documents/classes")
    assert "Packing list" in page.text
    assert "Ballet" in page.text
    assert "Belts" not in page.text
    assert "New" in page.text
    assert download(inside.browser.get(fetch(inside, path).links["Download"]))[0] == PDF
    assert "New" not in fetch(inside, "documents/classes").text
    assert store.count_seen(world.org, document) == 1


def test_a_paper_is_asked_for_and_sent(world: World, home: Household, inside: Door, clock: TurnedClock) -> None:
    """DOC-1: by its day, with a photo or a PDF; then the desk sees it."""
    paper = wanted(world, home, due_on=world.today + timedelta(days=3))

    assert "Please send us: Medical certificate" in fetch(inside, "").text
    assert [row.title for row in summary(world, home).wanted] == ["Medical certificate"]
    listed = fetch(inside, "documents/requests")
    assert "To send" in listed.text
    assert "by " in listed.text
    page = fetch(inside, f"documents/requests/{paper.id}")
    assert "Of this year, please." in page.text
    done = inside.browser.upload(page, f"requests/{paper.id}", {"file": ("../IMG 1.HEIC.jpg", picture("JPEG"))})
    assert "Your file is here" in done.text
    assert "We are looking at it" in done.text

    stored = reread(world, home, paper.id)
    assert (stored.state, stored.sent[0].file.name) == (WantedState.SENT, "IMG 1.HEIC.jpg")
    assert summary(world, home).wanted == ()
    assert "Please send us" not in fetch(inside, "").text
    assert [item.wanted for item in store.list_sent(world.org).rows] == [paper.id]
    assert download(inside.browser.get(done.links["IMG 1.HEIC.jpg"]))[0] == picture("JPEG")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choose a file"),
        ("empty.pdf", b"", "This file is empty"),
        ("paper.pdf", EXE, "We could not recognise this file. Send one of these kinds: PDF, JPEG, PNG, WebP, HEIC"),
        ("paper.pdf", HTML, "We could not recognise this file"),
        ("photo.png", SVG, "We could not recognise this file"),
        ("notes.pdf", b"only text", "We could not recognise this file"),
        ("sheet.pdf", office("xl/workbook.xml"), "We could not recognise this file"),
    ],
)
def test_what_is_no_paper_is_refused_with_what_would_be_one(
    world: World, home: Household, inside: Door, name: str, content: bytes, said: str
) -> None:
    """I-12."""
    paper = wanted(world, home)
    page = fetch(inside, f"documents/requests/{paper.id}")
    refused = inside.browser.upload(page, f"requests/{paper.id}", {"file": (name, content)})

    assert refused.status == 400
    assert refused.text.count(said) == 2, "on top, and beside the field"
    assert reread(world, home, paper.id).state is WantedState.ASKED


def test_what_is_too_large_is_told_how_much_may_be_sent(world: World, home: Household, inside: Door) -> None:
    """W-07."""
    paper = wanted(world, home)
    page = fetch(inside, f"documents/requests/{paper.id}")
    refused = inside.browser.upload(page, f"requests/{paper.id}", {"file": ("a.pdf", PDF + bytes(MAX_UPLOAD_BYTES))})

    assert refused.status == 413
    assert "Files may be up to 4 MB in all." in refused.text


def test_a_rejected_paper_is_asked_for_again_with_the_reason(world: World, home: Household, inside: Door) -> None:
    paper = sent(world, home, wanted(world, home))
    asking.decide(world.organisation, home.id, paper.id, "The date is missing.", "kate", world.now)

    assert [row.id for row in summary(world, home).wanted] == [paper.id]
    page = fetch(inside, f"documents/requests/{paper.id}")
    assert "The date is missing." in page.text
    done = inside.browser.upload(page, f"requests/{paper.id}", {"file": ("again.pdf", PDF)})
    assert "The date is missing." not in done.text
    assert [each.file.name for each in reread(world, home, paper.id).sent] == ["again.pdf", "letter.pdf"]


def test_what_is_settled_takes_no_more_files(world: World, home: Household, inside: Door) -> None:
    paper = sent(world, home, wanted(world, home))
    page = fetch(inside, f"documents/requests/{paper.id}")
    asking.decide(world.organisation, home.id, paper.id, "", "kate", world.now)
    late = inside.browser.upload(page, f"requests/{paper.id}", {"file": ("late.pdf", PDF)})

    assert late.status == 409
    assert "not asked for any more" in late.text
    assert len(reread(world, home, paper.id).sent) == 1
    assert 'type="file"' not in fetch(inside, f"documents/requests/{paper.id}").html


def test_who_may_only_look_can_send_nothing(world: World, home: Household, browser: Browser, door: Door) -> None:
    """C5: a viewer reads; a delegate comes for the classes only."""
    paper = wanted(world, home)
    world.user(home, email="viewer@example.com", role=Role.VIEWER)
    door.enter("viewer@example.com")
    page = fetch(door, f"documents/requests/{paper.id}")

    assert "The account holder or a guardian can send it." in page.text
    assert 'type="file"' not in page.html


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "=HYPERLINK(1)", "a\u202eb{{7*7}}"])
def test_hostile_titles_and_names_stay_words(world: World, home: Household, inside: Door, title: str) -> None:
    """I-01."""
    upload = Upload('"><img src=x onerror=alert(1)>\u202e\x00.pdf', PDF)
    document = shared(world, home, title, upload=upload)
    for path in ("", "documents", f"documents/{document.id}"):
        page = fetch(inside, path)
        assert "<script>alert" not in page.html
        assert "onerror=alert(1)>" not in page.html
    assert "\u202e" not in document.current.file.name
    assert "\x00" not in document.current.file.name


def test_lists_are_turned_over_25_at_a_time(world: World, home: Household, inside: Door) -> None:
    for number in range(26):
        shared(world, home, f"Letter {number:02}")
    first = fetch(inside, "documents")
    second = inside.browser.get(first.links["Next page"])

    assert first.text.count("Letter ") == 25
    assert second.text.count("Letter ") == 1


def test_of_a_request_the_desk_has_one_row_however_often_something_is_sent(world: World, home: Household) -> None:
    paper = wanted(world, home)
    for _ in range(3):
        paper = sent(world, home, paper, LETTER)
    assert len(list(read.each(SentPaperItem, f"ORG#{world.org}#SENT_PAPERS", "SENT#"))) == 1
    asking.decide(world.organisation, home.id, paper.id, "", "kate", world.now)
    assert store.list_sent(world.org).rows == []
