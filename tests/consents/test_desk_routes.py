"""The staff's pages of consents: written, published, asked again, and who of a class has signed (NEW-13)."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.consents import drafting, overview, store
from chalicelib.consents.domain import MAX_OPEN, Act, Lasts, Rules, Signers
from chalicelib.forms.domain import Audience
from chalicelib.identity.domain import StaffRole
from chalicelib.schedule.domain import Ages
from tests.consents.asking import PHOTOS, fill, published, says
from tests.enrolments.teaching import meetings, taught
from tests.support.browser import Browser
from tests.support.world import World

FIELDS = {
    "title-fr": "Images", "title-en": "Pictures", "text-fr": "Oui.", "text-en": "Yes.\nAnd more.",
    "after-fr": "Rien.", "basis": "Loi 25", "whom": "minors", "mandatory": "yes", "signers": "all",
    "lasts": "months", "months": "12",
}  # fmt: skip


def _staff(world: World, browser: Browser, role: StaffRole = StaffRole.DESK, **changes: object) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(role, **changes), world.now)


def test_staff_write_a_consent_publish_it_and_ask_again(world: World, browser: Browser) -> None:
    _staff(world, browser)
    programme = world.programme("Ballet")
    page = browser.get(f"/{world.org}/desk/consents/new")
    page = fill(browser, page, "consents/new", {**FIELDS, f"programme-{programme.id}": "yes"})
    assert "Families do not see this yet." in page.text
    listed = store.get_catalogue(world.org).consents[0]
    assert not listed.is_published

    page = browser.submit(page, "publish")

    listed = store.get_catalogue(world.org).consents[0]
    audience = Audience(False, Ages(None, 17), frozenset({programme.id}))
    assert listed.rules == Rules(audience, True, Lasts(months=12), Signers.ALL)
    assert (listed.version, dict(listed.title)) == (1, {"fr": "Images", "en": "Pictures"})
    assert "Ballet" in page.text
    assert "Publish" not in page.links

    form = browser.get(page.links["Change"])
    assert form.form("/edit").fields["text-en"] == "Yes.\nAnd more."
    page = fill(browser, form, "/edit", {"text-en": "No."})
    assert "Publishing makes version 2" in page.text
    assert store.get_catalogue(world.org).consents[0].version == 1
    browser.submit(page, "publish")
    assert store.get_catalogue(world.org).consents[0].version == 2
    first = store.get_edition(world.org, listed.id, 1)
    assert first
    assert first.wording.text["en"] == "Yes.\nAnd more."


def test_mistakes_are_told_all_at_once_and_nothing_is_stored(world: World, browser: Browser) -> None:
    _staff(world, browser)
    page = browser.get(f"/{world.org}/desk/consents/new")
    page = browser.submit(
        page, "consents/new", lasts="months", months="1e3", whom="all", basis="x" * 301, mandatory="perhaps"
    )

    assert page.status == 400
    for name in ("title-fr", "text-fr", "months", "whom", "basis", "mandatory"):
        assert f'href="#field-{name}"' in page.html, name
    assert store.get_catalogue(world.org).consents == ()


def test_a_season_needs_its_last_day(world: World, browser: Browser) -> None:
    _staff(world, browser)
    page = browser.get(f"/{world.org}/desk/consents/new")
    page = fill(browser, page, "consents/new", {**FIELDS, "lasts": "day", "until": ""})
    assert page.status == 400
    page = browser.submit(page, "consents/new", until="2027-06-30")
    assert store.get_catalogue(world.org).consents[0].rules.lasts == Lasts(until=date(2027, 6, 30))


def test_what_is_out_of_use_is_asked_no_more_and_stays_on_record(world: World, browser: Browser) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)
    entry = says(world, user, home, listed, lea)
    _staff(world, browser)
    page = browser.get(f"/{world.org}/desk/consents/{listed.id}")

    page = browser.submit(page, "retire")

    assert "Out of use" in page.text
    browser.sign_in_staff(world.org, user, world.now)
    shown = browser.get(f"/{world.org}/consents/{listed.id}/for/{lea.id}")
    assert "This is not asked of you any more." in shown.text
    assert browser.get(f"/{world.org}/consents/signatures/{entry.id}").status == 200
    assert says(world, user, home, listed, lea, Act.WITHDRAWN).act is Act.WITHDRAWN


def test_families_are_asked_for_so_many_at_once(world: World, browser: Browser) -> None:
    for _ in range(MAX_OPEN):
        published(world)
    consent = drafting.add(world.org, PHOTOS, Rules())
    _staff(world, browser)
    page = browser.submit(browser.get(f"/{world.org}/desk/consents/{consent.id}"), "publish")

    assert (page.status, "Retire one first." in page.text) == (409, True)


def test_two_who_change_the_same_draft_do_not_overwrite_each_other(world: World, browser: Browser) -> None:
    _staff(world, browser)
    listed = published(world)
    form = browser.get(f"/{world.org}/desk/consents/{listed.id}/edit")
    fill(browser, form, "/edit", {"text-en": "Mine"})

    page = fill(browser, form, "/edit", {"text-en": "Theirs"})

    assert page.status == 409
    assert drafting.require(world.org, listed.id).wording.text["en"] == "Mine"


def _class(world: World) -> tuple[str, str]:
    """A class of three; two have answered. Ids of the class and of an entry."""
    home = world.household("Tremblay")
    user = world.user(home)
    lea, max_ = world.member(home, "Léa"), world.member(home, "=Max")
    grown = world.member(home, "Paul", date(1980, 1, 1))
    _, group = world.enrolment(home, lea, "Ballet", world.now + timedelta(days=1))
    world.enrol(home, max_, group)
    world.enrol(home, grown, group)
    minors = published(world, Rules(audience=Audience(ages=Ages(None, 17))))
    published(world, Rules(audience=Audience(class_groups=frozenset({"another"}))))
    entry = says(world, user, home, minors, lea)
    says(world, user, home, minors, max_, Act.DECLINED)
    return group.id, entry.id


def test_staff_see_who_of_a_class_has_signed(world: World, browser: Browser) -> None:
    group, entry = _class(world)
    _staff(world, browser)

    page = browser.get(f"/{world.org}/desk/classes/{group}/consents")

    rows = [" ".join(part.split()) for part in page.text.split("Who has signed Name")[1:]]
    assert rows
    assert page.html.count('scope="col"') == 2
    assert [word in page.text for word in ("Signed", "Declined", "–")] == [True, True, True]
    member = browser.get(page.links["Léa Tremblay"])
    assert "Marie Tremblay" in member.text
    shown = browser.get(member.links["Photographs"])
    assert "This entry is genuine" in shown.text
    assert entry in shown.text


def test_the_table_to_take_away_holds_the_same_and_no_formula(world: World, browser: Browser) -> None:
    """I-04."""
    group, _ = _class(world)
    _staff(world, browser)

    page = browser.get(f"/{world.org}/desk/classes/{group}/consents/csv")

    assert page.header("content-type") == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(page.body.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Photographs", "Photographs: Day"]
    assert rows[1:] == [
        ["'=Max Tremblay", "Declined", world.today.isoformat()],
        ["Léa Tremblay", "Signed", world.today.isoformat()],
        ["Paul Tremblay", "", ""],
    ]


def test_instructors_see_their_own_classes_only(world: World, browser: Browser) -> None:
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    published(world)
    _, mine = world.enrolment(home, lea, "Ballet", world.now + timedelta(days=1))
    theirs = world.class_group("Judo", world.now + timedelta(days=1), instructor="Somebody Else")
    _staff(world, browser, StaffRole.INSTRUCTOR, name="Ann Lee")

    assert browser.get(f"/{world.org}/desk/classes/{mine.id}/consents").status == 200
    assert browser.get(f"/{world.org}/desk/classes/{theirs.id}/consents").status in (403, 404)
    assert browser.get(f"/{world.org}/desk/members/{lea.id}/consents").status == 403


def test_a_signature_that_ran_out_is_told_as_such(world: World, browser: Browser) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    listed = published(world, Rules(lasts=Lasts(months=1)))
    _, group = world.enrolment(home, lea, "Ballet", world.now + timedelta(days=50))
    says(world, replace(user), home, listed, lea)
    world.now += timedelta(days=40)
    found = overview.of_class(world.org, group.id, world.today)

    cell = found.rows[0].cells[0]
    assert cell
    assert cell.words.key == "Expired"


def test_a_large_class_is_shown_fifty_at_a_time_and_taken_away_whole(world: World, browser: Browser) -> None:
    home = world.household("Tremblay")
    group = world.class_group("Choir", world.now + timedelta(days=1))
    for number in range(60 - 12):
        world.enrol(home, world.member(home, f"Child {number:02}"), group)
    other = world.household("Other")
    for number in range(48, 60):
        world.enrol(other, world.member(other, f"Child {number:02}"), group)
    published(world)
    _staff(world, browser)

    page = browser.get(f"/{world.org}/desk/classes/{group.id}/consents")

    assert page.html.count('scope="row"') == 50
    assert len(page.body) < 50 * 1024
    assert browser.get(page.links["Next page"]).html.count('scope="row"') == 10
    rows = browser.get(f"/{world.org}/desk/classes/{group.id}/consents/csv").body.decode("utf-8-sig").splitlines()
    assert len(rows) == 61


def test_a_class_that_is_over_stays_in_an_audience_that_names_it(world: World, browser: Browser) -> None:
    """However many classes ended later and are offered instead."""
    _staff(world, browser)
    old = taught(world, meetings(world.now - timedelta(days=400)))
    for number in range(51):
        taught(world, meetings(world.now + timedelta(days=number)))
    listed = published(world, rules=Rules(Audience(class_groups=frozenset({old.id})), mandatory=True))

    form = browser.get(f"/{world.org}/desk/consents/{listed.id}/edit")
    fill(browser, form, "/edit", {"text-en": "No."})

    assert drafting.require(world.org, listed.id).rules.audience.class_groups == {old.id}


def test_the_desk_finds_all_that_a_household_signed(world: World, browser: Browser) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    entry = says(world, user, home, published(world), lea)
    _staff(world, browser)

    page = browser.get(f"/{world.org}/desk/households/{home.id}/signatures")

    assert page.links["Photographs"] == f"/{world.org}/desk/households/{home.id}/signatures/{entry.id}"
    assert "Léa" in page.text
    assert browser.get(f"/{world.org}/desk/households/none/signatures").status == 404
