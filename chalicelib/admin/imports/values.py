"""What may stand in a cell: the types of columns, how people write them, and the one form they are kept in.

A parser returns a JSON value (a text, a whole number, a list) or raises Mistake with a
sentence for the person who wrote the cell. An empty cell never reaches a parser.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from chalicelib.organisations.domain import Organisation
from chalicelib.shared.contacts import parse_email, parse_phone
from chalicelib.shared.money import exponent
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import from_local, local_day, to_iso

SEPARATOR = "|"
"""Between the parts of a cell that holds several."""

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_RELATIVE_DAY = re.compile(r"(today|mon|tue|wed|thu|fri|sat|sun)?([+-]\d{1,4}[dw])?")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d{1,2})(?::| ?h ?)(\d{2})(?::(\d{2}))?")
_AMOUNT = re.compile(r"(-?)(\d{1,3}(?:[ ']\d{3})+|\d{1,3}(?:,\d{3})+(?=\.)|\d{1,3}(?:\.\d{3})+(?=,)|\d+)(?:[.,](\d+))?")
_DIGITS = 12
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_SPACES = re.compile(r"[^\S\n]+")
_YES = frozenset({"yes", "y", "true", "1", "oui", "o", "vrai", "да", "x"})
_NO = frozenset({"no", "n", "false", "0", "non", "faux", "нет"})


class Mistake(ValueError):
    """A cell that can not be read; `told` says why, in plain words, to follow the cell itself."""

    def __init__(self, told: Message) -> None:
        super().__init__(told.english())
        self.told = told


@dataclass(frozen=True, slots=True)
class Context:
    """What the meaning of a cell depends on."""

    organisation: Organisation
    now: datetime

    @property
    def today(self) -> date:
        """The organisation's calendar day."""
        return local_day(self.now, self.organisation.zone)


@dataclass(frozen=True, slots=True)
class Type:
    """How a kind of cell is described and read."""

    words: str
    parse: Callable[[str, Context], Any]
    target: str = ""
    """Kind of record that the cell names; empty when it names none."""
    dated: bool = False
    """Whether days may be told relative to the day of the import."""


def clean(text: str) -> str:
    """A cell as it is meant: composed characters, no stray spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def is_relative(text: str) -> bool:
    """Whether a day or moment is told relative to the day of the import."""
    day = clean(text).lower().partition(" ")[0]
    return bool(day) and bool(_RELATIVE_DAY.fullmatch(day))


def _is_hidden(letter: str) -> bool:
    """Control characters, and those that turn the direction of what follows (I-09)."""
    return unicodedata.category(letter) == "Cc" or unicodedata.bidirectional(letter) in _TURNING


def text(limit: int = 200, *, lines: bool = False) -> Type:
    """Any text up to `limit` characters; on one line unless `lines`."""

    def parse(cell: str, _: Context) -> str:
        if len(cell) > limit:
            raise Mistake(say("is longer than %(n)s characters", n=limit))
        if any(_is_hidden(letter) and not (lines and letter == "\n") for letter in cell):
            raise Mistake(say("has a line break or an invisible character in it"))
        return cell

    return Type(f"text, up to {limit} characters", parse)


def _identifier(cell: str, _: Context) -> str:
    if len(cell) > 100 or not cell.isprintable() or re.search(r"[|=]", cell):
        raise Mistake(say("is not an id: up to 100 characters, without | and ="))
    return cell


IDENTIFIER = Type("id", _identifier)


def reference(target: str, words: str) -> Type:
    """The id of one record of another file."""
    return Type(f"id of {words}", lambda cell, context: [[_identifier(cell, context), None]], target)


def references(target: str, words: str, limit: int) -> Type:
    """Ids of up to `limit` records of another file."""

    def parse(cell: str, context: Context) -> list[list[Any]]:
        return [[_identifier(name, context), None] for name in _parts(cell, limit)]

    return Type(f"up to {limit} ids of {words}, separated by {SEPARATOR}", parse, target)


def roles(target: str, words: str, kinds: type[Enum], limit: int) -> Type:
    """Ids with a role each: `H1=holder|H2=viewer`."""
    allowed = [kind.value for kind in kinds]

    def parse(cell: str, context: Context) -> list[list[Any]]:
        found = [part.partition("=") for part in _parts(cell, limit)]
        for name, _, role in found:
            if role.strip() not in allowed:
                raise Mistake(Message(f"needs a role after {name.strip()}=, one of {', '.join(allowed)}"))
        return [[_identifier(name.strip(), context), role.strip()] for name, _, role in found]

    return Type(f"{words} with a role each ({', '.join(allowed)}): H1=holder{SEPARATOR}H2=viewer", parse, target)


def shares(target: str, words: str, limit: int) -> Type:
    """Ids with an amount each, or one id alone: `F-1` or `F-1=50,00|F-2=25,00`."""

    def parse(cell: str, context: Context) -> list[list[Any]]:
        parts = [part.partition("=") for part in _parts(cell, limit)]
        if len(parts) > 1 and any(not amount for _, _, amount in parts):
            raise Mistake(Message("names several and needs an amount for each: F-1=50,00|F-2=25,00"))
        return [
            [_identifier(name.strip(), context), _positive(amount, context) if amount else None]
            for name, _, amount in parts
        ]

    return Type(f"id of {words}, or several with an amount each: F-1=50,00{SEPARATOR}F-2=25,00", parse, target)


def _parts(cell: str, limit: int) -> list[str]:
    parts = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
    if len(parts) > limit:
        raise Mistake(Message(f"names more than {limit}"))
    if len({part.partition("=")[0].strip() for part in parts}) < len(parts):
        raise Mistake(Message("names the same id twice"))
    return parts


def _one_of(words: Iterable[str]) -> Message:
    return say("must be one of %(known)s", known=", ".join(words))


def choice(kinds: Iterable[Enum]) -> Type:
    """One word out of a list."""
    allowed = [kind.value for kind in kinds if kind.value]

    def parse(cell: str, _: Context) -> str:
        if cell.lower() not in allowed:
            raise Mistake(_one_of(allowed))
        return cell.lower()

    return Type(f"one of {', '.join(allowed)}", parse)


def option(labels: Mapping[str, str]) -> Callable[[str, Context], str]:
    """Parser of a word out of `labels` (folded label to the value kept)."""

    def parse(cell: str, _: Context) -> str:
        if cell.casefold() not in labels:
            raise Mistake(_one_of(dict.fromkeys(labels.values())))
        return labels[cell.casefold()]

    return parse


def names(most: int, limit: int = 80) -> Type:
    """Up to `most` names in their order."""
    one = text(limit)

    def parse(cell: str, context: Context) -> list[str]:
        return [one.parse(part, context) for part in _parts(cell, most)]

    return Type(f"up to {most} names, separated by {SEPARATOR}", parse)


YES_NO_OPTIONS = {**dict.fromkeys(_YES, "yes"), **dict.fromkeys(_NO, "no")}


YES_NO = Type("yes or no", lambda cell, context: option(YES_NO_OPTIONS)(cell, context) == "yes")


def _web_address(cell: str, _: Context) -> str:
    if len(cell) > 500 or not re.fullmatch(r"https://[^\s<>\"'\\]+\.[^\s<>\"'\\]+", cell):
        raise Mistake(say("is not an address that starts with https://"))
    return cell


WEB_ADDRESS = Type("address that starts with https://", _web_address)


def _language(cell: str, context: Context) -> str:
    if cell.lower() not in context.organisation.languages:
        raise Mistake(_one_of(context.organisation.languages))
    return cell.lower()


LANGUAGE = Type("a language of the organisation: fr, en, ru", _language)


def _country(cell: str, _: Context) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", cell):
        raise Mistake(say("must be a country code of two letters, such as CA"))
    return cell.upper()


COUNTRY = Type("country code of two letters", _country)


def _email(cell: str, _: Context) -> str:
    try:
        return parse_email(cell)
    except ValueError as error:
        raise Mistake(say("is not an email address")) from error


EMAIL = Type("email address", _email)


def _phone(cell: str, context: Context) -> str:
    try:
        return parse_phone(cell, context.organisation.country)
    except ValueError as error:
        raise Mistake(say("is not a telephone number; numbers of another country start with +")) from error


PHONE = Type("telephone number, local or with +", _phone)


def _whole(cell: str, _: Context) -> int:
    if not re.fullmatch(r"\d{1,6}", cell) or int(cell) == 0:
        raise Mistake(say("must be a whole number above 0"))
    return int(cell)


WHOLE = Type("whole number above 0", _whole)


def _years(cell: str, _: Context) -> int:
    if not re.fullmatch(r"\d{1,3}", cell) or int(cell) > 120:
        raise Mistake(say("must be a number of years up to 120"))
    return int(cell)


YEARS = Type("whole years, up to 120", _years)


def amount_text(minor: int, currency: str) -> str:
    """`minor` units as an operator reads them: `1234.50 CAD`."""
    places = exponent(currency)
    whole, rest = divmod(abs(minor), 10**places)
    decimals = f".{rest:0{places}d}" if places else ""
    return f"{'-' if minor < 0 else ''}{whole}{decimals} {currency}"


def _signed(cell: str, context: Context) -> int:
    places = exponent(context.organisation.currency)
    found = _AMOUNT.fullmatch(cell.strip("$€£ "))
    if not found:
        raise Mistake(say("is not an amount; write 1234.50 or 1 234,50"))
    sign, whole, decimals = found.group(1), re.sub(r"\D", "", found.group(2)), found.group(3) or ""
    if len(whole) > _DIGITS:
        raise Mistake(say("is too large to be an amount"))
    if len(decimals) > places:
        raise Mistake(
            say(
                "is not an amount of %(currency)s, which has %(n)s decimal places",
                currency=context.organisation.currency,
                n=places,
            )
        )
    return int(sign + whole + decimals.ljust(places, "0"))


def _amount(cell: str, context: Context) -> int:
    minor = _signed(cell, context)
    if minor < 0:
        raise Mistake(say("must not be negative"))
    return minor


def _positive(cell: str, context: Context) -> int:
    minor = _signed(cell.strip(), context)
    if minor <= 0:
        raise Mistake(say("must be more than 0"))
    return minor


AMOUNT = Type("amount, 0 or more", _amount)
POSITIVE_AMOUNT = Type("amount above 0", _positive)
SIGNED_AMOUNT = Type("amount, may be negative", _signed)


def read_day(cell: str, today: date) -> date:
    """The day that `cell` means: ISO, French, or relative to `today`. Raises Mistake."""
    try:
        if found := _DAY.fullmatch(cell):
            return date(int(found.group(3)), int(found.group(2)), int(found.group(1)))
        relative = _RELATIVE_DAY.fullmatch(cell.lower())
        return _relative(relative, today) if relative and cell else date.fromisoformat(cell)
    except (ValueError, OverflowError) as error:
        raise Mistake(say("is not a day; write 2026-11-22 or 22/11/2026")) from error


def _relative(found: re.Match[str], today: date) -> date:
    name, shift = found.groups()
    start = today
    if name in _WEEKDAYS:
        start = today - timedelta(days=today.weekday() - _WEEKDAYS.index(name))
    if not shift:
        return start
    return start + timedelta(days=int(shift[:-1]) * (7 if shift[-1] == "w" else 1))


def _day(cell: str, context: Context) -> str:
    return read_day(cell, context.today).isoformat()


def _past_day(cell: str, context: Context) -> str:
    day = read_day(cell, context.today)
    if not date(1900, 1, 1) <= day <= context.today:
        raise Mistake(say("is not a day between 1900 and today"))
    return day.isoformat()


DAY = Type("day", _day, dated=True)
BIRTH_DAY = Type("day in the past", _past_day, dated=True)


def _moment(cell: str, context: Context) -> str:
    if re.search(r"T.*(Z|[+-]\d\d:?\d\d)$", cell):
        return to_iso(_zoned(cell))
    day, _, clock = cell.replace("T", " ", 1).partition(" ") if cell[:1].isdigit() else cell.partition(" ")
    wall = datetime.combine(read_day(day, context.today), _time(clock.strip()))
    return to_iso(from_local(wall, context.organisation.zone))


def _zoned(cell: str) -> datetime:
    try:
        return datetime.fromisoformat(cell)
    except ValueError as error:
        raise Mistake(say("is not a day and time; write 2026-11-22 16:30 or 22/11/2026 16:30")) from error


def _time(clock: str) -> time:
    if not clock:
        return time()
    found = _CLOCK.fullmatch(clock)
    try:
        if found:
            return time(int(found.group(1)), int(found.group(2)), int(found.group(3) or 0))
    except ValueError:
        pass
    raise Mistake(say("has no time of day that can be read; write 16:30"))


MOMENT = Type("day and time, in the organisation's time zone", _moment, dated=True)
