"""Dividing lines among homes: to the cent, whatever the shares."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.domain import InvoiceLine, TaxAmount
from chalicelib.billing.pricing import PER_WHOLE
from chalicelib.billing.sharing_out import Share, divide, is_whole

_PPM = st.integers(0, PER_WHOLE)


@st.composite
def shares(draw: st.DrawFn) -> tuple[Share, ...]:
    """Shares of two to four homes that come to all."""
    cuts = sorted(draw(st.lists(_PPM, min_size=1, max_size=3)))
    edges = [0, *cuts, PER_WHOLE]
    return tuple(Share(f"home {place}", edges[place + 1] - edges[place]) for place in range(len(edges) - 1))


@st.composite
def lines(draw: st.DrawFn) -> InvoiceLine:
    """Lines with any amounts and taxes, added and included."""
    amount = draw(st.integers(0, 10**9))
    taxes = draw(st.lists(st.tuples(st.integers(0, 10**8), st.booleans()), max_size=3))
    charged = tuple(TaxAmount(f"T{place}", minor, 50000, held) for place, (minor, held) in enumerate(taxes))
    return InvoiceLine("Piano", Decimal(2), amount, amount, "lea", 0, charged)


@given(line=lines(), shared=shares())
def test_the_parts_of_a_line_add_up_to_it_tax_by_tax(line: InvoiceLine, shared: tuple[Share, ...]) -> None:
    """NEW-2: no cent is lost or made, and no part is a cent or more away from its exact share."""
    parts = divide(line, shared)

    assert sum(part.amount_minor for part in parts.values()) == line.amount_minor
    assert sum(part.total_minor for part in parts.values()) == line.total_minor
    for place, tax in enumerate(line.taxes):
        assert sum(part.taxes[place].minor for part in parts.values()) == tax.minor
    for share in shared:
        part = parts.get(share.household)
        found = part.amount_minor if part else 0
        assert abs(found * PER_WHOLE - line.amount_minor * share.ppm) < PER_WHOLE


@given(line=lines())
def test_a_home_that_pays_all_has_the_whole_line(line: InvoiceLine) -> None:
    parts = divide(line, (Share("a", PER_WHOLE), Share("b", 0)))
    assert "b" not in parts
    assert sum(part.total_minor for part in parts.values()) == line.total_minor


def test_of_equal_remainders_the_home_that_is_named_first_gets_the_cent() -> None:
    line = InvoiceLine("Piano", Decimal(1), 10001, 10001)
    parts = divide(line, (Share("b", 500_000), Share("a", 500_000)))
    assert (parts["b"].amount_minor, parts["a"].amount_minor) == (5001, 5000)
    assert parts["b"].description == "Piano (50\N{NO-BREAK SPACE}%)"


@pytest.mark.parametrize(
    "wrong",
    [
        (Share("a", 500_000),),
        (Share("a", 500_000), Share("b", 500_001)),
        (Share("a", 500_000), Share("a", 500_000)),
        (Share("a", -1), Share("b", PER_WHOLE + 1)),
    ],
)
def test_shares_that_do_not_come_to_all_divide_nothing(wrong: tuple[Share, ...]) -> None:
    assert not is_whole(wrong)
    with pytest.raises(ValueError, match="do not come to all"):
        divide(InvoiceLine("Piano", Decimal(1), 100, 100), wrong)
