"""What examples of messages are made of, and the made-up facts that they share."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.shared.texts import Message

MONTHLY, LESSON, FEE, CAP = 12000, 3500, 500, 20000
"""Minor units that stand in examples."""
ID = "exampleexampleexampleexampleexam"
DATED_ID = f"20261120-{ID}"
"""As long as ids are, so that an example costs as many text messages as what is sent."""
Facts = Mapping[str, Any]


class Variant(NamedTuple):
    """What else a message says at other times."""

    title: Message
    facts: Facts
    """Those that differ."""


class Sample(NamedTuple):
    """One message with what it is called at the desk."""

    title: Message
    facts: Facts
    others: tuple[Variant, ...] = ()

    @property
    def variants(self) -> list[tuple[Message, Facts]]:
        """All that it says, each with what it is called; the usual one first."""
        return [(self.title, self.facts), *((other.title, {**self.facts, **other.facts}) for other in self.others)]


class Said(dict[str, str]):
    """What somebody writes, by language: in an example it stands in that of its reader."""


PIANO = {"fr": "Piano", "en": "Piano", "ru": "Фортепиано"}
DANCE = {"fr": "Danse", "en": "Dance", "ru": "Танцы"}
FORM = {"fr": "Santé", "en": "Health", "ru": "Здоровье"}
CONSENT = {"fr": "Photos", "en": "Photos", "ru": "Съёмка"}
INVOICE = {"invoice": DATED_ID, "number": "2026-00042"}
ILL = {"fr": "Le professeur est malade.", "en": "The teacher is ill.", "ru": "Преподаватель болеет."}
CARD = {"brand": "visa", "last4": "4242"}
WHO = "Sophie Tremblay"
REASON = Said({"fr": "Il y a une fuite d’eau.", "en": "There is a water leak.", "ru": "Протекла труба."})
PAPER = Said({"fr": "Certificat médical", "en": "Medical certificate", "ru": "Медицинская справка"})
SUBJECT = Said({"fr": "Concert de Noël", "en": "Christmas concert", "ru": "Рождественский концерт"})
EXCERPT = Said({
    "fr": "Bonjour, nous arrivons à quelle heure\u202f?",
    "en": "Hello, what time shall we come?",
    "ru": "Здравствуйте, к какому часу нам прийти?",
})  # fmt: skip
