"""What an organisation writes above and below the portal's own words in a mail (ADM-9).

They are words and nothing else: no markup, no places to fill, so nobody can take a message apart by them. What a
message must say stays whole between them. Messages about signing in and about a family's data have none, for people
must be able to tell them from letters that only look like them; nor have those to the organisation's own people, and
texts to phones, which are paid for by length.
"""

from collections.abc import Sequence
from dataclasses import field

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.write import Transaction
from chalicelib.notifications.purposes import Purpose, purpose_of
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts, in_language

INVITES = "activation"
"""The one message about signing in that an organisation may write to: the first that a family gets."""
TO_STAFF = frozenset({
    "authenticator", "cancel_asked", "export_ready", "message_to_desk", "staff_role", "stranger", "webhook_off",
})  # fmt: skip
"""Messages to the organisation's own people."""
LONGEST = 1000
"""Characters above, and below, in each language."""


@frozen
class OwnWords(Frozen):
    """What stands above and below."""

    above: Texts = field(default_factory=dict)
    below: Texts = field(default_factory=dict)

    def paragraphs(self, language: str) -> dict[str, Sequence[str]]:
        """Both, by name, in a language; else in the first that has any."""
        return {"above": _paragraphs(self.above, language), "below": _paragraphs(self.below, language)}


NONE = OwnWords()


class OwnWordsItem(Item, discriminator="own_words"):
    """An organisation's own words around one message."""

    template = UnicodeAttribute()
    above = JSONAttribute()
    below = JSONAttribute()


def may_have(template: str) -> bool:
    """Whether a message may have own words."""
    return template == INVITES or (template not in TO_STAFF and purpose_of(template) is not Purpose.SECURITY)


def get(org: str, template: str) -> OwnWords:
    """The words around a message, none where none may be. One round trip."""
    item = read.one(OwnWordsItem, keys.own_words(org, template), consistent=False) if may_have(template) else None
    return OwnWords(item.above, item.below) if item else NONE


def written(org: str) -> frozenset[str]:
    """The messages that have own words. One round trip."""
    start = keys.own_words(org, "")
    found = read.page(OwnWordsItem, start.pk, start.sk, size=100, only=("template",))
    return frozenset(item.template for item in found.rows)


def put(transaction: Transaction, org: str, template: str, words: OwnWords) -> None:
    """Adds the words around a message to `transaction`; with none, those there were go."""
    item = OwnWordsItem(
        *keys.own_words(org, template), template=template, above=dict(words.above), below=dict(words.below)
    )
    if words == NONE:
        transaction.delete("own words", item)
    else:
        transaction.put("own words", item)


def _paragraphs(texts: Texts, language: str) -> list[str]:
    return [part.strip() for part in in_language(texts, language).split("\n\n") if part.strip()]
