"""What the Stripe double refuses, in the shape and with the codes of Stripe's own errors."""

from typing import Any


class Refused(Exception):
    """An answer that is an error. `saved` says whether an idempotency key keeps it: Stripe keeps what it executed."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        saved: bool = True,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.code, self.param, self.saved = status, kind, code, param, saved
        self.extra = extra or {}

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that Stripe would answer."""
        error: dict[str, Any] = {"message": str(self), "type": self.kind}
        if self.code:
            error |= {
                "code": self.code,
                "doc_url": f"https://docs.stripe.com/error-codes/{self.code.replace('_', '-')}",
            }
        if self.param:
            error["param"] = self.param
        return {"error": error | self.extra}


def invalid(message: str, param: str = "", code: str = "") -> Refused:
    """What was asked can not be done (400)."""
    return Refused(400, message, param=param, code=code)


def missing(kind: str, id_: str, param: str = "id") -> Refused:
    """There is no such object in this account: 404 at its own address, 400 where a parameter names it."""
    status = 404 if param == "id" else 400
    return Refused(status, f"No such {kind.replace('.', ' ')}: '{id_}'", param=param, code="resource_missing")


def not_played(what: str) -> Refused:
    """Stripe would take this and the double does not play it: better to say so than to answer something wrong."""
    message = f"The Stripe double does not play {what}. Stripe itself does."
    return Refused(400, message, param=what, code="double_does_not_play", saved=False)


def unauthorised(key: str) -> Refused:
    """No account has this key (401)."""
    shown = f"{key[:8]}{'*' * 8}{key[-4:]}"
    message = f"Invalid API Key provided: {shown}" if key else "You did not provide an API key."
    return Refused(401, message, saved=False)


def server_error(message: str = "An unknown error occurred.") -> Refused:
    """Stripe's own failure (500)."""
    return Refused(500, message, kind="api_error")


def rate_limited() -> Refused:
    """Too many requests (429)."""
    return Refused(429, "Request rate limit exceeded.", code="rate_limit", saved=False)
