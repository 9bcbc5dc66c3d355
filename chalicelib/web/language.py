"""Languages: catalogues, and dates, money and numbers as readers write them (gettext, Babel)."""

import gettext as gnu
import re
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime, time
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.shared.contacts import write_phone
from chalicelib.shared.money import Money, exponent
from chalicelib.shared.texts import LANGUAGES, Message, Texts, in_language
from chalicelib.shared.times import local as in_zone

if TYPE_CHECKING:
    from decimal import Decimal

Day = date
Moment = datetime
"""The types, under names that the methods of `Local` do not take."""

LOCALE_FOLDER = Path(__file__).parents[2] / "locale"
SOURCE_LANGUAGE = "en"
"""The language of the keys: it needs no catalogue."""
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_OWN_NAMES = {"fr": "Français", "en": "English", "ru": "Русский"}
_REGIONS = {"fr": ("CA", "FR", "BE", "CH"), "en": ("CA", "US", "GB"), "ru": ("RU",)}
"""Regional ways of writing that are shipped; elsewhere the language's own."""


def choose(preferred: str, accept: str, offered: Sequence[str]) -> str:
    """The reader's language: what they chose, else what the browser asks for, else the organisation's first."""
    if preferred in offered:
        return preferred
    return next((tag for tag in _wanted(accept) if tag in offered), offered[0])


def _wanted(accept: str) -> list[str]:
    """Primary tags of an Accept-Language header, most wanted first (RFC 9110, 12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",")[:20]):
        tag, _, weight = "".join(part.lower().split()).partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, place, tag.split("-")[0]))
    return [tag for _, _, tag in sorted(ranked)]


def written(language: str) -> Path:
    """Where a language's sentences are written by translators; the package holds their compiled form beside it."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "foyer.po"


@cache
def catalogue(language: str) -> gnu.NullTranslations:
    """The translations of a language: compiled in the package, compiled here and now where nothing was built."""
    source = written(language)
    ready = source.with_suffix(".mo")
    if ready.exists():
        return gnu.GNUTranslations(BytesIO(ready.read_bytes()))
    return gnu.GNUTranslations(BytesIO(compiled(source))) if source.exists() else gnu.NullTranslations()


def compiled(source: Path) -> bytes:
    """The content of the `.mo` file of a `.po` file; sentences marked as fuzzy are left out."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        sentences = read_po(file)
    target = BytesIO()
    write_mo(target, sentences)
    return target.getvalue()


def locale_of(language: str, country: str) -> str:
    """Babel's name for a language as it is written in a country: `fr_CA`, `ru_RU`, or plain `ru`."""
    return f"{language}_{country}" if country in _REGIONS.get(language, ()) else language


class Local:
    """One reader's way of writing: language, country's habits, and the organisation's time zone."""

    def __init__(self, language: str, country: str, zone: str) -> None:
        self.language = language
        self.country = country
        self.zone = zone
        self._locale = locale_of(language, country)
        self._place = locale_of("en", country)
        self._catalogue = catalogue(language)

    @property
    def direction(self) -> str:
        """`rtl` for languages written from right to left, otherwise `ltr`."""
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"

    @property
    def first_weekday(self) -> int:
        """The day with which calendars begin the week there; 0 is Monday."""
        return _first_weekday(self._locale)

    def gettext(self, key: str) -> str:
        """The sentence `key` in this language."""
        return self._catalogue.gettext(key)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form of a sentence that this language uses for `count`."""
        return self._catalogue.ngettext(one, many, count)

    def say(self, message: Message) -> str:
        """A Message as a sentence; dates, money and texts of several languages among its values are written locally."""
        if not message.values:
            return self._sentence(message)
        values = {name: self._value(value) for name, value in message.values.items()}
        if "n" in message.values and "plural" in message.values:
            count = int(str(message.values["n"]))
            return self.ngettext(message.key, str(message.values["plural"]), count) % values
        return self._sentence(message) % values

    def _sentence(self, message: Message) -> str:
        if message.context:
            return self._catalogue.pgettext(message.context, message.key)
        return self.gettext(message.key)

    def _value(self, value: object) -> object:
        if isinstance(value, Money):
            return self.money(value.minor, value.currency)
        if isinstance(value, Mapping):
            return self.text(value)
        return self.date(value) if isinstance(value, Day) else value

    def text(self, texts: Texts) -> str:
        """Data that carries its own languages, in this one if it has it."""
        return in_language(texts, self.language)

    def money(self, minor: int, currency: str) -> str:
        """Minor units as an amount with its currency, e.g. `180,00 $`."""
        return _money(minor, currency, self._locale, self._place)

    def number(self, value: "Decimal") -> str:
        """A number as people of the place write it: `1,5`."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self._locale)

    def percent(self, ppm: int) -> str:
        """Millionths as a share: 99750 is `9,975 %`."""
        from decimal import Decimal

        from babel.numbers import format_percent

        return format_percent(Decimal(ppm).scaleb(-6), locale=self._locale, decimal_quantization=False)

    def date(self, day: Day | Moment, style: str = "medium") -> str:
        """A day; a moment is taken in the organisation's zone. Styles: short, medium, long, weekday,
        day, month, dayname, `month_year` for the heading of a month, and `brief` and `brief_weekday` for texts to
        phones: without the year."""
        return _date(self._day(day), style, self._locale)

    def time(self, moment: Moment) -> str:
        """The time of day in the organisation's zone."""
        return _time(in_zone(moment, self.zone).replace(tzinfo=None), self._locale)

    def datetime(self, moment: Moment) -> str:
        """Day and time in the organisation's zone."""
        return f"{self.date(moment)}, {self.time(moment)}"

    def iso(self, moment: Moment) -> str:
        """Machine-readable local time with its offset, for `<time datetime>`."""
        return in_zone(moment, self.zone).isoformat()

    def phone(self, number: str) -> str:
        """An E.164 number as people of the organisation's country write it."""
        return write_phone(number, self.country)

    def _day(self, day: Day | Moment) -> Day:
        return in_zone(day, self.zone).date() if isinstance(day, Moment) else day


def own_names(languages: Sequence[str]) -> list[tuple[str, str]]:
    """Codes and own names of `languages`, for a menu."""
    return [(code, _OWN_NAMES[code]) for code in languages if code in LANGUAGES]


_HARD_SPACE = "\N{NO-BREAK SPACE}"
_PATTERNS: Mapping[str, str] = {
    "weekday": "full", "day": "d", "month": "MMM", "dayname": "EEE", "month_year": "LLLL y",
}  # fmt: skip
_SKELETONS: Mapping[str, str] = {"brief": "MMMd", "brief_weekday": "MMMEd"}
"""Styles without a year, in the order of the country."""
_FIRST = re.compile(r"\b1\b(?= |$)")


def dotted(*parts: str) -> str:
    """The parts that say something, in one line. A dot stays with the words before it when the line breaks."""
    return f"{_HARD_SPACE}· ".join(part for part in parts if part)


@cache
def _first_weekday(locale: str) -> int:
    from babel import Locale

    return int(Locale.parse(locale).first_week_day)


@lru_cache(maxsize=2048)
def _money(minor: int, currency: str, locale: str, place: str) -> str:
    """An amount; which dollar is the plain `$` is told by the country, in a language it has no own way of writing."""
    from decimal import Decimal

    from babel import Locale
    from babel.numbers import get_currency_symbol

    places = exponent(currency)
    pattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (places, places)  # of some currencies Babel leaves out the cents, which are charged
    written: str = pattern.apply(Decimal(minor).scaleb(-places), locale, currency=currency, currency_digits=False)
    symbol = get_currency_symbol(currency, locale)
    if "$" in symbol and "_" not in locale and "_" in place:
        return written.replace(symbol, get_currency_symbol(currency, place))
    return written


@lru_cache(maxsize=2048)
def _date(day: date, style: str, locale: str) -> str:
    from babel.dates import format_date, format_skeleton

    if style in _SKELETONS:
        written = format_skeleton(_SKELETONS[style], datetime.combine(day, time()), locale=locale)
    else:
        written = format_date(day, _PATTERNS.get(style, style), locale=locale)
    if day.day == 1 and locale.startswith("fr"):
        written = _FIRST.sub("1er", written, count=1)
    return written[:1].upper() + written[1:] if style == "month_year" else written


@lru_cache(maxsize=2048)
def _time(moment: datetime, locale: str) -> str:
    if locale == "fr_CA":  # Quebec writes 9 h and 13 h 30; Babel would put zeros in
        minutes = f"{moment:%M}" if moment.minute else ""
        return _HARD_SPACE.join(filter(None, (str(moment.hour), "h", minutes)))

    from babel.dates import format_time

    return format_time(moment, "short", locale=locale).replace(" ", _HARD_SPACE)
