"""A child who is on file twice in one family, made one at the desk in Chromium, and two again; every page is sound."""

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.visitor import Visitor


def _family(desk: Visitor) -> str:
    """A family with one child on file twice; returns the household's id."""
    page = desk.open("desk/clients/new")
    for name, words in {"first_name": "Ola", "last_name": "Zielinski", "email": "ola.zielinski@example.com"}.items():
        page.fill(f"#field-{name}", words)
    desk.follow(desk.main_button())
    home = page.url.partition("?")[0]
    child = {
        "last_name": "Zielinski", "birth_date": "2015-03-02",
        "emergency_name": "Ola", "emergency_phone": "438 555-0177",
    }  # fmt: skip
    for name in ("Jan", "JAN"):
        page.goto(f"{home}/members/add")
        for field, words in {"first_name": name, **child}.items():
            page.fill(f"#field-{field}", words)
        for choice in page.locator("main fieldset:has(input[type=radio][required])").all():
            choice.locator("input").first.check()
        desk.follow(desk.main_button())
        assert page.locator(".error-summary").count() == 0
    return home.rpartition("/")[2]


def test_two_members_are_made_one_and_two_again(at_desk: SignedIn) -> None:
    """ACC-15: what moves is said before, either way round, and it is taken back in one press."""
    desk, inspector = at_desk(DIANE), Inspector()
    page, household = desk.page, _family(desk)
    desk.open(f"desk/duplicates/{household}")
    inspector.inspect(desk)
    desk.follow(page.locator("main a[href*='/members/']").first)
    inspector.inspect(desk)
    desk.follow(desk.main_button())
    assert "/desk/merges/" in page.url
    inspector.inspect(desk)
    assert desk.open(f"desk/clients/{household}").locator("main a[href*='/desk/members/']").count() == 1

    desk.open("desk/merges")
    inspector.inspect(desk)
    desk.follow(page.locator("main .rows a").filter(has_text="Zielinski").first)
    desk.follow(page.locator("main form[action$='/undo'] button"))
    assert page.locator("main form[action$='/undo']").count() == 0
    assert desk.open(f"desk/clients/{household}").locator("main a[href*='/desk/members/']").count() == 2
