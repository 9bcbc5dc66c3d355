"""Commands that put members and households away with their history, and bring them back."""

from typing import Annotated

import typer

from chalicelib.admin.billing_files import portal_id
from chalicelib.growing import archiving
from cli.asking import HouseholdId, Org, at, plainly, tell

app = typer.Typer(help="Archive members and households, and bring them back. Nothing is deleted.", no_args_is_help=True)

MemberId = Annotated[
    str, typer.Argument(metavar="MEMBER", help="Id of the member: the portal's, or the organisation's own.")
]


@app.command("member")
def archive_member(org: Org, household: HouseholdId, member: MemberId) -> None:
    """Archive a member of a household who has no classes to come."""
    organisation, home, now = at(org, household)
    with plainly():
        archiving.archive_member(organisation, home, portal_id(organisation, "member", member), now)
    tell(f"Archived member {member}")


@app.command("member-back")
def bring_member_back(org: Org, household: HouseholdId, member: MemberId) -> None:
    """Make an archived person a member of the household again."""
    organisation, home, now = at(org, household)
    with plainly():
        archiving.bring_member_back(organisation, home, portal_id(organisation, "member", member), now)
    tell(f"Brought member {member} back")


@app.command("household")
def archive_household(org: Org, household: HouseholdId) -> None:
    """Close the account of a household that has no classes to come and owes nothing."""
    organisation, home, now = at(org, household)
    with plainly():
        archiving.archive_household(organisation, home, now)
    tell(f"Archived household {household}")


@app.command("household-back")
def bring_household_back(org: Org, household: HouseholdId) -> None:
    """Open the account of an archived household again."""
    organisation, home, now = at(org, household)
    with plainly():
        archiving.bring_household_back(organisation, home, now)
    tell(f"Brought household {household} back")
