"""`python -m bench`, which `make bench` calls: measures, prints a line for each figure, and writes them as JSON."""

import logging
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench import figures
from bench.figures import Figure
from local import engine, setup

OUTPUT = Path(__file__).parents[1] / "build" / "bench.json"
BASE_URL = "https://portal.test"
_SMALL, _FULL, _LARGE = 10, 25, 10_000
"""Invoices of the households: few, just a page of them, and a thousand times as many as few."""


def main() -> int:
    """Measures everything."""
    found: list[Figure] = []
    with engine.running() as running:
        here = setup.configure(running.endpoint, stage="bench", base_url=BASE_URL)
        setup.make_resources()
        logging.getLogger("foyer").addHandler(logging.NullHandler())
        for figure in _measure(here.table, here.region, running.endpoint):
            print(figure.line(), flush=True)
            found.append(figure)
    figures.write(found, OUTPUT)
    _price(found)
    return 0


def _price(found: Iterable[Figure]) -> None:
    """Measures whole flows, writes docs/costs.md anew, and prints what it says in short."""
    from bench import cost_page, costs, flows

    flows.keep_starts(found)
    flows.main(())
    costs.main()
    for line in cost_page.answers(costs.load()):
        print(line, flush=True)


def _measure(table: str, region: str, endpoint: str) -> Iterator[Figure]:
    from app import app
    from bench import api, belongings, clients, cold, floor, moving, pages, papers, reminders, season, stripe, world
    from bench.pages import Portal
    from infra import build
    from infra.stages import Stage

    made = build.build(Stage.read("bench", build.ROOT, {"aarch64": "arm64"}.get(platform.machine(), "x86_64")))
    floor.prepare(table, region, endpoint)
    stripe.prepare()
    organisation, portal = world.organisation(), Portal(app, BASE_URL)
    small = world.home(organisation, "Small", _SMALL)
    yield from cold.measure(made, portal, small)
    bare = Portal(floor.app, BASE_URL).get("/floor")
    yield from stripe.measure(BASE_URL, bare)
    full, large = (world.home(organisation, name, count) for name, count in (("Full", _FULL), ("Large", _LARGE)))
    yield from papers.measure(made, portal, full)
    yield from pages.measure(portal, bare, small, full, large)
    yield from season.measure(organisation, portal, bare)
    yield from belongings.measure(organisation, made, portal, bare)
    yield from clients.measure(portal, bare, full)
    yield from api.measure(BASE_URL, bare, small, large)
    yield from moving.measure(organisation)
    yield from reminders.measure(due_now=200)


if __name__ == "__main__":
    sys.exit(main())
