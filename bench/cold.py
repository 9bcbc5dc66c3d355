"""Cold starts: each function of the package under AWS's runtime client, against a bare Chalice function beside it."""

import os
import py_compile
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import runtime_api
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
    with tempfile.TemporaryDirectory() as work:
        package = _with_bare(made.package, Path(work) / "package")
        samples: dict[str, list[Cold]] = {name: [] for name in events}
        for _ in range(_ROUNDS):
            for name, (handler, event) in events.items():
                samples[name].append(_start(package, handler, event))
    for name, colds in samples.items():
        for kind in ("cpu", "wall"):
            value, bare = (_median(of, f"{kind}_seconds") for of in (colds, samples["bare"]))
            yield Figure(f"cold.{name}.{kind}", round(value * 1000, 1), "ms", value / bare)
    yield Figure("package.zip", made.zip.stat().st_size, "bytes")


def _median(colds: list[Cold], name: str) -> float:
    return float(statistics.median(getattr(cold, name) for cold in colds))


def _events(portal: Portal, home: Home) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Each function's handler, and the first event it is given."""
    return {
        "bare": ("bare.app", portal.event("/health")),
        "account": (functions.API_HANDLER.handler, portal.event(f"/{ORG}", home)),
        "sign-in": (functions.SIGN_IN.handler, portal.event(f"/{ORG}/sign-in")),
        "code-sender": (functions.CODE_SENDER.handler, _TICK),
        "outbox": (functions.OUTBOX.handler, _TICK),
        "sweep": (functions.SWEEP.handler, _TICK),
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
