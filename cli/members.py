"""Commands about what is on file of members: certificates and skills."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chalicelib import bootstrap
from chalicelib.admin.billing_files import portal_id
from chalicelib.admin.skills_file import read_skills
from chalicelib.enrolments import certificate_store, certifying
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Texts, in_language
from chalicelib.shared.times import local_day
from chalicelib.skills import service
from chalicelib.skills import store as skill_store
from cli.asking import Org, find, member_at, plainly, stop, tell

certificates = typer.Typer(help="Keep the certificates that excuse members' absences.", no_args_is_help=True)
skills = typer.Typer(help="Keep the list of skills, and what members reached of them.", no_args_is_help=True)

MemberId = Annotated[
    str, typer.Argument(metavar="MEMBER", help="Id of the member: the portal's, or the organisation's own.")
]
SkillId = Annotated[str, typer.Argument(metavar="SKILL", help="Id of the skill: the portal's, or your own.")]
Day = Annotated[str, typer.Argument(metavar="DAY", help="A day: 2026-11-22.")]
Note = Annotated[str, typer.Option("--note", help="Remark that the family sees.")]


@certificates.command("add")
def add_certificate(
    org: Org,
    member: MemberId,
    first: Day,
    last: Day,
    kind: Annotated[CertificateKind, typer.Option("--kind", help="Who wrote it.")] = CertificateKind.MEDICAL,
    received: Annotated[str, typer.Option("--received", help="Day it came in; else today.")] = "",
    note: Note = "",
) -> None:
    """Record a certificate that covers the days from the first to the last; absences on them are excused."""
    organisation, person = member_at(org, member)
    days = (_day(first), _day(last))
    with plainly(), _told():
        made = certifying.record(organisation.slug, person, kind, days, _day_or_today(organisation, received), note)
    tell(f"Recorded certificate {made.id}")


@certificates.command("list")
def list_certificates(org: Org, member: MemberId) -> None:
    """Show a member's certificates, latest first."""
    organisation, person = member_at(org, member)
    table = Table("id", "kind", "from", "to", "received", "note")
    for each in certificate_store.list_certificates(organisation.slug, person, size=certificate_store.MOST).rows:
        days = (each.covers_from, each.covers_to, each.received_on)
        table.add_row(each.id, each.kind.value, *(day.isoformat() for day in days), each.note)
    Console().print(table)


@certificates.command("remove")
def remove_certificate(
    org: Org, member: MemberId, certificate: Annotated[str, typer.Argument(metavar="CERTIFICATE")]
) -> None:
    """Take a certificate back: what it excused is excused no more."""
    organisation, person = member_at(org, member)
    with plainly():
        certifying.remove(organisation.slug, person, certificate)
    tell(f"Removed certificate {certificate}")


@skills.command("save")
def save_skills(
    org: Org,
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="TOML or JSON.")],
) -> None:
    """Store the skills of a file, each over the one with the same id; what members reached stays."""
    organisation = find(org)
    with plainly():
        told = read_skills(file, organisation)
        service.save_skills(organisation.slug, told)
    tell(f"Stored {len(told)} skills")


@skills.command("list")
def list_skills(org: Org) -> None:
    """Show the skills of an organisation with their levels."""
    organisation = find(org)
    table = Table("id", "title", "levels")
    for each in skill_store.list_skills(organisation.slug).values():
        levels = [f"{at} {_name(level, organisation)}" for at, level in enumerate(each.levels, start=1)]
        table.add_row(each.id, _name(each.title, organisation), ", ".join(levels))
    Console().print(table)


@skills.command("assign")
def assign_skill(
    org: Org,
    member: MemberId,
    skill: SkillId,
    level: Annotated[int, typer.Option("--level", help="Number of the level, 1 for the lowest; 0: none.")] = 0,
    on: Annotated[str, typer.Option("--on", help="Day it was seen; else today.")] = "",
    note: Note = "",
) -> None:
    """Say that a member has a skill, or reached another level of it."""
    organisation, person = member_at(org, member)
    named = portal_id(organisation, "skill", skill)
    with plainly(), _told():
        service.assign(organisation.slug, person, named, level, _day_or_today(organisation, on), note)
    tell(f"Assigned skill {named}")


@skills.command("remove")
def remove_skill(org: Org, member: MemberId, skill: SkillId) -> None:
    """Take a skill from a member."""
    organisation, person = member_at(org, member)
    named = portal_id(organisation, "skill", skill)
    with plainly():
        service.remove(organisation.slug, person, named)
    tell(f"Removed skill {named}")


def _name(texts: Texts, organisation: Organisation) -> str:
    return in_language(texts, organisation.language)


@contextmanager
def _told() -> Iterator[None]:
    """Ends the command with a sentence for each value that can not be."""
    try:
        yield
    except Invalid as wrong:
        raise stop(*(f"{field}: {words.key % words.values}" for field, words in wrong.errors.items())) from wrong


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise stop(f"{text} is not a day; write 2026-11-22.") from error


def _day_or_today(organisation: Organisation, text: str) -> date:
    return _day(text) if text else local_day(bootstrap.clock().now(), organisation.zone)
