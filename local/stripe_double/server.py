"""The double's HTTP server: the API under /v1/, payers' pages under /c/, the control API under /_double/, the desk."""

from typing import TYPE_CHECKING

from local.events import Answer, Call
from local.gateway import Page
from local.stripe_double import control, desk, pages

if TYPE_CHECKING:
    from local.stripe_double.api import Api
    from local.stripe_double.double import StripeDouble

_HOSTS = ("127.0.0.1", "localhost")


class Front(Page):
    """One connection. Raising closes it without an answer, which is how a dropped connection is played."""

    double: "StripeDouble"
    api: "Api"

    @classmethod
    def serving(cls, double: "StripeDouble", api: "Api") -> type["Front"]:
        """A handler that answers for `double`."""
        return type("Front", (cls,), {"double": double, "api": api})

    def respond(self, call: Call) -> Answer:
        """The answer to `call`. Raises api.Dropped."""
        path = call.target.partition("?")[0]
        if path.startswith("/v1/"):
            return self.api.answer(call)
        host = next((value for name, value in call.headers if name.lower() == "host"), "")
        if host.rpartition(":")[0] not in _HOSTS:
            return Answer(403, [("Content-Type", "text/plain")], b"The Stripe double is used on this machine only.\n")
        if path == "/_double" or path.startswith("/_double/"):
            return control.answer(self.double, call)
        return desk.answer(self.double, call) if path == "/" else pages.answer(self.double, call)
