"""Which step comes when, and what it costs: by table, over zones, and for any history."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus
from chalicelib.dunning import domain
from chalicelib.dunning.domain import Part, Rules, Taken, coming, fee, with_pause
from chalicelib.organisations.terms import DunningStep, DunningTerms

DUE = date(2026, 3, 1)
PART = Part("i", DUE)
STEPS = (DunningStep(3), DunningStep(10, tone=2), DunningStep(24, tone=3))


def _day(number: int) -> date:
    return DUE + timedelta(days=number)


def _taken(*days: int) -> list[Taken]:
    return [Taken(PART, number, _day(day), 1000) for number, day in enumerate(days, 1)]


@pytest.mark.parametrize(
    ("taken", "step", "day"),
    [
        ((), 1, 3),
        ((3,), 2, 10),
        ((3, 10), 3, 24),
        ((40,), 2, 47),
        ((3, 30), 3, 44),
        ((5,), 2, 12),
    ],
)
def test_a_step_comes_on_its_day_and_never_sooner_after_the_one_before(
    taken: tuple[int, ...], step: int, day: int
) -> None:
    """MSG-3: whoever was reminded late is not rushed."""
    found = coming(STEPS, PART, _taken(*taken))
    assert found == (PART, step, _day(day))


def test_after_the_last_step_nothing_comes() -> None:
    assert coming(STEPS, PART, _taken(3, 10, 24)) is None
    assert coming((), PART, []) is None


def test_parts_of_an_invoice_count_apart() -> None:
    other = Part("i", _day(30))
    assert coming(STEPS, other, _taken(3, 10)) == (other, 1, _day(33))


def _invoice(minor: int = 10000, late_for: str = "") -> Invoice:
    line = InvoiceLine("Piano", Decimal(1), minor, minor)
    return Invoice("i", "h", "1", "CAD", DUE, DUE, InvoiceStatus.ISSUED, (line,), minor, late_for=late_for)


@pytest.mark.parametrize(
    ("step", "minor", "wanted"),
    [
        (DunningStep(3), 10000, 0),
        (DunningStep(3, fee_minor=500), 10000, 500),
        (DunningStep(3, fee_ppm=20_000), 10000, 200),
        (DunningStep(3, fee_ppm=15_000), 10030, 150),
        (DunningStep(3, fee_ppm=15_000), 10034, 151),
        (DunningStep(3, fee_ppm=500_000), 3, 2),
        (DunningStep(3, fee_ppm=20_000, fee_cap_minor=150), 10000, 150),
        (DunningStep(3, fee_ppm=20_000, fee_cap_minor=350), 10000, 200),
        (DunningStep(3, fee_ppm=20_000), 0, 0),
    ],
)
def test_what_a_step_costs(step: DunningStep, minor: int, wanted: int) -> None:
    """An amount, or a share with an end; half a unit is rounded up, and nothing is charged over nothing."""
    allowed = DunningTerms((step,), late_fees=True)
    assert fee(allowed, step, _invoice(), minor) == wanted
    assert fee(DunningTerms((step,)), step, _invoice(), minor) == 0
    assert fee(allowed, step, _invoice(late_for="i#2026-03-01#2"), minor) == 0


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.booleans()), min_size=1, max_size=30),
    st.integers(0, 1_000_000),
    st.integers(0, 10**6),
)
def test_fees_never_compound(history: list[tuple[int, bool]], ppm: int, cap: int) -> None:
    """Whatever is overdue, however long: fees are a share of what was billed for other things, and of nothing else."""
    step = DunningStep(3, fee_ppm=ppm, fee_cap_minor=cap)
    terms = DunningTerms((step,), late_fees=True)
    charged, billed = 0, 0
    for minor, is_fee in history:
        charged += fee(terms, step, _invoice(minor, "x" if is_fee else ""), minor)
        billed += 0 if is_fee else minor
    most = (billed * ppm * 2 + 1_000_000 * len(history)) // 2_000_000 + len(history)
    assert charged <= most
    if all(is_fee for _, is_fee in history):
        assert charged == 0


ZONES = (
    "America/Toronto", "America/St_Johns", "Europe/Paris", "Europe/Moscow", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    "Australia/Lord_Howe", "Africa/Cairo", "America/Havana", "Asia/Kathmandu", "UTC",
)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_steps_are_taken_at_ten_on_the_organisations_clock_on_every_day(zone: str) -> None:
    """M-10: summer and winter, for two years, each day once and in order."""
    before = datetime.min.replace(tzinfo=UTC)
    for number in range(730):
        day = date(2026, 1, 1) + timedelta(days=number)
        moment = domain.moment(day, zone)
        there = moment.astimezone(ZoneInfo(zone))
        assert (there.date(), there.hour, there.minute) == (day, 10, 0)
        assert moment > before
        before = moment


def test_a_pause_holds_to_the_end_of_its_last_day_and_for_its_invoice_alone() -> None:
    rules = with_pause(Rules(), "i", _day(5), DUE)
    assert [rules.rests("i", _day(number)) for number in (0, 5, 6)] == [True, True, False]
    assert not rules.rests("other", DUE)
    everything = with_pause(rules, "", _day(2), DUE)
    assert everything.rests("other", _day(2))
    assert not with_pause(everything, "", None, DUE).rests("other", DUE)
    assert not with_pause(rules, "i", None, DUE).rests("i", DUE)
    assert with_pause(rules, "k", _day(20), _day(10)).invoices == {"k": _day(20)}
