"""Commands about the organisation's people."""

from typing import Annotated

import typer

from chalicelib import bootstrap
from chalicelib.admin import operators
from chalicelib.identity import addresses, second_factor, store
from chalicelib.identity.domain import User
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from cli.asking import Org, find, stop, tell, why

app = typer.Typer(help="Look after how the organisation's people sign in.", no_args_is_help=True)

Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="Email address or number that the person signs in with.")
]


@app.callback()
def staff() -> None:
    """Look after how the organisation's people sign in."""


@app.command()
def reset_authenticator(org: Org, address: Address) -> None:
    """Forget somebody's lost authenticator and sign him or her out; first make sure who asks you for it."""
    organisation = find(org)
    user, because, now = _user(organisation, address), why(), bootstrap.clock().now()
    try:
        second_factor.remove(org, user.id, now)
    except NotFound as missing:
        raise stop(f"{user.name} has no authenticator.") from missing
    operators.reset(organisation.slug, user.name, because, now)
    tell(f"Reset the authenticator of {user.name}, who sets up another one at the next sign-in.")


def _user(organisation: Organisation, address: str) -> User:
    try:
        login = store.find_login(organisation.slug, addresses.identify(address, organisation.country))
    except ValueError as error:
        raise stop(f"{address} is neither an email address nor a telephone number.") from error
    if login is None:
        raise stop(f"Nobody signs in with {address}.")
    return store.require_user(organisation.slug, login[0])
