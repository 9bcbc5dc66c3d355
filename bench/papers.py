"""Papers: an invoice as PDF by the packaged function, cold and then again and again."""

import base64
import os
import statistics
import time
from collections.abc import Iterator

from bench import runtime_api
from bench.figures import Figure
from bench.pages import Portal
from bench.runtime_api import Function
from bench.world import ORG, Home
from chalicelib.billing import store
from infra import functions
from infra.build import Build


def measure(made: Build, portal: Portal, home: Home) -> Iterator[Figure]:
    """Processor and wall time of one PDF, each of another invoice: the engine remembers what it set before.

    The start with its first one is among the cold starts.
    """
    first, *others = [row.id for row in store.list_invoices(ORG, home.household, "").rows]
    variables = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "FOYER_"))}
    with runtime_api.running(made.unpacked(functions.Package.PAPERS), functions.PAPERS.handler, variables) as function:
        size = _make(function, portal, home, first)
        walls, before = [], function.whole_cpu_seconds()
        for invoice in others:
            started = time.perf_counter()
            _make(function, portal, home, invoice)
            walls.append(time.perf_counter() - started)
        cpu = (function.whole_cpu_seconds() - before) / len(others)
    yield Figure("warm.invoice-pdf.cpu", round(cpu * 1000, 1), "ms")
    yield Figure("warm.invoice-pdf.wall", round(statistics.median(walls) * 1000, 1), "ms")
    yield Figure("bytes.invoice-pdf", size, "bytes")


def _make(function: Function, portal: Portal, home: Home, invoice: str) -> int:
    """Has one PDF made; returns its size. Raises RuntimeError unless it is answered with 200."""
    event = portal.event(f"/{ORG}/invoices/{invoice}/pdf", home)
    event["headers"]["Accept"] = "application/pdf"
    answer = function.invoke(event)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"a PDF is answered with {answer['statusCode']}")
    return len(base64.b64decode(answer["body"]))
