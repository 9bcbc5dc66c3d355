"""Who belongs to a household, in Chromium: coming of age, leaving the lists and coming back, two homes."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import ISABELLE, MELANIE, PATRICK
from tests.browser.visitor import Visitor

_TEEN = "camille.morin@example.com"


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _open_member(visitor: Visitor, name: str) -> None:
    visitor.open("members")
    visitor.follow(visitor.page.locator("main .rows a").filter(has_text=name))


def test_a_teenager_signs_in_alone_and_says_what_the_family_sees(
    signed_in: SignedIn, visit: Callable[..., Visitor], inspector: Inspector
) -> None:
    """NEW-14: invited by the parent, proved by a code; then it is the member who chooses."""
    parent = signed_in(PATRICK, locale=PATRICK.locale)
    _open_member(parent, "Camille")
    parent.follow(parent.page.locator("main a[href$='/growing']"))
    inspector.inspect(parent)
    post = parent.portal.post_of(_TEEN)
    parent.page.fill("#field-address", _TEEN)
    parent.follow(parent.main_button())
    inspector.inspect(parent)
    link = next(word for word in str(post.wait()[0]["text"]).split() if "/invitations/" in word)

    teen = visit(locale=PATRICK.locale)
    teen.page.goto(link)
    inspector.inspect(teen)
    teen.follow(teen.main_button())
    teen.enter_code(post.code())
    teen.page.locator(".nav").first.wait_for()
    teen.open("settings")
    teen.follow(teen.page.locator("main a[href$='/own']"))
    inspector.inspect(teen)
    boxes = teen.page.locator("main form[action$='/own'] input[type=checkbox]")
    boxes.first.set_checked(not boxes.first.is_checked())
    chosen = boxes.first.is_checked()
    teen.follow(teen.main_button())
    assert teen.page.locator(".notice.tone-success").count() == 1
    assert boxes.first.is_checked() == chosen


def test_a_member_leaves_the_lists_and_comes_back(signed_in: SignedIn, inspector: Inspector) -> None:
    """Archived, not deleted: nobody finds the member in a list until the family brings it back."""
    visitor = signed_in(MELANIE, locale=MELANIE.locale)
    page = visitor.open("members/add")
    for name, value in {
        "first_name": "Zoé", "last_name": "Fortin", "birth_date": "2016-02-03",
        "emergency_name": "Mélanie Fortin", "emergency_phone": "514 555-0144",
    }.items():  # fmt: skip
        page.fill(f"#field-{name}", value)
    page.locator("input[name=question-photo_consent]").first.check()
    visitor.follow(visitor.main_button())
    _open_member(visitor, "Zoé")
    visitor.follow(page.locator("main a[href$='/archive']"))
    visitor.follow(page.locator("main button.button--danger"))
    assert page.url.endswith("/members/archived")
    inspector.inspect(visitor)
    assert "Zoé" not in visitor.open("members").locator("main").inner_text()

    visitor.follow(page.locator("main a[href$='/members/archived']"))
    visitor.follow(page.locator("main .row button"))
    assert "Zoé" in visitor.open("members").locator("main").inner_text()


def test_a_home_proposes_to_the_other_what_it_pays(signed_in: SignedIn, inspector: Inspector) -> None:
    """NEW-2: the other home has to agree; until then the proposal can be taken back."""
    visitor = signed_in(ISABELLE, locale=ISABELLE.locale)
    _open_member(visitor, "Emma")
    visitor.follow(visitor.page.locator("main a[href$='/split']"))
    inspector.inspect(visitor)
    visitor.page.fill("#field-percent", "60")
    visitor.follow(visitor.main_button())
    take_back = visitor.page.locator("button[name=act][value=withdraw]")
    assert "60" in visitor.text()
    inspector.inspect(visitor)
    visitor.follow(take_back)
    assert take_back.count() == 0
