"""From the path that was asked for to the route: words win over parameters, from the left."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """A route's pattern, e.g. `/{org}/invoices/{invoice}`, with what the path says for its parameters."""

    pattern: str
    parameters: dict[str, str]


class Paths:
    """The patterns of some routes."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._root: _Part = _Part()
        for pattern in patterns:
            part = self._root
            for word in parts(pattern):
                part = part.beyond(word)
            part.pattern = pattern

    def find(self, path: str) -> Place | None:
        """The place that `path` (still URL-encoded) leads to. One slash at the end is ignored."""
        if "//" in path:
            return None
        asked = parts(path)
        found = next(self._root.leads(asked), None)
        if found is None:
            return None
        pairs = zip(parts(found), asked, strict=True)
        return Place(found, {name.strip("{}"): given for name, given in pairs if name.startswith("{")})


def parts(path: str) -> list[str]:
    """The words and parameters of a path or a pattern."""
    bare = path.removeprefix("/").removesuffix("/")
    return bare.split("/") if bare else []


class _Part:
    """What patterns have in common up to here."""

    __slots__ = ("parameter", "pattern", "words")

    def __init__(self) -> None:
        self.pattern = ""
        self.words: dict[str, _Part] = {}
        self.parameter: _Part | None = None

    def beyond(self, word: str) -> "_Part":
        """The part after `word`, made when it is not there."""
        if not word.startswith("{"):
            return self.words.setdefault(word, _Part())
        self.parameter = self.parameter or _Part()
        return self.parameter

    def leads(self, asked: Sequence[str]) -> Iterator[str]:
        """Patterns that the rest of a path fits, the best one first."""
        if not asked:
            if self.pattern:
                yield self.pattern
            return
        for part in (self.words.get(asked[0]), self.parameter):
            if part:
                yield from part.leads(asked[1:])
