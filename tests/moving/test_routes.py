"""The desk's pages of moving in: a file, its columns, what would happen, and the way back."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from chalicelib.data import read
from chalicelib.entry import moving_clock
from chalicelib.identity.domain import StaffRole
from chalicelib.moving import service, store
from chalicelib.moving.domain import Source, Stage
from chalicelib.organisations import audit
from chalicelib.web.uploads import Upload
from tests.moving.bringing import PEOPLE
from tests.support.browser import Browser, Form, Page
from tests.support.world import World


def owner(world: World, browser: Browser) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)


def brought(world: World, browser: Browser, text: str = PEOPLE, name: str = "students.csv", **fields: str) -> Page:
    page = owner(world, browser).get(f"/{world.org}/desk/moving")
    files = {"file": (name, text.encode())}
    return browser.upload(page, "desk/moving", files, follow=True, **{"source": "jackrabbit", **fields})


def matching(page: Page) -> Form:
    """The form in which columns are matched."""
    return page.form(page.url.rpartition("/")[2])


def pressed(browser: Browser, page: Page, action: str, **fields: str) -> Page:
    """A form of the page, sent; the clock ticks, and the page is looked at again."""
    answer = browser.submit(page, action, follow=True, **fields)
    assert answer.status == 200, answer.text
    moving_clock.tick({}, None)
    return browser.get(page.url)


def test_a_file_is_brought_in_and_taken_back_at_the_desk(world: World, browser: Browser) -> None:
    page = brought(world, browser)
    assert "students.csv" in page.links
    page = pressed(browser, page, "/check")
    assert "Families" in page.text
    page = pressed(browser, page, "/write")
    assert "Brought in" in page.text
    (batch,) = store.list_batches(world.org).rows
    assert batch.stage is Stage.DONE
    page = pressed(browser, page, "/undo")
    assert "Taken back" in page.text
    assert not [item for page_, _ in read.everything(world.org) for item in page_ if "#HH#" in item["pk"]["S"]]


def test_columns_are_suggested_changed_and_remembered(world: World, browser: Browser) -> None:
    page = brought(world, browser, "Whose,Pupil,Born\nRoy,Ann Roy,31/12/2015\n", "a.csv", source="plain")
    columns = browser.get(page.links["a.csv"])
    assert "Ann Roy" in columns.text
    form = matching(columns)
    assert (form.fields["column_0"], form.fields["days"]) == ("Leave this column out", "day")
    chosen = {"column_0": "Family: name", "column_1": "Member: whole name", "column_2": "Member: day of birth"}
    page = browser.submit(columns, form.action, follow=True, **chosen)
    assert page.status == 200
    again = brought(world, browser, "Whose,Pupil,Born\nRoy,Tom Roy,12/31/2016\n", "b.csv", source="plain")
    fields = matching(browser.get(again.links["b.csv"])).fields
    assert {name: fields[name] for name in chosen} == chosen


def test_two_columns_can_not_mean_the_same(world: World, browser: Browser) -> None:
    columns = browser.get(brought(world, browser).links["students.csv"])
    answer = browser.submit(columns, matching(columns).action, column_0="Language", column_3=" LANGUAGE ")
    assert answer.status == 400
    assert "Another column fills this already" in answer.text


def test_what_stands_in_no_list_of_meanings_is_refused(world: World, browser: Browser) -> None:
    columns = browser.get(brought(world, browser).links["students.csv"])
    answer = browser.submit(columns, matching(columns).action, column_0="Something else")
    assert answer.status == 400
    assert matching(answer).fields["column_0"] == "Something else"


def test_a_file_of_as_many_columns_as_there_may_be_is_matched_on_one_page(world: World, browser: Browser) -> None:
    header = ",".join(["Email", *(f"Question {number}" for number in range(149))])
    page = brought(world, browser, f"{header}\nann@example.com\n", "wide.csv")
    columns = browser.get(page.links["wide.csv"])
    assert len(matching(columns).fields) >= 150
    assert len(columns.text.encode()) < 80_000


def test_mistakes_are_listed_and_nothing_can_be_brought_in(world: World, browser: Browser) -> None:
    page = pressed(browser, brought(world, browser, PEOPLE.replace("02/20/2015", "soon")), "/check")
    assert "students.csv:4" in page.text
    assert "soon" in page.text
    assert "Bring it in" not in page.text


def test_mistakes_are_said_in_the_language_of_whoever_reads_them(world: World, browser: Browser) -> None:
    page = pressed(browser, brought(world, browser, PEOPLE.replace("andrei@example.com", "nowhere")), "/check")
    assert "“nowhere” is not an email address" in page.text
    browser.submit(page, "settings/language", language="fr")
    assert "“nowhere” n’est pas une adresse courriel" in browser.get(page.url).text


def test_columns_that_bring_nothing_in_are_named(world: World, browser: Browser) -> None:
    page = brought(world, browser, PEOPLE.replace("Zip\n", "Shoe size\n"))
    assert "left out: Shoe size" in page.text


def test_a_file_that_can_not_be_read_is_refused_with_words_that_help(world: World, browser: Browser) -> None:
    page = brought(world, browser, 'a,b\n"x,1\n')
    assert page.status == 400
    assert "the quotes in line 2 are broken" in page.text


def test_a_body_that_is_too_large_is_refused_at_once(world: World, browser: Browser) -> None:
    page = brought(world, browser, "a,b\n" + "x" * (4 * 1024 * 1024))
    assert page.status == 413
    assert "up to 4 MB" in page.text


def test_a_batch_takes_no_more_rows_and_columns_than_a_worker_can_hold(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_ROWS", 5)
    page = brought(world, browser)
    answer = browser.upload(page, "/files", {"file": ("more.csv", PEOPLE.encode())}, follow=True)
    assert "up to 5 rows" in answer.text
    monkeypatch.setattr(service, "MOST_COLUMNS", 3)
    assert "up to 3 columns" in brought(world, browser).text


def test_a_batch_is_discarded_with_its_files(world: World, browser: Browser) -> None:
    page = brought(world, browser)
    (batch,) = store.list_batches(world.org).rows
    page = browser.submit(page, "/discard", follow=True)
    assert "Discarded" in page.text
    assert store.get_batch(world.org, batch.id).files == ()


def test_an_export_is_made_and_can_be_fetched(world: World, browser: Browser) -> None:
    page = owner(world, browser).get(f"/{world.org}/desk/moving/export")
    page = pressed(browser, page, "/export")
    assert "The export is ready" in page.text
    answer = browser.get(page.links["Download the ZIP file"])
    assert answer.status == 303
    assert "X-Amz-Expires=60&" in answer.location
    told = {(entry.act, entry.author.name) for entry in audit.page(world.org).rows}
    assert told == {("moving_fetched", "Kate Murphy"), ("moving_exported", "Kate Murphy")}


def test_an_export_is_ordered_and_fetched_by_who_proved_just_now_who_they_are(world: World, browser: Browser) -> None:
    page = owner(world, browser).get(f"/{world.org}/desk/moving/export")
    pressed(browser, page, "/export")
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now - timedelta(hours=1))
    for answer in (
        browser.get(f"/{world.org}/desk/moving/export/file"),
        browser.submit(browser.get(f"/{world.org}/desk/moving/export"), "/export", follow=False),
    ):
        assert answer.status == 303
        assert "/confirm" in answer.location


def test_whoever_must_prove_who_they_are_comes_back_to_the_batch(world: World, browser: Browser) -> None:
    page = pressed(browser, brought(world, browser), "/check")
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now - timedelta(hours=1))
    here = page.url.partition(f"/{world.org}/")[2]
    answer = browser.submit(browser.get(page.url), "/write", follow=False)
    assert answer.location == f"/{world.org}/confirm?next={quote(here, safe='')}"


def test_another_organisations_batch_and_file_are_not_found(world: World, browser: Browser) -> None:
    other = replace(world.organisation, slug=f"{world.org}-x")
    upload = Upload("a.csv", b"Name,Email\nRoy,ann@example.com\n")
    batch = service.begin(other, Source.PLAIN, upload, "Kate", world.now)
    file = store.get_batch(other.slug, batch).files[0].id
    owner(world, browser)
    for path in (batch, f"{batch}/files/{file}"):
        assert browser.get(f"/{world.org}/desk/moving/batches/{path}").status == 404


def test_only_owners_come_in(world: World, browser: Browser) -> None:
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    assert browser.get(f"/{world.org}/desk/moving").status in (403, 404)


@pytest.mark.parametrize("column", ["staff_role", "Staff Role"])
def test_no_file_makes_anybody_one_of_the_staff(world: World, browser: Browser, column: str) -> None:
    """S-02, S-07: a role that came with a batch would be told to nobody, and stand in no log by its name."""
    told = f"id,name,email,{column}\nU1,Eve,eve@example.com,owner\n"
    page = brought(world, browser, told, "users.csv", source="plain")
    assert page.status == 400
    assert "Leave the column “staff_role” out" in page.text
    assert store.list_batches(world.org).rows == []
