"""The desk gives slips: what counts, who is ready, releasing all, amending, cancelling, reporting (X-12, NEW-9)."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.identity.domain import StaffRole
from chalicelib.schedule.domain import Price
from chalicelib.slips import store, work
from chalicelib.slips.domain import State
from chalicelib.slips.listing import list_rows
from chalicelib.slips.work import Task
from tests.papers.writing import read, words
from tests.slips.giving import SIN, Giving, giving
from tests.support.browser import Browser, Page
from tests.support.sent import Sent
from tests.support.world import World


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk who may report as well."""
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)
    return browser


@pytest.fixture
def family(world: World) -> Giving:
    """A family that paid and told everything."""
    family = giving(world)
    family.bill()
    family.pay()
    family.name_parent()
    return family


def send(desk: Browser, path: str, action: str, **fields: str) -> Page:
    form = desk.get(path).form(action)
    return desk.follow(desk.post(form.action, {**form.fields, **fields}))


def of_family(family: Giving) -> str:
    return f"/{family.world.org}/desk/slips/families/{family.home.id}?year={family.year}"


def test_families_are_looked_through_and_released(family: Giving, desk: Browser, sent: Sent) -> None:
    """NEW-9: the list by year, then all that are ready in one act; the family is told."""
    org = family.world.org
    assert "Nobody is here." in desk.get(f"/{org}/desk/slips").text

    page = send(desk, f"/{org}/desk/slips", "/look")
    assert "All families were looked through on" in page.text
    assert "Léa Tremblay" in page.text
    done = send(desk, f"/{org}/desk/slips", "/desk/slips/release")

    assert "the families are told" in done.text
    (slip,) = family.slips()
    assert slip.released_by == "Kate Murphy"
    listed = desk.get(f"/{org}/desk/slips?state=released")
    assert "Léa Tremblay" in listed.text


def test_what_is_missing_is_listed_by_family(family: Giving, desk: Browser) -> None:
    home = family.world.household("Gagnon")
    other = Giving(family.world, home, family.world.member(home, "Emma", date(family.year - 5, 1, 1)))
    other.bill()
    other.pay()
    send(desk, f"/{family.world.org}/desk/slips", "/look")

    page = desk.get(f"/{family.world.org}/desk/slips?state=missing")

    assert "Emma Gagnon" in page.text
    assert "The name of the parent who claims" in page.text
    assert "Léa" not in page.text


def test_the_list_follows_what_the_family_tells(family: Giving, desk: Browser) -> None:
    """A family that is listed as missing something and supplies it is listed as ready at once."""
    from chalicelib.slips import releasing, telling

    org = family.world.org
    telling.erase_number(family.teller, family.parents[0])
    send(desk, f"/{org}/desk/slips", "/look")
    assert len(list_rows(org, family.year, State.MISSING).rows) == 1
    telling.refuse_number(family.teller, family.parents[0])
    releasing.relist_all(family.desk, store.get_file(org, family.home.id))

    assert list_rows(org, family.year, State.MISSING).rows == []
    assert len(list_rows(org, family.year, State.REFUSED).rows) == 1


def test_many_families_are_gone_through_by_the_clock(family: Giving, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins with a few and goes on until everybody was seen, once each."""
    world = family.world
    monkeypatch.setattr(work, "AT_ONCE", 1)
    monkeypatch.setattr(work, "_IN_A_MINUTE", 2)
    for number in range(4):
        home = world.household(f"Family {number}")
        other = Giving(world, home, world.member(home, "Emma", date(family.year - 5, 1, 1)))
        other.bill()
        other.pay()
        other.name_parent()
    for task, state in ((Task.LOOK, State.READY), (Task.RELEASE, State.RELEASED)):
        begun = work.begin(world.organisation, family.year, task, "kate", "Kate", world.now)
        assert (begun.task, begun.done) == (task, 1)
        for _ in range(5):
            work.run(world.now + timedelta(minutes=1))
        ended = work.progress(world.org, family.year)
        assert (ended.task, ended.done >= 5) == (None, True)
        assert len(list_rows(world.org, family.year, state).rows) == 5
        assert work.run(world.now + timedelta(minutes=2)) == 0


def test_amending_and_cancelling_want_a_reason(family: Giving, desk: Browser) -> None:
    send(desk, of_family(family), "/release")
    family.bill(10000, "Day camp, August")
    family.pay(10000, date(family.year, 8, 15))
    page = desk.get(of_family(family))
    assert "Figures changed" in page.text
    form = page.form("/amend")
    assert desk.post(form.action, form.fields).status == 400

    send(desk, of_family(family), "/amend", **{f"reason-{family.child.id}": "A payment was missing"})
    new = family.slips()[0]
    form = desk.get(of_family(family)).form("/cancel")
    assert desk.post(form.action, form.fields).status == 400
    page = send(desk, of_family(family), "/cancel", **{f"reason-{new.id}": "A mistake"})

    assert {slip.status.value for slip in family.slips()} == {"amended", "cancelled"}
    assert "A mistake" in page.text
    assert "A payment was missing" in page.text


def test_the_table_for_the_tax_office_has_the_numbers_and_harmless_words(family: Giving, desk: Browser) -> None:
    """Each slip once, with its parent's number; nobody at the front desk may have it."""
    from chalicelib.slips import telling
    from tests.slips.giving import ADDRESS

    org = family.world.org
    telling.change_parent(family.teller, family.parents[0], telling.Particulars("=1+1", "Tremblay", ADDRESS))
    send(desk, of_family(family), "/release")

    page = send(desk, f"/{org}/desk/slips?state=released&year={family.year}", "/report")

    assert page.header("content-type").startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig")))
    assert (row["parent_number"], row["amount"], row["code"], row["parent"]) == (SIN, "300.00", "R", "'=1+1 Tremblay")


def test_the_front_desk_is_offered_no_table(family: Giving, browser: Browser) -> None:
    browser.sign_in_staff(family.world.org, family.world.staff(StaffRole.DESK), family.world.now)
    send(browser, of_family(family), "/release")
    page = browser.get(f"/{family.world.org}/desk/slips?state=released")

    assert "Table for the tax office" not in page.text
    token = page.form("/look").fields
    assert browser.post(f"/{family.world.org}/desk/slips/report", token).status == 403


def test_what_counts_is_set_by_programme_and_by_class(world: World, desk: Browser) -> None:
    """X-12: places in a programme that is ticked count, and in a class that is chosen, by the line that paid."""
    family = giving(world, words=(), programmes=frozenset(), issuer="", signatory="")
    programme = world.programme("Camps")
    camp = world.class_group("Camp", programme=programme.id)
    choir = world.class_group("Choir")
    for group, minor in ((camp, 20000), (choir, 7000)):
        invoice = family.bill(minor, "Place")
        world.enrol(family.home, family.child, group, price=Price(minor, "CAD", invoice.id, 0))
        family.pay(minor)
    assert family.look() == []

    page = send(
        desk, f"/{world.org}/desk/slips/settings", "/settings",
        **{f"programme-{programme.id}": "yes", "issuer": "1144556677", "signatory": "Kate Murphy", "words": ""},
    )  # fmt: skip
    assert "saved" in page.text
    assert family.standing().minor == 20000

    page = desk.get(f"/{world.org}/desk/slips/classes")
    form = next(each for each in _forms(page, "/classes") if each["class_group"] == choir.id)
    desk.post(f"/{world.org}/desk/slips/classes", form)
    assert family.standing().minor == 27000
    form = next(
        each for each in _forms(desk.get(f"/{world.org}/desk/slips/classes"), "/classes")
        if each["class_group"] == choir.id
    )  # fmt: skip
    desk.post(f"/{world.org}/desk/slips/classes", form)
    assert family.standing().minor == 20000


def _forms(page: Page, action: str) -> list[dict[str, str]]:
    from tests.support.browser import Form

    forms = [Form.read(form) for form in page.document.iter("form") if form.get("method", "").lower() == "post"]
    return [dict(form.fields) for form in forms if form.action.endswith(action)]


def test_settings_without_who_the_organisation_is_are_refused(world: World, desk: Browser) -> None:
    giving(world)
    page = send(desk, f"/{world.org}/desk/slips/settings", "/settings", issuer="", signatory=" ")

    assert page.status == 400
    assert store.get_settings(world.org).issuer


def test_slips_without_an_email_are_printed_together(family: Giving, desk: Browser) -> None:
    """X-12."""
    found = households.get_household(family.world.org, family.home.id)
    assert found
    transaction = Transaction()
    households.save_household(transaction, family.world.org, replace(found, email=""))
    transaction.commit()
    send(desk, of_family(family), "/release")
    page = desk.get(f"/{family.world.org}/desk/slips?state=released")

    paper = desk.get(page.links["Print those without an email address"])

    assert paper.status == 200
    assert "Marie Tremblay" in words(read(paper.body))
    (slip,) = family.slips()
    alone = desk.get(f"/{family.world.org}/desk/slips/families/{family.home.id}/{slip.id}/pdf")
    assert slip.number in words(read(alone.body))
