"""Conversations of the demonstration's client with the school: one answered, one that is new."""

from datetime import datetime, timedelta

from chalicelib.households.store import get_summaries
from chalicelib.memberships.service import Who
from chalicelib.messages import service
from chalicelib.messages.domain import Author, Side, Words
from chalicelib.messages.service import Beginning
from chalicelib.organisations.domain import Organisation

_DESK = Author(Side.STAFF, "", "Camille Roy")


def add(organisation: Organisation, who: Who, household: str, now: datetime) -> None:
    """A question that was answered two days ago, and a message of the school's from yesterday that nobody opened.

    Doing it again changes nothing.
    """
    summary = get_summaries(organisation.slug, (household,)).get(household)
    if summary is None or service.HOLDS in summary.holds:
        return
    family, asked = Author(Side.FAMILY, who.user, who.name), now - timedelta(days=3)
    question = Words("Bonjour,\n\nquels chaussons faut-il pour le spectacle ?\n\nMerci !")
    thread = service.begin(organisation, household, Beginning("Chaussons de ballet", question), family, asked)
    told = Words("Bonjour,\n\ndes demi-pointes roses, sans lacets.\n\nCamille")
    answered = service.answer(organisation, household, thread.id, told, _DESK, now - timedelta(days=2))
    service.opened(organisation, answered, Side.FAMILY, now - timedelta(days=2))
    news = Words("Bonjour,\n\nle spectacle de fin d’année aura lieu le 12 décembre à 14 h. À bientôt !\n\nCamille")
    beginning = Beginning("Spectacle du 12 décembre", news)
    service.begin(organisation, household, beginning, _DESK, now - timedelta(days=1))
