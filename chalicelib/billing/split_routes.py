"""Pages on which the homes of a shared child agree who pays what part (NEW-2).

Neither home sees the other's name here, nor its invoices: only the shares that both have to know.
"""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.billing import splits
from chalicelib.billing.pricing import PER_WHOLE
from chalicelib.billing.sharing_out import Share
from chalicelib.billing.splits import Split
from chalicelib.households.domain import Person
from chalicelib.households.service import require_member
from chalicelib.organisations.domain import Module
from chalicelib.schedule.store import list_programmes
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES, own=True)

_PERCENT = PER_WHOLE // 100
_ONE_HOME = say("There is nothing to share: this member has one home here")
_CHANGED = say("This has changed in the meantime. Look at it again, please.")
_ALL = "-"
"""How forms name all programmes together."""


class SplitView(NamedTuple):
    """A split as one of the homes reads it."""

    programme: str
    """As forms name it."""
    title: str
    agreed: str
    """What this home pays of it; empty: whoever enrols pays all."""
    wished: str
    """What this home would pay by a proposal; empty: there is none."""
    share: str
    """The same in millionths, for the form to say what was read."""
    is_own: bool
    """Whether the proposal is this home's."""


@routes.get("/{org}/members/{member}/split", Actor.EDITOR, owns="member")
def show_split(request: Request) -> Reply:
    """What is agreed for a child of two homes, what is proposed, and the form for another proposal."""
    return _page(request, _child(request))


@routes.post("/{org}/members/{member}/split", Actor.EDITOR, owns="member")
def propose(request: Request) -> Reply:
    """Proposes a split to the other home; nothing changes before it agrees."""
    child, form = _child(request), Form(request.form)
    if not _has_two(child):
        return _page(request, child, errors={"": _ONE_HOME}, status=409)
    programme = form.choice("programme", tuple(name for name, _ in _programmes(request)), required=True)
    typed = form.text("percent", required=True, maximum=3)
    if not form.errors and not (typed.isascii() and typed.isdigit() and int(typed) <= 100):
        form.errors["percent"] = say("Enter a whole number from 0 to 100")
    if form.errors:
        return _page(request, child, fields=request.form, errors=form.errors, status=400)
    ppm = int(typed) * _PERCENT
    splits.propose(request.org, request.me.household, child.id, _named(programme), ppm, request.now)
    return _back(request, child)


@routes.post("/{org}/members/{member}/split/answer", Actor.EDITOR, owns="member")
def answer(request: Request) -> Reply:
    """Agrees to the other home's proposal, declines it, or takes one's own back."""
    child, programme = _child(request), _posted(request)
    if not _has_two(child):
        return _page(request, child, errors={"": _ONE_HOME}, status=409)
    act = request.form.get("act", "")
    if act == "withdraw":
        splits.withdraw(request.org, request.me.household, child.id, programme, request.now)
    elif act in ("agree", "decline"):
        read, agrees = request.form.get("share", ""), act == "agree"
        ppm = int(read) if read.isascii() and read.isdigit() and len(read) < 8 else -1
        try:
            splits.answer(
                request.org, request.me.household, child.id, programme, agrees=agrees, now=request.now, read=ppm
            )
        except Conflict as refused:
            return _page(request, child, errors={"": refused.message or _CHANGED}, status=409)
    else:
        raise NotFound
    return _back(request, child)


@routes.post("/{org}/members/{member}/split/end", Actor.EDITOR, owns="member")
def end(request: Request) -> Reply:
    """Ends an agreement for what is bought from now on."""
    child = _child(request)
    if not _has_two(child):
        return _page(request, child, errors={"": _ONE_HOME}, status=409)
    splits.end(request.org, request.me.household, child.id, _posted(request), request.now)
    return _back(request, child)


def _child(request: Request) -> Person:
    """The member. Raises NotFound."""
    return require_member(request.org, request.me.home, request.params["member"])


def _has_two(child: Person) -> bool:
    return len(child.households) == 2


def _posted(request: Request) -> str:
    return _named(request.form.get("programme", "")[:64])


def _named(programme: str) -> str:
    return "" if programme == _ALL else programme


def _back(request: Request, child: Person) -> Reply:
    return redirect(urls.portal(request.org, f"members/{child.id}/split", saved="1"))


def _programmes(request: Request) -> list[tuple[str, str]]:
    local = request.local
    found = [(each.id, local.text(each.title)) for each in list_programmes(request.org)]
    return [(_ALL, local.say(say("All programmes"))), *found]


def _page(
    request: Request,
    child: Person,
    *,
    fields: Mapping[str, str] | None = None,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    programmes = _programmes(request)
    found = splits.list_splits(request.org, child.id)
    views = [_view(request, each, dict(programmes)) for each in found if each.shares or each.wished is not None]
    return render.page(
        request,
        "billing/split.html",
        status=status,
        errors=errors,
        fields=fields or {},
        child=child,
        has_two=_has_two(child),
        splits=views,
        programmes=programmes,
        saved=request.query.get("saved", ""),
    )


def _view(request: Request, split: Split, titles: Mapping[str, str]) -> SplitView:
    name = split.programme or _ALL
    return SplitView(
        programme=name,
        title=titles.get(name, split.programme),
        agreed=_own(request, split.shares),
        wished=_own(request, split.wished or ()),
        share=str(_ppm(request, split.wished or ()) or 0),
        is_own=split.by == request.me.household,
    )


def _own(request: Request, shares: tuple[Share, ...]) -> str:
    """What this home pays, as people write shares."""
    own = _ppm(request, shares)
    return "" if own is None else request.local.percent(own)


def _ppm(request: Request, shares: tuple[Share, ...]) -> int | None:
    return next((share.ppm for share in shares if share.household == request.me.household), None)
