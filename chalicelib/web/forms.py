"""Reading forms: each form lists its fields, checks each, and reports every mistake at once (T-07, I-15)."""

from collections.abc import Callable, Mapping
from datetime import date

from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say

SHORT = 100
LONG = 2000


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

    def done(self) -> None:
        """Raises Invalid when any field was wrong."""
        if self.errors:
            raise Invalid(self.errors)


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
