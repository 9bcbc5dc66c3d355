"""A family's copy of everything (NEW-12, X-15)."""

import json
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.billing import issuing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Payment, PaymentStatus
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.items import payment_items
from chalicelib.billing.pricing import LineRequest
from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.documents.domain import Document, Edition
from chalicelib.documents.store import document_item
from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Household, Private
from chalicelib.organisations import store as organisations
from chalicelib.privacy import making, takeaways
from chalicelib.privacy.takeaways import State
from chalicelib.schedule.domain import Attendance, EnrolmentStatus, Mark, Part, Price
from chalicelib.shared.errors import TooMany
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.web.uploads import Upload
from tests.documents.sharing import shared, wanted
from tests.files.samples import PDF
from tests.forms.asking import answered, published
from tests.messages.talking import talk
from tests.papers.writing import read, words
from tests.privacy.full import full
from tests.privacy.packed import copy_of, opened, records, worker
from tests.support import race
from tests.support.world import World

HOSTILE = "../../etc/\x00passwd\u202e<b>=1+1\r\n.pdf"


def test_everything_of_a_family_is_in_its_copy(world: World) -> None:
    """NEW-12: records, papers, calendar, description; each in its place."""
    home = world.household("Tremblay", "Léa")
    user = world.user(home)
    invoice = world.invoice(home)
    payment = Payment(
        dated_id(world.today), home.id, world.today, 500, "CAD", "cash", PaymentStatus.COMPLETED, reference="r",
        recorded_at=world.now,
    )  # fmt: skip
    for item in payment_items(world.org, payment).values():
        write.put(item)
    transaction = Transaction()
    activity.note(transaction, world.org, home.id, Deed("signed_in", world.now, user.id, {"label": "Firefox"}))
    transaction.commit()

    found = copy_of(world, home.id, user.id, world.now)

    assert found.testzip() is None
    assert {"papers/invoices/2026-1.pdf", "data/schema.json", "read-me.txt", "calendar.ics"} <= set(found.namelist())
    assert found.read("papers/invoices/2026-1.pdf").startswith(b"%PDF-")
    assert found.read("calendar.ics").startswith(b"BEGIN:VCALENDAR")
    assert [each["number"] for each in records(found, "invoices")] == [invoice.number]
    assert [each["minor"] for each in records(found, "payments")] == [500]
    assert [each["first_name"] for each in records(found, "members")] == ["Léa"]
    assert [each["email"] for each in records(found, "your-sign-in")] == [user.email]
    assert "signed_in" in [each["deed"] for each in records(found, "activity")]
    assert any(name.startswith("papers/receipts/") for name in found.namelist())


def test_every_file_of_records_is_described(world: World) -> None:
    """X-15: a documented form; each field of each record is in the schema."""
    home = world.household("Tremblay", "Léa")
    world.invoice(home)
    found = copy_of(world, home.id, world.user(home).id, world.now)
    schema = json.loads(found.read("data/schema.json"))
    for kind in ("invoices", "members", "household", "your-sign-in"):
        for record in records(found, kind):
            assert set(record) <= set(schema["records"][kind]), kind
    assert "issued" in schema["records"]["invoices"]["status"]
    assert schema["left_out"]["summary"]
    assert not any("version" in record or "source" in record for record in records(found, "members"))


def test_nothing_of_another_home_or_organisation_is_in_it(world: World) -> None:
    """T-03, NEW-2: markers of another family, and of the other home of a shared child, are nowhere."""
    home, other = world.household("Tremblay", "Léa"), world.household("MARKER-other", "MARKER-child")
    world.invoice(other, "MARKER-invoice")
    world.user(other, email="marker-other@example.com")
    user = world.user(home)
    transaction = Transaction()
    activity.note(transaction, world.org, other.id, Deed("signed_in", world.now, "", {"label": "MARKER-deed"}))
    transaction.commit()
    found = copy_of(world, home.id, user.id, world.now)
    for name in found.namelist():
        content = found.read(name)
        assert b"MARKER" not in content, name
        assert b"marker-other" not in content, name
        assert other.id.encode() not in content, name


def test_drafts_of_the_staff_are_not_in_it(world: World) -> None:
    """INV-2: what the family does not see yet is not told by its copy either."""
    home = world.household("Tremblay", "Léa")

    def work(books: Books) -> object:
        return issuing.draft(books, InvoiceRequest((LineRequest("SECRET-draft", Decimal(1), 500),)))

    keep(world.organisation, home.id, world.now, work)
    found = copy_of(world, home.id, world.user(home).id, world.now)
    assert records(found, "invoices") == []
    assert all(b"SECRET-draft" not in found.read(name) for name in found.namelist())


def test_hostile_names_do_no_harm_in_paths_or_json(world: World) -> None:
    """I-09: no way out of the folder, no control or turning character in a path; JSON says them safely."""
    home = world.household("Tremblay", "Léa")
    world.invoice(home, HOSTILE)
    world.invoice(home, HOSTILE)
    found = copy_of(world, home.id, world.user(home).id, world.now)
    names = found.namelist()
    assert len(names) == len(set(map(str.casefold, names)))
    for name in names:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert not any(unicodedata.category(letter)[0] == "C" for letter in name)
    raw = b"".join(found.read(name) for name in names if name.startswith("data/"))
    assert "\u202e".encode() not in raw
    assert b"\x00" not in raw
    assert records(found, "invoices")[0]["number"] == HOSTILE


def test_a_copy_that_is_left_is_gone_on_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """NEW-12: however often a worker runs out of time, nothing is missing and nothing is there twice."""
    monkeypatch.setattr(making, "_BATCH", 5)
    home = world.household("Tremblay", "Léa")
    user = world.user(home)
    for number in range(12):
        world.invoice(home, f"2026-{number}")
    takeaways.ask(world.organisation, home.id, user.id, "fr", world.now)
    copy = takeaways.latest(world.org, home.id, user.id)
    assert copy
    outcomes: list[str] = []
    while not outcomes or outcomes[-1] == "left":
        outcomes.append(making.make(worker(lambda: True) if len(outcomes) < 6 else worker(), copy.key, world.now))
    assert outcomes == ["left"] * 6 + ["ready"]
    found = opened(copy)
    assert found.testzip() is None
    assert sorted(each["number"] for each in records(found, "invoices")) == sorted(f"2026-{n}" for n in range(12))
    assert sum(name.startswith("papers/invoices/") for name in found.namelist()) == 12
    ready = takeaways.latest(world.org, home.id, user.id)
    assert ready
    assert ready.state is State.READY
    assert making.make(worker(), copy.key, world.now) == "not due"


def test_a_worker_that_died_is_followed_by_another(world: World) -> None:
    """A lease: for a quarter of an hour it is its owner's, then anybody's; after so many tries it is given up."""
    home = world.household("Tremblay")
    user = world.user(home)
    takeaways.ask(world.organisation, home.id, user.id, "fr", world.now)
    copy = takeaways.latest(world.org, home.id, user.id)
    assert copy
    at = world.now
    for _ in range(takeaways.MAX_TRIES):
        assert takeaways.claim(copy.key, at)
        assert takeaways.claim(copy.key, at + timedelta(minutes=14)) is None
        at += timedelta(minutes=15)
    assert takeaways.claim(copy.key, at) is None
    given_up = takeaways.latest(world.org, home.id, user.id)
    assert given_up
    assert given_up.state is State.FAILED
    assert given_up.may_follow(at)


def test_one_copy_a_day_however_many_ask_at_once(world: World) -> None:
    """NEW-12: thirty-two clicks are one copy."""
    home = world.household("Tremblay")
    user = world.user(home)

    def ask() -> str:
        try:
            takeaways.ask(world.organisation, home.id, user.id, "fr", world.now)
        except TooMany:
            return "refused"
        return "asked"

    assert race.together([ask] * 32).count("asked") == 1
    with pytest.raises(TooMany):
        takeaways.ask(world.organisation, home.id, user.id, "fr", world.now + timedelta(hours=23))
    takeaways.ask(world.organisation, home.id, user.id, "fr", world.now + timedelta(hours=25))


def test_the_other_home_of_a_shared_child_keeps_its_money_to_itself(world: World) -> None:
    """NEW-2: the child's place is told, not what the other home pays for it."""
    home, other = world.household("Tremblay"), world.household("Other")
    child = world.member(home, "Léa")
    group = world.class_group("Piano", world.now + timedelta(days=3))
    world.enrol(other, replace(child, households=(home.id,)), group, price=Price(98765, "CAD"))
    found = copy_of(world, home.id, world.user(home).id, world.now)
    (told,) = records(found, "enrolments")
    assert told["class_group"] == group.id
    assert "price" not in told
    assert all(b"98765" not in found.read(name) for name in found.namelist())


def test_old_papers_are_records_alone(world: World) -> None:
    """NEW-12: PDF of the last years, JSON of all."""
    home = world.household("Tremblay")
    world.invoice(home, "2009-1", issued_on=date(2009, 3, 1))
    found = copy_of(world, home.id, world.user(home).id, world.now)
    assert [each["number"] for each in records(found, "invoices")] == ["2009-1"]
    assert not any(name.startswith("papers/invoices/") for name in found.namelist())


def test_what_the_other_home_pays_and_says_is_not_in_it(world: World) -> None:
    """NEW-2: of a place that the other home took, or shares the costs of, this home reads nothing of its own."""
    organisations.update(replace(world.organisation, shares_reasons=False))
    home, other = world.household("Tremblay"), world.household("Other")
    child = world.member(home, "Léa")
    group = world.class_group("Piano", world.now + timedelta(days=3))
    meeting = group.occurrences[0].id
    mark = Mark(Attendance.ABSENT_UNEXCUSED, world.now, "MARKER-reason", by="MARKER-user", home=other.id)
    shared = Price(100, "CAD", parts=(Part(other.id, 98765, "MARKER-invoice", 0),))
    for payer, why in ((home, "own"), (other, "MARKER-why")):
        world.enrol(
            payer, replace(child, households=(home.id,)), group, status=EnrolmentStatus.CANCELLED, price=shared,
            marks={meeting: mark}, reason=why, ended_by="family",
        )  # fmt: skip

    found = copy_of(world, home.id, world.user(home).id, world.now)

    assert sorted(each["reason"] for each in records(found, "enrolments")) == ["", "own"]
    for name in found.namelist():
        for secret in (b"MARKER", b"98765", other.id.encode()):
            assert secret not in found.read(name), (name, secret)


def test_what_a_member_who_grew_up_keeps_is_in_nobody_elses_copy(world: World) -> None:
    """NEW-14: as on every page, so in the copy; one's own copy has all of it."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa", date(2006, 5, 31))
    world.enrol(home, lea, world.class_group("MARKER-class", world.now + timedelta(days=3)))
    write.put(document_item(world.org, _paper(world, home, "MARKER-paper", lea.id)))
    write.put(document_item(world.org, _paper(world, home, "For all")))
    parent = world.user(home)
    deeds = Transaction()
    about = {"label": "MARKER-title", "of": lea.id}
    activity.note(deeds, world.org, home.id, Deed("document_shared", world.now, "staff", about))
    deeds.commit()
    young = world.user(home, email="lea@example.com", person=lea.id)
    stored = households.get_person(world.org, lea.id)
    assert stored
    transaction = Transaction()
    kept = replace(stored, health_notes="MARKER-asthma", keeps=frozenset(Private))
    households.save_person(transaction, world.org, kept)
    summary = households.get_summaries(world.org, (home.id,))[home.id]
    households.save_summary(transaction, world.org, summary.with_member(households.member_row(kept)))
    transaction.commit()

    theirs = copy_of(world, home.id, parent.id, world.now)
    own = copy_of(world, home.id, young.id, world.now)

    assert [each["title"] for each in records(theirs, "documents")] == ["For all"]
    assert [set(each) for each in records(theirs, "members")] == [{"id", "first_name", "last_name", "birth_date"}]
    assert not records(theirs, "enrolments")
    assert [name for name in theirs.namelist() if b"MARKER" in theirs.read(name)] == []
    assert b"MARKER-class" in own.read("calendar.ics")
    assert "MARKER-title" in [each["about"]["label"] for each in records(own, "activity") if "about" in each]
    assert records(own, "members")[0]["health_notes"] == "MARKER-asthma"
    assert len(records(own, "documents")) == 2


def _paper(world: World, home: Household, title: str, member: str = "") -> Document:
    file = StoredFile(new_id(), "letter.pdf", FileKind.PDF, 3, "0" * 64)
    return Document(dated_id(world.today), title, (Edition(file, world.now, "u"),), "", home.id, member)


def test_papers_files_and_words_of_every_kind_are_in_it(world: World) -> None:
    """NEW-12: forms as answered and as begun, consents with text and fingerprint, conversations, slips, purchases."""
    family = full(world)
    found = copy_of(world, family.home.id, family.user.id, world.now)

    answers = records(found, "form-answers")
    assert sorted(each["fields"].get("q-doctor") for each in answers) == ["Dr Begun", "Dr Roy"]
    (signature,) = records(found, "signatures")
    assert len(signature["text_hash"]) == 64
    assert [each["text"] for each in records(found, "messages")] == ["Which shoes?"]
    assert [each["subject"] for each in records(found, "conversations")] == ["Shoes"]
    assert len(records(found, "tax-slips")) == 1
    assert sorted(each["thing"] for each in records(found, "purchases")) == ["goods", "pass", "subscription"]
    names = found.namelist()
    for folder in ("forms", "consents", "slips"):
        (name,) = [each for each in names if each.startswith(f"papers/{folder}/")]
        assert found.read(name).startswith(b"%PDF-")
    (consent,) = [each for each in names if each.startswith("papers/consents/")]
    told = words(read(found.read(consent)))
    assert "You may photograph my child." in told
    assert "Entry and text match their fingerprints." in told
    (form,) = [each for each in names if each.startswith("papers/forms/")]
    assert "Dr Roy" in words(read(found.read(form)))
    files = [each for each in names if each.startswith("files/")]
    assert len(files) == 3
    assert {found.read(each) for each in files} == {PDF}


def test_hostile_names_of_files_stay_in_their_folder(world: World, tmp_path: Path) -> None:
    """I-09: unpacked by the library's own hand, nothing lies outside, and nothing is lost."""
    family = full(world, Upload("../../../../tmp/\u202egnp.exe\r\n/..\\..\\C:\\con", PDF))
    found = copy_of(world, family.home.id, family.user.id, world.now)
    target = tmp_path / "inside"
    found.extractall(target)
    assert {each.relative_to(tmp_path).parts[0] for each in tmp_path.rglob("*")} == {"inside"}
    assert sum(each.is_file() for each in target.rglob("*")) == len(found.namelist())
    for name in found.namelist():
        assert ".." not in name
        assert not any(unicodedata.category(letter)[0] == "C" or letter in '\\:*?"<>|' for letter in name)


def test_no_word_of_another_family_with_as_much_is_in_it(world: World) -> None:
    """T-03: two families that have used everything in the same classes, forms and lists."""
    family, other = full(world), world.household("MARKER-Roy", "MARKER-Max")
    talk(world, "MARKER-Gagnon").ask("MARKER-subject", "MARKER-text")
    shared(world, other, "MARKER-letter")
    wanted(world, other, "MARKER-paper")
    answered(world, published(world), other, world.member(other, "MARKER-Ada"), allergy="no", doctor="MARKER-doctor")
    found = copy_of(world, family.home.id, family.user.id, world.now)
    for name in found.namelist():
        content = found.read(name)
        told = words(read(content)).encode() if name.endswith(".pdf") and name.startswith("papers/") else content
        assert b"MARKER" not in told, name
        assert other.id.encode() not in told, name
