"""The Lambda functions of a deployment: where each comes in, and what starts it.

Sizes, times and rights stand in `.chalice/`: `config.json` and one policy file for each function.
"""

from dataclasses import dataclass

from chalicelib.entry import code_sender, outbox


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function."""

    name: str
    """As in `.chalice/config.json`."""
    title: str
    """As in the template, where it begins the name of everything that belongs to the function."""
    handler: str
    web: bool = False
    reads_pepper: bool = False
    inserted: str = ""
    """Kind of the items whose insertion into the table starts it."""
    oldest_seconds: int = -1
    """Age after which such an item is not handed over any more; -1: never too old."""
    parallel: int = 1
    """How many of it may work on the stream at once; new accounts have ten functions running in all."""
    every: str = ""
    """Schedule that starts it."""

    @property
    def module(self) -> str:
        """The module that Lambda imports."""
        return self.handler.rpartition(".")[0]

    @property
    def deployed_name(self) -> str:
        """Name in the account; `${Stage}` is the template's parameter."""
        return f"foyer-${{Stage}}-{self.name.replace('_', '-')}"


API_HANDLER = Function("api_handler", "ApiHandler", "chalicelib.entry.account.app", web=True)
SIGN_IN = Function("sign_in", "SignIn", "chalicelib.entry.sign_in.app", web=True, reads_pepper=True)
CODE_SENDER = Function(
    "code_sender",
    "CodeSender",
    "chalicelib.entry.code_sender.handler",
    reads_pepper=True,
    inserted=code_sender.KIND,
    oldest_seconds=300,
    parallel=5,
)
OUTBOX = Function("outbox", "Outbox", "chalicelib.entry.outbox.handler", inserted=outbox.KIND, parallel=2)
SWEEP = Function("sweep", "Sweep", "chalicelib.entry.outbox.sweep", every="rate(1 minute)")

FUNCTIONS = (API_HANDLER, SIGN_IN, CODE_SENDER, OUTBOX, SWEEP)
