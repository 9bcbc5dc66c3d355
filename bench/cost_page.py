"""The page of costs, with every step of each sum, so that anybody can check it with a pencil."""

import textwrap
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bench import costs
from bench.costs import BILLION, Inputs

_THOUSAND = 1000


def render(inputs: Inputs) -> str:
    """The whole page."""
    parts = (_head, _short, _month, _fixed, _flows, _tail)
    return "\n".join(line for part in parts for line in part(inputs))


def dollars(billionths: int) -> str:
    """An amount as it is read: four places where it is small."""
    value = Decimal(billionths) / BILLION
    return f"{value:,.2f}" if value >= 1 else f"{value:.4f}" if value >= Decimal("0.001") else f"{value:.7f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|---" + "|---:" * (len(head) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _text(told: str) -> Iterator[str]:
    """A paragraph, or a point of a list, in lines of a page."""
    yield from textwrap.wrap(told, 118, subsequent_indent="  " if told.startswith("*") else "", break_on_hyphens=False)


def _head(inputs: Inputs) -> Iterator[str]:
    measured = inputs.measured
    yield from (
        "# What it costs",
        "",
        "`python -m bench.costs` writes this page out of figures that `python -m bench.flows` measured",
        f"({measured['measured_on']}, Python {measured['python']}, {measured['machine']}), the prices of",
        f"`bench/prices.json` (as of {inputs.prices['as_of']}), the memory of each function in `.chalice/config.json`,",
        "and a month of `bench/month.json`. A test holds the page against them. All amounts are in US dollars, without",
        "taxes, and before anything that AWS gives for nothing.",
        "",
    )


def _short(inputs: Inputs) -> Iterator[str]:
    yield from ("## In short", "", *answers(inputs))


def answers(inputs: Inputs) -> Iterator[str]:
    """What most people want to know, as a table."""
    named = {
        "a sign-in with a code by mail": [costs.of_flow(inputs, each, "sign-in by mail") for each in inputs.regions],
        "a sign-in with a code as a text": [costs.of_flow(inputs, each, "sign-in by text") for each in inputs.regions],
        "1,000 pages": [costs.page_views(inputs, each, _THOUSAND) for each in inputs.regions],
        "1,000 reminders by mail": [costs.of_flow(inputs, each, "reminder") * _THOUSAND for each in inputs.regions],
        "an invoice made by the clock, and its mail": [
            costs.of_flow(inputs, each, "invoice") for each in inputs.regions
        ],
        "a payment on Stripe's page, and its receipt": [
            costs.of_flow(inputs, each, "payment") for each in inputs.regions
        ],
        "a month of a deployment that nobody uses": [_fixed_sum(inputs, each) for each in inputs.regions],
        "a month of an organisation of 500 families": [_whole(inputs, each) for each in inputs.regions],
        "the same, less what AWS gives each month": [
            _whole(inputs, each) - _free(inputs, each) for each in inputs.regions
        ],
        "the firewall, a month": [_sum(inputs, each, costs.firewall(inputs)) for each in inputs.regions],
    }
    rows = [[name, *map(dollars, prices)] for name, prices in named.items()]
    yield from _table(["For", *inputs.regions], rows)


def _sum(inputs: Inputs, region: str, used: costs.Sums) -> int:
    return sum(costs.billionths(inputs, region, used).values())


def _fixed_sum(inputs: Inputs, region: str) -> int:
    return sum(_sum(inputs, region, used) for _, used in costs.fixed(inputs))


def _whole(inputs: Inputs, region: str) -> int:
    return sum(price for _, _, price in costs.month(inputs, region)) + _fixed_sum(inputs, region)


def _free(inputs: Inputs, region: str) -> int:
    return costs.free_of(inputs, region, costs.month_used(inputs))


def _month(inputs: Inputs) -> Iterator[str]:
    yield from ("## A month of 500 families", "")
    mix = ", ".join(f"{share} % {name}" for name, share in inputs.month["pages"].items())
    yield from _text(
        f"Two sign-ins a family, one of ten of them by text; forty pages a family ({mix}); an invoice a family, seven "
        "of ten paid on line; six reminders a family, and three other mails."
    )
    yield ""
    tables = [costs.month(inputs, region) for region in inputs.regions]
    rows = [
        [name, f"{times:,}", *(dollars(table[number][2]) for table in tables)]
        for number, (name, times, _) in enumerate(tables[0])
    ]
    sums = [dollars(sum(price for _, _, price in table)) for table in tables]
    yield from _table(["What", "times", *inputs.regions], [*rows, ["**together**", "", *sums]])


def _fixed(inputs: Inputs) -> Iterator[str]:
    yield from ("## A month without anybody", "")
    yield from _text(
        "Each queue is asked by five of Lambda's pollers, three times a minute each, also when it is empty. What AWS "
        "gives each month (ten alarms, ten metrics, a million runs) covers the ticks and most metrics in an account "
        "that has no other use of it. The firewall is not in this sum."
    )
    yield ""
    rows = [
        [name, *(dollars(_sum(inputs, region, used)) for region in inputs.regions)]
        for name, used in costs.fixed(inputs)
    ]
    yield from _table(
        ["What", *inputs.regions],
        [*rows, ["**together**", *(dollars(_fixed_sum(inputs, each)) for each in inputs.regions)]],
    )


def _flows(inputs: Inputs) -> Iterator[str]:
    region = inputs.regions[0]
    yield from ("## Step by step", "", f"Prices of {region}.", "")
    for name, flow in inputs.measured["flows"].items():
        if name.startswith("tick "):
            continue
        yield f"### {name[0].upper()}{name[1:]}"
        yield ""
        if flow["share"] > 1:
            yield f"For {flow['share']} of them together; one is the sum divided by {flow['share']}."
            yield ""
        rows = []
        for step in flow["steps"]:
            used = costs.quantities(inputs, step)
            rows.append(
                [
                    f"{step['what']}", f"`{step['function']}`", str(inputs.memory_mb(step["function"])),
                    f"{step['cpu_ms']:.1f}", str(costs.billed_ms(inputs, step)), f"{used['lambda_gb_second']:.4f}",
                    f"{step['read_units']:g}", str(step["write_units"]), _others(step),
                    dollars(costs.of_step(inputs, region, step)),
                ]
            )  # fmt: skip
        head = ["Run", "function", "MB", "CPU ms", "billed ms", "GB s", "reads", "writes", "besides", "USD"]
        rows.append(["**one**", *[""] * 8, dollars(costs.of_flow(inputs, region, name))])
        yield from _table(head, rows)


def _others(step: dict[str, object]) -> str:
    named = {"web": "gateway", "mails": "mail", "texts": "text", "sqs": "SQS"}
    return ", ".join(f"{int(str(step[key])) if key != 'web' else 1} {word}" for key, word in named.items() if step[key])


def _tail(inputs: Inputs) -> Iterator[str]:
    names = list(inputs.prices["regions"][inputs.regions[0]])
    yield from ("## How it is reckoned", "")
    yield from _text(
        "* **GB s**: a function's memory × the milliseconds that Lambda bills. These are the processor's on the "
        f"machine of the measurement × {costs.SLOWER} (Lambda's is taken to be that much slower; not measured), "
        "divided by the share of a processor that the memory brings "
        f"(memory / {costs.FULL_PROCESSOR_MB} MB, at most 1), and the waits: {costs.TABLE_WAIT_MS} ms a call of "
        f"DynamoDB, {costs.OTHER_WAIT_MS} ms a call of SES, SNS, SQS or Stripe (set high, not measured). Of all runs, "
        f"{int(costs.COLD_SHARE * 100)} % are taken to start a function, which is billed as well."
    )
    yield from _text(
        "* **Reads**: units of DynamoDB, half ones for reads that are not strong. **Writes**: units as well, twice in "
        "a transaction, and the rows of the index. The stream costs nothing."
    )
    yield from _text(
        "* **Besides**: the gateway for each page, mails, texts (one part to the cheapest carrier of the country; "
        "elsewhere they cost up to ten times as much), requests to SQS. In the sums, and in no column: the bytes of "
        "the log and of the answer."
    )
    yield from _text(
        "* Each price is rounded once for each run, to a billionth of a dollar; sums are of whole billionths."
    )
    yield from _text("* Not in it: Stripe's fees, kept files (0.023 USD a GB and month), a domain and its DNS, taxes.")
    yield ""
    rows = [[name.replace("_", " "), *(inputs.prices["regions"][region][name] for region in inputs.regions),
             inputs.prices["free_each_month"].get(name, "")] for name in names]  # fmt: skip
    yield from _table(["Price of one", *inputs.regions, "free a month"], rows)
    yield f"Prices as of {inputs.prices['as_of']}, from:"
    yield ""
    yield from (f"* {source}" for source in inputs.prices["sources"])
    yield ""
