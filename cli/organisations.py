"""Commands that create, change and show organisations."""

import secrets
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chalicelib import bootstrap, settings
from chalicelib.admin import operators, organisation_file
from chalicelib.admin import organisations as service
from chalicelib.admin.tables import FileMistakes
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import Tax
from chalicelib.privacy import ending
from chalicelib.schedule.presets import legal_note
from chalicelib.shared.contacts import parse_email
from chalicelib.shared.errors import Conflict
from chalicelib.shared.money import exponent
from cli import logo as logos
from cli.asking import Org, find, plainly, stop, tell, why

app = typer.Typer(help="Create, change and show organisations.", no_args_is_help=True)

_KEY_BYTES = 32
_MOMENT = "%Y-%m-%d %H:%M UTC"

SettingsFile = Annotated[
    Path, typer.Argument(metavar="SETTINGS.toml", exists=True, dir_okay=False, help="Settings of the organisation.")
]
LogoFile = Annotated[
    Path | None,
    typer.Option("--logo", exists=True, dir_okay=False, help="PNG, JPEG or WebP; it is made small and stored as PNG."),
]


@app.command()
def create(
    settings_file: SettingsFile,
    staff_name: Annotated[str, typer.Option(help="First and last name of the first staff user.")],
    staff_email: Annotated[str, typer.Option(help="Address that this person signs in with.")],
    logo: LogoFile = None,
) -> None:
    """Open a portal: the organisation and its first staff user, who gets a mail about it."""
    digest, image = _logo(logo)
    organisation = _read(settings_file, secrets.token_bytes(_KEY_BYTES), digest)
    try:
        service.create(organisation, image, staff_name.strip(), _email(staff_email), bootstrap.clock().now())
    except Conflict as taken:
        raise stop(f"There is an organisation {organisation.slug} already; use update to change it.") from taken
    Console().print(f"Created {organisation.slug}: {settings.current().base_url}/{organisation.slug}", highlight=False)
    _warn_of_preset(organisation)


@app.command()
def update(settings_file: SettingsFile, logo: LogoFile = None) -> None:
    """Change an organisation's settings to those of the file; without --logo its logo stays."""
    told = _read(settings_file, b"", "")
    stored = find(told.slug)
    digest, image = _logo(logo)
    brand = replace(told.brand, logo=digest or stored.brand.logo)
    changed = replace(told, brand=brand, import_key=stored.import_key)
    service.update(changed, image, bootstrap.clock().now())
    Console().print(f"Updated {told.slug}", highlight=False)
    _warn_of_preset(told)


def _warn_of_preset(organisation: Organisation) -> None:
    """Ready-made rules are no advice: says so whenever they are put to use."""
    if preset := organisation.enrolment_terms.get("preset"):
        note = legal_note(preset)
        Console().print(note.key % note.values, highlight=False)


@app.command()
def show(slug: Annotated[str, typer.Argument(metavar="ORG", help="Slug of the organisation.")]) -> None:
    """Show what is stored of an organisation."""
    table = Table("setting", "value", title=slug)
    for key, value in _described(find(slug)):
        table.add_row(key, value)
    Console().print(table)


def _described(organisation: Organisation) -> list[tuple[str, str]]:
    contact, rules = organisation.contact, organisation.sign_in
    return [
        *((f"name.{language}", text) for language, text in organisation.name.items()),
        ("status", organisation.status.value),
        ("deleted from", f"{planned:{_MOMENT}}" if (planned := ending.planned(organisation.slug)) else "never"),
        ("country", organisation.country),
        ("zone", organisation.zone),
        ("currency", organisation.currency),
        ("enrolment", ", ".join(f"{name} {value}" for name, value in organisation.enrolment_terms.items())),
        ("languages", ", ".join(organisation.languages)),
        ("contact", ", ".join(filter(None, (contact.email, contact.phone, contact.website, contact.address)))),
        ("brand.colour", organisation.brand.colour),
        ("brand.logo", organisation.brand.logo or "none"),
        ("sign_in.require_email", "yes" if rules.require_email else "no"),
        ("sign_in.text_countries", ", ".join(organisation.text_countries)),
        ("sign_in.codes_per_hour", str(rules.codes_per_hour)),
        *_described_terms(organisation),
        ("modules", ", ".join(sorted(module.value for module in organisation.modules))),
        ("actions", ", ".join(action.target for action in organisation.actions) or "none"),
        ("required_fields", ", ".join(sorted(organisation.required_fields)) or "none"),
        ("questions", ", ".join(question.id for question in organisation.questions) or "none"),
    ]


def _described_terms(organisation: Organisation) -> list[tuple[str, str]]:
    terms = organisation.billing
    minimum = Decimal(terms.partial_minimum_minor).scaleb(-exponent(organisation.currency))
    return [
        ("billing.legal_name", terms.legal_name or "as the portal's"),
        ("billing.taxes", ", ".join(_described_tax(tax) for tax in terms.taxes) or "none"),
        *((f"billing.numbers.{series}", pattern) for series, pattern in terms.numbers.items()),
        ("billing.due_days", str(terms.due_days)),
        ("billing.quote_days", str(terms.quote_days)),
        ("billing.online", "yes" if terms.online else "no"),
        ("billing.partial", f"from {minimum} {organisation.currency}" if terms.partial else "no"),
        ("billing.overpayment", "yes" if terms.overpayment else "no"),
        ("billing.autopay", terms.autopay.value),
        ("billing.pay_links", "yes" if terms.pay_links else "no"),
    ]


def _described_tax(tax: Tax) -> str:
    words = (f"{tax.name} {Decimal(tax.rate_ppm) / 10_000:f} %", "included" if tax.included else "")
    return " ".join(filter(None, (*words, "compound" if tax.compound else "", tax.registration)))


def _read(path: Path, import_key: bytes, logo: str) -> Organisation:
    try:
        return organisation_file.read(path, import_key, logo)
    except FileMistakes as error:
        raise stop(f"{path} has mistakes:", *error.mistakes) from error


def _logo(path: Path | None) -> tuple[str, bytes]:
    if path is None:
        return "", b""
    try:
        return logos.read(path)
    except logos.BadLogo as error:
        raise stop(f"{path} can not be the logo: {error}.") from error


def _email(text: str) -> str:
    try:
        return parse_email(text)
    except ValueError as error:
        raise stop(f"--staff-email {text} is not an email address.") from error


@app.command()
def suspend(org: Org) -> None:
    """Close a portal for families, staff and programs; nothing is sent or charged until it is opened again."""
    organisation = find(org)
    operators.suspend(organisation.slug, why(), bootstrap.clock().now())
    tell(f"Closed {org}")


@app.command()
def resume(org: Org) -> None:
    """Open a closed portal again."""
    organisation = find(org)
    with plainly():
        operators.resume(organisation.slug, why(), bootstrap.clock().now())
    tell(f"Opened {org}")


@app.command()
def delete(
    org: Org,
    name: Annotated[str, typer.Option("--confirm", help="The slug once more: everything of it will be gone.")],
) -> None:
    """Close a portal, and delete the organisation with all its families and files in 30 days."""
    organisation = find(org)
    if name != organisation.slug:
        raise stop(f"--confirm has to say {organisation.slug}.")
    with plainly():
        begins = operators.end(organisation.slug, why(), bootstrap.clock().now())
    tell(f"Closed {org}; it is deleted from {begins:{_MOMENT}} on, unless `organisation keep` takes that back.")


@app.command()
def keep(org: Org) -> None:
    """Take a planned deletion back, and open the portal."""
    organisation = find(org)
    with plainly():
        operators.keep(organisation.slug, why(), bootstrap.clock().now())
    tell(f"Kept {org}")
