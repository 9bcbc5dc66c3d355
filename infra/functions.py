"""The Lambda functions of a deployment: where each comes in, and what starts it.

Sizes, times and rights stand in `.chalice/`: `config.json` and one policy file for each function.
"""

from dataclasses import dataclass
from enum import Enum

from chalicelib.entry import code_sender
from chalicelib.entry.dispatcher import ROUTES

_SENDING = frozenset({"ses", "sns"})
LIVE = "live"
"""Alias of the version of each function that everybody calls."""


class Package(Enum):
    """A zip that functions share. What few functions need, and is large, stays out of the others' way."""

    PORTAL = "deployment"
    PAPERS = "papers"
    """With the PDF engine: five times as large as all the rest."""
    PAYMENTS = "payments"
    """With Stripe's library."""
    SLIPS = "slips"
    """With the library of ciphers."""
    PASSKEYS = "passkeys"
    """With the library that checks what devices signed, and the notices of what became of mails."""

    @property
    def unused(self) -> frozenset[str]:
        """Adapters that no function of the package asks for, and that stay out with their libraries."""
        unused = {
            Package.PORTAL: {"notices", "sealing", "signed", "stripe_gateway"},
            Package.PAPERS: {*_SENDING, "https", "notices", "sqs", "ssm", "stripe_gateway", "sealing", "signed"},
            Package.PAYMENTS: {*_SENDING, "https", "notices", "sqs", "ssm", "s3", "sealing", "signed"},
            Package.SLIPS: {*_SENDING, "https", "notices", "sqs", "s3", "signed", "stripe_gateway"},
            Package.PASSKEYS: {*_SENDING, "https", "sqs", "ssm", "s3", "stripe_gateway", "sealing"},
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
    sends: bool = False
    """Whether it hands mails to SES and texts to SNS."""
    takes_mail: bool = False
    """Whether it is started by mails that come in."""
    inserted: str = ""
    """Kind of the items whose insertion into the table starts it."""
    dispatches: bool = False
    """Whether it hands on what the table's stream tells."""
    oldest_seconds: int = -1
    """Age after which the stream hands an item over no more; -1: never too old."""
    retries: int = 3
    """How often the stream hands over again what failed; -1: until it is too old."""
    parallel: int = 1
    """How many of it may work on the stream at once; new accounts have ten functions running in all."""
    batch: int = 10
    """How many records it is handed at once, at most."""
    every: str = ""
    """Schedule that starts it."""
    works_seconds: int = 0
    """After how long a run takes nothing more up, where that is near its time-out; 0: it never comes so far."""
    topics: tuple[str, ...] = ()
    """Topics whose notices start it, by the template's names; it alone is told their ARNs."""

    @property
    def is_queued(self) -> bool:
        """Whether it works off a queue that the dispatcher fills."""
        return self.name in ROUTES

    @property
    def module(self) -> str:
        """The module that Lambda imports."""
        return self.handler.rpartition(".")[0]

    @property
    def alias(self) -> str:
        """The template's name of what everybody calls: the version of the function that is live."""
        return f"{self.title}Live"

    @property
    def deployed_name(self) -> str:
        """Name in the account; `${Stage}` is the template's parameter."""
        return f"foyer-${{Stage}}-{self.name.replace('_', '-')}"


API_HANDLER = Function("api_handler", "ApiHandler", "chalicelib.entry.account.app", web=True)
SIGN_IN = Function("sign_in", "SignIn", "chalicelib.entry.sign_in.app", web=True, reads_pepper=True)
PAPERS = Function("papers", "Papers", "chalicelib.entry.papers.app", package=Package.PAPERS, web=True, keeps_files=True)
FILES = Function("files", "FilesFunction", "chalicelib.entry.files.app", web=True, opens_vault=True)
SLIPS = Function("slips", "Slips", "chalicelib.entry.slips.app", package=Package.SLIPS, web=True, reads_numbers=True)
PASSKEYS = Function("passkeys", "Passkeys", "chalicelib.entry.passkeys.app", package=Package.PASSKEYS, web=True)
REST = Function("rest", "Rest", "chalicelib.entry.rest.app", web=True)
CODE_SENDER = Function(
    "code_sender",
    "CodeSender",
    "chalicelib.entry.code_sender.handler",
    reads_pepper=True,
    inserted=code_sender.KIND,
    oldest_seconds=120,
    retries=4,
    parallel=5,
    sends=True,
)
DISPATCHER = Function(
    "dispatcher",
    "Dispatcher",
    "chalicelib.entry.dispatcher.handler",
    dispatches=True,
    oldest_seconds=3600,
    retries=-1,
    batch=100,
)
OUTBOX = Function("outbox", "Outbox", "chalicelib.entry.outbox.handler", sends=True)
FINDER = Function("finder", "Finder", "chalicelib.entry.finder.handler", batch=100)
WEBHOOKS = Function("webhooks", "Webhooks", "chalicelib.entry.webhooks.handler", batch=100)
WEBHOOKS_SWEEP = Function(
    "webhooks_sweep", "WebhooksSweep", "chalicelib.entry.webhooks.sweep", every="rate(1 minute)", works_seconds=240
)
SWEEP = Function(
    "sweep", "Sweep", "chalicelib.entry.outbox.sweep", sends=True, every="rate(1 minute)", works_seconds=70
)
INBOUND_MAIL = Function(
    "inbound_mail", "InboundMail", "chalicelib.entry.inbound_mail.handler", opens_vault=True, takes_mail=True
)
FEEDBACK = Function(
    "feedback",
    "FeedbackFunction",
    "chalicelib.entry.feedback.handler",
    package=Package.PASSKEYS,
    topics=("Feedback", "Texts"),
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
    works_seconds=600,
)
MOVING_CLOCK = Function(
    "moving_clock",
    "MovingClock",
    "chalicelib.entry.moving_clock.tick",
    keeps_files=True,
    opens_vault=True,
    every="rate(1 minute)",
    works_seconds=600,
)
TIME_CLOCK = Function("time_clock", "TimeClock", "chalicelib.entry.time_clock.tick", every="rate(1 minute)")

FUNCTIONS = (
    API_HANDLER, SIGN_IN, PAPERS, FILES, SLIPS, PAY, STRIPE_WEBHOOK, CODE_SENDER, DISPATCHER, OUTBOX, FINDER, SWEEP,
    INBOUND_MAIL, SETTLING, SETTLING_SWEEP, MONEY_CLOCK, TIME_CLOCK, PRIVACY_CLOCK, MOVING_CLOCK, REST, PASSKEYS,
    WEBHOOKS, WEBHOOKS_SWEEP, FEEDBACK,
)  # fmt: skip
