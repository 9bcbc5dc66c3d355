"""The billing desk in Chromium: an invoice from its draft to a refund, what is overdue, and the day's takings."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE, FIONA
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

_PHONE = {"width": 390, "height": 844}


def test_an_invoice_goes_from_its_draft_to_a_refund_without_scripts(
    visit: Callable[..., Visitor], at_desk: SignedIn, portal: Portal
) -> None:
    """INV-3, PAY-1, P-14: and every page on the way is sound, in every look."""
    desk, inspector = at_desk(DIANE), Inspector()
    phone = visit(storage_state=desk.context.storage_state(), viewport=_PHONE, java_script_enabled=False)
    page, home = phone.page, _late_family(desk, inspector)
    invoice = _billed(phone, desk, home, inspector)
    _paid(phone, desk, invoice, inspector)
    _given_back(phone, desk, inspector)
    page.goto(f"{home}/billing/credits/new")
    _look(desk, page, inspector)
    page.fill("#field-amount", "12,50")
    page.fill("#field-reason", "La salle était froide")
    phone.follow(phone.main_button())
    _look(desk, page, inspector)
    for rest in ("billing", "billing?show=due", "billing?show=drafts", "billing/payments", "billing/credits"):
        page.goto(f"{home}/{rest}")
        _look(desk, page, inspector)


def _look(desk: Visitor, page: Page, inspector: Inspector) -> None:
    desk.page.goto(page.url)
    inspector.inspect(desk)


def _late_family(desk: Visitor, inspector: Inspector) -> str:
    """The family in whose debt something is longest overdue; it is reminded."""
    page = desk.open("desk/money")
    inspector.inspect(desk)
    href = page.locator("main .rows a").first.get_attribute("href") or ""
    page.locator("main .rows input[type=checkbox]").first.check()
    desk.main_button().click()
    page.wait_for_url("**saved=1")
    inspector.inspect(desk)
    return page.url.partition("/")[0] + "//" + page.url.split("/")[2] + href.partition("/billing")[0]


def _billed(phone: Visitor, desk: Visitor, home: str, inspector: Inspector) -> str:
    page = phone.page
    page.goto(f"{home}/billing/new")
    _look(desk, page, inspector)
    page.fill("#field-line-1-what", "Costume")
    page.fill("#field-line-1-price", "40")
    phone.main_button().click()
    page.wait_for_url("**saved=draft")
    _look(desk, page, inspector)
    page.goto(f"{page.url.partition('?')[0]}/edit")
    _look(desk, page, inspector)
    page.fill("#field-note", "À essayer samedi")
    phone.main_button().click()
    page.wait_for_url("**saved=draft")
    page.locator("button[name=send][value=no]").click()
    page.wait_for_url("**saved=issued")
    _look(desk, page, inspector)
    invoice = page.url.partition("?")[0]
    page.goto(f"{invoice}/credit")
    _look(desk, page, inspector)
    page.fill("#field-amount", "5")
    page.fill("#field-reason", "Rabais")
    phone.main_button().click()
    page.wait_for_url("**saved=credited")
    pdf = desk.context.request.get(f"{invoice}/pdf")
    assert pdf.body().startswith(b"%PDF-")
    return invoice


def _paid(phone: Visitor, desk: Visitor, invoice: str, inspector: Inspector) -> None:
    page = phone.page
    page.goto(invoice)
    phone.follow(page.locator("main a[href*='/payments/new']"))
    _look(desk, page, inspector)
    assert page.locator(f"input[name='for-{invoice.rpartition('/')[2]}']").is_checked()
    page.fill("#field-amount", "100")
    page.locator("input[name=method][value=cheque]").check()
    page.fill("#field-reference", "Chèque 17")
    phone.main_button().click()
    page.wait_for_url("**saved=taken")
    _look(desk, page, inspector)


def _given_back(phone: Visitor, desk: Visitor, inspector: Inspector) -> None:
    page, payment = phone.page, phone.page.url.partition("?")[0]
    page.goto(f"{payment}/refund")
    _look(desk, page, inspector)
    page.fill("#field-amount", "10")
    page.locator("input[name=way][value=cash]").check()
    page.fill("#field-reason", "Trop payé")
    page.locator("main button.button--danger").click()
    page.wait_for_url("**saved=refunded")
    page.goto(f"{payment}/returned")
    _look(desk, page, inspector)
    page.locator("input[name=why][value=bounced]").check()
    page.locator("main button.button--danger").click()
    page.wait_for_url("**saved=returned")
    _look(desk, page, inspector)


def test_the_day_is_counted_and_the_accountant_gets_a_table(at_desk: SignedIn, portal: Portal) -> None:
    """Takings with their count, what waits for a person, and the journal of a month."""
    desk, inspector = at_desk(DIANE), Inspector()
    page = desk.open("desk/money/takings")
    inspector.inspect(desk)
    for field in page.locator("main input[name^=counted]").all():
        field.fill("0")
    desk.main_button().click()
    page.wait_for_url("**saved=1")
    inspector.inspect(desk)
    page.emulate_media(media="print")
    assert page.locator("main table").last.is_visible()
    assert not page.locator("main form.actions").first.is_visible()
    page.emulate_media(media="screen")
    desk.open("desk/money/parked")
    inspector.inspect(desk)
    desk.open("desk/money/export")
    inspector.inspect(desk)
    today = portal.pass_time(minutes=0).date().isoformat()
    table = desk.context.request.get(portal.at(f"desk/money/export/csv?from={today}&to={today}"))
    assert table.status == 200
    assert table.headers["content-type"].startswith("text/csv")


def test_a_family_sees_when_it_is_charged_and_has_another_day(
    at_desk: SignedIn, signed_in: SignedIn, portal: Portal
) -> None:
    """REC-1, NEW-15: what staff have charged automatically is told to the family, which moves it."""
    desk, today = at_desk(DIANE), portal.pass_time(minutes=0).date()
    page = desk.open("desk/clients?q=fiona+oconnor")
    desk.follow(page.locator("main .rows a").first)
    page.goto(f"{page.url.partition('?')[0]}/billing/new")
    page.fill("#field-line-1-what", "Costume")
    page.fill("#field-line-1-price", "40")
    page.fill("#field-due_on", str(today + timedelta(days=10)))
    page.check("#field-autopay")
    desk.main_button().click()
    page.wait_for_url("**saved=draft")
    page.locator("button[name=send][value=no]").click()
    page.wait_for_url("**saved=issued")
    invoice = page.url.partition("?")[0].rpartition("/")[2]

    family, inspector = signed_in(FIONA), Inspector()
    page = family.open(f"invoices/{invoice}")
    family.follow(page.locator("main a[href$='/autopay']").first)
    inspector.inspect(family)
    page.fill("#field-to", str(today + timedelta(days=15)))
    family.follow(page.locator("main form:has(#field-to) button"))
    assert page.url.endswith("saved=1")
    inspector.inspect(family)
