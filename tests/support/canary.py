"""Listens to every line of the log that any test writes, and to metrics among them: none may be about a person (L-02).

The world of the tests has names, addresses and numbers that stand nowhere else, and secrets have a form of their own.
"""

import json
import logging
import re
from collections.abc import Iterator

NAMES = ("Tremblay", "Marie", "Kate", "Murphy", "famille")
"""Of families and staff in `tests.support.world`."""
_PERSONAL = re.compile(
    r"[^\s\"]@"  # an address
    r"|\+\d{7,}"  # a phone number
    r"|(?<![\w-])\d{6}(?![\w-])"  # a code
    r"|[\w-]{43,}"  # a token, 256 bits or more
    r"|(?:sk|rk|whsec)_\w|(?<![\w-])4242(?![\w-])"  # a secret of Stripe's, a card
)

_ID = re.compile(r"(?<![A-Za-z0-9_])[a-z2-7]{32}(?![A-Za-z0-9_])")
"""Of a record: it opens nothing, but names of messages are made of several and so as long as a token."""


class Canary(logging.Filter):
    """Lets every line through, and keeps those in which stands what should not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        """Looks at one line."""
        line = record.getMessage()
        if any(map(is_personal, _texts(json.loads(line)))):
            self.found.append(line)
        return True


def is_personal(text: str) -> bool:
    """Whether a text of the log could be about a person, or a secret."""
    return bool(_PERSONAL.search(_ID.sub("", text))) or any(name in text for name in NAMES)


def _texts(told: object) -> Iterator[str]:
    if isinstance(told, dict):
        for name, value in told.items():
            yield from (name, *_texts(value))
    elif isinstance(told, list):
        for each in told:
            yield from _texts(each)
    elif isinstance(told, str):
        yield told
