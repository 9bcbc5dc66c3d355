"""Files that the organisation's people write, read table by table: every mistake is told at once, by its key.

TOML and JSON say the same; numbers with decimals are read exactly.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from chalicelib.shared.money import exponent
from chalicelib.shared.texts import LANGUAGES, Message, say
from chalicelib.web.forms import parse_day

V = TypeVar("V")
E = TypeVar("E", bound=Enum)


_LONGEST = 5000
"""Characters of a text: what is told here stands in items that pages read."""


class Mistake(NamedTuple):
    """One thing that is wrong."""

    path: str
    """The key, with those of the tables it is in: `billing.taxes[1].rate`."""
    message: Message
    """What is wrong with it; begins like the rest of a sentence."""

    def __str__(self) -> str:
        return f"{self.path} {self.message.english()}"


class FileMistakes(Exception):
    """Everything that is wrong with a file."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, found)))
        self.found = tuple(found)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """One English sentence each, beginning with the key."""
        return tuple(map(str, self.found))


def load(path: Path) -> "Table":
    """The table that a file holds. Raises FileMistakes, OSError."""
    kind = "JSON" if path.suffix == ".json" else "TOML"
    try:
        text = path.read_text("utf-8")
        told = json.loads(text, parse_float=Decimal) if kind == "JSON" else tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:  # what is no TOML, no JSON or no UTF-8 are all of this kind
        raise FileMistakes([Mistake(path.name, Message(f"is not a {kind} file: {error}"))]) from error
    if not isinstance(told, dict):
        raise FileMistakes([Mistake(path.name, Message("must hold a table"))])
    return Table(told, "", [])


class Table:
    """A table of the file while it is read. A wrong value becomes a mistake and the value that stands for it."""

    def __init__(self, told: Mapping[str, Any], path: str, mistakes: list[Mistake]) -> None:
        self._told = told
        self._path = path
        self.mistakes = mistakes

    def done(self) -> None:
        """Raises FileMistakes when anything was wrong."""
        if self.mistakes:
            raise FileMistakes(self.mistakes)

    def has(self, key: str) -> bool:
        """Whether the file says anything about a key."""
        return key in self._told

    def wrong(self, key: str, message: Message | str) -> None:
        """Notes a mistake; what only the command line can meet is told in its English words."""
        told = Message(message) if isinstance(message, str) else message
        self.mistakes.append(Mistake(f"{self._path}{key}", told))

    def only(self, *known: str) -> None:
        """Notes every key that is none of `known`."""
        for key in self._told:
            if key not in known:
                self.wrong(key, f"is not known here; known are {', '.join(known)}")

    def value(self, key: str, kind: type[V], usual: V, *, required: bool = False) -> V:
        """A value of a kind."""
        found = self._told.get(key)
        if found is None:
            if required:
                self.wrong(key, MISSING)
            return usual
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.wrong(key, _WORDS[kind])
            return usual
        return found

    def text(self, key: str, *, required: bool = False) -> str:
        """A text without spaces at its ends."""
        found = self.value(key, str, "", required=required).strip()
        if required and not found and isinstance(self._told.get(key), str):
            self.wrong(key, MISSING)
        if len(found) > _LONGEST:
            self.wrong(key, say("must be of at most %(n)s characters", n=_LONGEST))
        return found

    def checked(self, key: str, check: Callable[[str], bool], message: Message | str, usual: str = "") -> str:
        """A text that passes `check`; required when there is no usual one."""
        found = self.text(key, required=not usual) or usual
        if found and not check(found):
            self.wrong(key, message)
        return found

    def texts(self, key: str, languages: Sequence[str]) -> dict[str, str]:
        """One text in the languages of the organisation, at least the first."""
        inner = self.table(key)
        inner.only(*LANGUAGES)
        found = {language: text for language in LANGUAGES if (text := inner.text(language))}
        for language in languages[:1]:
            if language not in found:
                inner.wrong(language, say("is missing; the first language of the organisation is needed"))
        return found

    def words(self, key: str, known: Sequence[str], usual: Sequence[str]) -> tuple[str, ...]:
        """A list of words out of `known`."""
        found = self.value(key, list, list(usual))
        for word in found:
            if word not in known:
                self.wrong(key, say("holds “%(word)s”; known are %(known)s", word=word, known=", ".join(known)))
        return tuple(dict.fromkeys(word for word in found if word in known))

    def one_of(self, key: str, kinds: type[E], usual: E) -> E:
        """A word that an enum has."""
        found = {kind.value: kind for kind in kinds}
        told = self.text(key) or usual.value
        if told not in found:
            self.wrong(key, say("must be one of %(known)s", known=", ".join(found)))
        return found.get(told, usual)

    def day(self, key: str) -> date | None:
        """A day, as `2026-11-22`; None when the file says nothing."""
        found = self._told.get(key)
        if isinstance(found, str):
            found = parse_day(found) or found
        if found is None or type(found) is date:
            return found
        self.wrong(key, "must be a day such as 2026-11-22")
        return None

    def number(self, key: str, usual: Decimal, *, required: bool = False) -> Decimal:
        """A number, with decimals or without."""
        if isinstance(self._told.get(key), (Decimal, str)):
            return self.value(key, Decimal, usual)
        return Decimal(self.value(key, int, int(usual), required=required)) if self.has(key) or required else usual

    def amount(self, key: str, currency: str, *, required: bool = False) -> int:
        """An amount of money as people write it (`18.50`), in minor units."""
        minor = self.number(key, Decimal(0), required=required).scaleb(exponent(currency))
        if minor != int(minor):
            self.wrong(key, say("has more decimals than %(currency)s has", currency=currency))
        return int(minor)

    def table(self, key: str) -> "Table":
        """A table within."""
        return Table(self.value(key, dict, {}), f"{self._path}{key}.", self.mistakes)

    def tables(self, key: str) -> list["Table"]:
        """A list of tables within."""
        found = self.value(key, list, [])
        if not all(isinstance(each, dict) for each in found):
            self.wrong(key, "must be a list of tables")
            return []
        return [Table(each, f"{self._path}{key}[{at}].", self.mistakes) for at, each in enumerate(found, start=1)]


MISSING = say("is missing")
PERCENT = say("must be per cent from 0 to 100 with at most four decimals, such as 9.975")


def between(least: int, most: int) -> Message:
    """What is wrong with a number that is too small or too large."""
    return say("must be from %(least)s to %(most)s", least=least, most=most)


_WORDS: Mapping[type, Message | str] = {
    str: "must be a text",
    bool: "must be a true or false",
    int: say("must be a whole number"),
    Decimal: say("must be a number"),
    list: "must be a list",
    dict: "must be a table",
}
