"""The Stripe double for tests: one account for one organisation, with its keys where the portal looks for them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib import bootstrap, settings
from chalicelib.adapters import aws
from chalicelib.adapters.stripe_gateway import StripeGateway
from chalicelib.ports import Clock
from local.stripe_double import Account, StripeDouble

PARAMETERS = "/foyer/test/stripe"
WEBHOOK_SECRET = "whsec_of_tests"


class Acquirer:
    """An organisation's Stripe account, and our gateway to it."""

    def __init__(self, double: StripeDouble, org: str) -> None:
        self.double = double
        self.org = org
        key = f"sk_test_{org.replace('-', '_')}"
        self.account: Account = double.account(key, webhook_secret=WEBHOOK_SECRET)
        for name, value in (("key", key), ("webhook", WEBHOOK_SECRET)):
            path = f"{PARAMETERS}/{org}/{name}"
            aws.client("ssm").put_parameter(Name=path, Type="SecureString", Value=value, Overwrite=True)

    @property
    def gateway(self) -> StripeGateway:
        """The portal's own gateway to the account."""
        return StripeGateway(settings.current(), self.org)


@contextmanager
def acquiring(org: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acquirer]:
    """A running double that this process takes for Stripe."""
    double = StripeDouble(clock=clock.now)
    monkeypatch.setenv("FOYER_STRIPE_URL", double.url)
    monkeypatch.setenv("FOYER_STRIPE_PARAMETERS", PARAMETERS)
    settings.current.cache_clear()
    double.start()
    acquirer = Acquirer(double, org)
    gateways: dict[str, StripeGateway] = {}

    def gateway(org: str) -> StripeGateway:
        return gateways.setdefault(org, StripeGateway(settings.current(), org))

    monkeypatch.setattr(bootstrap, "gateway", gateway)
    try:
        yield acquirer
    finally:
        double.stop()
        monkeypatch.undo()
        settings.current.cache_clear()
