"""`python -m bench`, which `make bench` calls: measures, prints a line for each figure, and writes them as JSON."""

import sys
from collections.abc import Iterator
from pathlib import Path

from bench import figures
from bench.figures import Figure
from local import engine, setup

OUTPUT = Path(__file__).parents[1] / "build" / "bench.json"
BASE_URL = "https://portal.test"
_SMALL, _LARGE = 10, 10_000


def main() -> int:
    """Measures everything."""
    found: list[Figure] = []
    with engine.running() as running:
        here = setup.configure(running.endpoint, stage="bench", base_url=BASE_URL)
        setup.make_resources()
        for figure in _measure(here.table, here.region, running.endpoint):
            print(figure.line(), flush=True)
            found.append(figure)
    figures.write(found, OUTPUT)
    return 0


def _measure(table: str, region: str, endpoint: str) -> Iterator[Figure]:
    from app import app
    from bench import floor, pages, world
    from bench.pages import Portal

    floor.prepare(table, region, endpoint)
    organisation = world.organisation()
    small, large = (world.home(organisation, name, count) for name, count in (("Small", _SMALL), ("Large", _LARGE)))
    bare = Portal(floor.app, BASE_URL).get("/floor")
    yield from pages.measure(Portal(app, BASE_URL), bare, small, large)


if __name__ == "__main__":
    sys.exit(main())
