"""What the family is asked to fill in, to sign and to send, and what came to its classes (ACC-14, NEW-13, DASH-2).

Everything that is asked follows from two small catalogues, which `home.asking` read together with the classes' dates.
"""

from datetime import timedelta

from chalicelib.consents import gate as consents_gate
from chalicelib.consents import store as consents_store
from chalicelib.documents import reading
from chalicelib.documents.store import shelves_in
from chalicelib.forms import gate as forms_gate
from chalicelib.forms import store as forms_store
from chalicelib.forms.domain import Asked
from chalicelib.forms.pages import asked_views
from chalicelib.home.asking import Asking, Known
from chalicelib.households.domain import Private
from chalicelib.households.summary import NewsRow, WantedRow
from chalicelib.households.summing import NEWS_DAYS
from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import say
from chalicelib.web.http import Request
from chalicelib.web.language import Local

_SHOWN = 5


def class_news(request: Request, known: Known) -> list[NewsRow]:
    """Documents that came to the household's classes lately (DASH-2)."""
    return reading.class_news(shelves_in(known.found, known.shelves), request.now - timedelta(days=NEWS_DAYS))


def asking(request: Request, known: Known) -> Asking:
    """What is asked of whoever looks, about whom they may answer."""
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
    home, today, programmes = request.me.home, request.today, known.programmes
    forms = forms_store.catalogue_in(known.found, request.org)
    consents = consents_store.catalogue_in(known.found, request.org)
    return [*forms_gate.due(forms, home, today, programmes), *consents_gate.due(consents, home, today, programmes)]


def _is_open(request: Request, asked: Asked) -> bool:
    """Whether what it is about is not kept from whoever looks (NEW-14)."""
    return not asked.member or request.me.may_see(asked.member, Private.PROFILE)
