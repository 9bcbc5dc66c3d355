"""Text people read: messages to translate, and data that carries its own languages (NEW-19)."""

from collections.abc import Mapping
from dataclasses import field

from chalicelib.shared.frozen import Frozen, frozen

LANGUAGES = ("fr", "en", "ru")
"""Languages of the product, in the order pages offer them."""

Texts = Mapping[str, str]
"""One text in several languages: `{"fr": "Piano", "en": "Piano"}`."""


def in_language(texts: Texts, language: str) -> str:
    """The text in `language`, else in the first language that has it, else empty."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


@frozen
class Message(Frozen):
    """A sentence still to be translated: its English text is its key, `values` fill its `%(name)s` places."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    context: str = ""
    """What the words are said of, where languages that know genders say them in several ways: `invoice`."""

    def english(self) -> str:
        """The sentence as it was written, for a command line."""
        return self.key % self.values if self.values else self.key


def say(key: str, *, context: str = "", **values: object) -> Message:
    """A Message. The catalogue extractor looks for calls of this function."""
    return Message(key, values, context)
