"""Languages: who reads what, and how money, days, times and numbers are written (NEW-19)."""

import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from chalicelib.shared.texts import LANGUAGES, say
from chalicelib.web import language
from chalicelib.web.language import Local, choose, dotted
from tests.support.door import Door
from tests.support.world import World

ZONE = "America/Toronto"
HARD, THIN = "\u00a0", "\u202f"
"""Spaces that do not break: as wide as a letter, and thin."""


@pytest.mark.parametrize(
    ("preferred", "accept", "offered", "expected"),
    [
        ("", "", ("fr", "en", "ru"), "fr"),
        ("", "", ("en", "fr"), "en"),
        ("ru", "en", ("fr", "en", "ru"), "ru"),
        ("ru", "en", ("fr", "en"), "en"),
        ("xx", "", ("fr", "en"), "fr"),
        ("", "en-GB,en;q=0.9,fr;q=0.8", ("fr", "en"), "en"),
        ("", "fr;q=0.5,en;q=0.9", ("fr", "en"), "en"),
        ("", "fr; q=0.5, en; q=0.9", ("fr", "en"), "en"),
        ("", "FR;Q=0.5, EN-ca;Q=0.9", ("fr", "en"), "en"),
        ("", "ru,fr", ("fr", "ru"), "ru"),
        ("", "de,it;q=0.9,ru;q=0.1", ("fr", "ru"), "ru"),
        ("", "de", ("fr", "ru"), "fr"),
        ("", "en;q=0, ru", ("fr", "en", "ru"), "ru"),
        ("", "en;q=0", ("fr", "en"), "fr"),
        ("", "*", ("fr", "en"), "fr"),
        ("", "en;q=high,ru;q=0.2", ("fr", "en", "ru"), "ru"),
        ("", "en;q=nan", ("fr", "en"), "fr"),
        ("", ",,;q=1,;;", ("fr", "en"), "fr"),
        ("", ",".join(["de"] * 20 + ["en"]), ("fr", "en"), "fr"),
    ],
)
def test_language_is_chosen_by_the_reader_then_the_browser_then_the_organisation(
    preferred: str, accept: str, offered: tuple[str, ...], expected: str
) -> None:
    assert choose(preferred, accept, offered) == expected


@pytest.mark.parametrize(
    ("user", "clicked", "accept", "expected"),
    [
        ("", "", "", "fr"),
        ("", "", "en-CA,en;q=0.5", "en"),
        ("", "ru", "en", "ru"),
        ("ru", "", "en", "ru"),
        ("en", "", "ru", "en"),
    ],
)
def test_pages_come_in_the_language_of_user_then_cookie_then_browser_then_organisation(
    world: World, door: Door, user: str, clicked: str, accept: str, expected: str
) -> None:
    browser = door.browser
    browser.language = accept
    if clicked:
        browser.submit(browser.get(f"/{world.org}/sign-in"), "language", language=clicked)
    page = browser.get(f"/{world.org}/sign-in")
    if user:
        world.user(world.household(), language=user)
        page = door.enter("marie@example.com")

    assert page.document.get("lang") == expected


MONEY = [
    ("fr", "CA", 123456789, "CAD", f"1{HARD}234{HARD}567,89{HARD}$"),
    ("fr", "CA", 18000, "USD", f"180,00{HARD}${HARD}US"),
    ("fr", "CA", 500, "JPY", f"500{HARD}¥"),
    ("fr", "CA", 0, "CAD", f"0,00{HARD}$"),
    ("fr", "FR", 123456789, "EUR", f"1{THIN}234{THIN}567,89{HARD}€"),
    ("fr", "FR", -5000, "EUR", f"-50,00{HARD}€"),
    ("fr", "DE", 5000, "CAD", f"50,00{HARD}$CA"),
    ("en", "CA", 123456789, "CAD", "$1,234,567.89"),
    ("en", "CA", -5000, "CAD", "-$50.00"),
    ("en", "CA", 18000, "USD", "US$180.00"),
    ("en", "GB", 123456789, "GBP", "£1,234,567.89"),
    ("en", "GB", 18000, "CAD", "CA$180.00"),
    ("ru", "RU", 123456789, "RUB", f"1{HARD}234{HARD}567,89{HARD}₽"),
    ("ru", "CA", 18000, "CAD", f"180,00{HARD}$"),
    ("ru", "CA", 18000, "USD", f"180,00{HARD}US$"),
    ("ru", "US", 18000, "CAD", f"180,00{HARD}CA$"),
    ("fr", "US", 18000, "USD", f"180,00{HARD}$"),
    ("ru", "RU", 18000, "USD", f"180,00{HARD}$"),
    ("ru", "CA", 5, "EUR", f"0,05{HARD}€"),
]


@pytest.mark.parametrize(("tongue", "country", "minor", "currency", "expected"), MONEY)
def test_money_is_written_as_the_country_writes_it(
    tongue: str, country: str, minor: int, currency: str, expected: str
) -> None:
    assert Local(tongue, country, ZONE).money(minor, currency) == expected


DAYS = [
    ("fr", "CA", "2026-05-31", "31 mai 2026", "31 mai 2026", "dimanche 31 mai 2026", "mai", "dim."),
    ("fr", "FR", "31/05/2026", "31 mai 2026", "31 mai 2026", "dimanche 31 mai 2026", "mai", "dim."),
    ("en", "CA", "2026-05-31", "May 31, 2026", "May 31, 2026", "Sunday, May 31, 2026", "May", "Sun"),
    ("en", "GB", "31/05/2026", "31 May 2026", "31 May 2026", "Sunday, 31 May 2026", "May", "Sun"),
    ("ru", "RU", "31.05.2026", f"31 мая 2026{THIN}г.", f"31 мая 2026{THIN}г.", f"воскресенье, 31 мая 2026{THIN}г.",
     "мая", "вс"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tongue", "country", "short", "medium", "long", "weekday", "month", "dayname"),
    DAYS,
)
def test_days_are_written_as_the_country_writes_them(
    tongue: str, country: str, short: str, medium: str, long: str, weekday: str, month: str, dayname: str
) -> None:
    local, day = Local(tongue, country, ZONE), date(2026, 5, 31)

    assert local.date(day, "short") == short
    assert local.date(day) == medium
    assert local.date(day, "long") == long
    assert local.date(day, "weekday") == weekday
    assert (local.date(day, "dayname"), local.date(day, "day"), local.date(day, "month")) == (dayname, "31", month)


@pytest.mark.parametrize(
    ("tongue", "country", "afternoon", "both"),
    [
        ("fr", "CA", f"14{HARD}h{HARD}05", f"1er déc. 2026, 14{HARD}h{HARD}05"),
        ("fr", "FR", "14:05", "1er déc. 2026, 14:05"),
        ("en", "CA", f"2:05{THIN}p.m.", f"Dec 1, 2026, 2:05{THIN}p.m."),
        ("en", "GB", "14:05", "1 Dec 2026, 14:05"),
        ("ru", "RU", "14:05", f"1 дек. 2026{THIN}г., 14:05"),
    ],
)
def test_times_are_those_of_the_organisation(tongue: str, country: str, afternoon: str, both: str) -> None:
    local, moment = Local(tongue, country, ZONE), datetime(2026, 12, 1, 19, 5, tzinfo=UTC)

    assert local.time(moment) == afternoon
    assert local.datetime(moment) == both
    assert local.iso(moment) == "2026-12-01T14:05:00-05:00"


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(0, 0, "0 h"), (9, 0, "9 h"), (9, 5, "9 h 05"), (13, 33, "13 h 33")],
)
def test_hours_of_quebec_have_no_zeros_before_or_after(hour: int, minute: int, expected: str) -> None:
    moment = datetime(2026, 7, 2, hour, minute, tzinfo=UTC)

    assert Local("fr", "CA", "UTC").time(moment) == expected.replace(" ", HARD)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("medium", "1er janv. 2027"), ("long", "1er janvier 2027"), ("weekday", "vendredi 1er janvier 2027"),
        ("day", "1er"), ("short", "2027-01-01"),
    ],
)  # fmt: skip
def test_the_first_of_a_month_is_ordinal_in_french_only(style: str, expected: str) -> None:
    day = date(2027, 1, 1)

    assert Local("fr", "CA", ZONE).date(day, style) == expected
    assert "1er" not in Local("en", "CA", ZONE).date(day, style) + Local("ru", "CA", ZONE).date(day, style)
    assert "er" not in Local("fr", "CA", ZONE).date(date(2027, 5, 31), "day")


def test_the_heading_of_a_month_names_its_year() -> None:
    names = [Local(tongue, "CA", ZONE).date(date(2026, 10, 7), "month_year") for tongue in ("fr", "en", "ru")]

    assert names == ["Octobre 2026", "October 2026", "Октябрь 2026"]


def test_a_dot_between_facts_never_begins_a_line() -> None:
    assert dotted("9:00", "", "Léa") == f"9:00{HARD}· Léa"


def test_a_moment_falls_on_the_day_it_has_at_the_organisation() -> None:
    late = datetime(2026, 12, 2, 3, 30, tzinfo=UTC)

    assert Local("en", "GB", ZONE).date(late) == "1 Dec 2026"
    assert Local("en", "GB", "Europe/Paris").date(late) == "2 Dec 2026"


@pytest.mark.parametrize(
    ("country", "number", "expected"),
    [
        ("CA", "+15145550100", "(514) 555-0100"),
        ("CA", "+33612345678", "+33 6 12 34 56 78"),
        ("FR", "+33612345678", "06 12 34 56 78"),
        ("FR", "+15145550100", "+1 514-555-0100"),
        ("GB", "+442079460958", "020 7946 0958"),
        ("RU", "+79161234567", "8 (916) 123-45-67"),
        ("RU", "reception", "reception"),
    ],
)
def test_telephone_numbers_are_local_at_home_and_international_elsewhere(
    country: str, number: str, expected: str
) -> None:
    assert Local("fr", country, ZONE).phone(number) == expected


@pytest.mark.parametrize("tongue", ["ar", "fa", "he", "ur"])
def test_a_language_written_from_right_to_left_says_so_and_still_writes_dates(tongue: str) -> None:
    local = Local(tongue, "CA", ZONE)

    assert local.direction == "rtl"
    assert local.date(date(2026, 5, 31)) != ""
    assert local.gettext("Sign in") == "Sign in"


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_languages_of_the_product_are_written_from_left_to_right(tongue: str) -> None:
    assert Local(tongue, "CA", ZONE).direction == "ltr"


def test_days_inside_sentences_are_written_locally() -> None:
    message = say("Due %(day)s", day=date(2026, 5, 31))

    assert Local("en", "CA", ZONE).say(message) == "Due May 31, 2026"
    assert Local("fr", "CA", ZONE).say(message) == f"Échéance{HARD}: 31 mai 2026"
    assert Local("ru", "CA", ZONE).say(message) == f"Оплатить до 31 мая 2026{THIN}г."


@pytest.mark.parametrize(
    ("tongue", "years", "expected"),
    [
        ("en", 0, "0 years old"), ("en", 1, "1 year old"), ("en", 2, "2 years old"),
        ("fr", 0, "0 an"), ("fr", 1, "1 an"), ("fr", 2, "2 ans"),
        ("ru", 1, "1 год"), ("ru", 2, "2 года"), ("ru", 5, "5 лет"), ("ru", 11, "11 лет"), ("ru", 21, "21 год"),
        ("ru", 101, "101 год"), ("ru", 112, "112 лет"),
    ],
)  # fmt: skip
def test_counts_take_the_form_their_language_asks_for(tongue: str, years: int, expected: str) -> None:
    message = say("%(n)s year old", plural="%(n)s years old", n=years)

    assert Local(tongue, "CA", ZONE).say(message) == expected


def test_the_package_reads_compiled_catalogues_and_never_compiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `.mo` wins over the `.po` beside it, and reading it takes nothing of Babel's catalogue tools."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(language.written("fr"), folder)
    (folder / "foyer.mo").write_bytes(language.compiled(language.written("ru")))
    for name in [name for name in sys.modules if name.startswith("babel.messages")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "babel.messages", None)
    monkeypatch.setattr(language, "LOCALE_FOLDER", tmp_path)

    assert language.catalogue.__wrapped__("fr").gettext("Sign in") == "Войти"


def test_without_a_build_the_translators_own_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(language.written("fr"), folder)
    monkeypatch.setattr(language, "LOCALE_FOLDER", tmp_path)

    assert language.catalogue.__wrapped__("fr").gettext("Sign in") == "Se connecter"
    assert language.catalogue.__wrapped__("de").gettext("Sign in") == "Sign in"


def test_a_guessed_translation_is_shown_to_nobody(tmp_path: Path) -> None:
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    guess = tmp_path / "foyer.po"
    guess.write_text(f'{header}#, fuzzy\nmsgid "Sign in"\nmsgstr "Sortir"\n\nmsgid "Back"\nmsgstr "Retour"\n')

    content = language.compiled(guess)

    assert b"Retour" in content
    assert b"Sortir" not in content
