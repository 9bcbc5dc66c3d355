"""How words are compared when somebody looks for somebody: accents, case and alphabet make no difference.

Cyrillic is read in Latin letters, and what several spellings tell apart without meaning anything (Yulia, Julia, Юлия;
Mikhail, Михаил; Anna, Ana) is made one. Both what is stored and what is typed go through here, so what the folded form
looks like matters to nobody. Folding the beginning of a word gives the beginning of the folded word, with two letters
more at most, so that people find while they type.
"""

import re
import unicodedata

LONGEST = 40
"""Characters of a word that count."""
LEAST = 2
"""Characters without which a word finds nothing."""

_CYRILLIC = dict(
    zip(
        "абвгдезийклмнопрстуфцчшщъыьэюяёіїєґўћђљњџјѓќ",
        ["a", "b", "v", "g", "d", "e", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "ts",
         "ch", "sh", "shch", "", "i", "", "e", "iu", "ia", "e", "i", "i", "e", "g", "u", "c", "d", "l", "n", "d", "i",
         "g", "k"],
        strict=True,
    )
) | {"ж": "zh", "х": "h"}  # fmt: skip
_LETTERS = str.maketrans(
    _CYRILLIC | {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_ALIKE = (("kh", "h"), ("x", "ks"), ("y", "i"), ("j", "i"))
_TWICE = re.compile(r"([^\W\d_])\1+")
_BETWEEN = re.compile(r"[\W_]+")
_TYPED_NUMBER = re.compile(r"[+(]?\d[\d().+-]*")


def fold(text: str) -> str:
    """A word as it is compared: letters and digits alone; "" for one without any."""
    plain = "".join(each for each in _spelt(text) if each.isalnum())
    for written, meant in _ALIKE:
        plain = plain.replace(written, meant)
    return _TWICE.sub(r"\1", plain)[:LONGEST]


def _spelt(text: str) -> str:
    """Lower-case letters without marks, Latin where they were Cyrillic. й is a letter, not a marked и."""
    latin = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    bare = "".join(each for each in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(each))
    return bare.casefold()


def words_of(text: str) -> set[str]:
    """The words by which a text is found: each as it is written together, and its parts (Marie-Ève: three)."""
    whole = text.split()
    parts = [part for word in whole for part in _BETWEEN.split(unicodedata.normalize("NFC", word))]
    return {folded for word in (*whole, *parts) if len(folded := fold(word)) >= LEAST}


def number_words(number: str) -> set[str]:
    """How a number of the organisation's is found, of an account or an invoice: as it is, and by its parts."""
    whole = fold("".join(number.split()))
    return {word for word in (whole, *words_of(number)) if len(word) >= LEAST}


def typed_words(text: str, most: int = 6) -> list[str]:
    """What somebody looks for, word by word; the groups of a telephone number are one word."""
    groups: list[str] = []
    before_was_number = False
    for word in text.split():
        is_number = bool(_TYPED_NUMBER.fullmatch(word))
        if is_number and before_was_number:
            groups[-1] += word
        else:
            groups.append(word)
        before_was_number = is_number
    folded = [fold(word) for word in groups]
    return [word for word in dict.fromkeys(folded) if len(word) >= LEAST][:most]
