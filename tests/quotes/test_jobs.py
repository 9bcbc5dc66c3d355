"""Quotes that will expire are told of, and put away once they did, by what is true when the clock looks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from chalicelib.quotes import domain, jobs, service, store
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.quotes.models import OpenQuoteItem
from chalicelib.shared.errors import Conflict
from tests.quotes.quoting import answer, request, sent
from tests.support.world import World


@dataclass
class Quoting:
    """A family that is sent quotes."""

    world: World
    family: Household

    @property
    def home(self) -> str:
        """Its id."""
        return self.family.id

    def sent(self, valid_days: int) -> Quote:
        """A quote that may be approved for so many days."""
        return sent(self.world, self.family, request(valid_days=valid_days))


@pytest.fixture
def quoting(world: World) -> Quoting:
    return Quoting(world, world.household())


def _tick(quoting: Quoting, days: float) -> None:
    with read.work_of([keys.household_partition(quoting.world.org, quoting.home)]):
        jobs.run(quoting.world.now + timedelta(days=days))


def _message(quoting: Quoting, quote: Quote) -> MessageItem | None:
    return read.one(MessageItem, keys.outbox(quoting.world.org, f"quote-expiring-{quote.id}"))


def _stored(quoting: Quoting, quote: Quote) -> Quote:
    found = store.get_quote(quoting.world.org, quoting.home, quote.id)
    assert found
    return found


def test_a_family_is_told_three_days_before_and_once(quoting: Quoting) -> None:
    """QUO-4: however often the clock ticks."""
    quote = quoting.sent(valid_days=10)
    _tick(quoting, 6)
    assert _message(quoting, quote) is None
    for _ in range(3):
        _tick(quoting, 8)
    message = _message(quoting, quote)
    assert message
    assert quote.valid_until
    assert (message.facts["until_on"], message.facts["total_minor"]) == (
        quote.valid_until.isoformat(),
        quote.total_minor,
    )
    assert jobs.still_open(message, quoting.world.now) == ""
    service.decline(quoting.world.organisation, quoting.home, quote.id, answer(quoting.world))
    assert jobs.still_open(message, quoting.world.now) == "answered"


@pytest.mark.parametrize("late", [0.5, 40])
def test_what_expired_is_put_away_however_late_the_clock_comes(quoting: Quoting, late: float) -> None:
    """C9, M-08: it leaves the list of those that wait, and nobody can approve it before or after."""
    quote = quoting.sent(valid_days=10)
    for _ in range(2):
        _tick(quoting, 11 + late)
    after = _stored(quoting, quote)
    assert after.status is QuoteStatus.EXPIRED
    assert [row.status for row in store.list_quotes(quoting.world.org, quoting.home).rows] == [QuoteStatus.EXPIRED]
    with pytest.raises(Conflict):
        service.approve(quoting.world.organisation, quoting.home, quote.id, answer(quoting.world))
    if late > 1:
        assert _message(quoting, quote) is None


def test_what_is_short_or_without_end_is_not_told_of(quoting: Quoting) -> None:
    short, endless = quoting.sent(valid_days=2), quoting.sent(valid_days=0)
    _tick(quoting, 1)
    _tick(quoting, 400)
    assert _message(quoting, short) is None
    assert _stored(quoting, short).status is QuoteStatus.EXPIRED
    assert _stored(quoting, endless).status is QuoteStatus.SENT


def test_an_approved_quote_is_left_alone(quoting: Quoting) -> None:
    quote = quoting.sent(valid_days=10)
    service.approve(quoting.world.organisation, quoting.home, quote.id, answer(quoting.world))
    _tick(quoting, 60)
    assert _stored(quoting, quote).status is QuoteStatus.CONVERTED


def test_what_was_sent_before_there_was_a_queue_is_put_into_it(quoting: Quoting) -> None:
    """D-14."""
    quote = quoting.sent(valid_days=10)
    assert quote.valid_until
    key = keys.open_quote(quoting.world.org, quoting.home, quote.valid_until.isoformat(), quote.id)
    item = read.one(OpenQuoteItem, key)
    assert item
    write.update(OpenQuoteItem(item.pk, item.sk), [OpenQuoteItem.queue.remove(), OpenQuoteItem.due.remove()])
    bare = read.one(OpenQuoteItem, key)
    assert bare
    assert jobs.mend(bare)
    assert not jobs.mend(item)
    _tick(quoting, 12)
    assert _stored(quoting, quote).status is QuoteStatus.EXPIRED


@pytest.mark.parametrize(("days", "told"), [(10, 7), (4, 1), (3, None), (1, None)])
def test_the_day_on_which_it_is_told(days: int, told: int | None) -> None:
    sent = date(2026, 3, 1)
    wanted = sent + timedelta(days=told) if told else None
    assert domain.told_on(sent, sent + timedelta(days=days)) == wanted


def test_it_ends_with_its_last_day_where_the_organisation_is(quoting: Quoting) -> None:
    """M-10: one second before midnight it can be approved."""
    quote = quoting.sent(valid_days=10)
    assert quote.valid_until
    zone = ZoneInfo(quoting.world.organisation.zone)
    end = datetime.combine(quote.valid_until + timedelta(days=1), datetime.min.time(), zone)
    for second, status in ((-1, QuoteStatus.SENT), (0, QuoteStatus.EXPIRED)):
        with read.work_of([keys.household_partition(quoting.world.org, quoting.home)]):
            jobs.run(end + timedelta(seconds=second))
        assert _stored(quoting, quote).status is status
