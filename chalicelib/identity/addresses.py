"""What people type to sign in: an email address or a telephone number, and the mistakes they make (AUTH-15)."""

import difflib

from chalicelib.identity.domain import email_identifier, phone_identifier
from chalicelib.shared.contacts import parse_email, parse_phone

_COMMON_DOMAINS = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "live.com", "videotron.ca",
    "yahoo.fr", "hotmail.fr", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "sfr.fr", "yahoo.ca",
    "hotmail.ca", "bell.net", "sympatico.ca", "mail.ru", "yandex.ru", "rambler.ru", "bk.ru", "list.ru",
    "protonmail.com", "proton.me", "me.com", "msn.com", "aol.com", "mail.com", "ymail.com", "gmx.com",
)  # fmt: skip
_ALIKE = 0.85


def identify(text: str, country: str) -> str:
    """Identifier of what was typed: `email:…` or `tel:+…`. Raises ValueError when it is neither."""
    if "@" in text:
        return email_identifier(parse_email(text))
    return phone_identifier(parse_phone(text, country))


def may_be_texted(number: str, countries: tuple[str, ...]) -> bool:
    """A-21: whether a code may be texted to an E.164 number: an allowed country, and no premium or shared-cost line."""
    import phonenumbers

    parsed = phonenumbers.parse(number)
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    region = phonenumbers.region_code_for_number(parsed)
    return region in countries and phonenumbers.number_type(parsed) in kinds


def suggest(text: str) -> str:
    """The address that was probably meant, when the domain looks like a slip of a common one; otherwise empty."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or domain.lower() in _COMMON_DOMAINS:
        return ""
    close = difflib.get_close_matches(domain.lower(), _COMMON_DOMAINS, n=1, cutoff=_ALIKE)
    return f"{local}@{close[0]}" if close else ""
