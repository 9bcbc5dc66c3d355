"""What one text message holds: 160 letters of the GSM alphabet, or 70 of any other writing (3GPP TS 23.038).

One letter outside the GSM alphabet more than halves the room and doubles the price, so letters that
have a plain twin there (ê, ç, ’) are written as that; Cyrillic stays Cyrillic.
"""

import re
import unicodedata

GSM_ROOM = 160
OTHER_ROOM = 70
GSM_PART, OTHER_PART = 153, 67
"""What each segment holds of a text that needs several: the rest tells phones how to put them together."""
LONGEST_NAME = 40
_SHORTEST_NAME = 4
"""Fewer letters of an organisation's name tell nobody who writes."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
"""Letters of the GSM extension table: each takes two places."""
_TWINS = dict(zip("’‘“”«»–—", '\'\'""""--', strict=True)) | {"…": "...", "œ": "oe", "Œ": "OE"}
_WITHIN_QUOTES = re.compile(r"(?<=«)\s+|\s+(?=»)")
"""Spaces that French puts inside its quotation marks, and nobody inside their twins."""


def signed(sentence: str, name: str, ending: str = "") -> str:
    """`sentence`, the sender's name and `ending`, a line each, in one segment whenever that can be (A-23).

    The name is cut to the room that is left, and left out when hardly any is. A sentence that
    needs several segments anyway has room for the name.
    """
    bare = _lines(sentence, "", ending)
    whole = _lines(sentence, _cut(name, LONGEST_NAME) or name[:LONGEST_NAME], ending)
    if fits(whole) or not fits(bare):
        return whole
    lengths = range(LONGEST_NAME, _SHORTEST_NAME - 1, -1)
    shorter = (_lines(sentence, _cut(name, length), ending) for length in lengths)
    return next((text for text in shorter if fits(text)), bare)


def fits(text: str) -> bool:
    """Whether one segment holds the text."""
    return count(text) == 1


def count(text: str) -> int:
    """How many segments the text takes, each of which is paid for. A letter of two places is never cut in two, which
    now and then costs a place more than is reckoned here."""
    length, room, part = _places(text), *((GSM_ROOM, GSM_PART) if _is_gsm(text) else (OTHER_ROOM, OTHER_PART))
    return 1 if length <= room else -(-length // part)


def _places(text: str) -> int:
    if _is_gsm(text):
        return sum(2 if letter in _GSM_DOUBLE else 1 for letter in text)
    return len(text.encode("utf-16-be")) // 2


def _lines(*lines: str) -> str:
    """The lines that say something, in the GSM alphabet if all of them can be written in it."""
    text = "\n".join(line for line in lines if line)
    plain = "".join(_plain(letter) for letter in _WITHIN_QUOTES.sub("", text))
    return plain if _is_gsm(plain) else text


def _cut(name: str, length: int) -> str:
    """The first words of a name that `length` letters hold; none where they tell nobody who writes. Half a word tells
    nobody either."""
    if len(name) <= length:
        return name
    words = name[: length + 1].rpartition(" ")[0].rstrip()
    return words if len(words) >= _SHORTEST_NAME else ""


def _is_gsm(text: str) -> bool:
    return all(letter in _GSM or letter in _GSM_DOUBLE for letter in text)


def _plain(letter: str) -> str:
    """The letter itself if it is in the GSM alphabet, else its twin there, else the letter without its accents."""
    if _is_gsm(letter):
        return letter
    return _TWINS.get(letter) or unicodedata.normalize("NFKD", letter)[0]
