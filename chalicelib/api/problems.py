"""What programs are told when a call can not be done (RFC 9457), in English: programs and their makers read it."""

from collections.abc import Mapping

from chalicelib.shared.errors import Fault, Kind
from chalicelib.shared.texts import Message

TYPE = "application/problem+json"

TITLES = {
    400: "The call can not be read",
    401: "A token is needed",
    403: "The token does not allow this",
    404: "There is no such thing",
    405: "This method is not for this address",
    409: "This can not be done as things stand",
    412: "It was changed meanwhile",
    413: "That is too large",
    415: "Send JSON",
    422: "Something in the call is not right",
    428: "Say which version you change",
    429: "Too many calls",
    500: "Something went wrong on our side",
    503: "This can not be done right now",
}
STATUS = {
    Kind.NOT_FOUND: 404, Kind.FORBIDDEN: 403, Kind.CONFLICT: 409, Kind.TOO_MANY: 429, Kind.UNAVAILABLE: 503,
}  # fmt: skip
_SECONDS = 5
"""After which a call is worth another try when nobody knows better."""


class Problem(Exception):
    """Ends a call: a status, and what is wrong, without a word of what is stored."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(status))
        self.status = status
        self.detail = detail
        self.errors = errors or {}
        self.headers = headers or {}


def of(fault: Fault, *, is_conditional: bool = False) -> Problem:
    """The problem that a use case met; a change that came second has seen a version that is none any more."""
    status = STATUS[fault.kind]
    if is_conditional and fault.kind is Kind.CONFLICT and fault.message is None:
        return Problem(412)
    waits = status in (429, 503)
    headers = {"Retry-After": str(fault.retry_after or _SECONDS)} if waits else {}
    return Problem(status, words(fault.message) if fault.message else "", headers=headers)


def invalid(errors: Mapping[str, Message]) -> Problem:
    """What is wrong with each field."""
    return Problem(422, errors={name: words(message) for name, message in errors.items()})


def words(message: Message) -> str:
    """A sentence in English, which is what all sentences are kept in."""
    return message.key % message.values if message.values else message.key


def body(problem: Problem, reference: str) -> dict[str, object]:
    """What the program reads."""
    title = TITLES.get(problem.status, TITLES[500])
    told: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": problem.status,
        "detail": problem.detail or title,
        "reference": reference,
    }
    return {**told, "errors": problem.errors} if problem.errors else told
