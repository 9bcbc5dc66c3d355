"""The only place that picks adapters. Each is made on first use, so a page never loads what it does not need."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chalicelib import settings
from chalicelib.adapters.clock import SystemClock
from chalicelib.ports import (
    Archives,
    Clock,
    Files,
    Mailer,
    Passkeys,
    Poster,
    Queues,
    Sealer,
    Secrets,
    Signatures,
    Texter,
    Vault,
)

if TYPE_CHECKING:
    from chalicelib.gateway import Gateway


@cache
def clock() -> Clock:
    """The clock of this process."""
    return SystemClock()


@cache
def mailer() -> Mailer:
    """Who sends mail."""
    from chalicelib.adapters.ses import SesMailer

    return SesMailer(settings.current().mail_from, settings.current().mail_events)


@cache
def texter() -> Texter:
    """Who sends text messages."""
    from chalicelib.adapters.sns import SnsTexter

    return SnsTexter()


@cache
def secrets() -> Secrets:
    """Who holds the pepper; only functions of sign-in have the right to it."""
    from chalicelib.adapters.ssm import ParameterSecrets

    return ParameterSecrets(settings.current().pepper_parameter)


@lru_cache(maxsize=256)
def gateway(org: str) -> "Gateway":
    """Who takes payments for an organisation. Raises Unavailable when it has no key."""
    from chalicelib.adapters.stripe_gateway import StripeGateway

    return StripeGateway(settings.current(), org)


@cache
def archives() -> Archives:
    """Who keeps large files that are written piece by piece, for a day; in the same bucket as what is lent."""
    from chalicelib.adapters.s3 import BucketArchives

    return BucketArchives(settings.current().files_bucket)


@cache
def files() -> Files:
    """Who lends large files; only the papers function has the right to the bucket."""
    from chalicelib.adapters.s3 import BucketFiles

    return BucketFiles(settings.current().files_bucket)


@cache
def vault() -> Vault:
    """Who keeps families' and organisations' files; only functions that take or hand out files have the right to it."""
    from chalicelib.adapters.s3 import BucketVault

    return BucketVault(settings.current().vault_bucket)


@cache
def sealer() -> Sealer:
    """Who seals numbers of people at tax offices; only the function that takes and reports them has the keys."""
    from chalicelib.adapters.sealing import KeySealer
    from chalicelib.adapters.ssm import ParameterSecrets

    return KeySealer(ParameterSecrets(settings.current().number_keys_parameter))


@cache
def passkeys() -> Passkeys:
    """Who checks what devices of the staff signed; only the function of passkeys has the library."""
    from chalicelib.adapters.signed import PasskeyChecker

    return PasskeyChecker(settings.current().base_url)


@cache
def mails() -> Vault:
    """Where mails lie that came in; only the function that reads them has the right to it."""
    from chalicelib.adapters.s3 import BucketVault

    return BucketVault(settings.current().mail_bucket)


@cache
def poster() -> Poster:
    """Who posts to addresses of organisations' own programs."""
    from chalicelib.adapters.https import HttpsPoster

    return HttpsPoster()


@cache
def queues() -> Queues:
    """Who holds the queues of functions that are told of what was written; only the dispatcher knows them."""
    from chalicelib.adapters.sqs import SqsQueues

    return SqsQueues(settings.current().queues)


@cache
def signatures() -> Signatures:
    """Who checks what the notification service signed; only the function that takes its notices has the library."""
    from chalicelib.adapters.notices import SnsSignatures

    return SnsSignatures(settings.current().notices_url)
