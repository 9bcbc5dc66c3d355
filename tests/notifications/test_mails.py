"""What must hold of every mail and text, whatever it says: its parts, its weight, its colours, and who can get in."""

import re
from collections.abc import Iterator
from dataclasses import replace

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.notifications import compose, segments
from chalicelib.notifications.colours import DARK, colours
from chalicelib.notifications.own_words import NONE, TO_STAFF, OwnWords
from chalicelib.notifications.purposes import CHOSEN, Purpose, purpose_of
from chalicelib.organisations import brand
from chalicelib.organisations.domain import Brand, Organisation
from chalicelib.portals import message_routes
from chalicelib.portals.examples import DATED_ID, ID, Sample
from chalicelib.portals.samples import samples
from chalicelib.ports import Mail
from chalicelib.web import urls
from tests.portals.golden import NOW, ORGANISATION

LANGUAGES = ("fr", "en", "ru")
SAMPLES = samples("CAD", NOW)
_MAX_BYTES = 20_000
_WHITE = (255, 255, 255)
_LINK = re.compile(r"https?://[^\s\"<>]+")
_WORD = re.compile(r"[^\W_]+")
HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP TABLE--", "</title><h1>x", "{{ 7 * 7919 }}",
    "Marie\r\nBcc: all@example.com", "a\x00b", "\u202egnp.exe", "%(name)s", "&lt;b&gt;", "\n--\nx", "Ж" * 80,
]  # fmt: skip


def _each() -> Iterator[tuple[str, Sample, int]]:
    for name, sample in SAMPLES.items():
        for variant in range(len(sample.variants)):
            yield name, sample, variant


def _mails(language: str, org: Organisation = ORGANISATION, words: OwnWords = NONE) -> Iterator[tuple[str, Mail]]:
    for name, sample, variant in _each():
        yield name, message_routes.preview(org, language, name, sample, words, variant)


def _visible(html: str) -> list[str]:
    """The words that a reader sees of a mail, without its heading, which is the subject."""
    document = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    [body] = document.iter("body")
    frame = body.find("./div[@role='article']")
    assert frame is not None
    heading = frame.find("./h1")
    assert heading is not None
    frame.remove(heading)
    brand_line = frame.find("./p[@class='f-bar']")
    assert brand_line is not None
    frame.remove(brand_line)
    for link in frame.iter("a"):
        if link.get("class") == "f-link" and not (link.text or "").startswith("http"):
            link.text = f"{link.text} {link.get('href')}"
    return _WORD.findall(" ".join(frame.itertext()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_text_says_the_same_as_the_html(aws: object, language: str) -> None:
    """MSG-3: word for word, links with them; somebody who reads no HTML misses nothing."""
    for name, mail in _mails(language, words=OwnWords({language: "Above them."}, {language: "Below them."})):
        assert _visible(mail.html) == _WORD.findall(mail.text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_is_light_and_names_who_writes_and_why(aws: object, language: str) -> None:
    """AUTH-16: what a mail program needs, and what a reader does."""
    for name, mail in _mails(language):
        assert len(mail.html.encode()) < _MAX_BYTES, name
        assert mail.html.startswith("<!doctype html>")
        assert mail.html.count(f'lang="{language}" dir="ltr"') == 2, "programs that drop the head still know"
        assert '<meta name="color-scheme" content="light dark">' in mail.html
        assert "@media (prefers-color-scheme:dark)" in mail.html
        assert mail.html.count("<h1") == 1
        assert "<table" not in mail.html
        for words in (mail.text, mail.html):
            assert "1200, rue Sherbrooke" in words
            assert "(514) 555-0100" in words
            assert "desk@northside.example" in words
        assert max(len(line.encode()) for line in (mail.text + mail.html).splitlines()) < 998, "RFC 5322"
        assert not re.search(r"\n\n\n|[ \t]\n", mail.text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_seen_before_a_mail_is_opened_says_something(aws: object, language: str) -> None:
    """And no code is among it, or in a subject: a locked telephone shows both."""
    for name, mail in _mails(language):
        seen = compose.glance(mail.text)
        assert seen in mail.html.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&"), name
        assert len(seen) > 15, name
        assert len(seen) <= 121, name
        assert "123456" not in mail.subject + seen
        assert "://" not in seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_the_organisations_own_portal(aws: object, language: str) -> None:
    """AUTH-17: and nowhere else, but to the door of a class online."""
    portal = urls.absolute(ORGANISATION.slug)
    for name, mail in _mails(language):
        linked = re.findall(r'href="([^"]*)"', mail.html)
        door = SAMPLES[name].facts.get("door")
        assert {link for link in linked if not link.startswith(f"{portal}/")} <= {door}, name
        website = ORGANISATION.contact.website
        assert {link for link in _LINK.findall(mail.text) if not link.startswith(portal)} <= {door, website}, name


@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("invoice", f"invoices/{DATED_ID}"), ("receipt", f"payments/{DATED_ID}/receipt"),
        ("quote", f"quotes/{DATED_ID}"), ("document", f"documents/{ID}"), ("overdue", f"invoices/{DATED_ID}"),
        ("autopay_notice", f"invoices/{DATED_ID}/autopay"), ("quote_expiring", f"quotes/{DATED_ID}"),
        ("form_due", f"forms/{ID}"), ("booking_reminder", f"bookings/{DATED_ID}"),
        ("makeup_expiring", f"makeups/{DATED_ID}"), ("membership_expiring", f"subscriptions/{DATED_ID}"),
    ],
)  # fmt: skip
def test_the_button_opens_what_the_mail_is_about(aws: object, name: str, leads_to: str) -> None:
    """AUTH-17: and the link stands below it in full, for who can not press it."""
    mail = message_routes.preview(ORGANISATION, "en", name, SAMPLES[name], NONE)
    address = urls.absolute(ORGANISATION.slug, leads_to)

    assert f'class="f-button" href="{address}"' in mail.html
    assert f">{address}</a>" in mail.html
    assert f"\n{address}\n" in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_family_finds_where_it_chooses_how_we_write(aws: object, language: str) -> None:
    """MSG-3: in all that it chooses the way of, or the link that ends such mails; nobody else is sent there."""
    choice = urls.absolute(ORGANISATION.slug, "settings/notifications")
    for name, mail in _mails(language):
        is_chosen = purpose_of(name) in CHOSEN and name not in TO_STAFF
        assert (choice in mail.text) is (choice in mail.html) is is_chosen, name
    facts = {**SAMPLES["absence_noted"].facts, "name": "Marie", "unsubscribe": "https://portal.test/northside/out"}
    local = compose.local_for(ORGANISATION, language)
    mail = compose.mail(ORGANISATION, local, "absence_noted", "a@example.com", "ref", facts)
    assert "/northside/out" in mail.text
    assert choice not in mail.text
    other = compose.mail(
        ORGANISATION,
        local,
        "receipt",
        "a@example.com",
        "ref",
        {**SAMPLES["receipt"].facts, "name": "A", "is_other": True},
    )
    assert choice not in other.text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_are_words_wherever_they_stand(aws: object, hostile: str) -> None:
    """I-01, I-08, I-09: in HTML they are escaped, in a subject they stay on its line, in a text they are seen."""
    org = replace(ORGANISATION, name={"en": hostile})
    for name, sample, variant in _each():
        facts = {**_replaced(dict(sample.variants[variant][1]), hostile), "name": hostile, "can_reply": False}
        local = compose.local_for(org, "en")
        mail = compose.mail(org, local, name, "a@example.com", "ref", facts)
        text = compose.text_message(org, local, name, facts)
        assert len(mail.subject.splitlines()) == 1, name
        assert mail.subject.isprintable(), name
        assert mail.to == "a@example.com"
        assert not re.search(r"<script|<img src=x", mail.html), name
        assert mail.html.count("<h1") == 1, name
        assert "55433" not in mail.html + mail.text + text, name
        assert all(letter == "\n" or letter.isprintable() for letter in text), name


_NAMES = {
    "member",
    "who",
    "writer",
    "by",
    "asked_by",
    "place",
    "subject",
    "excerpt",
    "reason",
    "household_name",
    "room",
}


def _replaced(facts: dict[str, object], hostile: str) -> dict[str, object]:
    """The facts with what people typed replaced by something that no decent person types."""
    return {
        name: hostile if name in _NAMES and isinstance(value, str)
        else {"en": hostile} if name == "title" and isinstance(value, dict)
        else value
        for name, value in facts.items()
    }  # fmt: skip


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_every_colour_is_readable_in_light_in_dark_and_turned(chosen: str) -> None:
    """WCAG 2.2: words 4.5 to 1 and shapes 3 to 1, whatever an organisation chose; where a program turns a mail dark by
    itself, no pair of colours is less than 3 to 1.
    """
    found = colours(chosen)
    button, ink, link, dark_link = (brand.parse(each) for each in found)

    assert found.button == chosen
    assert brand.contrast(ink, button) >= 4.5
    assert brand.contrast(link, _WHITE) >= 4.5
    assert brand.contrast(dark_link, DARK) >= 4.5
    assert brand.contrast(_turned(ink), _turned(button)) >= 3
    assert brand.contrast(_turned(link), _turned(_WHITE)) >= 3


def test_all_other_colours_of_the_frame_are_readable(aws: object) -> None:
    """Those that are the same for everybody, each on its ground."""
    html = message_routes.preview(ORGANISATION, "en", "invoice", SAMPLES["invoice"], NONE).html

    for words, ground in (
        ("#16181c", "#ffffff"),
        ("#4a4f57", "#ffffff"),
        ("#f1f2f4", "#16181c"),
        ("#b9bec7", "#16181c"),
    ):
        assert words in html
        assert ground in html
        assert brand.contrast(brand.parse(words), brand.parse(ground)) >= 4.5
        assert brand.contrast(_turned(brand.parse(words)), _turned(brand.parse(ground))) >= 3
    assert brand.parse("#16181c") == DARK


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345", "#12345g", "", "#1f4fa3;background:url(//evil)"])
def test_what_is_no_colour_never_becomes_style(colour: str) -> None:
    """I-01."""
    with pytest.raises(ValueError, match=r"colour|invalid literal"):
        colours(colour)


def _turned(colour: brand.Colour) -> brand.Colour:
    """What a program makes of a colour that turns mails dark: the opposite lightness (CIE L*), the same hue."""
    lightness, a, b = _lab(colour)
    return _rgb(100 - lightness, a, b)


def _lab(colour: brand.Colour) -> tuple[float, float, float]:
    red, green, blue = (_linear(each / 255) for each in colour)
    x = _curve((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
    y = _curve(0.2126729 * red + 0.7151522 * green + 0.0721750 * blue)
    z = _curve((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _rgb(lightness: float, a: float, b: float) -> brand.Colour:
    y = (lightness + 16) / 116
    x, z = _back(y + a / 500) * 0.95047, _back(y - b / 200) * 1.08883
    y = _back(y)
    channels = (
        3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
        -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
        0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
    )
    red, green, blue = (round(255 * _gamma(min(1.0, max(0.0, each)))) for each in channels)
    return red, green, blue


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)


def _gamma(channel: float) -> float:
    return float(12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055)


def _curve(value: float) -> float:
    return float(value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116)


def _back(value: float) -> float:
    return float(value**3 if value**3 > 0.008856 else (value - 16 / 116) / 7.787)


def test_the_logo_is_shown_by_its_full_address(aws: object) -> None:
    """ADM-9: with the organisation's name in its place where pictures are not shown."""
    org = replace(ORGANISATION, brand=Brand("#1f4fa3", "0123456789abcdef0123456789abcdef"))

    html = message_routes.preview(org, "en", "invoice", SAMPLES["invoice"], NONE).html

    assert f'<img src="{urls.absolute(org.slug, "brand/0123456789ab-logo")}" alt="Northside Music"' in html
    assert "<img" not in message_routes.preview(ORGANISATION, "en", "invoice", SAMPLES["invoice"], NONE).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_takes_one_segment_wherever_its_sentence_does(aws: object, language: str) -> None:
    """A-23: the name of the organisation never makes a second one."""
    for name, sample, variant in _each():
        text = message_routes.preview_text(ORGANISATION, language, name, sample, variant)
        if language != "ru":
            assert segments.count(text) <= 2, f"{name}: {text}"
        if segments.count(text) > 1:
            assert segments.count(text.rpartition("\n")[0]) > 1 or name == "code", f"{name}: {text}"


def test_everything_that_families_are_told_has_its_folder() -> None:
    """MSG-3."""
    wanted = {
        "code", "activation", "invoice", "receipt", "refund", "quote", "payment_failed", "card_expiring", "overdue",
        "autopay_notice", "statement", "class_reminder", "booking_reminder", "class_cancelled", "class_moved",
        "makeup_expiring", "place_offered", "booking_requested", "booking_confirmed", "booking_declined",
        "booking_moved", "booking_cancelled", "document", "form_due", "consent_changed", "message",
        "membership_expiring", "quote_expiring", "new_device",
    }  # fmt: skip
    assert wanted <= set(SAMPLES)
    assert purpose_of("overdue") is Purpose.MONEY
    assert purpose_of("class_reminder") is Purpose.REMINDERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_steps_have_three_tones(aws: object, language: str) -> None:
    """MSG-3: friendly, firm, last; and a late fee is said where there is one, and only there."""
    facts = dict(SAMPLES["overdue"].facts)
    local = compose.local_for(ORGANISATION, language)
    told = [
        compose.mail(ORGANISATION, local, "overdue", "", "", {**facts, "name": "", "step": step, "fee_minor": fee})
        for step in (1, 2, 3)
        for fee in (0, 700)
    ]

    assert len({mail.subject for mail in told}) == 3
    fee = local.money(700, "CAD")
    assert [fee in mail.text for mail in told] == [False, True] * 3
    assert len({mail.text for mail in told}) == 6


def test_a_stop_ends_a_sentence_once(aws: object) -> None:
    """Times and days end with a full stop of their own in English and in Russian."""
    for language in LANGUAGES:
        for name, mail in _mails(language):
            assert not re.search(r"(?<!\.)\.\.(?!\.)", mail.text + mail.subject), name
