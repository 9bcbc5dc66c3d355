"""Staff see the portal as a family does, and act for it with its code (NEW-10, C7, T-10 to T-13)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

import app
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.write import ReadOnly, Transaction
from chalicelib.households import activity
from chalicelib.households.domain import Household, Role
from chalicelib.households.store import get_household
from chalicelib.identity import store
from chalicelib.identity.domain import StaffRole, User
from chalicelib.identity.guard import guard
from chalicelib.shared.errors import Forbidden
from chalicelib.web.http import Request
from chalicelib.web.routes import Actor, Policy
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.world import World

REASON = "They can not find the invoice"
MARIE = "marie@example.com"


@pytest.fixture
def home(world: World) -> Household:
    """A family with a child, an invoice, and somebody who signs in."""
    household = world.household("Tremblay", "Lea")
    world.user(household, email=MARIE, name="Marie Tremblay")
    world.invoice(household)
    return household


@pytest.fixture
def kate(world: World) -> User:
    """Somebody at the front desk."""
    return world.staff(StaffRole.DESK)


@pytest.fixture
def at_desk(world: World, kate: User, browser: Browser, clock: TurnedClock) -> Browser:
    """Her browser, with both factors passed."""
    return browser.sign_in_staff(world.org, kate, clock.now())


def begin(browser: Browser, world: World, home: Household, who: str = "look", reason: str = REASON) -> Page:
    """Fills in the page that asks for the reason; the page is what that leads to."""
    asked = browser.get(f"/{world.org}/desk/clients/{home.id}/view")
    return browser.submit(asked, "/view", who=who, reason=reason)


def log(world: World, home: Household) -> list[tuple[str, str, Mapping[str, str]]]:
    """What the family's log tells: what, who, about what."""
    days = timedelta(days=2)
    rows = activity.page(world.org, home.id, world.now - days, world.now + days).rows
    return [(deed.kind, deed.user, deed.about) for deed in rows]


def test_staff_see_what_the_family_sees_with_a_reason_that_it_reads(
    world: World, home: Household, kate: User, at_desk: Browser
) -> None:
    """NEW-10, ADM-1, ADM-4: read-only, with a banner, and in the family's own log."""
    seen = begin(at_desk, world, home)

    assert seen.url.endswith(f"/{world.org}")
    assert "2026-1" in seen.text
    assert "$180.00" in seen.text
    assert "You see what Tremblay sees" in seen.text
    assert ("staff_looks", kate.id, {"label": REASON}) in log(world, home)
    assert ("staff_viewed", kate.id, {"section": "home"}) in log(world, home)


def test_a_reason_is_needed(world: World, home: Household, at_desk: Browser) -> None:
    """T-10: at least ten characters, and nothing begins without."""
    for reason in ("", "because", " " * 20):
        page = begin(at_desk, world, home, reason=reason)
        assert page.status == 400
    assert at_desk.get(f"/{world.org}/desk").status == 200
    assert [kind for kind, _, _ in log(world, home)] == ["staff_viewed"]


def test_an_old_sign_in_has_to_be_confirmed_first(
    world: World, home: Household, at_desk: Browser, clock: TurnedClock
) -> None:
    """T-10."""
    clock.advance(minutes=11)

    page = at_desk.get(f"/{world.org}/desk/clients/{home.id}/view")

    assert page.location.partition("?")[0] == f"/{world.org}/confirm"


def test_it_ends_after_an_hour_whatever_happens(
    world: World, home: Household, at_desk: Browser, clock: TurnedClock
) -> None:
    """T-10: use does not extend it, and what is left is the way back."""
    begin(at_desk, world, home)
    for _ in range(5):
        clock.advance(minutes=11)
        assert at_desk.get(f"/{world.org}/invoices").status == 200
    clock.advance(minutes=5)

    over = at_desk.get(f"/{world.org}/invoices", follow=True)

    assert over.url.endswith("/viewing")
    assert "This is over." in over.text
    at_desk.submit(over, "viewing/end", follow=False)
    assert at_desk.get(f"/{world.org}/desk").status == 200


def test_the_way_back_is_one_press_and_a_new_token(world: World, home: Household, kate: User, at_desk: Browser) -> None:
    """T-13: neither the cookie of before nor that of meanwhile opens anything any more."""
    before = dict(at_desk.cookies)
    seen = begin(at_desk, world, home)
    meanwhile = dict(at_desk.cookies)

    back = at_desk.submit(seen, "viewing/end", follow=False)

    assert back.location == f"/{world.org}/desk/clients/{home.id}"
    assert back.header("clear-site-data") == '"cache", "storage"'
    assert at_desk.get(f"/{world.org}/desk").status == 200
    assert at_desk.get(f"/{world.org}/invoices").status == 303
    for cookies in (before, meanwhile):
        assert (
            Browser(at_desk.portal, cookies=cookies)
            .get(f"/{world.org}/desk")
            .location.startswith(f"/{world.org}/sign-in")
        )
    assert "staff_left" in [kind for kind, _, _ in log(world, home)]


def test_the_session_is_as_old_afterwards_as_it_was(
    world: World, home: Household, kate: User, at_desk: Browser, clock: TurnedClock
) -> None:
    """T-10: seeing a portal never extends what staff may."""
    [before] = store.list_sessions(world.org, kate.id)
    clock.advance(minutes=5)
    seen = begin(at_desk, world, home)
    at_desk.submit(seen, "viewing/end", follow=False)

    [after] = store.list_sessions(world.org, kate.id)

    assert (after.created_at, after.authenticated_at) == (before.created_at, before.authenticated_at)
    assert after.viewing is None


def test_there_is_one_at_a_time(
    world: World, home: Household, kate: User, at_desk: Browser, clock: TurnedClock
) -> None:
    """T-10: what the same person began at another device ends."""
    begin(at_desk, world, home)
    elsewhere = Browser(at_desk.portal).sign_in_staff(world.org, kate, clock.now())

    begin(elsewhere, world, world.household("Roy", "Max"))

    assert at_desk.get(f"/{world.org}").location.startswith(f"/{world.org}/sign-in")
    assert elsewhere.get(f"/{world.org}").status == 200


def test_what_only_looks_leaves_no_trace_but_in_the_log(world: World, home: Household, at_desk: Browser) -> None:
    """T-10: an invoice that staff see so is not seen by the family."""
    sent = world.invoice(home, "2026-2", sent_at=world.now)
    begin(at_desk, world, home)
    key = keys.invoice(world.org, home.id, sent.id)
    before = read.raw([key])

    assert at_desk.get(f"/{world.org}/invoices/{sent.id}").status == 200

    assert read.raw([key]) == before
    family = Browser(at_desk.portal).sign_in_staff(world.org, world.user(home, email="new@example.com"), world.now)
    family.get(f"/{world.org}/invoices/{sent.id}")
    assert read.raw([key]) != before


def test_of_all_forms_who_looks_may_send_those_that_end_it(world: World, home: Household, at_desk: Browser) -> None:
    """T-10: each route that takes a form and wants a session, as the tables have them; none that comes is forgotten."""
    begin(at_desk, world, home)
    policies = [route.policy for table in app.tables for route in table if route.policy.method == "POST"]
    wanting = [policy for policy in policies if policy.actor is not Actor.ANYONE]
    assert len(wanting) > 100

    taken = [policy.path for policy in wanting if _is_admitted(world, policy, at_desk.cookies)]

    assert taken == ["/{org}/sign-out", "/{org}/viewing/end"]


def _is_admitted(world: World, policy: Policy, cookies: Mapping[str, str]) -> bool:
    """Whether the guard lets a request come as far as the view."""
    params = dict.fromkeys(re.findall(r"{(\w+)}", policy.path), "x") | {"org": world.org}
    asked = Request(
        method=policy.method, path=policy.path, params=params, query={}, form={}, cookies=dict(cookies), headers={},
        source="", id="", now=world.now, policy=policy,
    )  # fmt: skip
    try:
        return guard(asked) is None
    except Forbidden:
        return False
    finally:
        write.close(closed=False)


def test_the_store_itself_is_closed_to_who_only_looks() -> None:
    """T-10: a page that would write, though no page may, finds that it can not."""
    write.close(closed=True)
    try:
        for act in (
            Transaction().commit,
            lambda: write.put(Item("ORG#x", "X")),
            lambda: write.delete(Item("ORG#x", "X")),
            lambda: write.update(Item("ORG#x", "X"), []),
        ):
            with pytest.raises(ReadOnly):
                act()
    finally:
        write.close(closed=False)


def test_what_a_member_keeps_is_kept_from_staff_too(world: World, home: Household, at_desk: Browser) -> None:
    """NEW-14: whoever looks is nobody of the family, least of all the member."""
    begin(at_desk, world, home)

    assert at_desk.get(f"/{world.org}/own").status == 404


def test_a_role_that_is_lost_ends_it_at_once(world: World, home: Household, kate: User, at_desk: Browser) -> None:
    """S-07."""
    begin(at_desk, world, home)
    transaction = Transaction()
    store.save_user(
        transaction, world.org, replace(store.require_user(world.org, kate.id), staff_role=StaffRole.FINANCE)
    )
    transaction.commit()

    assert at_desk.get(f"/{world.org}/invoices").location.startswith(f"/{world.org}/sign-in")


def test_a_household_that_is_none_is_not_found(world: World, at_desk: Browser) -> None:
    assert at_desk.get(f"/{world.org}/desk/clients/{'a' * 32}/view").status == 404


def ask(world: World, home: Household, desk: Browser, sent: Sent, reached_at: str = MARIE) -> tuple[Page, str]:
    """Orders the code of a user of the family; returns the page for it and the code that reached the user."""
    lender = next(user for user in store.list_household(world.org, home.id) if reached_at in (user.email, user.mobile))
    page = begin(desk, world, home, who=lender.id)
    Door(desk, sent, world.org).dispatch()
    return page, sent.code(reached_at)


def test_staff_act_for_a_family_with_its_code(
    world: World, home: Household, kate: User, at_desk: Browser, sent: Sent
) -> None:
    """C7: the code goes to the family and says what it is for; what is done stands in the log with who did it."""
    page, code = ask(world, home, at_desk, sent)
    assert page.url.endswith("/desk/acting/code")
    assert "Kate Murphy of Northside Music asks to act for you" in sent.last(MARIE).text

    seen = at_desk.submit(page, "desk/acting/code", code=code)

    assert "You act for Tremblay" in seen.text
    form = at_desk.get(f"/{world.org}/household/edit")
    changed = at_desk.submit(form, "household/edit", name="Tremblay-Roy")
    assert changed.status == 200
    kinds = {kind: user for kind, user, _ in log(world, home)}
    assert kinds["staff_acts"] == kinds["household_changed"] == kate.id


OWN_ACTS = ("settings/login", "payment-methods/add", "pay", "access/invite", "data", "messages/new")
OWN_PAGES = ("settings", "settings/login", "access/invite", "data/file", "desk", "households")


def test_what_is_the_familys_own_stays_its_own(world: World, home: Household, at_desk: Browser, sent: Sent) -> None:
    """C7, T-11: sign-in addresses, cards, paying, access, copies, messages; with the code as well."""
    page, code = ask(world, home, at_desk, sent)
    seen = at_desk.submit(page, "desk/acting/code", code=code)
    token = seen.form("viewing/end").fields["csrf"]

    acts = {path: at_desk.post(f"/{world.org}/{path}", {"csrf": token}).status for path in OWN_ACTS}
    pages = {path: at_desk.get(f"/{world.org}/{path}").status for path in OWN_PAGES}

    assert set(acts.values()) == set(pages.values()) == {403}, (acts, pages)


@pytest.mark.parametrize("changed", [{"phone": "514 555-0188"}, {"email": "kate@example.com"}], ids=["phone", "email"])
def test_what_lets_people_in_is_not_changed_by_who_acts(
    world: World, home: Household, at_desk: Browser, sent: Sent, changed: dict[str, str]
) -> None:
    """C6, T-11: the household's own number and address open its account to whoever registers with them."""
    page, code = ask(world, home, at_desk, sent)
    at_desk.submit(page, "desk/acting/code", code=code)

    form = at_desk.get(f"/{world.org}/household/edit").form("household/edit")
    before = get_household(world.org, home.id)
    refused = at_desk.post(form.action, {**form.fields, **changed})

    assert refused.status == 400
    assert refused.text.count("Only the family itself changes this") == 2, "above the form and beside the field"
    assert get_household(world.org, home.id) == before


def test_a_code_that_a_colleague_asked_for_opens_nothing(
    world: World, home: Household, at_desk: Browser, sent: Sent
) -> None:
    """T-12: who acts is who gave the reason, though two share a browser at the desk."""
    page, code = ask(world, home, at_desk, sent)
    form = page.form("desk/acting/code")
    paul = world.staff(StaffRole.DESK, name="Paul Roy")
    at_desk.sign_in_staff(world.org, paul, world.now)
    token = at_desk.get(f"/{world.org}/desk/clients/{home.id}/view").form("view").fields["csrf"]

    refused = at_desk.post(form.action, {"csrf": token, "code": code})

    assert refused.status == 400
    assert "staff_acts" not in {kind for kind, _, _ in log(world, home)}


def test_a_wrong_code_opens_nothing(world: World, home: Household, at_desk: Browser, sent: Sent) -> None:
    page, code = ask(world, home, at_desk, sent)

    wrong = at_desk.submit(page, "desk/acting/code", code=f"{(int(code) + 1) % 1_000_000:06d}")

    assert wrong.status == 400
    assert at_desk.get(f"/{world.org}/desk").status == 200
    assert at_desk.get(f"/{world.org}/invoices").status == 303


def test_a_family_that_signs_out_everywhere_ends_it(
    world: World, home: Household, at_desk: Browser, sent: Sent, clock: TurnedClock
) -> None:
    """S-05: whoever lent the code takes it back with one press."""
    page, code = ask(world, home, at_desk, sent)
    at_desk.submit(page, "desk/acting/code", code=code)
    marie = next(user for user in store.list_household(world.org, home.id) if user.email == MARIE)
    clock.advance(seconds=5)
    transaction = Transaction()
    store.save_user(transaction, world.org, replace(marie, sessions_from=clock.now()))
    transaction.commit()

    assert at_desk.get(f"/{world.org}/household/edit").location == f"/{world.org}/viewing"


def test_staff_act_as_the_user_may_and_no_more(world: World, home: Household, at_desk: Browser, sent: Sent) -> None:
    """C7: a role that ends, or is less, holds at the next request."""
    page, code = ask(world, home, at_desk, sent)
    at_desk.submit(page, "desk/acting/code", code=code)
    marie = next(user for user in store.list_household(world.org, home.id) if user.email == MARIE)
    less = marie.households[0]._replace(role=Role.VIEWER)
    transaction = Transaction()
    store.save_user(transaction, world.org, marie.linked(less))
    transaction.commit()

    assert at_desk.get(f"/{world.org}/household/edit").status == 403
    assert at_desk.get(f"/{world.org}/invoices").status == 200


def test_nobody_of_the_staff_lends_a_code(world: World, home: Household, at_desk: Browser) -> None:
    """T-10: a colleague is never acted for."""
    world.staff(StaffRole.OWNER, home, name="Olga Owner")

    page = at_desk.get(f"/{world.org}/desk/clients/{home.id}/view")

    assert "Act for Marie Tremblay" in page.text
    assert "Olga Owner" not in page.text


def test_a_code_for_acting_signs_nobody_in(world: World, home: Household, at_desk: Browser, sent: Sent) -> None:
    """A-08: what the family reads out opens no door of its own."""
    _, code = ask(world, home, at_desk, sent)
    token = at_desk.get(f"/{world.org}/sign-in").form("sign-in").fields["csrf"]

    tried = at_desk.post(f"/{world.org}/sign-in/code", {"csrf": token, "code": code})

    assert tried.status in (400, 403)
