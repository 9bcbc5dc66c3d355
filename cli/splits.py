"""Commands by which staff say how the homes of a shared child pay for it."""

from typing import Annotated

import typer

from chalicelib import bootstrap
from chalicelib.admin.billing_files import portal_id
from chalicelib.billing import splits
from chalicelib.billing.pricing import PER_WHOLE
from chalicelib.billing.sharing_out import Share
from chalicelib.organisations.domain import Organisation
from cli.asking import Org, member_at, plainly, stop, tell

app = typer.Typer(help="Say how the homes of a shared child pay for it.", no_args_is_help=True)

MemberId = Annotated[
    str, typer.Argument(metavar="MEMBER", help="Id of the member: the portal's, or the organisation's own.")
]
Programme = Annotated[
    str, typer.Option("--programme", help="Id of the programme; else all that have no split of their own.")
]


@app.command("set")
def set_split(
    org: Org,
    member: MemberId,
    shares: Annotated[list[str], typer.Argument(metavar="HOUSEHOLD=PERCENT", help="For each home: h-17=60.")],
    programme: Programme = "",
) -> None:
    """Set what part of a child's classes each home pays, from what is bought next on."""
    _save(org, member, programme, shares)
    tell(f"Set the split of member {member}")


@app.command("end")
def end_split(org: Org, member: MemberId, programme: Programme = "") -> None:
    """End a split: whoever enrols the child pays again."""
    _save(org, member, programme, [])
    tell(f"Ended the split of member {member}")


def _save(org: str, member: str, programme: str, shares: list[str]) -> None:
    organisation, person = member_at(org, member)
    named, told = portal_id(organisation, "programme", programme), [_share(organisation, each) for each in shares]
    with plainly():
        splits.set_shares(organisation.slug, person, named, told, bootstrap.clock().now())


def _share(organisation: Organisation, text: str) -> Share:
    household, _, percent = text.rpartition("=")
    if not (household and percent.isascii() and percent.isdigit() and int(percent) <= 100):
        raise stop(f"{text} is no share; write HOUSEHOLD=60.")
    return Share(portal_id(organisation, "household", household), int(percent) * PER_WHOLE // 100)
