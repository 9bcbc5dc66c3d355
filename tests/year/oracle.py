"""What must have come of a year, worked out from what was done in it and from when the clocks came to their end.

It knows local times, meetings, payments and cards, and asks the portal's code for none of them. What the portal made is
read at the very end: messages, mails, books, and what Stripe charged.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.dunning import store
from chalicelib.organisations.word import Lead
from tests.billing.adding_up import Found, check
from tests.support.stored import messages_of
from tests.support.world import ZONE
from tests.year.living import STARTS, STEPS, Family, Living, at
from tests.year.turning import Turning

NEVER = datetime.max.replace(tzinfo=UTC)
_ZONE = ZoneInfo(ZONE)
_MARGIN = timedelta(hours=3)
"""A message that failed is tried again within these: what has so long goes out for certain."""
_EVENING = time(18)
_HOURS = {Lead.HOUR: 1}
_DAYS = {Lead.EVENING: 1, Lead.DAY: 1, Lead.TWO_DAYS: 2}
_DONE = (MessageState.SENT.value, MessageState.SKIPPED.value)
_TEMPLATES = ("class_reminder", "booking_reminder")


@dataclass
class Judgement:
    """What is wrong, and what there was of everything."""

    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def require(self, holds: bool, words: str) -> None:
        """Notes what is wrong."""
        if not holds:
            self.problems.append(words)


@dataclass(frozen=True)
class Occasion:
    """Something that a family is to be reminded of, as it was for a while."""

    name: str
    due: datetime
    starts: datetime
    since: datetime
    until: datetime
    """From when on it was otherwise."""


def judge(living: Living, turning: Turning) -> Judgement:
    """Everything that can be said at the end."""
    told = Judgement()
    messages = messages_of(living.world.org)
    _messages(told, messages, turning)
    _reminders(told, living, turning, messages)
    books = {family.number: check(living.world.org, family.home.id) for family in living.families}
    for family in living.families:
        _invoices(told, living, family, books[family.number])
        _dunning(told, living, turning, family, books[family.number], messages)
    _charges(told, living, list(books.values()))
    return told


def _messages(told: Judgement, messages: Sequence[MessageItem], turning: Turning) -> None:
    """M-01 to M-05: each is sent once, or skipped for a reason; a second copy only where a run was killed."""
    for each in messages:
        told.counts[f"{each.template} {each.state}"] += 1
        told.require(each.state in _DONE, f"{each.template} {each.state}")
        told.require(bool(each.outcome), f"{each.template} without a word about why")
    copies = Counter(mail.reference for _, mail in turning.sent.mails)
    sent = {each.message for each in messages if each.state == MessageState.SENT.value}
    told.counts["mails"], told.counts["copies"] = len(turning.sent.mails), sum(copies.values()) - len(copies)
    told.require(told.counts["copies"] <= turning.counts["broken sweeps"], "copies of mails that no crash explains")
    told.require(sent <= set(copies), "messages that count as sent and never were")


def lead_before(lead: Lead, starts: datetime) -> datetime | None:
    """When a family wants to hear, on the organisation's clock; a time that is left out moves on, one that comes twice
    is the first."""
    if lead in _HOURS:
        return starts - timedelta(hours=_HOURS[lead])
    if lead not in _DAYS:
        return None
    wall = starts.astimezone(_ZONE)
    day = wall.date() - timedelta(days=_DAYS[lead])
    naive = datetime.combine(day, _EVENING if lead is Lead.EVENING else wall.time().replace(tzinfo=None, fold=0))
    return naive.replace(tzinfo=_ZONE, fold=0).astimezone(UTC)


def _bookings(family: Family) -> Iterator[Occasion]:
    """Bookings of a family; its meetings stand with the class."""
    for each in family.booked:
        due = lead_before(Lead.DAY, each.starts)
        assert due
        yield Occasion(f"booking {each.starts.isoformat()}", due, each.starts, at(STARTS), each.cancelled_at or NEVER)


def _meetings(living: Living, family: Family) -> Iterator[Occasion]:
    for forms in living.meetings[family.group]:
        for form, after in zip(forms, [*forms[1:], None], strict=True):
            due = lead_before(family.lead, form.starts)
            if due and form.takes_place:
                until = min(after.since if after else NEVER, family.away.get(form.id, NEVER))
                yield Occasion(f"class {form.starts.isoformat()}", due, form.starts, form.since, until)


def _said(message: MessageItem) -> Iterator[str]:
    """What a reminder is about, in the oracle's names."""
    if message.template == "booking_reminder":
        yield f"booking {datetime.fromisoformat(message.facts['starts_at']).isoformat()}"
    for each in message.facts.get("classes", ()):
        yield f"class {datetime.fromisoformat(each['starts_at']).isoformat()}"


def _reminders(told: Judgement, living: Living, turning: Turning, messages: Sequence[MessageItem]) -> None:
    """M-08, M-09: each once or skipped with a reason, none double, none of what is cancelled or missed."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    sent: dict[str, Counter[str]] = defaultdict(Counter)
    for message in (each for each in messages if each.template in _TEMPLATES):
        for name in _said(message):
            written[str(message.household)][name] += 1
            sent[str(message.household)][name] += message.state == MessageState.SENT.value
    for family in living.families:
        expected = [*_bookings(family), *_meetings(living, family)]
        for occasion in expected:
            was, wrote = sent[family.home.id][occasion.name], written[family.home.id][occasion.name]
            verdict = _verdict(turning, occasion)
            told.counts[f"occasions {verdict}"] += 1
            what = f"family {family.number} ({family.lead.value}), {occasion.name}, {verdict}: {was} sent of {wrote}"
            told.require(was <= 1, what)
            told.require(was == 1 if verdict == "due" else was == 0 if verdict == "never" else True, what)
            told.require(wrote >= 1 if verdict in ("due", "late") else True, what)
        known = {each.name for each in expected}
        for name in sent[family.home.id]:
            told.require(not sent[family.home.id][name] or name in known, f"family {family.number}: {name} never was")


def _first(moments: Sequence[datetime], moment: datetime) -> datetime:
    """The first of sorted moments from a moment on."""
    place = bisect_left(moments, moment)
    return moments[place] if place < len(moments) else NEVER


def _verdict(turning: Turning, occasion: Occasion) -> str:
    """`due`: told once. `never`: not told. `late`: told, or a word about why not. `open`: told once or not at all."""
    looked = _first(turning.done["time_clock"], occasion.due)
    if occasion.until <= _awake(occasion.due):  # nothing goes out in quiet hours
        return "never"
    if occasion.since > occasion.due or occasion.until <= looked:
        return "open"
    if looked >= occasion.starts:
        return "late" if looked < min(occasion.until, occasion.starts + timedelta(days=6)) else "open"
    swept = _first(turning.done["sweep"], _awake(looked))
    if occasion.until <= swept + _MARGIN or occasion.starts <= swept + _MARGIN:
        return "late" if occasion.until > swept + _MARGIN else "open"
    return "due"


def _awake(moment: datetime) -> datetime:
    """The moment, or when the quiet hours end of which it is one."""
    wall = moment.astimezone(_ZONE)
    if 8 <= wall.hour < 21:
        return moment
    return at(wall.date() + timedelta(days=wall.hour >= 21), 8)


def _invoices(told: Judgement, living: Living, family: Family, books: Found) -> None:
    """REC-1, X-2: a month is billed once, and paid by whom it should."""
    lessons = [each for each in books.invoices if not each.late_for]
    firsts = [*(date(2027, month, 1) for month in range(2, 13)), date(2028, 1, 1)]
    months = [first for first in firsts if at(first) < living.ends]
    told.counts["invoices"] += len(lessons)
    told.require(len(lessons) == len(months), f"family {family.number}: {len(lessons)} invoices, {len(months)} months")
    for invoice in lessons:
        over = at(invoice.due_on) + timedelta(days=3) < living.ends
        if family.pays == "card" and over:
            told.require(invoice.balance_minor == 0, f"family {family.number}: {invoice.number} was not charged")
        if family.pays in ("declines", "never"):
            told.require(invoice.paid_minor == 0, f"family {family.number}: {invoice.number} was paid by nobody")


def _dunning(
    told: Judgement, living: Living, turning: Turning, family: Family, books: Found, messages: Sequence[MessageItem]
) -> None:
    """MSG-3: each step once, on its day or when the clock next came by; each fee once; none of what is paid."""
    fees = Counter(each.late_for for each in books.invoices if each.late_for)
    told.require(all(count == 1 for count in fees.values()), f"family {family.number}: a fee twice")
    charged = 0
    for invoice in books.invoices:
        taken = store.list_taken(living.world.org, family.home.id, invoice.id)
        told.counts["steps"] += len(taken)
        numbers = [each.step for each in taken]
        what = f"family {family.number} ({family.pays}), {invoice.number}, steps {numbers}"
        told.require(numbers == list(range(1, len(numbers) + 1)), what)
        charged += sum(each.fee_minor > 0 for each in taken)
        if family.pays == "card":
            told.require(not taken, what)
        elif family.pays != "declines":
            low, high = _steps(living, turning, family, invoice.id, invoice.due_on)
            told.require(low <= len(numbers) <= high, f"{what}, and should be {low} to {high}")
        for each in taken:
            earliest = each.part.due_on + timedelta(days=STEPS[each.step - 1].days)
            told.require(each.on >= earliest, f"{what}: {each.step} on {each.on}, before {earliest}")
            own = bool(invoice.late_for)
            told.require(each.fee_minor == (0 if own else _fee(each.step, each.minor)), f"{what}: fee {each.fee_minor}")
    told.counts["fees"] += charged
    told.require(charged == sum(fees.values()), f"family {family.number}: {charged} fees, not {sum(fees.values())}")
    words = [each for each in messages if each.household == family.home.id and each.template.startswith("overdue")]
    told.counts["overdue words"] += len(words)


def _fee(step: int, minor: int) -> int:
    """The fee of a step, half a unit rounded up."""
    return (0, 500, (minor * 20_000 * 2 + 1_000_000) // 2_000_000)[step - 1]


def _steps(living: Living, turning: Turning, family: Family, invoice: str, due: date) -> tuple[int, int]:
    """How many steps an invoice came to at least and at most, by when the clock came by and when it was paid."""
    paid, low, high = family.paid.get(invoice, NEVER), 0, 0
    runs, day = turning.done["money_clock"], due
    for number, step in enumerate(STEPS):
        apart = step.days - (STEPS[number - 1].days if number else 0)
        day = max(due + timedelta(days=step.days), day + timedelta(days=apart))
        looked = _first(runs, at(day, 10))
        if min(paid, living.ends) > at(day, 10):
            high += 1
        if looked < min(paid, living.ends - timedelta(days=2)):
            low += 1
            day = looked.astimezone(_ZONE).date()
    return low, high


def _charges(told: Judgement, living: Living, books: Sequence[Found]) -> None:
    """P-16: what Stripe charged is what the books say, payment by payment, and nothing was charged twice."""
    intents = [dict(each) for each in living.acquirer.account.books.all("payment_intent")]
    paid = [int(each["amount_received"]) for each in intents if each["status"] == "succeeded"]
    booked = [
        each.minor for found in books for each in found.payments if each.status.is_received and each.method != "cheque"
    ]
    told.counts["charges"], told.counts["charged"] = len(paid), sum(paid)
    told.counts["refused charges"] = len(intents) - len(paid)
    told.require(sorted(paid) == sorted(booked), f"Stripe charged {sum(paid)}, the books say {sum(booked)}")
    cards = [family for family in living.families if family.pays == "card"]
    most = sum(len([each for each in books[family.number].invoices if not each.late_for]) for family in cards)
    told.require(len(paid) <= most, f"{len(paid)} charges of {most} invoices")
