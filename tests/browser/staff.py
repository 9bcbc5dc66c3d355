"""How somebody of the staff comes to the desk: a code, and an authenticator, which is enrolled at the first time."""

from pyotp import TOTP

from tests.browser.people import Person
from tests.browser.visitor import Visitor


def come_to_the_desk(visitor: Visitor, person: Person, apps: dict[str, TOTP]) -> None:
    """Signs in as `person`; `apps` are the authenticators enrolled so far, by address."""
    page, post = visitor.page, visitor.portal.post_of(person.mail)
    visitor.ask_for_code(person.mail)
    visitor.enter_code(post.code())
    is_known = person.mail in apps
    page.wait_for_url("**/second-factor*" if is_known else "**/settings/authenticator")
    if not is_known:
        page.locator("details.disclosure > summary").first.click()
        apps[person.mail] = TOTP(page.locator("bdi.code").inner_text().replace(" ", ""))
    page.fill("#field-code", apps[person.mail].at(visitor.portal.pass_time(minutes=0)))
    visitor.follow(visitor.main_button())
    visitor.open("desk")
    assert page.url == visitor.portal.at("desk")
