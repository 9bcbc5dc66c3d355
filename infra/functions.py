"""The Lambda functions of a deployment: where each comes in, and what starts it.

Sizes, times and rights stand in `.chalice/`: `config.json` and one policy file for each function.
"""

from dataclasses import dataclass
from enum import Enum

from chalicelib.entry import code_sender, outbox, settling

_SENDING = frozenset({"ses", "sns"})


class Package(Enum):
    """A zip that functions share. What few functions need, and is large, stays out of the others' way."""

    PORTAL = "deployment"
    PAPERS = "papers"
    """With the PDF engine: five times as large as all the rest."""
    PAYMENTS = "payments"
    """With Stripe's library."""
    SLIPS = "slips"
    """With the library of ciphers."""

    @property
    def unused(self) -> frozenset[str]:
        """Adapters that no function of the package asks for, and that stay out with their libraries."""
        unused = {
            Package.PORTAL: {"sealing", "stripe_gateway"},
            Package.PAPERS: {*_SENDING, "ssm", "stripe_gateway", "sealing"},
            Package.PAYMENTS: {*_SENDING, "ssm", "s3", "sealing"},
            Package.SLIPS: {*_SENDING, "s3", "stripe_gateway"},
        }
        return frozenset(f"chalicelib.adapters.{name}" for name in unused[self])

    @property
    def parameter(self) -> str:
        """The template's parameter with the zip's key in the bucket of packages."""
        return "CodeKey" if self is Package.PORTAL else f"{self.name.title()}CodeKey"


class StripeSecret(Enum):
    """What an organisation's connection to Stripe keeps secret, each under a parameter of its own."""

    KEY = "key"
    """With which Stripe is asked."""
    WEBHOOK = "webhook"
    """With which Stripe signs what it tells."""


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function."""

    name: str
    """As in `.chalice/config.json`."""
    title: str
    """As in the template, where it begins the name of everything that belongs to the function."""
    handler: str
    package: Package = Package.PORTAL
    web: bool = False
    reads_pepper: bool = False
    reads_numbers: bool = False
    """Whether it seals and opens people's numbers at tax offices."""
    reads_stripe: StripeSecret | None = None
    keeps_files: bool = False
    """Whether it puts files into the bucket that forgets them, for people to fetch."""
    opens_vault: bool = False
    """Whether it reaches the files that families and staff keep."""
    takes_mail: bool = False
    """Whether it is started by mails that come in."""
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
PAPERS = Function("papers", "Papers", "chalicelib.entry.papers.app", package=Package.PAPERS, web=True, keeps_files=True)
FILES = Function("files", "FilesFunction", "chalicelib.entry.files.app", web=True, opens_vault=True)
SLIPS = Function("slips", "Slips", "chalicelib.entry.slips.app", package=Package.SLIPS, web=True, reads_numbers=True)
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
INBOUND_MAIL = Function(
    "inbound_mail", "InboundMail", "chalicelib.entry.inbound_mail.handler", opens_vault=True, takes_mail=True
)
PAY = Function(
    "pay", "Pay", "chalicelib.entry.pay.app", package=Package.PAYMENTS, web=True, reads_stripe=StripeSecret.KEY
)
STRIPE_WEBHOOK = Function(
    "stripe_webhook",
    "StripeWebhook",
    "chalicelib.entry.stripe_webhook.app",
    package=Package.PAYMENTS,
    web=True,
    reads_stripe=StripeSecret.WEBHOOK,
)
SETTLING = Function(
    "settling",
    "Settling",
    "chalicelib.entry.settling.handler",
    package=Package.PAYMENTS,
    reads_stripe=StripeSecret.KEY,
    inserted=settling.KIND,
    parallel=2,
)
SETTLING_SWEEP = Function(
    "settling_sweep",
    "SettlingSweep",
    "chalicelib.entry.settling.sweep",
    package=Package.PAYMENTS,
    reads_stripe=StripeSecret.KEY,
    every="rate(1 minute)",
)
MONEY_CLOCK = Function(
    "money_clock",
    "MoneyClock",
    "chalicelib.entry.money_clock.tick",
    package=Package.PAYMENTS,
    reads_stripe=StripeSecret.KEY,
    every="rate(15 minutes)",
)
PRIVACY_CLOCK = Function(
    "privacy_clock",
    "PrivacyClock",
    "chalicelib.entry.privacy_clock.tick",
    package=Package.PAPERS,
    keeps_files=True,
    opens_vault=True,
    every="rate(1 minute)",
)
TIME_CLOCK = Function("time_clock", "TimeClock", "chalicelib.entry.time_clock.tick", every="rate(1 minute)")

FUNCTIONS = (
    API_HANDLER, SIGN_IN, PAPERS, FILES, SLIPS, PAY, STRIPE_WEBHOOK, CODE_SENDER, OUTBOX, SWEEP, INBOUND_MAIL, SETTLING,
    SETTLING_SWEEP, MONEY_CLOCK, TIME_CLOCK, PRIVACY_CLOCK,
)  # fmt: skip
