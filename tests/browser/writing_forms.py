"""Staff write a form in Chromium, publish it and see who has answered; whoever enters the desk walks through."""

from tests.browser.looks import Inspector
from tests.browser.visitor import Visitor


def write_a_form(desk: Visitor, inspector: Inspector) -> None:
    """From the list of forms back to who has answered, and out of use; every page on the way is sound."""
    page = desk.open("desk/forms")
    inspector.inspect(desk)
    page.locator("main a.button--primary").click()
    page.wait_for_url("**/desk/forms/new")
    inspector.inspect(desk)
    page.fill("#field-title-fr", "Spectacle de juin")
    desk.follow(desk.main_button())
    inspector.inspect(desk)
    page.locator("input[name=moment-sign_in]").check()
    desk.follow(desk.main_button())
    inspector.inspect(desk)
    desk.follow(page.locator("main a[href*='/sections/']").last)
    inspector.inspect(desk)
    page.fill("#field-title-fr", "Costumes")
    desk.follow(desk.main_button())
    desk.follow(page.locator("main a[href*='/questions/new']"))
    inspector.inspect(desk)
    page.select_option("#field-kind", "choice")
    page.fill("#field-label-fr", "Quelle taille ?")
    page.fill("#field-options-fr", "Petite\nGrande")
    desk.follow(desk.main_button())
    inspector.inspect(desk)
    desk.follow(page.locator("main a[href$='/preview']"))
    inspector.inspect(desk)
    page.go_back()
    desk.follow(page.locator("form[action$='/publish'] button"))
    desk.follow(page.locator("main a[href$='/answered']"))
    inspector.inspect(desk)
    page.go_back()
    desk.follow(page.locator("form[action$='/retire'] button"))
    _read_answers(desk, inspector)


def _read_answers(desk: Visitor, inspector: Inspector) -> None:
    """What a family of the demonstration answered, and the pages on which staff answer for it."""
    page = desk.open("desk/forms")
    desk.follow(page.locator("main .rows a").filter(has_text="Vos souhaits"))
    desk.follow(page.locator("main a[href$='/answered']"))
    inspector.inspect(desk)
    desk.follow(page.locator("main .rows a").first)
    inspector.inspect(desk)
    desk.follow(page.locator("main a[href*='/fill/']"))
    inspector.inspect(desk)
