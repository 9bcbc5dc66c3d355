"""The page on which staff look for clients, and the page of one, in a browser without a screen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.clients import indexing, notes
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Address, Household
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations.domain import Module
from tests.clients.finding import catch_up
from tests.support.browser import Browser
from tests.support.world import World, build


def at_desk(browser: Browser, world: World, role: StaffRole = StaffRole.DESK) -> Browser:
    """The browser of somebody of the staff."""
    return browser.sign_in_staff(world.org, world.staff(role), world.now)


def _family(world: World) -> Household:
    home = world.household("Tremblay", "Zoé")
    world.user(home, name="Marie Tremblay")
    catch_up(world.org)
    return home


def test_a_family_is_found_and_its_page_opens(browser: Browser, world: World) -> None:
    """ADM-2: without any script."""
    home = _family(world)
    page = at_desk(browser, world).get(f"/{world.org}/desk/clients", q="tremb zoe")

    assert "1 found" in page.text
    assert page.links["Tremblay"] == f"/{world.org}/desk/clients/{home.id}"
    assert "Zoé Tremblay" in page.text


def test_an_invoice_is_found_by_its_number_and_opens(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    invoice = world.invoice(home, "2026-0041")
    catch_up(world.org)

    page = at_desk(browser, world).get(f"/{world.org}/desk/clients", q="2026-0041")

    assert "Invoice 2026-0041" in page.text
    assert page.links["Tremblay"] == f"/{world.org}/desk/clients/{home.id}/billing/invoices/{invoice.id}"


@pytest.mark.parametrize(
    ("typed", "words"), [("nobody", "Nobody fits this"), ("a", "at least two"), ("", "what you know, in any order")]
)
def test_what_was_found_is_said_in_words(browser: Browser, world: World, typed: str, words: str) -> None:
    _family(world)
    assert words in at_desk(browser, world).get(f"/{world.org}/desk/clients", q=typed).text


def test_typed_markup_stays_text(browser: Browser, world: World) -> None:
    page = at_desk(browser, world).get(f"/{world.org}/desk/clients", q='"><script>alert(1)</script>')

    assert page.status == 200
    assert "<script>alert" not in page.html


def test_an_archived_client_says_so_in_the_list(browser: Browser, world: World) -> None:
    from chalicelib.growing import archiving

    home = _family(world)
    archiving.archive_household(world.organisation, home.id, world.now)
    indexing.refresh(world.org, home.id)

    assert "Archived" in at_desk(browser, world).get(f"/{world.org}/desk/clients", q="tremblay").text


def test_the_page_of_a_client_has_all_at_a_glance(browser: Browser, world: World) -> None:
    """Particulars, members, users, balance, what is to pay, what is next, notes, and the ways elsewhere."""
    home = _family(world)
    member = world.member(home, "Hugo")
    world.enrolment(home, member, "Violin", world.now + timedelta(days=3))
    invoice = world.invoice(home, "2026-0041", minor=12345)
    notes.add(world.org, home.id, "Calls back on Fridays", "Kate", world.now)

    page = at_desk(browser, world).get(f"/{world.org}/desk/clients/{home.id}")

    for words in ("famille@example.com", "Hugo", "Marie Tremblay", "$123.45", "2026-0041", "Violin", "Calls back on"):
        assert words in page.text, words
    start = f"/{world.org}/desk/clients/{home.id}"
    assert page.links["2026-0041"] == f"{start}/billing/invoices/{invoice.id}"
    for href in (
        f"{start}/billing",
        f"/{world.org}/desk/documents/{home.id}",
        f"/{world.org}/desk/messages/{home.id}/new",
        f"/{world.org}/desk/households/{home.id}/signatures",
        f"{start}/billing/payments/new",
    ):
        assert f'href="{href}"' in page.html, href
    assert len(page.body) < 50_000


def test_who_only_reads_changes_nothing(browser: Browser, world: World) -> None:
    home = _family(world)
    reader = at_desk(browser, world, StaffRole.READ_ONLY)

    page = reader.get(f"/{world.org}/desk/clients/{home.id}")

    assert page.status == 200
    assert "Change" not in " ".join(page.links)
    assert not [href for href in page.links.values() if href.endswith(("/archive", "/members/add", "/view"))]
    assert reader.get(f"/{world.org}/desk/clients/{home.id}/edit/contact").status == 403


def test_whoever_teaches_sees_no_clients(browser: Browser, world: World) -> None:
    home = _family(world)
    teacher = at_desk(browser, world, StaffRole.INSTRUCTOR)

    assert teacher.get(f"/{world.org}/desk/clients").status == 403
    assert teacher.get(f"/{world.org}/desk/clients/{home.id}").status == 403


def test_what_the_organisation_does_not_use_is_not_led_to(browser: Browser, world: World) -> None:
    plain = build(f"{world.org}-b", world.now, modules=frozenset({Module.CLASSES}))
    home = plain.household("Roy")

    page = at_desk(browser, plain).get(f"/{plain.org}/desk/clients/{home.id}")

    start = f"/{plain.org}/desk/"
    assert not [href for href in page.links.values() if href.startswith((f"{start}documents", f"{start}messages"))]
    assert not [href for href in page.links.values() if "/billing" in href]


def test_a_large_family_still_fits_a_page(browser: Browser, world: World) -> None:
    """50 KB at most, with fifty members of long names and notes of full length."""
    home = world.household("Tremblay")
    for number in range(50):
        world.member(home, f"Marie-Antoinette Élisabeth {number}")
    for _ in range(5):
        notes.add(world.org, home.id, "word " * 299, "Kate Murphy", world.now)
    transaction = Transaction()
    told = replace(home, address=Address("12 rue des Érables", "Montréal"), version=1)
    households.save_household(transaction, world.org, told)
    transaction.commit()

    page = at_desk(browser, world).get(f"/{world.org}/desk/clients/{home.id}")

    assert page.status == 200
    assert len(page.body) < 50_000
