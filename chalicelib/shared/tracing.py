"""One id for everything that one cause sets off: a page, the messages it wrote, whoever sends them, and the mails.

It is API Gateway's id of the request, Stripe's of its event, or a run's own. It tells nothing about anybody, so it may
stand in logs, in items and in the headers of mails. Without a cause there is none, which does no harm.
"""

import re
from contextvars import ContextVar
from typing import Any

from chalicelib.shared.ids import new_id

_UNFIT = re.compile(r"[^A-Za-z0-9_=-]")
_LONGEST = 64
_request: ContextVar[str] = ContextVar("request", default="")


def begin(request: str) -> None:
    """From here on this thread works for `request`; "" for no cause that is known.

    Anything that is not of an id is left out: it may come from an item, and goes into headers.
    """
    _request.set(_UNFIT.sub("", request)[:_LONGEST])


def begin_run(context: Any = None) -> None:
    """From here on this thread works for itself: what a schedule starts has the id that Lambda gave this run."""
    begin(str(getattr(context, "aws_request_id", "")) or new_id())


def current() -> str:
    """The id of what this thread works for, at most 64 letters, digits and `_=-`; "" when there is none."""
    return _request.get()
