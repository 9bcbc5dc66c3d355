"""Logs: one JSON object a line, never a name, address, code or token (I-10, L-02)."""

import json
import logging
import sys
import traceback

_logger = logging.getLogger("foyer")


def configure() -> None:
    """Sends our lines to standard output, where Lambda collects them."""
    if not _logger.handlers:
        _logger.addHandler(logging.StreamHandler(sys.stdout))
        _logger.setLevel(logging.INFO)
        _logger.propagate = False


def event(name: str, **values: str | float) -> None:
    """Writes one event: what happened, and values without personal data."""
    _logger.info(json.dumps({"event": name, **values}, ensure_ascii=True))


def failure(name: str, error: BaseException, **values: str | int) -> None:
    """Writes an unexpected error by type and place; its message is left out, for it may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in frames[-6:]]
    causes = [type(cause).__name__ for cause in (error, error.__cause__) if cause is not None]
    _logger.error(json.dumps({"event": name, "error": " from ".join(causes), "at": places, **values}))
