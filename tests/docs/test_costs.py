"""The page of costs: it is what the code makes of what it keeps, and its sums are right."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bench import cost_page, costs, flows

INPUTS = costs.load()
REGION = "us-east-1"


def test_the_page_is_what_the_code_makes_of_the_measured_figures() -> None:
    """Nobody types a price into it: after a change, `python -m bench.costs`."""
    assert costs.PAGE.read_text() == cost_page.render(INPUTS)


def test_what_costs_by_the_month_is_what_the_template_makes() -> None:
    """A new alarm changes the page; `python -m bench.flows tick\\ sweep` takes the counts anew."""
    assert INPUTS.measured["standing"] == flows.standing()


def test_every_flow_of_the_month_was_measured() -> None:
    month = INPUTS.month
    wanted = {*month["flows"], *month["ticks"], *(f"page {name}" for name in month["pages"])}
    assert wanted <= set(INPUTS.measured["flows"])
    assert set(flows.flows()) == set(INPUTS.measured["flows"])
    assert sum(month["pages"].values()) == 100


def _exact(step: dict[str, Any], region: str) -> Fraction:
    """The price of a run in billionths of a dollar, worked out with fractions, another way than the code's."""
    price = {name: Fraction(value) for name, value in INPUTS.prices["regions"][region].items()}
    memory = Fraction(INPUTS.memory_mb(step["function"]))
    share = min(Fraction(1), memory / 1769)
    cold = INPUTS.measured["cold_cpu_ms"]
    starting = Fraction(str(cold.get(step["function"], max(cold.values()))))

    def up(value: Fraction) -> int:
        return -(-value.numerator // value.denominator)

    waits = step["table_calls"] * 5 + step["other_calls"] * 60
    warm = up(Fraction(str(step["cpu_ms"])) * Fraction(3, 2) / share + waits)
    seconds = (warm + Fraction(1, 10) * up(starting * Fraction(3, 2) / share)) / 1000
    dollars: Fraction = (
        price["lambda_request"] + memory / 1024 * seconds * price["lambda_gb_second"]
        + int(step["web"]) * price["api_request"] + Fraction(str(step["read_units"])) * price["read_unit"]
        + step["write_units"] * price["write_unit"] + step["sqs"] * price["sqs_request"]
        + step["mails"] * price["mail"] + step["texts"] * price["text"]
        + Fraction(step["log_bytes"] + 400, 10**9) * price["log_gb"]
        + Fraction(step["answer_bytes"], 10**9) * price["transfer_gb"]
    )  # fmt: skip
    return dollars * costs.BILLION


@pytest.mark.parametrize("region", INPUTS.regions)
@pytest.mark.parametrize("name", list(INPUTS.measured["flows"]))
def test_a_flow_costs_what_fractions_say(region: str, name: str) -> None:
    """P-17: each of at most ten prices of a run is off by half a billionth at most, and nothing else is rounded."""
    flow = INPUTS.measured["flows"][name]
    for step in flow["steps"]:
        assert abs(costs.of_step(INPUTS, region, step) - _exact(step, region)) <= 5
    together = sum(costs.of_step(INPUTS, region, step) for step in flow["steps"])
    assert 0 <= costs.of_flow(INPUTS, region, name) * flow["share"] - together < flow["share"]


def test_sums_are_of_whole_numbers_and_never_of_floats() -> None:
    """P-17: the same order or another, the same sum."""
    for step in INPUTS.measured["flows"]["payment"]["steps"]:
        used = costs.quantities(INPUTS, step)
        assert all(type(value) is Decimal for value in used.values())
        assert all(type(price) is int for price in costs.billionths(INPUTS, REGION, used).values())


def test_the_month_adds_up_on_the_page() -> None:
    """The rows that the page shows make its sum, but for the cents that are not shown."""
    rows = costs.month(INPUTS, REGION)
    names = "|".join(re.escape(name) for name, _, _ in rows)
    shown = re.findall(rf"^\| (?:{names}) \| [\d,]+ \| ([\d.,]+) \|", costs.PAGE.read_text(), re.MULTILINE)
    assert len(shown) == len(rows)
    total = Fraction(sum(price for _, _, price in rows), costs.BILLION)
    assert abs(sum(Fraction(each.replace(",", "")) for each in shown) - total) < Fraction(len(rows), 100)


def test_more_memory_brings_more_processor_and_a_higher_price_of_a_second() -> None:
    """What is only reckoning costs the same with half the memory; what waits costs half."""
    step = {**INPUTS.measured["flows"]["page home"]["steps"][0], "cpu_ms": 100.0, "table_calls": 0, "other_calls": 0}
    large, small = (
        replace(INPUTS, config={"lambda_memory_size": size, "lambda_functions": {}}) for size in (1024, 512)
    )
    assert costs.billed_ms(small, step) == pytest.approx(2 * costs.billed_ms(large, step), abs=2)
    waiting = {**step, "cpu_ms": 0.0, "other_calls": 10}
    assert costs.billed_ms(small, waiting) == costs.billed_ms(large, waiting) == 600


def test_what_is_given_for_nothing_is_no_more_than_what_is_used() -> None:
    used = costs.month_used(INPUTS)
    given = costs.free_of(INPUTS, REGION, used)
    whole = sum(costs.billionths(INPUTS, REGION, used).values())
    assert 0 < given < whole
    assert costs.free_of(INPUTS, REGION, {"lambda_request": Decimal(10)}) == 2000
    assert costs.free_of(INPUTS, REGION, {"mail": Decimal(10)}) == 0
