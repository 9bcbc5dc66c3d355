"""What people change in their account: members, login addresses, devices, the household in view."""

from collections.abc import Callable

from tests.browser.conftest import SignedIn
from tests.browser.people import DAVID, LAURA, MARGARET, MINJI
from tests.browser.portal import Portal
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def _is_outside(visitor: Visitor) -> bool:
    """Whether the next page is the one for signing in."""
    visitor.open("members")
    return visitor.page.url.partition("?")[0] == visitor.portal.at("sign-in")


def test_a_login_address_changes_after_two_codes_and_both_addresses_hear_of_it(
    signed_in: SignedIn, portal: Portal
) -> None:
    """AUTH-12, A-28, A-29."""
    visitor, new = signed_in(LAURA), "laura.new@example.com"
    page, text = visitor.page, portal.post_of(LAURA.mobile)
    old_post, new_post = portal.post_of(LAURA.mail), portal.post_of(new)
    portal.pass_time(minutes=15)
    visitor.open("settings")
    page.locator("a[href$='/settings/login']").first.click()
    page.wait_for_url("**/confirm?*")
    visitor.main_button().click()
    page.wait_for_url("**/confirm/code")
    visitor.enter_code(text.code())
    page.wait_for_url("**/settings/login")
    page.fill("#field-address", new)
    visitor.main_button().click()
    page.wait_for_url("**/settings/login/code")
    visitor.enter_code(new_post.code())
    page.wait_for_url("**/settings?saved=*")
    assert new in visitor.text()
    assert LAURA.mail not in visitor.text()
    for post in (old_post, new_post):
        assert post.wait(1 if post is old_post else 2)[0]["subject"] == "How you sign in was changed"


def test_a_member_is_added_and_changed_with_every_mandatory_answer(signed_in: SignedIn) -> None:
    """ACC-8, ACC-10, ACC-13."""
    visitor = signed_in(MINJI)
    page = visitor.open("members")
    page.locator("a[href$='/members/add']").click()
    page.wait_for_url("**/members/add")
    page.fill("#field-first_name", "Yuna")
    page.fill("#field-last_name", "Kim")
    visitor.main_button().click()
    page.locator(".error-summary").wait_for()
    missing = {link.get_attribute("href") for link in page.locator(".error-summary a").all()}
    assert missing == {f"#field-{name}" for name in ("birth_date", "emergency_name", "emergency_phone")} | {
        "#field-question-photo_consent"
    }
    assert page.input_value("#field-first_name") == "Yuna"
    page.fill("#field-birth_date", "2017-03-04")
    page.fill("#field-emergency_name", "Min-ji Kim")
    page.fill("#field-emergency_phone", "514 555-0177")
    page.get_by_role("radio", name="No").check()
    visitor.main_button().click()
    page.wait_for_url("**/members/*saved=1")
    assert visitor.heading() == "Yuna Kim"
    assert "(514) 555-0177" in visitor.text()

    visitor.follow(page.locator("a[href$='/edit']"))
    page.fill("#field-health_notes", "Peanuts <b>")
    visitor.main_button().click()
    page.wait_for_url("**/members/*saved=1")
    assert "Peanuts <b>" in visitor.text()
    visitor.open("members")
    assert "Yuna Kim" in visitor.text()


def test_a_device_is_signed_out_from_another_one_and_then_all_at_once(visit: Visit) -> None:
    """S-05: it holds from the next page on."""
    here, there = visit(), visit()
    for browser in (there, here):
        browser.sign_in(MARGARET.mail, MARGARET.reached_at)
    here.open("settings")
    there_button = here.page.locator("form[action$='/devices/end'] button")
    assert there_button.count() == 1
    there_button.click()
    here.page.wait_for_url("**/settings?saved=device")
    assert _is_outside(there)
    assert not _is_outside(here)

    there.sign_in(MARGARET.mail, MARGARET.reached_at)
    here.open("settings")
    button = here.page.locator("form[action$='/devices/end-all'] button")
    assert not button.is_visible(), "one press must not be enough"
    here.page.get_by_text("Sign out everywhere").click()
    button.click()
    here.page.wait_for_url("**/sign-in?left=everywhere")
    assert "You are signed out on all your devices." in here.text()
    assert _is_outside(here)
    assert _is_outside(there)


def test_who_belongs_to_two_households_chooses_and_changes(visit: Visit, portal: Portal) -> None:
    """C5."""
    visitor = visit()
    visitor.sign_in(DAVID.mail, DAVID.reached_at)
    page = visitor.page
    assert page.url.partition("?")[0] == portal.at("households")
    for household, path, name in (("Chen family", "members", "Olivia"), ("Grace Chen", "schedule", "Grace")):
        page.locator(".row", has=page.get_by_text(household, exact=True)).locator("button").click()
        page.wait_for_url(portal.home)
        visitor.open(path)
        assert name in visitor.text()
        page.locator(".menu").last.locator("summary").click()
        page.locator("a[href$='/households']").click()
        page.wait_for_url("**/households")
