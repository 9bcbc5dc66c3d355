"""What the portal costs, worked out from measured figures and a list of prices; `python -m bench.costs` writes
`docs/costs.md`.

Prices are decimals. Each line is rounded once, to a billionth of a dollar, and all sums are of whole billionths.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "costs.md"
BILLION = 1_000_000_000

FULL_PROCESSOR_MB = 1769
"""Memory at which Lambda gives a function one whole processor; with less it gives that much less of it."""
SLOWER = Decimal("1.5")
"""How much longer Lambda's processor is taken to need than the machine of the measurement: not measured, set high."""
TABLE_WAIT_MS, OTHER_WAIT_MS = Decimal(5), Decimal(60)
"""For which a function is taken to wait for DynamoDB, and for SES, SNS, SQS or Stripe: neither measured, set high."""
COLD_SHARE = Decimal("0.1")
"""Of a function's runs that are taken to be its first: a small organisation is seldom asked twice in a minute."""

Sums = Mapping[str, Decimal]
"""Quantities by the name of their price."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a price is worked out of."""

    measured: Mapping[str, Any]
    prices: Mapping[str, Any]
    config: Mapping[str, Any]
    month: Mapping[str, Any]

    def memory_mb(self, function: str) -> int:
        """Of a function, as it is deployed."""
        own = self.config["lambda_functions"].get(function, {})
        return int(own.get("lambda_memory_size", self.config["lambda_memory_size"]))

    def price(self, region: str, name: str) -> Decimal:
        """Dollars of one unit."""
        return Decimal(self.prices["regions"][region][name])

    @property
    def regions(self) -> list[str]:
        """Regions with prices."""
        return list(self.prices["regions"])


def load() -> Inputs:
    """The inputs as they are kept with the code."""
    here = Path(__file__).parent

    def read(path: Path) -> Any:
        return json.loads(path.read_text())

    return Inputs(
        read(here / "measured.json"), read(here / "prices.json"), read(ROOT / ".chalice" / "config.json"),
        read(here / "month.json"),
    )  # fmt: skip


def billed_ms(inputs: Inputs, step: Mapping[str, Any], *, cold: bool = False) -> int:
    """Milliseconds that Lambda bills for a run: its processor's, stretched to its memory's share, and its waits."""
    cpu = Decimal(str(step["cpu_ms"]))
    if cold:
        cpu = Decimal(str(inputs.measured["cold_cpu_ms"].get(step["function"], _usual_cold(inputs))))
    share = min(Decimal(1), Decimal(inputs.memory_mb(step["function"])) / FULL_PROCESSOR_MB)
    waits = Decimal(0) if cold else step["table_calls"] * TABLE_WAIT_MS + step["other_calls"] * OTHER_WAIT_MS
    return int((cpu * SLOWER / share + waits).to_integral_value(ROUND_CEILING))


def _usual_cold(inputs: Inputs) -> float:
    """Of functions whose start was not measured: as long as the slowest's."""
    return float(max(inputs.measured["cold_cpu_ms"].values()))


def quantities(inputs: Inputs, step: Mapping[str, Any]) -> dict[str, Decimal]:
    """What a run uses of everything that has a price."""
    gigabytes = Decimal(inputs.memory_mb(step["function"])) / 1024
    seconds = (billed_ms(inputs, step) + COLD_SHARE * billed_ms(inputs, step, cold=True)) / 1000
    found = {
        "lambda_request": Decimal(1),
        "lambda_gb_second": gigabytes * seconds,
        "api_request": Decimal(bool(step["web"])),
        "read_unit": Decimal(str(step["read_units"])),
        "write_unit": Decimal(step["write_units"]),
        "sqs_request": Decimal(step["sqs"]),
        "mail": Decimal(step["mails"]),
        "text": Decimal(step["texts"]),
        "log_gb": Decimal(step["log_bytes"] + _REPORT_BYTES) / BILLION,
        "transfer_gb": Decimal(step["answer_bytes"]) / BILLION,
    }
    return {name: value for name, value in found.items() if value}


_REPORT_BYTES = 400
"""Of the lines that Lambda itself writes of each run."""


def billionths(inputs: Inputs, region: str, used: Sums) -> dict[str, int]:
    """The price of each quantity, in billionths of a dollar."""
    return {
        name: int((value * inputs.price(region, name) * BILLION).to_integral_value(ROUND_HALF_EVEN))
        for name, value in used.items()
    }


def of_step(inputs: Inputs, region: str, step: Mapping[str, Any]) -> int:
    """The price of a run, in billionths of a dollar."""
    return sum(billionths(inputs, region, quantities(inputs, step)).values())


def of_flow(inputs: Inputs, region: str, name: str) -> int:
    """The price of all runs of a flow, in billionths of a dollar; a flow of many is divided among them, rounded up."""
    flow = inputs.measured["flows"][name]
    return -(-sum(of_step(inputs, region, step) for step in flow["steps"]) // int(flow["share"]))


def used_by(inputs: Inputs, name: str, times: int) -> dict[str, Decimal]:
    """What so many of a flow use."""
    flow = inputs.measured["flows"][name]
    return {
        key: value * times / flow["share"]
        for key, value in add(quantities(inputs, step) for step in flow["steps"]).items()
    }


def add(found: Iterable[Sums]) -> dict[str, Decimal]:
    """The sums of quantities."""
    total: dict[str, Decimal] = {}
    for each in found:
        for name, value in each.items():
            total[name] = total.get(name, Decimal(0)) + value
    return total


def page_views(inputs: Inputs, region: str, count: int) -> int:
    """The price of so many pages, mixed as `bench/month.json` says; billionths of a dollar."""
    mix = inputs.month["pages"]
    return sum(of_flow(inputs, region, f"page {name}") * count * share // 100 for name, share in mix.items())


def free_of(inputs: Inputs, region: str, used: Sums) -> int:
    """What of the quantities of a month AWS gives to each account for nothing, in billionths of a dollar."""
    given = {name: Decimal(value) for name, value in inputs.prices["free_each_month"].items()}
    taken = {name: min(value, given[name]) for name, value in used.items() if name in given}
    return sum(billionths(inputs, region, taken).values())


def month(inputs: Inputs, region: str) -> list[tuple[str, int, int]]:
    """What an organisation of 500 families does in a month: what, how often, and the price of all."""
    return [(name, times, of_flow(inputs, region, name) * times) for name, times in inputs.month["flows"].items()] + [
        ("pages", inputs.month["page_views"], page_views(inputs, region, inputs.month["page_views"]))
    ]


def month_used(inputs: Inputs) -> dict[str, Decimal]:
    """What that month uses, with its pages and its fixed part."""
    views = inputs.month["page_views"]
    pages = [used_by(inputs, f"page {name}", views * share // 100) for name, share in inputs.month["pages"].items()]
    flows = [used_by(inputs, name, times) for name, times in inputs.month["flows"].items()]
    return add([*pages, *flows, *(used for _, used in fixed(inputs))])


def fixed(inputs: Inputs) -> list[tuple[str, dict[str, Decimal]]]:
    """What a deployment uses in a month without anybody there, the firewall left out."""
    made = {name: Decimal(count) for name, count in inputs.measured["standing"].items()}
    stored = Decimal(inputs.month["stored_gb"])
    standing = [
        (f"alarms on {made['alarm']} metrics", {"alarm": made["alarm"]}),
        (f"{made['metric']} metrics of our own", {"metric": made["metric"]}),
        (f"{made['dashboard']} dashboard", {"dashboard": made["dashboard"]}),
        (f"{made['key']} key", {"key": made["key"]}),
        (f"{stored} GB of records, and their history of 35 days", {"stored_gb": stored, "restorable_gb": stored}),
        (f"looking into {made['queue']} queues", {"sqs_request": made["queue"] * inputs.month["queue_polls"]}),
    ]
    ticks = [
        (f"{name.removeprefix('tick ')}: {times:,} ticks that find nothing", used_by(inputs, name, times))
        for name, times in inputs.month["ticks"].items()
    ]
    return [*standing, *ticks]


def firewall(inputs: Inputs) -> dict[str, Decimal]:
    """What the firewall uses in a month; a deployment may go without."""
    made = inputs.measured["standing"]
    return {name: Decimal(made[name]) for name in ("firewall", "firewall_rule")}


def main() -> None:
    """Writes the page."""
    from bench.cost_page import render

    PAGE.write_text(render(load()))


if __name__ == "__main__":
    main()
