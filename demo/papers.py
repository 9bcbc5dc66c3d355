"""What the files of an import do not tell of documents: a letter, a list of a class in two versions, a paper wanted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.documents import asking, service, shelves
from chalicelib.documents.asking import Asking
from chalicelib.documents.service import Words
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import local_day
from chalicelib.web.uploads import Upload

_LETTER = (
    "Chères familles,",
    "le spectacle de fin d'année aura lieu au Théâtre Outremont. Les billets seront en vente en avril.",
    "À bientôt,",
    "École Arabesque",
)
_LIST = ("Chaussons", "Collant", "Bouteille d'eau", "Élastiques pour les cheveux")
_STAFF = ""
"""Nobody in particular."""


def add(organisation: Organisation, household: str, now: datetime) -> None:
    """Shares and asks. Doing it again changes nothing."""
    summary = get_summaries(organisation.slug, (household,)).get(household)
    if summary is None or service.HOLDS in summary.holds:
        return
    words = Words("Lettre aux familles : spectacle de fin d’année")
    letter = _text("Lettre aux familles.txt", _LETTER)
    service.share(organisation, [household], "", words, letter, _STAFF, now - timedelta(days=3))
    _ask(organisation, summary, now)
    for class_group in _classes(organisation, summary, now):
        listed = service.share_with_class(
            organisation, class_group, Words("Ce qu’il faut apporter"), _text("À apporter.txt", _LIST[:2]), _STAFF,
            now - timedelta(days=20),
        )  # fmt: skip
        longer = _text("À apporter.txt", _LIST)
        service.replace_for_class(organisation, class_group, listed, longer, _STAFF, now - timedelta(days=1))


def _ask(organisation: Organisation, summary: Summary, now: datetime) -> None:
    member = summary.members[0].id if summary.members else ""
    due_on = local_day(now, organisation.zone) + timedelta(days=14)
    note = "Daté de moins de trois mois. Une photo nette suffit."
    told = Asking("Certificat médical", note, member, due_on)
    asking.ask(organisation, summary.household, told, _STAFF, now)


def _classes(organisation: Organisation, summary: Summary, now: datetime) -> Iterator[str]:
    """The first class that a member goes to."""
    yield from shelves.classes_of(summary, local_day(now, organisation.zone))[:1]


def _text(name: str, lines: tuple[str, ...]) -> Upload:
    return Upload(name, "\n".join(lines).encode())
