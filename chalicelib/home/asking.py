"""What the first page after signing in reads beside the summary: the classes' dates, and what may be asked or new.

Forms, consents and documents are loaded only where there are some: most starts of a process are for this page.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.documents.shelves import shelf_keys
from chalicelib.households.summary import NewsRow
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import ClassGroup
from chalicelib.web.http import Request

if TYPE_CHECKING:
    from chalicelib.forms.pages import AskedView


class Known(NamedTuple):
    """What was read together: class groups, and further items as they came."""

    groups: Mapping[str, ClassGroup]
    found: Mapping[Key, dict[str, dict[str, object]]]
    shelves: tuple[Key, ...]
    """Where documents of the household's classes are, if there are any."""

    @property
    def programmes(self) -> dict[str, str]:
        """Programme of each class group, for `gate.due`."""
        return {group.id: group.programme for group in self.groups.values()}


class Asking(NamedTuple):
    """What is asked on the home page."""

    overdue: "tuple[AskedView, ...]" = ()
    """Should have been answered by now; said before everything else."""
    others: "tuple[AskedView, ...]" = ()
    more: int = 0
    """How many there are beyond those."""


def read_all(request: Request, classes: Iterable[str]) -> Known:
    """The classes' dates and documents, and what the organisation asks. One round trip."""
    org, wanted = request.org, [keys.class_group(request.org, each) for each in dict.fromkeys(classes)]
    shelves = shelf_keys(org, request.me.open_home, request.today) if _reads_documents(request) else []
    asked = [keys.forms(org), keys.consents(org)] if request.organisation.uses(Module.FORMS) else []
    found = read.raw([*wanted, *asked, *shelves], consistent=False)
    groups = schedule.class_groups_in(found, wanted, since=request.now)
    return Known(groups, found, tuple(key for key in shelves if key in found))


def _reads_documents(request: Request) -> bool:
    return request.organisation.uses(Module.DOCUMENTS) and request.me.role.sees_account


def asking(request: Request, known: Known) -> Asking:
    """What is asked of whoever looks: those who may answer, about whom they may answer."""
    asks = request.me.home.wanted or {keys.forms(request.org), keys.consents(request.org)} & known.found.keys()
    if not asks or not request.me.role.may_edit:
        return Asking()
    from chalicelib.home import questions

    return questions.asking(request, known)


def class_news(request: Request, known: Known) -> list[NewsRow]:
    """Documents that came to the household's classes lately (DASH-2)."""
    if not known.shelves:
        return []
    from chalicelib.home import questions

    return questions.class_news(request, known)
