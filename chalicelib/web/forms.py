"""Reading forms: each form lists its fields, checks each, and reports every mistake at once (T-07, I-15)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from chalicelib.shared.contacts import parse_email, parse_phone
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say

SHORT = 100
LONG = 2000
BAD_EMAIL = say("Enter an email address such as name@example.com")


class Form:
    """Posted fields, read one by one; what no reader asks for is ignored. `done` raises when any was wrong.

    Mistakes keep the order in which fields are read, which is that of the form. They end without a full stop.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self.errors: dict[str, Message] = {}

    def text(self, name: str, *, required: bool = False, maximum: int = SHORT) -> str:
        """A line of text without spaces at its ends."""
        value = " ".join(self._fields.get(name, "").split())
        return self._checked(name, value, required, maximum)

    def lines(self, name: str, *, required: bool = False, maximum: int = LONG) -> str:
        """Text of several lines."""
        value = self._fields.get(name, "").replace("\r\n", "\n").strip()
        return self._checked(name, value, required, maximum)

    def _checked(self, name: str, value: str, required: bool, maximum: int) -> str:
        if required and not value:
            self.errors[name] = say("Fill in this field")
        elif len(value) > maximum:
            self.errors[name] = say("Use at most %(n)s characters", n=maximum)
        return value

    def texts(
        self,
        name: str,
        languages: Sequence[str],
        *,
        required: Collection[str] = (),
        maximum: int = SHORT,
        lines: bool = False,
    ) -> dict[str, str]:
        """A text in several languages, each in a field of its own (`title-fr`), in those in which something is told.

        It must be told in those that are `required`.
        """
        read = self.lines if lines else self.text
        told = {code: read(f"{name}-{code}", required=code in required, maximum=maximum) for code in languages}
        return {code: text for code, text in told.items() if text}

    def number(self, name: str, most: int, *, least: int = 0, required: bool = False) -> int | None:
        """A whole number from `least` to `most`; None where none was told."""
        told = self.text(name, required=required)
        number = whole(told)
        if told and (number is None or not least <= number <= most):
            self.errors[name] = say("Enter a whole number from %(least)s to %(most)s", least=least, most=most)
            return None
        return number

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day as `<input type=date>` sends it, or as people type it (22/11/2026)."""
        value = self.text(name, required=required)
        if not value:
            return None
        day = parse_day(value)
        if day is None:
            self.errors[name] = say("Enter a date such as 2014-05-31")
        return day

    def choice(self, name: str, allowed: tuple[str, ...], *, required: bool = False) -> str:
        """One of `allowed`, or empty when nothing was chosen and nothing need be."""
        value = self.text(name)
        if required and not value:
            self.errors[name] = say("Choose an answer")
        elif value and value not in allowed:
            self.errors[name] = say("Choose one of the answers offered")
        return value

    def parsed(self, name: str, parse: Callable[[str], str], problem: Message, *, required: bool = False) -> str:
        """A value that `parse` makes canonical; its ValueError becomes `problem`."""
        value = self.text(name, required=required, maximum=320)
        if not value or name in self.errors:
            return value
        try:
            return parse(value)
        except ValueError:
            self.errors[name] = problem
            return value

    def email(self, name: str, *, required: bool = False) -> str:
        """An email address in its canonical form."""
        return self.parsed(name, parse_email, BAD_EMAIL, required=required)

    def phone(self, name: str, country: str, *, required: bool = False) -> str:
        """A telephone number in E.164 form, typed as people of `country` write it, or of any with its prefix."""
        wrong = say("Enter a telephone number with its area code")
        return self.parsed(name, lambda text: parse_phone(text, country), wrong, required=required)

    def done(self) -> None:
        """Raises Invalid when any field was wrong."""
        if self.errors:
            raise Invalid(self.errors)


def whole(text: str, digits: int = 9) -> int | None:
    """A whole number of at most so many digits; None for anything else that a browser may send."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def version_in(fields: Mapping[str, str]) -> int:
    """The version that a form was made from; what is none is a version that is never stored, and so a conflict."""
    told = whole(fields.get("version", ""))
    return -1 if told is None else told


def parse_day(text: str) -> date | None:
    """A day written 2014-05-31, 31/05/2014, 31-05-2014 or 31.05.2014; None when it is none of these."""
    for separator in "/.":
        text = text.replace(separator, "-")
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None
