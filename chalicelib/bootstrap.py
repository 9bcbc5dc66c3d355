"""The only place that picks adapters. Each is made on first use, so a page never loads what it does not need."""

from functools import cache

from chalicelib import settings
from chalicelib.adapters.clock import SystemClock
from chalicelib.ports import Clock, Mailer, Secrets, Texter


@cache
def clock() -> Clock:
    """The clock of this process."""
    return SystemClock()


@cache
def mailer() -> Mailer:
    """Who sends mail."""
    from chalicelib.adapters.ses import SesMailer

    return SesMailer(settings.current().mail_from)


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
