"""Cold starts: each function of the package under AWS's runtime client, against a bare Chalice function beside it."""

import os
import py_compile
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import runtime_api, stripe
from bench.figures import Figure
from bench.pages import Portal
from bench.runtime_api import Cold
from bench.world import ORG, Home
from infra import functions
from infra.build import Build

_ROUNDS = 9
_BARE = """
import botocore.session
from chalice.app import Chalice

app = Chalice("bare", configure_logs=False)


@app.route("/health")
def bare():
    botocore.session.get_session().create_client("dynamodb")
    return {"status": "ok"}
"""
_TICK: Mapping[str, Any] = {"Records": []}


def measure(made: Build, portal: Portal, home: Home) -> Iterator[Figure]:
    """Processor and wall time from the new process to the first answer; the ratio is to the bare function."""
    events = _events(portal, home)
    with tempfile.TemporaryDirectory(dir=made.folder) as work:
        beside = _with_bare(made.unpacked(functions.Package.PORTAL), Path(work) / "package")
        samples: dict[str, list[Cold]] = {name: [] for name in ("bare", *events)}
        for _ in range(_ROUNDS):
            samples["bare"].append(_start(beside, "bare.app", portal.event("/health")))
            for name, (function, event) in events.items():
                samples[name].append(_start(made.unpacked(function.package), function.handler, event))
    for name, colds in samples.items():
        for kind in ("cpu", "wall"):
            value, bare = (_median(of, f"{kind}_seconds") for of in (colds, samples["bare"]))
            yield Figure(f"cold.{name}.{kind}", round(value * 1000, 1), "ms", value / bare)
    for zipped in functions.Package:
        yield Figure(f"package.{zipped.value}", made.zip_of(zipped).stat().st_size, "bytes")


def _median(colds: list[Cold], name: str) -> float:
    return float(statistics.median(getattr(cold, name) for cold in colds))


def _events(portal: Portal, home: Home) -> dict[str, tuple[functions.Function, Mapping[str, Any]]]:
    """Each function, and the first event it is given."""
    return {
        "account": (functions.API_HANDLER, portal.event(f"/{ORG}", home)),
        "sign-in": (functions.SIGN_IN, portal.event(f"/{ORG}/sign-in")),
        "papers": (functions.PAPERS, portal.event(f"/{ORG}/invoices/{home.invoice}/pdf", home)),
        "pay": (functions.PAY, portal.event(f"/{ORG}/pay/done/none", home)),
        "stripe-webhook": (functions.STRIPE_WEBHOOK, stripe.delivery(portal.base_url, "evt_cold")),
        "code-sender": (functions.CODE_SENDER, _TICK),
        "outbox": (functions.OUTBOX, _TICK),
        "sweep": (functions.SWEEP, _TICK),
        "settling": (functions.SETTLING, _TICK),
        "settling-sweep": (functions.SETTLING_SWEEP, _TICK),
        "money-clock": (functions.MONEY_CLOCK, _TICK),
        "time-clock": (functions.TIME_CLOCK, _TICK),
    }


def _with_bare(package: Path, copy: Path) -> Path:
    """A copy of the package with the bare function in it, byte-compiled like the rest."""
    shutil.copytree(package, copy, copy_function=os.link)
    source = copy / "bare.py"
    source.write_text(_BARE)
    py_compile.compile(str(source), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return copy


def _start(package: Path, handler: str, event: Mapping[str, Any]) -> Cold:
    variables = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "FOYER_"))}
    with runtime_api.running(package, handler, variables) as function:
        return function.cold(event)
