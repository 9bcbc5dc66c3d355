"""What is looked at when a message is sent: quiet hours, refusing addresses, what still stands, and the plan of its
kind (M-04, M-09, M-11)."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.data import keys, outbox, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import BULK_TEMPLATES, Lane, MessageItem, Notice, enqueue, lane_of
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.notifications import letters, preferences, standing
from chalicelib.notifications.delivery import deliver
from chalicelib.notifications.plans import TRIES, Quiet, plan_of, wait_after
from chalicelib.notifications.purposes import Purpose, Way
from chalicelib.organisations import store as organisations
from chalicelib.organisations.word import WordTerms
from chalicelib.ports import DeliveryFailed, Mail
from chalicelib.shared.times import DAY, HOUR, MINUTE, after, from_iso, to_iso
from tests.notifications.carriers import Van
from tests.support.world import World

NIGHT = WordTerms(quiet_from=21 * 60, quiet_until=8 * 60)
TEN_AT_NIGHT = from_iso("2026-12-02T03:00:00Z")
EIGHT_IN_THE_MORNING = from_iso("2026-12-02T13:00:00Z")
NOON = from_iso("2026-12-02T17:00:00Z")
MAIL, PHONE = "famille@example.com", "+15145550199"
FACTS = {"amounts": [{"minor": 100, "currency": "CAD"}], "at": "2026-11-22T18:30:00Z"}


@pytest.fixture
def home(world: World) -> Household:
    """A family with both addresses, of an organisation that is quiet at night."""
    organisations.update(replace(world.organisation, word=NIGHT))
    return _change(world, world.household(), phone=PHONE)


@pytest.fixture
def van() -> Van:
    return Van()


def _change(world: World, home: Household, **changes: str) -> Household:
    found = households.get_household(world.org, home.id)
    assert found is not None
    transaction = Transaction()
    transaction.put("household", households.household_item(world.org, replace(found, **changes)))  # type: ignore[arg-type]
    transaction.commit()
    return home


def _write(world: World, home: Household, now: datetime, template: str = "reminder", **notice: object) -> Key:
    transaction = Transaction()
    told = Notice(template, "", FACTS, household=home.id)._replace(**notice)  # type: ignore[arg-type]
    message = enqueue(transaction, world.org, told, now)
    transaction.commit()
    return keys.outbox(world.org, message)


def _stored(key: Key) -> MessageItem:
    item = read.one(MessageItem, key)
    assert item is not None
    return item


def _prefers(world: World, home: Household, way: Way) -> None:
    preferences.change(world.org, home.id, lambda chosen: chosen.having(Purpose.MONEY, way), "", world.now)


def _refuse(monkeypatch: pytest.MonkeyPatch, **refused: str) -> None:
    told = {MAIL: refused.get("mail", ""), PHONE: refused.get("phone", "")}
    monkeypatch.setattr(letters, "refusal", lambda _org, address, *_: told.get(address, ""))


def test_what_can_wait_waits_for_the_morning_and_costs_no_try(world: World, home: Household, van: Van) -> None:
    """M-11: held until the local end of quiet hours, then sent once."""
    key = _write(world, home, TEN_AT_NIGHT)

    assert deliver(van.carriers, key, TEN_AT_NIGHT) == "held"
    item = _stored(key)
    assert (item.due, int(item.tries), item.outcome) == (to_iso(EIGHT_IN_THE_MORNING), 0, "quiet hours")
    assert deliver(van.carriers, key, after(EIGHT_IN_THE_MORNING, -1)) == "not_due"
    assert van.mails == []
    assert deliver(van.carriers, key, EIGHT_IN_THE_MORNING) == "sent"
    assert len(van.mails) == 1


@pytest.mark.parametrize(
    ("template", "way", "now", "outcome"),
    [
        ("reminder", Way.MAIL, TEN_AT_NIGHT, "held"),
        ("reminder", Way.TEXT, TEN_AT_NIGHT, "held"),
        ("reminder", Way.TEXT, NOON, "sent"),
        ("card_wanted", Way.MAIL, TEN_AT_NIGHT, "sent"),
        ("card_wanted", Way.TEXT, TEN_AT_NIGHT, "sent"),
    ],
)
def test_only_what_the_plan_lets_wait_is_held(
    world: World, home: Household, van: Van, template: str, way: Way, now: datetime, outcome: str
) -> None:
    """M-11: a confirmation that somebody waits for goes out at night, a reminder does not."""
    _prefers(world, home, way)
    assert deliver(van.carriers, _write(world, home, now, template), now) == outcome


def test_a_text_disturbs_and_a_mail_does_not() -> None:
    """M-11: what is prompt by day and calm at night is held as a text alone."""
    assert plan_of("invoice").quiet is Quiet.TEXTS
    assert all(plan_of(name).quiet is Quiet.EVERYTHING for name in BULK_TEMPLATES)
    assert plan_of("code").quiet is plan_of("class_cancelled").quiet is plan_of("receipt").quiet is Quiet.NOTHING


def test_what_is_of_no_use_in_the_morning_goes_at_once_and_as_a_mail(world: World, home: Household, van: Van) -> None:
    """M-11, decision 0072: a mail wakes nobody; whoever has no mail gets the text."""
    _prefers(world, home, Way.TEXT)
    for _ in range(2):
        key = _write(world, home, TEN_AT_NIGHT, until=after(TEN_AT_NIGHT, 9 * HOUR))
        assert deliver(van.carriers, key, TEN_AT_NIGHT) == "sent"
        _change(world, home, email="")
    assert [mail.to for mail in van.mails] == [MAIL]
    assert [number for number, _ in van.texts] == [PHONE]


@pytest.mark.parametrize(
    ("refused", "way", "went"),
    [
        ({"mail": "bounced"}, Way.MAIL, PHONE),
        ({"phone": "stopped"}, Way.TEXT, MAIL),
        ({"phone": "stopped"}, Way.MAIL, MAIL),
        ({}, Way.TEXT, PHONE),
    ],
)
def test_an_address_that_refuses_is_passed_over(
    world: World, home: Household, van: Van, monkeypatch: pytest.MonkeyPatch,
    refused: dict[str, str], way: Way, went: str,
) -> None:  # fmt: skip
    """M-11: a bounce, a complaint or STOP ends one way, not the word itself."""
    _prefers(world, home, way)
    _refuse(monkeypatch, **refused)
    assert deliver(van.carriers, _write(world, home, NOON), NOON) == "sent"
    assert [*(mail.to for mail in van.mails), *(number for number, _ in van.texts)] == [went]


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_who_refuses_everywhere_is_skipped_with_the_reason(
    world: World, home: Household, van: Van, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    """M-11."""
    _change(world, home, phone="")
    _refuse(monkeypatch, mail=reason)
    key = _write(world, home, NOON)
    assert deliver(van.carriers, key, NOON) == "skipped"
    assert _stored(key).outcome == reason
    assert van.mails == []


class _Refusing:
    """A carrier that takes nothing."""

    def __init__(self, failed: DeliveryFailed) -> None:
        self.failed = failed

    def send(self, *_given: object) -> str:
        """Refuses."""
        raise self.failed


def test_a_number_that_is_found_opted_out_gets_a_mail_instead(world: World, home: Household, van: Van) -> None:
    """M-11: also when the spend of texts is used up."""
    _prefers(world, home, Way.TEXT)
    for reason, permanent in (("OptedOut", True), ("SpendLimitReached", False)):
        refusing = _Refusing(DeliveryFailed(reason, permanent=permanent, elsewhere=True))
        key = _write(world, home, NOON)
        assert deliver(replace(van.carriers, texter=refusing), key, NOON) == "sent"
    assert [mail.to for mail in van.mails] == [MAIL] * 2


def test_what_can_go_nowhere_else_is_parked_or_waits_by_what_is_wrong(world: World, home: Household, van: Van) -> None:
    """M-04."""
    _change(world, home, email="")
    outcomes = []
    for permanent in (True, False):
        refusing = _Refusing(DeliveryFailed("X", permanent=permanent, elsewhere=True))
        outcomes.append(deliver(replace(van.carriers, texter=refusing), _write(world, home, NOON), NOON))
    assert outcomes == ["parked", "later"]


def test_what_does_not_stand_any_more_is_not_sent(
    world: World, home: Household, van: Van, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-09: asked under the claim, right before sending."""
    monkeypatch.setattr(standing, "CHECKS", {"reminder": f"{__name__}:_paid"})
    key = _write(world, home, NOON)
    assert deliver(van.carriers, key, NOON) == "skipped"
    assert _stored(key).outcome == "paid meanwhile"
    assert not _stored(key).lease
    assert van.mails == []


def _paid(item: MessageItem, _now: datetime) -> str:
    assert item.lease, "somebody has it"
    return "paid meanwhile"


def test_every_check_that_is_named_is_there() -> None:
    """M-09: a name that leads nowhere would park every message of its kind."""
    for place in standing.CHECKS.values():
        module, _, name = place.partition(":")
        assert callable(getattr(__import__(module, fromlist=[name]), name)), place


def test_a_busy_provider_costs_no_try_for_a_day(world: World, home: Household, van: Van) -> None:
    """M-12: whoever waits because all wait is not parked for it; a service that stays away at last is told."""
    busy = replace(van.carriers, mailer=_Refusing(DeliveryFailed("Throttling", permanent=False, busy=True)))
    key, now, seen = _write(world, home, NOON, "card_wanted"), NOON, []
    for _ in range(40):
        seen.append(deliver(busy, key, now))
        assert 0 < (from_iso(str(_stored(key).due)) - now).total_seconds() <= MINUTE
        now = from_iso(str(_stored(key).due))
    assert set(seen) == {"busy"}
    assert int(_stored(key).tries) == 0
    late = after(NOON, DAY + HOUR)
    assert deliver(busy, key, late) == "later"
    assert int(_stored(key).tries) == 1


def _ages(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    """What was told of how long messages wait, and in which lane."""
    lines = [json.loads(each.getMessage()) for each in caplog.records if each.name == "foyer"]
    caplog.clear()
    return [(int(line["OutboxAge"]), line["lane"]) for line in lines if "OutboxAge" in line]


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """The lines of our logger."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(logging.getLogger("foyer"), "propagate", True)
    return caplog


def test_a_message_that_is_put_off_is_as_late_as_it_ever_was(
    world: World, home: Household, van: Van, heard: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L-08: an alarm that starts counting anew with each try never rings, however long nothing goes out."""
    down = replace(van.carriers, mailer=_Refusing(DeliveryFailed("Timeout", permanent=False)))
    key, now = _write(world, home, NOON, "card_wanted"), NOON
    monkeypatch.setattr(read, "queued", lambda *_, **__: read.Page([(str(_stored(key).due), key)]))
    for _ in range(6):
        late = int((now - NOON).total_seconds())
        assert outbox.oldest_seconds(now, Lane.PROMPT) == late
        assert deliver(down, key, now) == "later"
        assert _ages(heard) == [(late, "prompt")]
        now = from_iso(str(_stored(key).due))
    assert late > 4


def test_what_quiet_hours_held_is_late_from_the_morning_on(
    world: World, home: Household, van: Van, heard: pytest.LogCaptureFixture
) -> None:
    """Nobody is alarmed each morning."""
    key = _write(world, home, TEN_AT_NIGHT)
    assert deliver(van.carriers, key, TEN_AT_NIGHT) == "held"
    assert _stored(key).wanted_at == _stored(key).due
    assert _ages(heard) == []


def test_a_reminder_is_tried_until_its_use_by_and_then_no_more(world: World, home: Household, van: Van) -> None:
    """M-04: the last try lies before it, however long the wait would be."""
    until = after(NOON, 3 * HOUR)
    key, now, tries = _write(world, home, NOON, "class_online", until=until), NOON, 0
    down = replace(van.carriers, mailer=_Refusing(DeliveryFailed("Timeout", permanent=False)))
    while (outcome := deliver(down, key, now)) == "later":
        tries, now = tries + 1, from_iso(str(_stored(key).due))
    assert outcome == "skipped"
    assert _stored(key).outcome == "past its use"
    assert tries >= 5


@pytest.mark.parametrize("longest", [lambda bound: bound, lambda _bound: 1])
def test_twelve_tries_lie_within_a_day(longest: Callable[[int], int]) -> None:
    """M-04: full jitter, from a second up to a bound that doubles."""
    waits = [wait_after(tries, longest) for tries in range(1, TRIES)]
    assert sum(waits) <= DAY
    assert waits == sorted(waits)
    assert {wait_after(5) for _ in range(200)} <= set(range(1, 16 * MINUTE + 1))


def test_codes_and_confirmations_are_prompt_and_what_clocks_write_is_not() -> None:
    """M-12."""
    assert lane_of("code") is lane_of("booking_confirmed") is lane_of("class_cancelled") is Lane.PROMPT
    assert {lane_of(name) for name in BULK_TEMPLATES} == {Lane.BULK}
    assert all(plan_of(name).lane is Lane.BULK for name in BULK_TEMPLATES)


def test_a_message_for_later_is_left_alone_until_then(world: World, home: Household, van: Van) -> None:
    """M-08: whoever is told of it now does nothing."""
    key = _write(world, home, NOON, at=after(NOON, DAY), thread="invoice-1")
    assert deliver(van.carriers, key, NOON) == "not_due"
    assert int(_stored(key).fence) == 0
    assert deliver(van.carriers, key, after(NOON, DAY)) == "sent"
    mail: Mail = van.mails[0]
    assert (mail.thread, mail.org, mail.message) == ("invoice-1", world.org, _stored(key).message)
