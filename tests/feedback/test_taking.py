"""What is reported counts once, in any order, and at one organisation; and what follows from it (M-11, M-13)."""

import random
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import bootstrap
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.outbox import MessageItem, Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.entry import feedback
from chalicelib.feedback import store
from chalicelib.feedback.addresses import refusal
from chalicelib.feedback.domain import SOFT_SECONDS, Known, Refusal, Told
from chalicelib.feedback.models import KnownAddressItem, MailReportItem, RefusedAddressItem
from chalicelib.households import activity
from chalicelib.notifications import archive
from chalicelib.notifications.delivery import deliver
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import DAY, HOUR, after
from local import notices
from tests.feedback.telling import MARIE, bounce, complaint, hand, hand_text
from tests.notifications.carriers import Van
from tests.support import world as worlds
from tests.support.clock import TurnedClock
from tests.support.race import together
from tests.support.world import World

MOBILE = "+15145550123"
FACTS = {
    "browser": "Firefox, Linux",
    "at": "2026-11-22T18:30:00Z",
    "title": "2026-2027",
    "document": "x",
    "again": False,
}


@pytest.fixture
def van() -> Van:
    """Who takes messages out."""
    return Van()


def _send(world: World, van: Van, notice: Notice, now: datetime | None = None) -> tuple[str, MessageItem]:
    transaction = Transaction()
    message = enqueue(transaction, world.org, notice, now or world.now)
    transaction.commit()
    key = keys.outbox(world.org, message)
    outcome = deliver(van.carriers, key, now or world.now)
    item = read.one(MessageItem, key)
    assert item
    return outcome, item


def _listed(world: World) -> list[str]:
    return [row.masked for row in store.page(world.org, bootstrap.clock().now()).rows]


def _deeds(world: World, household: str, now: datetime) -> list[str]:
    found = activity.page(world.org, household, after(now, -DAY), after(now, DAY))
    return [deed.kind for deed in found.rows]


def test_after_a_bounce_the_next_message_goes_the_other_way_or_nowhere(world: World, van: Van) -> None:
    """M-11: by text where there is a number, else it is skipped, and says why."""
    home = world.household()
    alone, reachable = world.user(home), world.user(home, email="luc@example.com", mobile=MOBILE)
    for user in (alone, reachable):
        outcome, item = _send(world, van, Notice("new_device", user.id, FACTS, household=home.id))
        assert outcome == "sent"
        hand(bounce(world.org, user.email, world.now, item.message), world.now)

    assert _send(world, van, Notice("new_device", alone.id, FACTS))[1].outcome == "bounced"
    assert _send(world, van, Notice("new_device", reachable.id, FACTS))[0] == "sent"
    assert [mail.to for mail in van.mails] == [alone.email, reachable.email]
    assert [number for number, _ in van.texts] == [MOBILE]


def test_a_mail_that_came_back_says_so_where_it_is_kept(world: World, van: Van) -> None:
    """MSG-2: the family sees which of our mails never reached it, and its log when that began."""
    home = world.household()
    _, item = _send(world, van, Notice("document", "", FACTS, household=home.id))

    hand(bounce(world.org, home.email, world.now, item.message), world.now)

    kept = archive.page(archive.household_shelf(world.org, home.id)).rows
    assert [(each.returned, each.state.value) for each in kept] == [("bounced", "sent")]
    assert "address_bounced" in _deeds(world, home.id, world.now)
    assert _listed(world) == ["f•••@example.com"]


def test_a_report_that_is_quicker_than_we_are_is_told_again(world: World, van: Van) -> None:
    """SES may tell of a mail before it is put away: what is known of the address counts at once, the rest comes."""
    home = world.household()
    transaction = Transaction()
    message = enqueue(transaction, world.org, Notice("document", "", FACTS, household=home.id), world.now)
    transaction.commit()
    told = notices.notice(notices.MAILS, bounce(world.org, "other@example.com", world.now, message), world.now)

    with pytest.raises(Unavailable):
        feedback.handler(notices.event(told), None)
    assert refusal(world.org, "other@example.com", world.now) == "bounced"

    assert deliver(van.carriers, keys.outbox(world.org, message), world.now) == "sent"
    feedback.handler(notices.event(told), None)
    assert archive.page(archive.household_shelf(world.org, home.id)).rows[0].returned == "bounced"


def test_a_complaint_stops_all_but_what_protects_the_account(world: World, van: Van) -> None:
    """M-11: whoever is asked for an account of his own goes on hearing of strangers in it (0076)."""
    home = world.household()
    user = world.user(home)
    hand(complaint(world.org, user.email, world.now), world.now)

    assert refusal(world.org, user.email, world.now) == "complained"
    assert _send(world, van, Notice("activation", user.id, FACTS))[1].outcome == "complained"
    assert _send(world, van, Notice("document", user.id, FACTS))[1].outcome == "complained"
    assert _send(world, van, Notice("new_device", user.id, FACTS))[0] == "sent"


def test_not_spam_is_no_complaint(world: World) -> None:
    hand(complaint(world.org, MARIE, world.now, kind="not-spam"), world.now)
    assert refusal(world.org, MARIE, world.now) == ""


def test_what_is_known_of_an_address_is_one_organisations(world: World, clock: TurnedClock) -> None:
    """T-04: another one that writes to it learns nothing, and its own mails go on."""
    other = worlds.build(f"{world.org}-2", clock.now())
    hand(bounce(world.org, MARIE, world.now), world.now)

    assert (refusal(world.org, MARIE, world.now), refusal(other.org, MARIE, world.now)) == ("bounced", "")
    assert store.digest_of(world.org, MARIE) != store.digest_of(other.org, MARIE)


def test_an_organisation_that_is_not_is_told_nothing(world: World) -> None:
    assert hand(bounce("nobody-there", MARIE, world.now), world.now) == {"taken": 1}
    assert read.one(KnownAddressItem, store.key_of("nobody-there", MARIE)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["mail"].pop("tags"),
        lambda told: told["mail"].update(destination=["a@example.com", MARIE]),
        lambda told: told["mail"].update(destination=[]),
        lambda told: told.update(bounce=None),
        lambda told: told["bounce"].update(timestamp="yesterday"),
        lambda told: told.update(eventType="Open"),
        lambda told: told.clear(),
    ],
)
def test_notices_of_unknown_shapes_tell_nothing(world: World, change: Callable[[dict[str, Any]], object]) -> None:
    """SES may add kinds and fields: they are taken, and nothing is guessed."""
    told = bounce(world.org, MARIE, world.now)
    change(told)

    assert hand(told, world.now) == {"taken": 1}
    assert refusal(world.org, MARIE, world.now) == ""


def test_the_address_is_the_one_that_we_wrote_to(world: World) -> None:
    """A mail that is handed on comes back from where it ended, which is nobody's business here."""
    told = bounce(world.org, MARIE, world.now)
    told["bounce"]["bouncedRecipients"][0]["emailAddress"] = "end@elsewhere.example"
    hand(told, world.now)

    assert refusal(world.org, MARIE, world.now) == "bounced"
    assert refusal(world.org, "end@elsewhere.example", world.now) == ""


def test_letters_are_folded_as_at_the_door(world: World) -> None:
    hand(bounce(world.org, "Marie@Example.com", world.now), world.now)
    assert refusal(world.org, MARIE, world.now) == "bounced"


def test_mails_that_can_not_be_delivered_for_the_time_being_are_counted(world: World) -> None:
    """Three within a week: nothing is sent for a week, and then it is tried again."""
    for day in range(3):
        assert refusal(world.org, MARIE, world.now) == ""
        at = after(world.now, day * HOUR)
        hand(bounce(world.org, MARIE, at, kind="Transient", sort="MailboxFull"), world.now)
    last = after(world.now, 2 * HOUR)

    assert refusal(world.org, MARIE, last) == "bounced"
    assert refusal(world.org, MARIE, after(last, SOFT_SECONDS - 1)) == "bounced"
    assert refusal(world.org, MARIE, after(last, SOFT_SECONDS)) == ""
    assert _listed(world) == ["m•••@example.com"]


def test_three_in_three_weeks_are_no_pattern(world: World) -> None:
    for week in range(3):
        at = after(world.now, (week - 3) * 8 * DAY)
        hand(bounce(world.org, MARIE, at, kind="Transient", sort="MailboxFull"), world.now)
    assert refusal(world.org, MARIE, world.now) == ""


@pytest.mark.parametrize("sort", ["General", "MailboxFull"])
def test_who_is_away_is_not_refused(world: World, sort: str) -> None:
    """SES tells an answer of somebody on holiday as a mail that came back: it has no report of a server."""
    for hour in range(5):
        told = bounce(world.org, MARIE, after(world.now, -hour * HOUR), kind="Transient", sort=sort)
        told["bounce"]["bouncedRecipients"] = [{"emailAddress": MARIE}]
        hand(told, world.now)
    assert refusal(world.org, MARIE, world.now) == ""


@pytest.mark.parametrize("sort", ["MessageTooLarge", "ContentRejected", "AttachmentRejected"])
def test_what_is_wrong_with_a_mail_is_not_wrong_with_the_address(world: World, sort: str) -> None:
    for hour in range(5):
        at = after(world.now, -hour * HOUR)
        hand(bounce(world.org, MARIE, at, kind="Transient", sort=sort), world.now)
    assert refusal(world.org, MARIE, world.now) == ""


def test_a_notice_that_comes_again_counts_once(world: World) -> None:
    """M-13: SNS tells at least once; the log of the family names it once."""
    home = world.household()
    world.user(home)
    told = notices.notice(notices.MAILS, bounce(world.org, MARIE, world.now), world.now)
    for _ in range(5):
        feedback.handler(notices.event(told, told), None)

    assert _deeds(world, home.id, world.now).count("address_bounced") == 1
    assert _listed(world) == ["m•••@example.com"]


def test_thirty_two_at_once_count_alike(world: World) -> None:
    """M-13: sixteen notices, each twice, from as many threads: one standing, one place in the list, each taken once."""
    home = world.household()
    world.user(home)
    made = [
        notices.notice(notices.MAILS, bounce(world.org, MARIE, after(world.now, -number)), world.now)
        for number in range(16)
    ]
    together([partial(feedback.handler, notices.event(each), None) for each in made * 2])

    item = store.get(world.org, store.digest_of(world.org, MARIE))
    assert item
    assert store.known_from(item) == Known(hard_at=world.now, why="returned")
    assert len(list(read.each(RefusedAddressItem, f"ORG#{world.org}#REFUSED", keys.REFUSED))) == 1
    assert all(read.one(MailReportItem, store.report_key(world.org, each["MessageId"])) for each in made)
    assert _deeds(world, home.id, world.now).count("address_bounced") == 1


_MOMENT = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
_REPORTS = st.lists(
    st.tuples(st.sampled_from(Told), st.integers(0, 40), st.sampled_from(["", "no_mailbox"])), max_size=10
)


@given(_REPORTS, st.randoms(use_true_random=False), st.integers(0, 50))
def test_in_any_order_and_however_often_it_comes_to_the_same(
    reports: list[tuple[Told, int, str]], chance: random.Random, days: int
) -> None:
    """M-13: reports are delayed, repeated and overtaken."""
    told = [(kind, after(_MOMENT, day * DAY), why) for kind, day, why in reports]
    other = [*told, *chance.sample(told, chance.randint(0, len(told)))]
    chance.shuffle(other)
    one, two = Known(), Known()
    for each in told:
        one = one.having(*each)
    for each in other:
        two = two.having(*each)

    assert one == two
    assert one.standing(after(_MOMENT, days * DAY)) == two.standing(after(_MOMENT, days * DAY))


def test_what_was_reported_before_it_was_lifted_counts_no_more(world: World) -> None:
    """A notice that comes late does not undo what somebody decided since; a new one does."""
    known = Known().having(Told.HARD, world.now).lifted(after(world.now, HOUR))
    assert known.having(Told.HARD, after(world.now, 60)).standing(after(world.now, HOUR)).refusal is Refusal.NONE
    again = known.having(Told.HARD, after(world.now, HOUR + 1))
    assert again.standing(after(world.now, DAY)).refusal is Refusal.BOUNCED


def test_nobody_takes_a_stop_back_but_who_sent_it(world: World) -> None:
    stopped = Known().having(Told.STOP, world.now)
    assert stopped.lifted(after(world.now, DAY)).standing(after(world.now, DAY)).refusal is Refusal.STOPPED
    assert stopped.having(Told.START, after(world.now, 1)).standing(after(world.now, 1)).refusal is Refusal.NONE


@pytest.mark.parametrize(
    ("stop", "start"), [("STOP", "START"), ("Arrêt.", "début"), ("стоп", "СТАРТ"), ("stop writing to me!", "unstop")]
)
def test_a_stop_ends_texts_and_a_start_begins_them_again(world: World, van: Van, stop: str, start: str) -> None:
    """M-11: of every organisation that texts from our number; each answers, in the language of the word."""
    home = world.household()
    user = world.user(home, email="", mobile=MOBILE)
    assert _send(world, van, Notice("new_device", user.id, FACTS))[0] == "sent"

    hand_text(MOBILE, stop, world.now)
    assert refusal(world.org, MOBILE, world.now) == "stopped"
    assert _send(world, van, Notice("new_device", user.id, FACTS))[1].outcome == "stopped"
    assert _deeds(world, home.id, world.now)[0] == "address_stopped"

    hand_text(MOBILE, start, after(world.now, 60))
    assert refusal(world.org, MOBILE, after(world.now, 60)) == ""
    assert _send(world, van, Notice("new_device", user.id, FACTS))[0] == "sent"


def test_a_stop_is_answered_although_nothing_else_goes_there(world: World, van: Van) -> None:
    """Carriers want it: one text that says that there will be no more, in the language of the word."""
    user = world.user(world.household(), email="", mobile=MOBILE, language="fr")
    _send(world, van, Notice("new_device", user.id, FACTS))
    told = notices.notice(notices.TEXTS, {"originationNumber": MOBILE, "messageBody": "STOP"}, world.now)
    for _ in range(3):
        feedback.handler(notices.event(told), None)

    answers = _answers(world)
    assert len(answers) == 1
    assert deliver(van.carriers, answers[0].key, world.now) == "sent"
    assert van.texts[-1][0] == MOBILE
    assert "START" in van.texts[-1][1]


def test_machines_that_answer_machines_come_to_an_end(world: World, van: Van) -> None:
    """At most three answers to one number a day."""
    user = world.user(world.household(), email="", mobile=MOBILE)
    _send(world, van, Notice("new_device", user.id, FACTS))
    for second in range(10):
        hand_text(MOBILE, "HELP", after(world.now, second))
    assert len(_answers(world)) == 3


@pytest.mark.parametrize("body", ["", "   ", "Thank you!", "Can I stop by at five?", "start at five?", "Aidez-nous"])
def test_whoever_only_writes_is_not_taken_by_the_word(world: World, van: Van, body: str) -> None:
    user = world.user(world.household(), email="", mobile=MOBILE)
    _send(world, van, Notice("new_device", user.id, FACTS))
    hand_text(MOBILE, body, world.now)
    assert refusal(world.org, MOBILE, world.now) == ""
    assert _answers(world) == []


def test_a_number_that_was_never_texted_is_answered_nothing(world: World) -> None:
    """A text costs money: strangers get none."""
    assert hand_text("+15145550177", "STOP", world.now) == {"taken": 1}
    assert read.one(KnownAddressItem, store.key_of(world.org, "+15145550177")) is None
    assert _answers(world) == []


def test_every_organisation_that_texted_a_number_hears_its_stop(
    world: World, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They all send from one number, however many they are; one that never texted it has nothing to end."""
    monkeypatch.setattr(store, "_AT_ONCE", 1)
    second, third = (worlds.build(f"{world.org}-{name}", clock.now()) for name in ("b", "c"))
    number = "+15145550142"
    for one in (world, second):
        assert refusal(one.org, number, world.now) == ""

    hand_text(number, "STOP", world.now)

    assert [refusal(one.org, number, world.now) for one in (world, second, third)] == ["stopped", "stopped", ""]


def _answers(world: World) -> list[MessageItem]:
    """Answers to texts that wait or went out."""
    found = (each for page, _ in read.everything(world.org) for each in page if each["kind"]["S"] == "message")
    return [item for each in found if (item := MessageItem.from_raw_data(each)).template == "number_answer"]


def test_what_is_known_is_told_by_nothing_that_names_the_address(world: World) -> None:
    """I-10: neither key nor item holds the address, only a digest and as much as its owner knows it by."""
    home = world.household()
    world.user(home)
    hand(bounce(world.org, MARIE, world.now), world.now)

    item = store.get(world.org, store.digest_of(world.org, MARIE))
    assert item
    assert MARIE not in str(item.attribute_values)
    place = read.one(RefusedAddressItem, keys.refused_address(world.org, item.listed or "", item.digest))
    assert place
    assert MARIE not in str(place.attribute_values)
    assert place.household == home.id
    write.delete(Item(*place.key))
