"""Everything together on one machine: embedded AWS, demonstration organisation, portal, workers, inbox, Stripe."""

import logging
import signal
import sys
from contextlib import ExitStack, contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from local import StartError, engine
from local.engine import HOST, Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from local.demonstration import Demonstration
    from local.events import Answer
    from local.gateway import Server

FOLDER = Path(__file__).resolve().parent.parent / ".local"
"""Where data and logs are kept between runs."""

DEMONSTRATION = FOLDER.parent / "demo"
"""Files of the organisation that is there from the first start."""

STAGE = "local"
_LOG_BYTES = 2_000_000


def run(port: int, folder: Path = FOLDER, files: Path = DEMONSTRATION) -> str:
    """Serves the organisation of `files`, kept in `folder`, until somebody interrupts.

    Returns what went wrong, in one line; empty when nothing did.
    """
    try:
        with _interruptible(), _started(port, folder, files) as embedded:
            embedded.process.wait()
        return "The embedded AWS ended unexpectedly."
    except KeyboardInterrupt:
        return ""
    except (StartError, OSError) as error:
        return f"Foyer did not start: {error}"


@contextmanager
def _interruptible() -> "Iterator[None]":
    """Lets Ctrl-C and SIGTERM end the block once, in order; a second one does not disturb the ending."""

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {name: signal.signal(name, interrupt) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _started(port: int, folder: Path, files: Path) -> "Iterator[Engine]":
    with ExitStack() as stack:
        _keep_private(folder)
        embedded = stack.enter_context(engine.running(port + 2, folder / "aws"))
        _log_to(folder / "portal.log")

        from local import setup
        from local.demonstration import load_once

        here, stripe = (f"http://{HOST}:{number}" for number in (port, port + 3))
        setup.configure(embedded.endpoint, stage=STAGE, base_url=here, stripe_url=stripe)
        setup.make_resources()
        demonstration = load_once(files)
        _play_stripe(stack, port + 3, folder / "stripe", demonstration.organisation)
        stack.enter_context(workers())
        stack.enter_context(mails_that_return())
        for server in _servers(port, embedded.endpoint):
            server.start()
            stack.callback(server.stop)
        _announce(port, embedded.endpoint, demonstration)
        yield embedded


def _keep_private(folder: Path) -> None:
    """Families' records and the pepper are in there: nobody else with an account on this machine reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _servers(port: int, endpoint: str) -> "Iterator[Server]":
    from app import app
    from local import answering, gateway, inbox

    api = gateway.Gateway(gateway.ALL, app, f"http://{HOST}:{port}", STAGE, _refusals())
    yield gateway.serve(api, port)
    yield inbox.serve(endpoint, port + 1, answering)


def _refusals() -> "dict[int, Answer]":
    """The gateway's own page for what is no address, as it is deployed."""
    from chalicelib.web import assets, headers
    from infra import gateway_pages
    from local.events import Answer

    told = {**headers.for_response(headers.Cache.NEVER), "Content-Type": "text/html; charset=utf-8"}
    page = gateway_pages.page(404, assets.url("portal.css"), "", "/")
    return {403: Answer(404, tuple(told.items()), page.encode())}


def _play_stripe(stack: ExitStack, port: int, folder: Path, organisation: str) -> None:
    """Starts the double of Stripe, with an account for the demonstration organisation."""
    from chalicelib.organisations import store
    from local import acquiring

    double = acquiring.start_double(port, folder)
    stack.callback(double.stop)
    found = store.get(organisation)
    if found:
        acquiring.open_account(double, found)


def workers() -> "AbstractContextManager[None]":
    """The functions beside the portal, each with the event source that it has when deployed."""
    from chalicelib.entry import (
        code_sender,
        dispatcher,
        finder,
        money_clock,
        moving_clock,
        outbox,
        privacy_clock,
        settling,
        time_clock,
        webhooks,
    )
    from local.workers import QueueWorker, ScheduledWorker, StreamWorker, working

    queues = {"outbox": outbox, "settling": settling, "finder": finder, "webhooks": webhooks}
    return working(
        [
            StreamWorker("code_sender", code_sender.handler, dispatcher.Wanted(new=code_sender.KIND).takes),
            StreamWorker("dispatcher", dispatcher.handler, dispatcher.is_wanted),
        ],
        [
            ScheduledWorker("sweep", outbox.sweep),
            ScheduledWorker("webhooks_sweep", webhooks.sweep),
            ScheduledWorker("settling_sweep", settling.sweep),
            ScheduledWorker("privacy_clock", privacy_clock.tick, seconds=5),
            ScheduledWorker("moving_clock", moving_clock.tick, seconds=5),
            ScheduledWorker("money_clock", money_clock.tick, seconds=900),
            ScheduledWorker("time_clock", time_clock.tick),
        ],
        [QueueWorker(name, entry.handler) for name, entry in queues.items()],
    )


def mails_that_return() -> "AbstractContextManager[None]":
    """What comes of mails to the addresses of SES's simulator."""
    from local import returning

    return returning.returning()


def _log_to(path: Path) -> None:
    """The portal's own log goes to a file, so that the terminal keeps the addresses; errors show in both."""
    logger = logging.getLogger("foyer")
    file = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, delay=True)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.ERROR)
    for each in (logger, logging.getLogger("local")):
        each.setLevel(logging.INFO)
        each.propagate = False
        each.handlers = [file, terminal]


def _announce(port: int, endpoint: str, demonstration: "Demonstration") -> None:
    print(f"Portal  http://{HOST}:{port}/{demonstration.organisation}")
    print(f"Inbox  http://{HOST}:{port + 1}")
    print(f"AWS  {endpoint}")
    print(f"Sign in as  {' or '.join(demonstration.addresses())}")
    print(f"Stripe  http://{HOST}:{port + 3}", flush=True)
