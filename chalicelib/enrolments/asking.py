"""What a place waits for: forms to fill in and consents to sign first (ACC-13, ACC-14, NEW-13). For staff as well."""

from chalicelib.consents import gate as consents_gate
from chalicelib.consents import store as consents_store
from chalicelib.data import read
from chalicelib.enrolments.places import Places
from chalicelib.forms import gate as forms_gate
from chalicelib.forms import store as forms_store
from chalicelib.forms.domain import Asked
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day


class Unanswered(Conflict):
    """A place can not be taken while mandatory answers are missing; `asked` are the forms and consents."""

    def __init__(self, asked: list[Asked]) -> None:
        super().__init__(say("First answer “%(title)s”.", title=asked[0].title))
        self.asked = asked


def missing(places: Places, *wanted: tuple[str, str]) -> list[Asked]:
    """What the household has to answer before people (ids) take places in classes (ids). At most one round trip."""
    organisation = places.books.organisation
    if not organisation.uses(Module.FORMS) or not wanted:
        return []
    org, summary = organisation.slug, places.books.summary
    found = read.raw([forms_store.catalogue_key(org), consents_store.catalogue_key(org)])
    forms, consents = forms_store.catalogue_in(found, org), consents_store.catalogue_in(found, org)
    today = local_day(places.now, places.zone)
    asked: dict[tuple[str, str, str], Asked] = {}
    for person, class_id in wanted:
        where = (person, places.group(class_id).programme, class_id, today)
        for each in (*forms_gate.missing(forms, summary, *where), *consents_gate.missing(consents, summary, *where)):
            asked.setdefault((each.kind, each.id, each.member), each)
    return list(asked.values())


def require_answers(places: Places, *wanted: tuple[str, str]) -> None:
    """Raises Unanswered while mandatory answers about people (ids) who take places in classes (ids) are missing."""
    asked = missing(places, *wanted)
    if asked:
        raise Unanswered(asked)
