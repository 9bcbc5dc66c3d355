"""The demonstration organisation: brought in once, by the commands that organisations themselves use."""

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.adapters import aws
from chalicelib.identity import store
from chalicelib.identity.domain import email_identifier
from chalicelib.shared.contacts import parse_email
from local import StartError

_STAFF = ("--staff-name", "Camille Roy", "--staff-email", "camille.roy@foyer.example")
_REASON = "The demonstration is set up"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The organisation on this machine, and one of its clients to try it as."""

    organisation: str
    user: str

    def addresses(self) -> list[str]:
        """What this client can type to sign in now; people may change it in the portal. One strong read."""
        user = store.require_user(self.organisation, self.user)
        return [address for address in (user.email, user.mobile) if address]


def load_once(files: Path) -> Demonstration:
    """The demonstration, brought in from `files` if it is not there whole. Raises StartError.

    That it is there is noted beside the data, after the last record: an import that was
    interrupted is repeated, and finds what it wrote before.
    """
    found = _noted()
    if found is None:
        found = _bring_in(files)
        _note(found)
    return found


def _bring_in(files: Path) -> Demonstration:
    from tomllib import loads

    from chalicelib.organisations import store as organisations

    slug = str(loads((files / "organisation.toml").read_text("utf-8"))["slug"])
    print("Bringing in the demonstration organisation; this happens once.", file=sys.stderr)
    if organisations.get(slug) is None:
        logo = [argument for path in files.glob("logo.*") for argument in ("--logo", str(path))]
        _command("organisation", "create", str(files / "organisation.toml"), *_STAFF, *logo)
    if (files / "resources.toml").exists():
        _command("resources", "import", slug, str(files / "resources.toml"))
    _command("import", slug, str(files))
    found = Demonstration(slug, _first_client(slug, files / "users.csv"))
    _add_more(found)
    _command("clients", "index", slug)  # the functions that follow the table do not run yet
    return found


def _add_more(found: Demonstration) -> None:
    """Gives the client's household what the files can not tell."""
    from chalicelib import bootstrap
    from chalicelib.memberships.service import Who
    from chalicelib.organisations import store as organisations
    from demo import agreements, belongings, conversations, lessons, money, papers, questions, tax_slips

    organisation = organisations.get(found.organisation)
    household = next(iter(store.require_user(found.organisation, found.user).households))
    if organisation:
        money.add(organisation, household.household, bootstrap.clock().now())
        papers.add(organisation, household.household, bootstrap.clock().now())
        lessons.add(organisation, household.household, bootstrap.clock().now())
        buyer = Who(found.user, store.require_user(found.organisation, found.user).name)
        belongings.add(organisation, buyer, household.household, bootstrap.clock().now())
        agreements.add(organisation, found.user, household.household, bootstrap.clock().now())
        questions.add(organisation, found.user, household.household, bootstrap.clock().now())
        conversations.add(organisation, buyer, household.household, bootstrap.clock().now())
        tax_slips.add(organisation, found.user, household.household, bootstrap.clock().now())


def _command(*arguments: str) -> None:
    """Runs one command of the operator's command line. What it says goes where progress goes."""
    from cli.__main__ import app

    with redirect_stdout(sys.stderr):
        code = app(["--reason", _REASON, *arguments], prog_name="foyer", standalone_mode=False)
    if code:
        raise StartError(f"the demonstration organisation could not be brought in: foyer {arguments[0]} failed")


def _first_client(org: str, path: Path) -> str:
    """Id of the first client in the files who has a household, an address and a mobile."""
    for row in rows(path):
        if row["email"] and row["mobile"] and row["households"]:
            found = store.find_login(org, email_identifier(parse_email(row["email"])))
            if found:
                return found[0]
    raise StartError(f"{path} has no client with a household, an address and a mobile")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of one of the files, by column."""
    from chalicelib.admin.imports import files

    lines = files.lines(path)
    names = [cell.strip() for cell in next(lines).cells]
    return (dict(zip(names, line.cells, strict=False)) for line in lines)


def _parameter() -> str:
    here = settings.current()
    return f"/foyer/{here.stage}/demonstration/{here.table}"


def _noted() -> Demonstration | None:
    try:
        answer = aws.client("ssm").get_parameter(Name=_parameter())
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return None
    organisation, user = answer["Parameter"]["Value"].split()
    return Demonstration(organisation, user)


def _note(found: Demonstration) -> None:
    aws.client("ssm").put_parameter(
        Name=_parameter(), Value=f"{found.organisation} {found.user}", Type="String", Overwrite=True
    )
