"""An organisation's settings as its people write them: one TOML file, checked key by key."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import phonenumbers
from babel.numbers import list_currencies

from chalicelib.admin.enrolment_file import read_enrolment_terms
from chalicelib.admin.tables import Table, between, load
from chalicelib.admin.terms_file import read_terms
from chalicelib.admin.word_file import read_word
from chalicelib.households.domain import ADULT
from chalicelib.organisations.domain import (
    MAX_ACTIONS,
    NOTES,
    USUAL_MODULES,
    ActionButton,
    Brand,
    Contact,
    GrowingAges,
    Module,
    Organisation,
    PrivacyTerms,
    Question,
    QuestionKind,
    Registration,
    SignInRules,
    Status,
    is_slug,
)
from chalicelib.privacy.retention import Keep
from chalicelib.shared.contacts import parse_email, parse_phone
from chalicelib.shared.texts import LANGUAGES, Texts, say
from chalicelib.shared.times import Days, zone
from chalicelib.web.forms import parse_day

PROFILE_FIELDS = ("birth_date", "email", "phone", "emergency_name", "emergency_phone", "health_notes")
"""Fields of a member that an organisation may require (ACC-13)."""

PORTAL_PAGES = ("schedule", "classes", "bookings", "invoices", "shop", "members", "documents", "settings")
"""Pages that an action button may lead to."""

_LONGEST_EXCERPT = 200
_OLDEST_HANDOVER = 30
_LONGEST_KEPT = 30
_ADDRESS = re.compile(r"https://[\w\[][^\s\\]*|mailto:[^\s@]+@\S+|tel:\+?[0-9][0-9().-]*")
_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TOP = (
    "slug", "name", "country", "zone", "currency", "languages", "status", "contact", "brand", "sign_in",
    "billing", "enrolment", "modules", "actions", "required_fields", "questions", "holidays", "growing",
    "two_homes",
    "mail_excerpt", "privacy", "notes", "word",
)  # fmt: skip


def read(path: Path, import_key: bytes, logo: str = "") -> Organisation:
    """The organisation that a file describes, with the hash of its logo. Raises FileMistakes, OSError."""
    return _whole(load(path), import_key, logo)


def read_told(told: Mapping[str, Any], import_key: bytes, logo: str = "") -> Organisation:
    """The organisation that a document says, which is made as a file is: pages of settings are. Raises FileMistakes."""
    return _whole(Table(told, "", []), import_key, logo)


def _whole(table: Table, import_key: bytes, logo: str) -> Organisation:
    organisation = _organisation(table, import_key, logo)
    table.done()
    return organisation


def _organisation(table: Table, import_key: bytes, logo: str) -> Organisation:
    table.only(*_TOP)
    languages = table.words("languages", LANGUAGES, ())
    if not languages:
        table.wrong("languages", say("must name at least one of %(known)s", known=", ".join(LANGUAGES)))
    country = table.checked("country", _is_country, say("must be a country code of two capital letters, such as CA"))
    currency = table.checked("currency", _is_currency, say("must be a currency code such as CAD"))
    modules = table.words("modules", [module.value for module in Module], [module.value for module in USUAL_MODULES])
    return Organisation(
        slug=table.checked("slug", is_slug, "must be lower-case letters, digits and hyphens, and no reserved word"),
        name=_name(table, languages),
        country=country,
        zone=table.checked("zone", _is_zone, say("must be a time zone such as America/Toronto")),
        currency=currency,
        languages=languages or LANGUAGES,
        status=table.one_of("status", Status, Status.ACTIVE),
        contact=_contact(table.table("contact"), country),
        brand=_brand(table.table("brand"), logo),
        sign_in=_sign_in(table.table("sign_in")),
        billing=read_terms(table.table("billing"), currency, languages),
        enrolment_terms=read_enrolment_terms(table.table("enrolment"), currency),
        modules=frozenset(map(Module, modules)),
        actions=_actions(table, languages),
        required_fields=frozenset(table.words("required_fields", PROFILE_FIELDS, ())),
        questions=_questions(table, languages),
        growing=_growing(table.table("growing")),
        shares_reasons=_shares_reasons(table.table("two_homes")),
        privacy=_privacy(table.table("privacy")),
        holidays=read_days(table, "holidays"),
        mail_excerpt=_mail_excerpt(table),
        notes=_notes(table.table("notes"), languages),
        word=read_word(table.table("word")),
        import_key=import_key,
    )


def _privacy(table: Table) -> PrivacyTerms:
    """The person in charge, and years that are longer than the law's (X-15)."""
    kinds = [keep.value for keep in Keep if keep is not Keep.NOT]
    table.only("officer", "email", *(f"keep_{kind}_years" for kind in kinds))
    email = table.text("email")
    if email and not _parses(lambda: parse_email(email)):
        table.wrong("email", say("is not an email address"))
    told = [(kind, table.value(f"keep_{kind}_years", int, 0)) for kind in kinds]
    for kind, years in told:
        if not 0 <= years <= _LONGEST_KEPT:
            table.wrong(f"keep_{kind}_years", between(0, _LONGEST_KEPT))
    return PrivacyTerms(table.text("officer"), email, tuple((kind, years) for kind, years in told if years))


def _notes(table: Table, languages: Sequence[str]) -> dict[str, Texts]:
    """Words of the organisation's own on pages, where it has any."""
    table.only(*NOTES)
    return {place: table.texts(place, languages) for place in NOTES if table.has(place)}


def _mail_excerpt(table: Table) -> int:
    told = table.value("mail_excerpt", int, 0)
    if not 0 <= told <= _LONGEST_EXCERPT:
        table.wrong("mail_excerpt", between(0, _LONGEST_EXCERPT))
    return told


def _is_country(code: str) -> bool:
    return code in phonenumbers.SUPPORTED_REGIONS


def _is_zone(name: str) -> bool:
    try:
        return bool(zone(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _is_currency(code: str) -> bool:
    return code in list_currencies()


def _contact(table: Table, country: str) -> Contact:
    table.only("email", "phone", "website", "address")
    email, phone, website = table.text("email"), table.text("phone"), table.text("website")
    if email and not _parses(lambda: parse_email(email)):
        table.wrong("email", say("is not an email address"))
    if phone and not _parses(lambda: parse_phone(phone, country)):
        table.wrong("phone", say("is not a telephone number"))
    if website and not website.startswith("https://"):
        table.wrong("website", say("must start with https://"))
    return Contact(email=email, phone=phone, website=website, address=table.text("address"))


def _parses(parse: Callable[[], str]) -> bool:
    try:
        return bool(parse())
    except ValueError:
        return False


def _brand(table: Table, logo: str) -> Brand:
    table.only("colour")
    return Brand(table.checked("colour", is_colour, say("must be a colour such as #1f4fa3"), Brand().colour), logo)


def is_colour(text: str) -> bool:
    """Whether a text is a colour as `#rrggbb`."""
    return bool(_COLOUR.fullmatch(text))


def _sign_in(table: Table) -> SignInRules:
    table.only("require_email", "text_countries", "codes_per_hour", "registration")
    usual = SignInRules()
    hourly = table.value("codes_per_hour", int, usual.codes_per_hour)
    if hourly < 1:
        table.wrong("codes_per_hour", say("must be above 0"))
    return SignInRules(
        require_email=table.value("require_email", bool, usual.require_email),
        text_countries=table.words("text_countries", sorted(phonenumbers.SUPPORTED_REGIONS), ()),
        codes_per_hour=hourly,
        registration=table.one_of("registration", Registration, usual.registration),
    )


def _growing(table: Table) -> GrowingAges:
    """The ages at which families are offered a hand-over (NEW-14)."""
    table.only("own_sign_in", "adult")
    usual = GrowingAges()
    ages = GrowingAges(table.value("own_sign_in", int, usual.own_sign_in), table.value("adult", int, usual.adult))
    if not ADULT <= ages.adult <= _OLDEST_HANDOVER:
        table.wrong("adult", between(ADULT, _OLDEST_HANDOVER))
    if not 0 < ages.own_sign_in < ages.adult:
        table.wrong("own_sign_in", say("must be above 0 and below the age of adults"))
    return ages


def _name(table: Table, languages: Sequence[str]) -> Texts:
    """What the portal is called. It stands in the sender of each mail, so it is one line (I-08)."""
    found = table.texts("name", languages)
    for language in (language for language, text in found.items() if _BREAK.search(text)):
        table.wrong(f"name.{language}", say("must be on one line"))
    return found


def _shares_reasons(table: Table) -> bool:
    """Whether the other home of a shared child reads why it stayed away (NEW-2)."""
    table.only("absence_reasons")
    return table.value("absence_reasons", bool, True)


def _actions(table: Table, languages: Sequence[str]) -> tuple[ActionButton, ...]:
    found = table.tables("actions")
    if len(found) > MAX_ACTIONS:
        table.wrong("actions", say("has more than %(n)s buttons", n=MAX_ACTIONS))
    for each in found:
        each.only("label", "target")
    return tuple(
        ActionButton(
            each.texts("label", languages),
            each.checked(
                "target",
                _is_target,
                say("must start with https://, mailto: or tel:, or be one of %(known)s", known=", ".join(PORTAL_PAGES)),
            ),
        )
        for each in found
    )


def _is_target(target: str) -> bool:
    """Whether it leads anywhere: no spaces, and never to something that runs."""
    return target in PORTAL_PAGES or bool(_ADDRESS.fullmatch(target))


def _questions(table: Table, languages: Sequence[str]) -> tuple[Question, ...]:
    found = tuple(_question(each, languages) for each in table.tables("questions"))
    if len({question.id for question in found}) < len(found):
        table.wrong("questions", say("has the same id twice"))
    return found


def _question(table: Table, languages: Sequence[str]) -> Question:
    table.only("id", "label", "kind", "required", "choices")
    kind = table.one_of("kind", QuestionKind, QuestionKind.TEXT)
    choices = tuple(_choice(each, languages) for each in table.tables("choices"))
    if kind is QuestionKind.CHOICE and len({choice for choice, _ in choices}) < max(len(choices), 2):
        table.wrong("choices", say("must be at least two, each with an id of its own"))
    if kind is not QuestionKind.CHOICE and choices:
        table.wrong("choices", say("belong to questions of the kind choice"))
    name = table.checked("id", _is_name, _NAME_RULE)
    return Question(name, table.texts("label", languages), kind, table.value("required", bool, False), choices)


_NAME_RULE = say("must be lower-case letters, digits and underscores, starting with a letter")


def _choice(table: Table, languages: Sequence[str]) -> tuple[str, dict[str, str]]:
    table.only("id", "label")
    return table.checked("id", _is_name, _NAME_RULE), table.texts("label", languages)


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text))


def read_days(table: Table, key: str) -> tuple[Days, ...]:
    """A list of days and of stretches of them: `["2026-12-25", "2027-03-01/2027-03-05"]`."""
    found = []
    for told in table.value(key, list, []):
        ends = [parse_day(part.strip()) for part in str(told).split("/")]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first is None or last is None or last < first:
            table.wrong(
                key,
                say("holds “%(told)s”; days are such as 2026-12-25, stretches 2026-12-24/2027-01-03", told=str(told)),
            )
            continue
        found.append(Days(first, last))
    return tuple(found)
