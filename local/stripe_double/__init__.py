"""A stand-in for Stripe on one machine: https://api.stripe.com and Checkout's page, where no money moves.

It is for development and tests, and nothing of it is deployed. `stripe.StripeClient` talks to it
as to Stripe itself:

    double = StripeDouble()
    double.start()
    account = double.account("sk_test_demo", webhook_url="http://127.0.0.1:8000/…", webhook_secret="whsec_…")
    client = stripe.StripeClient("sk_test_demo", base_addresses={"api": double.url})

It takes only parameters that Stripe's library declares, keeps idempotency keys as Stripe does,
emits the events that Stripe would, and fails on demand (`Account.fault`, `Account.mode`).
"""

from local.stripe_double.account import Account
from local.stripe_double.double import StripeDouble
from local.stripe_double.webhooks import Mode

__all__ = ["Account", "Mode", "StripeDouble"]
