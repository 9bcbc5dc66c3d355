"""Stripe on one machine: the double, with an account for an organisation, and its keys where the portal looks."""

from pathlib import Path

from chalicelib import bootstrap, settings
from chalicelib.adapters import aws
from chalicelib.entry.stripe_webhook import PATH
from chalicelib.gateway import API_VERSION
from chalicelib.organisations.domain import Organisation
from local.stripe_double import Account, StripeDouble


def start_double(port: int, folder: Path | None = None) -> StripeDouble:
    """The double on `port` (0: any free one), running by the portal's clock; kept in `folder`, if one is given.

    Its pages have another host name than the portal, as Stripe's have. Raises OSError when the port is taken.
    """
    double = StripeDouble(port, bootstrap.clock().now, folder, page_host="localhost")
    double.start()
    return double


def open_account(double: StripeDouble, organisation: Organisation) -> Account:
    """An account for an organisation, which tells the portal on this machine what happens; the same at every start."""
    slug, here = organisation.slug, settings.current()
    secrets = {"key": f"sk_test_{slug.replace('-', '_')}", "webhook": f"whsec_{slug}"}
    for name, value in secrets.items():
        path = f"{here.stripe_parameters}/{slug}/{name}"
        aws.client("ssm").put_parameter(Name=path, Type="SecureString", Value=value, Overwrite=True)
    return double.account(
        secrets["key"],
        webhook_url=here.base_url + PATH.format(org=slug),
        webhook_secret=secrets["webhook"],
        currency=organisation.currency.lower(),
        country=organisation.country,
        name=next(iter(organisation.name.values())),
        api_version=API_VERSION,
    )
