"""Error pages: plain words, a correct status, the same headers as every page, and nothing about our insides (L-03)."""

from chalicelib.shared.errors import Fault, Kind
from chalicelib.shared.texts import Message, say
from chalicelib.web import render
from chalicelib.web.http import Reply, Request

STATUS = {
    Kind.NOT_FOUND: 404,
    Kind.FORBIDDEN: 403,
    Kind.CONFLICT: 409,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}

_WORDS: dict[int, tuple[Message, Message]] = {
    400: (say("We could not read this request"), say("Go back, reload the page and try again.")),
    403: (
        say("You do not have access to this"),
        say("You are signed in, but your role in the household does not allow it."),
    ),
    404: (say("Page not found"), say("The address may be mistyped, or the page is no longer yours to see.")),
    405: (say("This does not work here"), say("Go back and use the buttons of the page.")),
    409: (
        say("Something changed meanwhile"),
        say("Somebody else changed this at the same time. Look at it again, then repeat your change."),
    ),
    413: (say("That is too large"), say("Send less at once. Files may be up to 4 MB in all.")),
    415: (say("We could not read this request"), say("Go back, reload the page and try again.")),
    429: (say("Please wait a little"), say("There were too many tries. Wait a little, then try again.")),
    500: (say("Something went wrong on our side"), say("Nothing was lost. Try again in a moment.")),
    503: (say("We cannot do this right now"), say("Nothing was lost, and trying again is safe.")),
}

STALE_FORM = say("This form is no longer valid. Go back, reload the page and send it again.")


def fault(request: Request, error: Fault) -> Reply:
    """The page for a fault that a use case raised."""
    status = STATUS[error.kind]
    reply = show(request, status, message=error.message, retry_after=error.retry_after)
    if error.retry_after or status == 503:
        reply.headers["Retry-After"] = str(error.retry_after or 5)
    return reply


def show(request: Request, status: int, *, message: Message | None = None, retry_after: int = 0) -> Reply:
    """The error page of a status, in the reader's language."""
    heading, sentence = words(status)
    return render.page(
        request,
        "errors/error.html",
        status=status,
        heading=request.local.say(heading),
        message=request.local.say(message or sentence),
        reference=request.id,
        retry_after=retry_after,
    )


def words(status: int) -> tuple[Message, Message]:
    """Heading and sentence of a status."""
    return _WORDS.get(status, _WORDS[500])
