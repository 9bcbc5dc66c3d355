"""The desk's page of statements for many families at once: for whom, how far it is, and ending it (STM-2)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from chalicelib.billing.period import Period
from chalicelib.identity.staff import REFUNDING
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store as schedule
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import months_after, to_iso
from chalicelib.till import runs
from chalicelib.till.homes import ID
from chalicelib.till.money_pages import sections
from chalicelib.till.refusing import said
from chalicelib.till.runs import Run, Whom
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import Local, dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_RUNS = "desk/money/statements"
_WORDS: Mapping[Whom, Message] = {
    Whom.ALL: say("All families with an account"),
    Whom.OWING: say("Families with something to pay"),
    Whom.CLASS: say("Families of one class"),
}


class RunRow(NamedTuple):
    """Statements for many families, and how far that is."""

    title: str
    meta: str
    state: str
    moment: str
    is_over: bool
    failed: str


@routes.get("/{org}/desk/money/statements", Actor.STAFF, staff=REFUNDING)
def show_runs(request: Request) -> Reply:
    """Statements that were sent to many at once, the last ones, and the form of new ones; usually last month's."""
    this_month = request.today.replace(day=1)
    first, last = months_after(this_month, -1), this_month - timedelta(days=1)
    group = request.query.get("class", "")[:ID]
    whom = Whom.CLASS if group else Whom.OWING
    return _page(request, {"from": first.isoformat(), "to": last.isoformat(), "class": group, "whom": whom.value})


@routes.post("/{org}/desk/money/statements", Actor.STAFF, staff=REFUNDING)
def send_statements(request: Request) -> Reply:
    """Tells the first families at once, and the others within minutes; who was told today of the same is not again."""
    try:
        runs.begin(request.organisation, _read(request))
    except Invalid as wrong:
        return _page(request, request.form, wrong.errors)
    except Conflict as refused:
        return _page(request, request.form, said(refused), 409)
    return redirect(urls.portal(request.org, _RUNS, saved="begun"))


@routes.post("/{org}/desk/money/statements/end", Actor.STAFF, staff=REFUNDING)
def end_run(request: Request) -> Reply:
    """Tells nobody any more."""
    runs.end(request.org, request.form.get("run", "")[:ID], request.now)
    return redirect(urls.portal(request.org, _RUNS, saved="ended"))


def _read(request: Request) -> Run:
    """What a form asks for. Raises Invalid."""
    form = Form(request.form)
    whom = form.choice("whom", tuple(each.value for each in Whom), required=True)
    first, last = form.day("from", required=True), form.day("to", required=True)
    group = request.form.get("class", "")[:ID]
    if first and last and first > last:
        form.errors["to"] = say("Enter a first day and, not before it, a last day")
    if first is None or last is None or form.errors:
        raise Invalid(form.errors)
    chosen = Whom(whom)
    me = request.me
    return Run(
        request.org, chosen, Period(first, last), me.user, me.user_name, request.now.replace(microsecond=0),
        class_group=group if chosen is Whom.CLASS else "",
    )  # fmt: skip


def _page(
    request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None, status: int = 400
) -> Reply:
    found, group = runs.latest(request.org), fields.get("class", "")
    named = _titles(request, [group, *(run.class_group for run in found)])
    ways = [(each.value, request.local.say(words)) for each, words in _WORDS.items() if each is not Whom.CLASS]
    if group in named:
        ways.append((Whom.CLASS.value, request.local.say(say("Families of the class %(name)s", name=named[group]))))
    return render.page(
        request,
        "till/runs.html",
        status=status if errors else 200,
        errors=errors,
        sections=sections(request, _RUNS),
        fields=fields,
        ways=ways,
        runs=[_row(run, named, request.local) for run in found],
        saved=request.query.get("saved", ""),
    )


def _titles(request: Request, class_ids: list[str]) -> dict[str, str]:
    """What classes are called, by their ids; those that are gone are left out."""
    wanted = {each for each in class_ids if each}
    found = schedule.get_class_groups(request.org, wanted) if wanted else {}
    return {class_id: request.local.text(group.title) for class_id, group in found.items()}


def _row(run: Run, named: Mapping[str, str], local: Local) -> RunRow:
    seen = say("%(n)s family gone through", plural="%(n)s families gone through", n=run.seen)
    sent = say("%(n)s statement sent", plural="%(n)s statements sent", n=run.sent)
    failed = say("%(n)s account does not add up", plural="%(n)s accounts do not add up", n=run.failed)
    days = f"{local.date(run.period.first_day)} – {local.date(run.period.last_day)}"
    return RunRow(
        title=dotted(local.say(_WORDS[run.whom]), named.get(run.class_group, ""), days),
        meta=dotted(local.datetime(run.began_at), run.by),
        state=dotted(local.say(seen), local.say(sent)),
        moment=to_iso(run.began_at),
        is_over=run.ended_at is not None,
        failed=local.say(failed) if run.failed else "",
    )
