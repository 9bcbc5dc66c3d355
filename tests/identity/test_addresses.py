"""What people type: look-alikes, slips, telephone numbers of the world, and which of them may be texted."""

import unicodedata
from itertools import product

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from chalicelib.identity.addresses import identify, may_be_texted, suggest

MARIE = "kate.marie@example.com"

_HOMOGLYPHS = {
    "a": "аɑαａ𝐚ⓐ", "b": "Ьｂ𝐛", "c": "сϲⅽｃ", "e": "еҽℯｅ", "i": "іıɩⅰｉι", "k": "кκ\u212aｋ𝗄", "m": "мⅿｍ",
    "l": "ӏⅼ1Ｉ|", "o": "оο0օｏ", "p": "рρｐ", "r": "гｒ", "t": "тτｔ", "x": "хχⅹｘ", ".": "․。．·", "@": "＠﹫",
}  # fmt: skip
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u202e\u2066"


def _twins(letter: str) -> str:
    """Letters that look like `letter`, or become it under some folding."""
    folded = (
        chr(code)
        for code in range(128, 0x1F000)
        if letter in (unicodedata.normalize("NFKC", chr(code)).lower(), chr(code).casefold(), chr(code).lower())
    )
    return "".join(dict.fromkeys(_HOMOGLYPHS.get(letter, "") + "".join(folded)))


def _corpus() -> list[str]:
    """Addresses that a reader takes for MARIE: one letter, or two, of the local part replaced or added."""
    local, _, domain = MARIE.partition("@")
    found = []
    for place, letter in enumerate(local):
        for twin in _twins(letter):
            found += [f"{local[:place]}{twin}{local[place + 1 :]}@{domain}"]
        found += [f"{local[:place]}{mark}{local[place:]}@{domain}" for mark in _INVISIBLE]
        found += [f"{local[:place]}{mark}{local[place:]}@{domain}" for mark in "\u0301\u0327\u0323"]
        found += [f"{local[:place]}{letter}{letter}{local[place + 1 :]}@{domain}"]
    pairs = list(product([twin for letter in "kar" for twin in _twins(letter)], repeat=2))
    found += [MARIE.replace("k", one, 1).replace("a", other, 1) for one, other in pairs]
    found += [f"{local}+{tag}@{domain}" for tag in ("x", "news", "foyer", "1")]
    found += [f"{local.replace('.', '')}@{domain}", f'"{local}"@{domain}', f"{local}@{domain}@{domain}"]
    for place, letter in enumerate(domain):
        found += [f"{local}@{domain[:place]}{twin}{domain[place + 1 :]}" for twin in _HOMOGLYPHS.get(letter, "")]
    return [address for address in dict.fromkeys(found) if address != MARIE]


CORPUS = _corpus()


def _identifier(address: str) -> str:
    try:
        return identify(address, "CA")
    except ValueError:
        return ""


def test_no_look_alike_is_taken_for_the_address() -> None:
    """A-20: 3,000 confusables; a domain is only the same where the domain system itself says so (full-width dots)."""
    assert len(CORPUS) > 3000
    taken = [address for address in CORPUS if _identifier(address) == _identifier(MARIE)]

    same_domain = [address for address in taken if address.startswith("kate.marie@")]
    assert taken == same_domain
    assert all(unicodedata.normalize("NFKC", address).replace("。", ".") == MARIE for address in same_domain)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("\u212aate@example.com", "kate@example.com"),
        ("mar\u0131e@example.com", "marie@example.com"),
        ("ｍarie@example.com", "marie@example.com"),
        ("marie\u200b@example.com", "marie@example.com"),
        ("marie+x@example.com", "marie@example.com"),
        ("MARİE@example.com", "marie@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("marie@exаmple.com", "marie@example.com"),
        ("RÉMY@example.com", "rémy@example.com"),
    ],
)
def test_the_famous_look_alikes_are_other_addresses(typed: str, other: str) -> None:
    """A-20: only A to Z are folded."""
    assert _identifier(typed) != _identifier(other)


@pytest.mark.parametrize(
    "typed",
    [
        "marie@example.com", " Marie@Example.COM ", "MARIE@EXAMPLE.COM\n", "marie@ｅｘａｍｐｌｅ.com",
    ],
)  # fmt: skip
def test_capitals_and_spaces_around_do_not_matter(typed: str) -> None:
    assert identify(typed, "CA") == "email:marie@example.com"


def test_an_accent_typed_in_one_or_two_characters_is_the_same_letter() -> None:
    """A-20: composed and decomposed forms are the same text to every reader; the code goes to the address on file."""
    assert identify("re\u0301my@example.com", "FR") == identify("r\u00e9my@example.com", "FR")


def test_a_foreign_domain_is_stored_as_the_domain_system_writes_it() -> None:
    assert identify("мария@пример.рф", "RU") == "email:мария@xn--e1afmkfd.xn--p1ai"


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "@", "marie", "marie@", "@example.com", "marie@example", "marie@localhost", "marie@[127.0.0.1]",
        "marie@exam ple.com", "marie@@example.com", "Marie <marie@example.com>", "marie@example.com, b@example.com",
        "marie@example.com\r\nBcc: x@example.com", "marie@-example.com", "a@" + "b" * 300 + ".com",
        "marie\x00@example.com",
        "911", "12", "+", "+1", "514 555 0123 ext. 5", "0" * 300, "call me", "<script>", "'; --",
    ],
)  # fmt: skip
def test_what_is_neither_an_address_nor_a_number_is_refused(typed: str) -> None:
    """AUTH-2, AUTH-15."""
    with pytest.raises(ValueError, match="not a"):
        identify(typed, "CA")


@given(st.text(max_size=330))
def test_any_text_gives_an_identifier_or_a_refusal(typed: str) -> None:
    identifier = _identifier(typed)
    assert identifier == "" or identifier.startswith(("email:", "tel:+"))
    assert all(ord(letter) >= 32 for letter in identifier)


@pytest.mark.parametrize(
    ("typed", "country", "meant"),
    [
        ("514 555-0123", "CA", "+15145550123"),
        ("(514) 555.0123", "CA", "+15145550123"),
        ("1 514 555 0123", "CA", "+15145550123"),
        ("+1 (514) 555-0123", "FR", "+15145550123"),
        ("011 33 6 12 34 56 78", "CA", "+33612345678"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("0033 6 12 34 56 78", "FR", "+33612345678"),
        ("8 912 345-67-89", "RU", "+79123456789"),
        ("07400 123456", "GB", "+447400123456"),
        ("５１４５５５０１２３", "CA", "+15145550123"),
    ],
)
def test_local_and_international_numbers_are_understood(typed: str, country: str, meant: str) -> None:
    """AUTH-2: E.164, with the local formats of the organisation's country."""
    assert identify(typed, country) == f"tel:{meant}"


REGIONS = [
    "CA",
    "US",
    "MX",
    "FR",
    "BE",
    "CH",
    "LU",
    "MC",
    "DE",
    "AT",
    "IT",
    "ES",
    "PT",
    "NL",
    "IE",
    "GB",
    "DK",
    "SE",
    "NO",
    "FI",
    "IS",
    "PL",
    "CZ",
    "SK",
    "HU",
    "RO",
    "BG",
    "GR",
    "HR",
    "SI",
    "RS",
    "UA",
    "BY",
    "RU",
    "KZ",
    "GE",
    "AM",
    "TR",
    "IL",
    "EG",
    "MA",
    "DZ",
    "TN",
    "SN",
    "CI",
    "CM",
    "CD",
    "ZA",
    "NG",
    "KE",
    "BR",
    "AR",
    "CL",
    "CO",
    "PE",
    "AU",
    "NZ",
    "JP",
    "KR",
    "CN",
    "IN",
    "TH",
    "VN",
    "PH",
    "ID",
    "SG",
    "HK",
    "AE",
    "SA",
]
_REFUSED = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
    PhoneNumberType.UAN,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.VOIP,
)


def _example(region: str, kind: int) -> str:
    number = phonenumbers.example_number_for_type(region, kind)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else ""


@pytest.mark.parametrize("region", REGIONS)
def test_texts_go_to_mobiles_of_allowed_countries_only(region: str) -> None:
    """A-21: 70 countries; no premium, shared-cost, toll-free, pager, voicemail or forwarding line."""
    mobile = _example(region, PhoneNumberType.MOBILE)

    assert may_be_texted(mobile, (region,))
    assert may_be_texted(mobile, ("XX", region))
    assert not may_be_texted(mobile, ())
    assert not may_be_texted(mobile, tuple(other for other in REGIONS if other != region))
    for kind in _REFUSED:
        number = _example(region, kind)
        parsed = phonenumbers.parse(number) if number else None
        if parsed and phonenumbers.number_type(parsed) == kind:
            assert not may_be_texted(number, (region,)), (region, kind, number)


def test_the_table_of_refused_numbers_is_not_empty() -> None:
    """Guards the test above: the library knows at least 150 such numbers of these countries."""
    assert len(REGIONS) >= 60
    assert sum(bool(_example(region, kind)) for region in REGIONS for kind in _REFUSED) >= 150


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("marie@gmial.com", "marie@gmail.com"),
        ("marie@gmail.co", "marie@gmail.com"),
        ("marie@gmai.com", "marie@gmail.com"),
        ("marie@GMIAL.com", "marie@gmail.com"),
        ("marie@hotmial.fr", "marie@hotmail.fr"),
        ("marie@videotrn.ca", "marie@videotron.ca"),
        ("marie@yaho.fr", "marie@yahoo.fr"),
        ("marie@orang.fr", "marie@orange.fr"),
        ("marie@outlok.com", "marie@outlook.com"),
        ("marie@yandx.ru", "marie@yandex.ru"),
    ],
)
def test_slips_of_common_domains_are_pointed_out(typed: str, meant: str) -> None:
    """AUTH-15."""
    assert suggest(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "marie@gmail.com", "marie@example.com", "marie@mail.com", "marie@gmx.com", "marie@ymail.com", "marie@live.ca",
        "marie@live.fr",
        "marie@outlook.fr", "marie@ecole-de-musique.qc.ca", "@gmial.com", "marie", "", "+15145550123",
    ],
)  # fmt: skip
def test_no_suggestion_is_made_where_nothing_looks_wrong(typed: str) -> None:
    assert suggest(typed) == ""
