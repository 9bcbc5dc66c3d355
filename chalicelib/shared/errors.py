"""Facts that end a use case. Each says what kind of fact it is; only the web layer knows status codes."""

from enum import Enum

from chalicelib.shared.texts import Message


class Kind(Enum):
    """What a failure means to the person who asked."""

    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


class Fault(Exception):
    """Base of all faults: a kind, and optionally a sentence and seconds to wait."""

    kind = Kind.UNAVAILABLE

    def __init__(self, message: Message | None = None, *, retry_after: int = 0) -> None:
        super().__init__(message.key if message else self.kind.value)
        self.message = message
        self.retry_after = retry_after


class NotFound(Fault):
    """No such thing, or not this household's: the two look alike (T-03)."""

    kind = Kind.NOT_FOUND


class Forbidden(Fault):
    """Signed in, but not allowed."""

    kind = Kind.FORBIDDEN


class Conflict(Fault):
    """Somebody else changed it meanwhile; look again, then repeat."""

    kind = Kind.CONFLICT


class TooMany(Fault):
    """A limit was reached; `retry_after` seconds from now there is room again."""

    kind = Kind.TOO_MANY


class Unavailable(Fault):
    """AWS or another outside part did not do its work; repeating is safe."""

    kind = Kind.UNAVAILABLE


class Invalid(Exception):
    """Input with mistakes: field name to the sentence shown beside it. Nothing was changed."""

    def __init__(self, errors: dict[str, Message]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors
