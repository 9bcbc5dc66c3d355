"""Sending codes: to whom, how, in what words; and nothing of them left behind (A-04, A-19 to A-24, M-02)."""

import base64
import hashlib
import json
import logging
import re
from contextlib import suppress

import pytest

from chalicelib import bootstrap, settings
from chalicelib.data import keys
from chalicelib.entry import code_sender
from chalicelib.identity import challenges, codes, tokens
from chalicelib.identity.domain import Channel, Purpose, UserStatus
from chalicelib.identity.refusal import WrongCode
from chalicelib.joining.finding import on_file
from chalicelib.notifications.codes import Post, send
from chalicelib.organisations.domain import SignInRules
from chalicelib.ports import DeliveryFailed
from chalicelib.shared.times import after
from local.gateway import Gateway
from tests.identity.people import LIMIT, PEPPER, Person, person, resident
from tests.notifications.carriers import Van
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.stored import stored_items
from tests.support.wire import Fault, Killed, tapped
from tests.support.world import World

MOBILE = "+15145550123"


class Keys:
    """A pepper of one's own; newest first."""

    def __init__(self, *pepper: bytes) -> None:
        self._pepper = pepper or PEPPER

    def pepper(self) -> tuple[bytes, ...]:
        return self._pepper


@pytest.fixture
def van() -> Van:
    """Who takes codes."""
    return Van()


def _post(van: Van, *pepper: bytes) -> Post:
    return Post(van.carriers.mailer, van.carriers.texter, Keys(*pepper), settings.current(), on_file)


def _send(van: Van, browser: Person, number: int = 1, *, after_seconds: int = 0, now_of: World) -> str:
    org = browser.organisation.slug
    return send(_post(van), org, browser.ticket.challenge, number, after(now_of.now, after_seconds))


def test_a_code_is_mailed_and_opens_the_door(world: World, van: Van) -> None:
    """AUTH-3, A-24: in the body, not in the subject."""
    resident(world)
    browser = person(world)
    browser.ask(world.now)

    assert _send(van, browser, now_of=world) == "mail"

    mail = van.mails[0]
    assert mail.to == "marie@example.com"
    assert browser.code() in mail.text
    assert browser.code() in mail.html
    assert not re.search(r"\d{6,10}", mail.subject + mail.sender_name)
    assert "<img" not in mail.html
    assert browser.sign_in(world.now).user.email == "marie@example.com"


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_a_texted_code_is_one_segment_that_browsers_can_fill_in(world: World, van: Van, language: str) -> None:
    """A-23: WebOTP's last line, no link, the organisation's name."""
    resident(world, mobile=MOBILE, language=language)
    browser = person(world)
    browser.ask(world.now)

    assert _send(van, browser, now_of=world) == "text"

    number, text = van.texts[0]
    gsm = all(letter.isascii() or letter in "éèàùòìÉÇ" for letter in text)
    assert number == MOBILE
    assert text.splitlines()[-1] == f"@portal.test #{browser.code()}"
    assert len(text) <= (160 if gsm else 70)
    assert "http" not in text
    assert world.organisation.name[language][:4] in text


def test_mail_instead_of_a_text_when_it_was_asked_for(world: World, van: Van) -> None:
    """C3."""
    resident(world, mobile=MOBILE)
    browser = person(world)
    ticket = browser.ask(world.now)
    later = after(world.now, 60)
    challenges.ask_again(browser.caller, ticket, Channel.MAIL, LIMIT, later)

    assert _send(van, browser, 2, after_seconds=60, now_of=world) == "mail"
    assert _send(van, browser, 1, after_seconds=60, now_of=world) == "stale"
    assert browser.code(2) in van.mails[0].text


def test_a_number_abroad_gets_mail_unless_its_country_is_allowed(van: Van, org: str, clock: TurnedClock) -> None:
    """A-21."""
    for number, (countries, goes_by) in enumerate([((), "mail"), (("CA", "FR"), "text")]):
        world = worlds.build(f"{org}-{number}", clock.now(), sign_in=SignInRules(text_countries=countries))
        resident(world, mobile="+33612345678")
        browser = person(world)
        browser.ask(world.now)
        assert _send(van, browser, now_of=world) == goes_by


@pytest.mark.parametrize(("age", "outcome"), [(600, "mail"), (601, "stale")])
def test_an_order_that_comes_too_late_is_not_sent(world: World, van: Van, age: int, outcome: str) -> None:
    """A-02: a code that would not be taken any more is not sent."""
    resident(world)
    browser = person(world)
    browser.ask(world.now)

    assert _send(van, browser, after_seconds=age, now_of=world) == outcome


def test_nobody_gets_a_code_who_may_not_come_in(van: Van, org: str, clock: TurnedClock) -> None:
    """A-19, AUTH-6, AUTH-9, C2, S-07."""
    world = worlds.build(org, clock.now())
    resident(world, "asleep@example.com", status=UserStatus.SUSPENDED)
    world.user(world.household(), email="", mobile=MOBILE)
    for number, address in enumerate(("asleep@example.com", "nobody@example.com", "famille@example.com")):
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(world.now, address)
        assert _send(van, browser, now_of=world) == "nobody"
    assert (van.mails, van.texts) == ([], [])


def test_a_new_login_address_of_somebody_else_gets_nothing(world: World, van: Van) -> None:
    """A-29: nothing is sent, and nothing is said."""
    user = resident(world)
    resident(world, "other@example.com")
    browser = person(world)
    browser.ask(world.now, "other@example.com", Purpose.NEW_LOGIN, user=user.id, target="other@example.com")

    assert _send(van, browser, now_of=world) == "nobody"


def test_sending_twice_sends_the_same_code(world: World, van: Van) -> None:
    """M-02: a copy after a crash is harmless, and carries the same reference."""
    resident(world)
    browser = person(world)
    browser.ask(world.now)

    _send(van, browser, now_of=world)
    _send(van, browser, now_of=world)

    assert van.mails[0] == van.mails[1]


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_a_fault_at_any_call_of_the_sender_loses_no_code(world: World, fault: Fault) -> None:
    """Q-04: repeating sends it; never more than one copy more than there were runs."""
    for number in range(1, 10):
        van, browser = Van(), person(world, source=f"198.51.{number}.1")
        resident(world, f"p{number}@example.com")
        browser.ask(world.now, f"p{number}@example.com")
        with tapped(fault, number) as wire, suppress(Exception, Killed):
            _send(van, browser, now_of=world)
        if not wire.met:
            assert len(van.mails) == 1
            return
        assert _send(van, browser, now_of=world) == "mail"
        assert 1 <= len(van.mails) <= 2
        assert {browser.code() in mail.text for mail in van.mails} == {True}
    raise AssertionError("the flow does not end")


def test_a_key_that_is_changed_in_the_middle_keeps_the_code_alive(world: World, van: Van) -> None:
    """A-04, L-01: sent under the old key, typed while both are in use; refused once the old one is gone."""
    old, new = b"o" * 32, b"n" * 32
    resident(world)
    browser = person(world)
    browser.ask(world.now)
    send(_post(van, old), world.org, browser.ticket.challenge, 1, world.now)
    code = codes.code(old, browser.ticket.challenge, 1)
    assert code in van.mails[0].text

    from chalicelib.identity import refusal, verifying

    with pytest.raises(refusal.WrongCode):
        verifying.verify(browser.caller, browser.ticket, code, Purpose.SIGN_IN, (new,), world.now)
    verified = verifying.verify(browser.caller, browser.ticket, code, Purpose.SIGN_IN, (new, old), world.now)
    assert verified.challenge.id == browser.ticket.challenge


def test_a_provider_that_is_down_is_tried_again_and_one_that_refuses_is_not(
    world: World, van: Van, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-04: the record stays in the stream while it can help."""
    resident(world)
    browser = Browser(_portal())
    door = Door(browser, Sent.__new__(Sent), world.org)
    page = browser.get(f"/{world.org}/sign-in")
    browser.submit(page, "sign-in", address="marie@example.com")
    monkeypatch.setattr(bootstrap, "mailer", lambda: van.carriers.mailer)

    for failure, again in ((DeliveryFailed("Throttling", permanent=False), 1), (RuntimeError("x"), 1),
                           (DeliveryFailed("MessageRejected", permanent=True), 0)):  # fmt: skip

        def fail(failure: Exception = failure) -> None:
            raise failure

        van.trouble = fail
        assert len(door.dispatch()["batchItemFailures"]) == again


def _portal() -> Gateway:
    from app import app

    return Gateway(app.routes, app, "https://portal.test", "test")


def _forms_of(secret: str) -> set[str]:
    """A secret as a careless program might store it."""
    found = {secret, base64.b64encode(secret.encode()).decode(), base64.b32encode(secret.encode()).decode()}
    for name in ("sha1", "sha224", "sha256", "sha512", "md5"):
        digest = hashlib.new(name, secret.encode())
        found |= {digest.hexdigest(), base64.b64encode(digest.digest()).decode().rstrip("=")}
        found |= {base64.b32encode(digest.digest()).decode().rstrip("=")}
        found |= {base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")}
    return found


def _dump(org: str) -> str:
    """Everything the table holds of an organisation."""
    return "\n".join(map(str, stored_items(org).values()))


def test_the_table_holds_no_code_and_no_hash_of_one(world: World, van: Van) -> None:
    """A-04, S-01: after 100 codes to 100 people, half of whom came in, a dump gives nothing away."""
    secrets: list[str] = []
    challenge_ids = []
    for number in range(100):
        address = f"p{number}@example.com"
        user = world.user(email=address)
        browser = person(world, source=f"198.51.{number}.1")
        browser.ask(world.now, address)
        _send(van, browser, now_of=world)
        assert van.mails[-1].to == user.email
        secrets.append(browser.code())
        challenge_ids.append(browser.ticket.challenge)
        held = [browser.ticket.secret]
        if number % 2:
            came = browser.sign_in(world.now)
            held += [came.token, came.known.partition(".")[2]]
        secrets += held

    dump = _dump(world.org)

    words = {word.rstrip("=") for word in re.split(r"[^0-9A-Za-z+/_=-]+", dump)}
    assert len(dump) > 50_000
    assert all(challenge in dump for challenge in challenge_ids)
    for secret in secrets:
        kept = {tokens.token_hash(secret)} if len(secret) > 6 else set()
        found = [form for form in _forms_of(secret) - kept if form.rstrip("=") in words]
        assert found == []


def test_the_log_holds_nobodys_data(
    world: World, browser: Browser, sent: Sent, clock: TurnedClock, caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """L-02, I-10, A-31: signing in, failing, changing and crashing with values that are nowhere else. 0 hits."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    member = "Zéphyrine-Canary"
    user = world.user(world.household("Canaryhousehold", member), email="canary@example.com", mobile=MOBILE,
                      name="Marguerite Canaryname")  # fmt: skip
    door = Door(browser, sent, world.org)
    page = door.ask("canary@example.com")
    browser.submit(page, "sign-in/code", code="123987")
    code = sent.code(MOBILE)
    assert browser.submit(page, "sign-in/code", code=code).status == 200
    token = next(value for name, value in browser.cookies.items() if "session-" in name)
    for path in ("", "/settings", "/members", "/nowhere?email=canary@example.com", "/settings/login"):
        if "nowhere" not in path:
            browser.get(f"/{world.org}{path}")
    form = browser.get(f"/{world.org}/settings/login")
    browser.submit(form, "settings/login", address="canarynew@example.com")
    door.dispatch()
    new_code = sent.code("canarynew@example.com")
    browser.submit(browser.get(f"/{world.org}/settings/login/code"), "settings/login/code", code=new_code)
    with tapped(Fault.FAILING, 1):
        browser.get(f"/{world.org}/settings")
    monkeypatch.setattr("chalicelib.identity.store.require_user", lambda *_: 1 / int("0", 10) if user.name else 0)
    browser.get(f"/{world.org}/settings")

    out = capsys.readouterr()
    ours = [record.getMessage() for record in caplog.records if record.name == "foyer"]
    logged = "\n".join([*ours, out.out, out.err])
    assert len(ours) >= 15
    assert all(line.startswith("{") for line in ours)
    assert '"status": 500' in logged
    secrets = ["canary", "Canary", "canarynew", MOBILE, MOBILE[-7:], code, new_code, "123987", "Marguerite",
               *token.split("."), member, browser.source]  # fmt: skip
    assert [secret for secret in secrets if secret and secret in logged] == []


def test_the_sender_remembers_how_a_code_travelled(world: World, van: Van) -> None:
    """A-02: a texted code dies sooner."""
    resident(world, mobile=MOBILE)
    browser = person(world)
    browser.ask(world.now)
    _send(van, browser, now_of=world)

    with pytest.raises(WrongCode):
        browser.verify(browser.code(), after(world.now, 301))
    assert browser.verify(browser.code(), after(world.now, 300)).challenge.travelled_by is Channel.TEXT


def test_sending_writes_nothing_that_pages_write(world: World, van: Van) -> None:
    """A-18: a write of the challenge could collide with a guess, and only a known address would cause it."""
    resident(world)
    browser = person(world)
    browser.ask(world.now)
    partition = keys.challenge(world.org, browser.ticket.challenge).pk
    with tapped() as wire:
        _send(van, browser, now_of=world)

    assert wire.writes == ["UpdateItem"]
    (body,) = (json.loads(body) for call, body in zip(wire.calls, wire.bodies, strict=True) if call == "UpdateItem")
    assert body["Key"] == {"pk": {"S": partition}, "sk": {"S": "DISPATCH#01"}}


def test_an_order_of_nothing_is_stale(world: World, van: Van) -> None:
    assert send(_post(van), world.org, "none", 1, world.now) == "stale"
    assert send(_post(van), "nobody", "none", 1, world.now) == "stale"
    assert code_sender.KIND == "code_dispatch"
