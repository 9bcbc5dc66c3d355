"""What the family is asked to fill in, to sign and to send, on the first page after signing in (ACC-14, NEW-13).

Everything that is asked follows from two small catalogues, which are read together with the classes' dates.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from chalicelib.consents import gate as consents_gate
from chalicelib.consents import store as consents_store
from chalicelib.documents import reading
from chalicelib.documents.reading import shelf_keys
from chalicelib.documents.store import shelves_in
from chalicelib.forms import gate as forms_gate
from chalicelib.forms.domain import Asked
from chalicelib.forms.pages import AskedView, asked_views
from chalicelib.forms.reading import Known, read_known
from chalicelib.households.domain import Private
from chalicelib.households.summary import NewsRow, WantedRow
from chalicelib.households.summing import NEWS_DAYS
from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import say
from chalicelib.web.http import Request
from chalicelib.web.language import Local

_SHOWN = 5


class Asking(NamedTuple):
    """What is asked on the home page."""

    overdue: tuple[AskedView, ...] = ()
    """Should have been answered by now; said before everything else."""
    others: tuple[AskedView, ...] = ()
    more: int = 0
    """How many there are beyond those."""


def read(request: Request, classes: Iterable[str]) -> Known:
    """The classes' dates and documents, and what the organisation asks. One round trip."""
    beside = shelf_keys(request.org, request.me.open_home, request.today) if _reads_documents(request) else ()
    return read_known(request.org, classes, request.now, consents_store.catalogue_key(request.org), *beside)


def _reads_documents(request: Request) -> bool:
    return request.organisation.uses(Module.DOCUMENTS) and request.me.role.sees_account


def class_news(request: Request, known: Known) -> list[NewsRow]:
    """Documents that came to the household's classes lately (DASH-2)."""
    wanted = shelf_keys(request.org, request.me.open_home, request.today)
    return reading.class_news(shelves_in(known.found, wanted), request.now - timedelta(days=NEWS_DAYS))


def asking(request: Request, known: Known) -> Asking:
    """What is asked of whoever looks: those who may answer, about whom they may answer."""
    if not request.me.role.may_edit:
        return Asking()
    asked = [each for each in (*_papers(request), *_questions(request, known)) if _is_open(request, each)]
    shown = asked_views(asked, request.me.home, request.local, request.org, request.today)
    others = [each for each in shown if not each.is_overdue]
    overdue = tuple(each for each in shown if each.is_overdue)
    return Asking(overdue, tuple(others[:_SHOWN]), max(0, len(others) - _SHOWN))


def _papers(request: Request) -> list[Asked]:
    """Papers that the family has yet to send."""
    if not request.organisation.uses(Module.DOCUMENTS):
        return []
    return [_paper(row, request.local) for row in request.me.home.wanted]


def _paper(row: WantedRow, local: Local) -> Asked:
    title = {local.language: local.say(say("Please send us: %(label)s", label=row.title))}
    return Asked("paper", row.id, 0, row.member, title, row.due_on, mandatory=True, href=f"documents/requests/{row.id}")


def _questions(request: Request, known: Known) -> list[Asked]:
    """Forms to fill in and consents to sign."""
    if not request.organisation.uses(Module.FORMS):
        return []
    home, today, programmes = request.me.home, request.today, known.programmes
    consents = consents_store.catalogue_in(known.found, request.org)
    return [
        *forms_gate.due(known.catalogue, home, today, programmes),
        *consents_gate.due(consents, home, today, programmes),
    ]


def _is_open(request: Request, asked: Asked) -> bool:
    """Whether what it is about is not kept from whoever looks (NEW-14)."""
    return not asked.member or request.me.may_see(asked.member, Private.PROFILE)
