"""Logs: one JSON object a line, never a name, address, code or token (I-10, L-02).

Which function and stage a line is of says the log group it stands in. A line says what it was for: the id of the
request, of Stripe's event or of the run that set it off (`shared.tracing`), which is the same in every function.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from typing import Any

from chalicelib.shared import tracing

_logger = logging.getLogger("foyer")


def configure() -> None:
    """Sends our lines to standard output, where Lambda collects them."""
    if not _logger.handlers:
        _logger.addHandler(logging.StreamHandler(sys.stdout))
        _logger.setLevel(logging.INFO)
        _logger.propagate = False


def event(name: str, **values: str | float) -> None:
    """Writes one event: what happened, and values without personal data."""
    line({"level": "info", "event": name, **values})


def failure(name: str, error: BaseException, **values: str | int) -> None:
    """Writes an unexpected error by type and place; its message is left out, for it may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames[-6:]]
    causes = [type(cause).__name__ for cause in (error, error.__cause__) if cause is not None]
    line({"level": "error", "event": name, "error": " from ".join(causes), "at": places, **values}, logging.ERROR)


def line(told: Mapping[str, Any], level: int = logging.INFO) -> None:
    """Writes one line, with the id of what it is for."""
    request = tracing.current()
    named = told if "request" in told or not request else {**told, "request": request}
    _logger.log(level, json.dumps(named, ensure_ascii=True))
