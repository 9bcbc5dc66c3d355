"""A user's own addresses: proved, told about, unique, and never the last one away (AUTH-12, AUTH-13, A-29)."""

import pytest

from chalicelib.data import keys, outbox, read
from chalicelib.data.outbox import MessageItem
from chalicelib.identity import logins, store
from chalicelib.identity.domain import Purpose, User, email_identifier, phone_identifier
from chalicelib.identity.refusal import WrongCode
from chalicelib.shared import ids as ids_module
from chalicelib.shared.errors import Invalid, NotFound
from tests.identity.people import person, resident
from tests.support.world import World

MOBILE = "+15145550123"


@pytest.fixture
def messages(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of messages written from now on."""
    ids: list[str] = []
    fresh = ids_module.new_id

    def note() -> str:
        ids.append(fresh())
        return ids[-1]

    monkeypatch.setattr(outbox, "new_id", note)
    return ids


def _told(world: World, ids: list[str]) -> list[str]:
    found = read.many(MessageItem, [keys.outbox(world.org, each) for each in ids])
    return sorted(str(item.address) for item in found.values())


def _change(world: World, user: User, identifier: str, target: str, source: str = "203.0.113.7") -> User:
    from chalicelib.identity import challenges
    from chalicelib.identity.challenges import Wanted

    browser = person(world, source=source)
    wanted = Wanted(identifier, Purpose.NEW_LOGIN, user=user.id, target=target)
    browser.ticket = challenges.ask(browser.caller, wanted, 1000, world.now)
    verified = browser.verify(browser.code(), world.now, Purpose.NEW_LOGIN)
    return logins.replace_login(world.organisation, verified, world.now)


def test_a_new_address_replaces_the_old_and_both_hear_of_it(world: World, messages: list[str]) -> None:
    """A-29, AUTH-12."""
    user = resident(world)

    changed = _change(world, user, email_identifier("new@example.com"), "new@example.com")

    assert changed.email == "new@example.com"
    assert _told(world, messages) == ["marie@example.com", "new@example.com"]
    assert store.find_login(world.org, email_identifier("marie@example.com")) is None


def test_a_new_number_is_told_to_the_mailbox_too(world: World, messages: list[str]) -> None:
    """A-29: codes go to the number from now on, so the mailbox that got them before has to know."""
    user = resident(world)

    _change(world, user, phone_identifier(MOBILE), MOBILE)

    assert _told(world, messages) == [MOBILE, "marie@example.com"]
    assert store.find_login(world.org, phone_identifier(MOBILE)) == (user.id, MOBILE)


def test_words_about_an_address_hide_most_of_it(world: World, messages: list[str]) -> None:
    """Enough to know it again, not enough to learn it."""
    _change(world, resident(world), email_identifier("new@example.com"), "new@example.com")
    item = read.one(MessageItem, keys.outbox(world.org, messages[0]))

    assert item is not None
    assert (item.facts["old"], item.facts["new"]) == ("m•••@example.com", "n•••@example.com")


def test_an_address_of_somebody_else_is_refused_like_a_wrong_code(world: World) -> None:
    """D-01, A-30: and nothing changes."""
    user, other = resident(world), resident(world, "other@example.com")

    with pytest.raises(WrongCode):
        _change(world, user, email_identifier("other@example.com"), "other@example.com")

    assert store.find_login(world.org, email_identifier("other@example.com")) == (other.id, "other@example.com")
    assert store.require_user(world.org, user.id).email == "marie@example.com"


def test_writing_the_same_address_otherwise_keeps_its_login(world: World) -> None:
    user = resident(world)

    _change(world, user, email_identifier("Marie@Example.com"), "Marie@Example.com")

    assert store.find_login(world.org, email_identifier("marie@example.com")) == (user.id, "Marie@Example.com")


def test_there_and_back_again(world: World) -> None:
    """D-01: renaming keeps the uniqueness items exact."""
    user = resident(world)
    _change(world, user, email_identifier("new@example.com"), "new@example.com")
    _change(world, user, email_identifier("marie@example.com"), "marie@example.com", "203.0.113.8")

    assert store.find_login(world.org, email_identifier("new@example.com")) is None
    assert store.find_login(world.org, email_identifier("marie@example.com")) == (user.id, "marie@example.com")


def test_the_number_can_be_taken_off_while_there_is_mail(world: World, messages: list[str]) -> None:
    user = resident(world, mobile=MOBILE)

    logins.remove_mobile(world.organisation, user.id, world.now)

    assert store.require_user(world.org, user.id).mobile == ""
    assert store.find_login(world.org, phone_identifier(MOBILE)) is None
    assert _told(world, messages) == [MOBILE, "marie@example.com"]
    with pytest.raises(NotFound):
        logins.remove_mobile(world.organisation, user.id, world.now)


def test_the_last_way_in_can_not_be_taken_off(world: World) -> None:
    """AUTH-9."""
    user = world.user(world.household(), email="", mobile=MOBILE)

    with pytest.raises(Invalid):
        logins.remove_mobile(world.organisation, user.id, world.now)


def test_a_step_up_of_somebody_else_renews_nothing(world: World) -> None:
    """Two people at one browser: the code of one does not serve the other."""
    user, other = resident(world), resident(world, "other@example.com")
    browser = person(world)
    browser.ask(world.now, purpose=Purpose.STEP_UP, user=user.id)
    verified = browser.verify(browser.code(), world.now, Purpose.STEP_UP)

    with pytest.raises(WrongCode):
        logins.refresh_session(world.organisation, verified, other.id, "hash", world.now)


def test_a_code_asked_for_one_thing_serves_no_other(world: World) -> None:
    """A-06: purposes do not mix."""
    user = resident(world)
    for purpose in Purpose:
        browser = person(world, source=f"198.51.100.{len(purpose.value)}", known="")
        browser.ask(world.now, f"{purpose.value}@example.com", purpose, user=user.id, target="x@example.com")
        for other in set(Purpose) - {purpose}:
            with pytest.raises(WrongCode):
                browser.verify(browser.code(), world.now, other)
        assert browser.verify(browser.code(), world.now, purpose).challenge.purpose is purpose
