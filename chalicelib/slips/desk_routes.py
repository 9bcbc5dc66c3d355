"""The staff's pages about slips: what counts, who is ready, releasing, amending and cancelling (X-12, NEW-9)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.data.write import Transaction
from chalicelib.households.service import require_summary
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import OFFICE, REPORTING
from chalicelib.organisations.domain import Module
from chalicelib.schedule.listing import list_classes
from chalicelib.schedule.store import get_class_groups, list_programmes
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.slips import gathering, listing, releasing, store, work
from chalicelib.slips.desk_pages import TAB_WORDS, desk_child, has_prints, list_row, progress_words, state_in
from chalicelib.slips.domain import SlipSettings, State
from chalicelib.slips.releasing import Desk
from chalicelib.slips.standing import Season
from chalicelib.slips.words import ISSUER_WORDS, KIND_WORDS
from chalicelib.slips.work import Task
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form, whole
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.SLIPS)

_LIST = "desk/slips"
_FAMILY = "/{org}/desk/slips/families/{household}"
_PROGRAMME = "programme-"
_MAX_WORDS = 50
_REASON = 500


@routes.get("/{org}/desk/slips", Actor.STAFF, staff=OFFICE)
def show_year(request: Request) -> Reply:
    """The children of a tax year by where they stand, and what is done for all of them."""
    return _year_page(request)


def _year_page(request: Request) -> Reply:
    season, state = _season(request, request.query), state_in(request.query.get("state", ""))
    year = str(season.year)
    rows = listing.list_rows(request.org, season.year, state, request.query.get("after", ""))
    progress = work.progress(request.org, season.year)
    here = {"year": year, "state": state.value}
    return render.page(
        request,
        "slips/desk.html",
        kind=request.local.say(KIND_WORDS[season.rules.kind]),
        year=year,
        years=_years(request, season, state),
        tabs=tabs(request, _LIST, _parts(year, state)),
        rows=[list_row(row, season, request.org, request.local) for row in rows.rows],
        progress=progress_words(progress, request.local),
        is_busy=progress.task is not None,
        is_set=season.settings.is_complete,
        may_release=state is State.READY and season.year < request.today.year and bool(rows.rows),
        may_report=state is State.RELEASED and bool(rows.rows) and request.me.works_as(REPORTING),
        print_url=urls.portal(request.org, "desk/slips/print", year=year) if has_prints(rows.rows) else "",
        saved=request.query.get("saved", ""),
        **paging.links(request, _LIST, rows.next, **here),
    )


def _parts(year: str, state: State) -> list[tuple[Message, Mapping[str, str], bool]]:
    return [(words, {"year": year, "state": each.value}, each is state) for each, words in TAB_WORDS]


def _years(request: Request, season: Season, state: State) -> list[tuple[str, str, bool]]:
    shown = range(request.today.year - 2, request.today.year + 1)
    return [
        (str(year), urls.portal(request.org, _LIST, year=str(year), state=state.value), year == season.year)
        for year in shown
    ]


@routes.post("/{org}/desk/slips/look", Actor.STAFF, staff=OFFICE)
def look_through(request: Request) -> Reply:
    """Looks through the families that paid something in a year: the first at once, the others within minutes."""
    return _begin(request, Task.LOOK)


@routes.post("/{org}/desk/slips/release", Actor.STAFF, staff=OFFICE)
def release_all(request: Request) -> Reply:
    """Releases all slips that are ready, and tells the families."""
    return _begin(request, Task.RELEASE)


def _begin(request: Request, task: Task) -> Reply:
    season = _season(request, request.form)
    work.begin(request.organisation, season.year, task, request.me.user, request.me.user_name, request.now)
    return redirect(urls.portal(request.org, _LIST, year=str(season.year), saved=task.value))


@routes.get("/{org}/desk/slips/settings", Actor.STAFF, staff=OFFICE)
def show_settings(request: Request) -> Reply:
    """What counts, and who the organisation is to the tax office."""
    return _settings_page(request, None)


@routes.post("/{org}/desk/slips/settings", Actor.STAFF, staff=OFFICE)
def save_settings(request: Request) -> Reply:
    """Stores it. What was released stays; what is listed follows when the families are looked through again."""
    season = _season(request, {})
    try:
        _save(request, _settings(request, season))
    except Invalid as wrong:
        return _settings_page(request, wrong.errors)
    return redirect(urls.portal(request.org, "desk/slips/settings", saved="1"))


def _settings(request: Request, season: Season) -> SlipSettings:
    form = Form(request.form)
    known = {programme.id for programme in list_programmes(request.org)}
    words = tuple(dict.fromkeys(line.strip() for line in form.lines("words").split("\n") if line.strip()))
    if len(words) > _MAX_WORDS:
        form.errors["words"] = say("Use at most %(n)s lines", n=_MAX_WORDS)
    changed = replace(
        season.settings,
        programmes=frozenset(each for each in known if request.form.get(_PROGRAMME + each)),
        words=words,
        issuer=form.text("issuer", required=True),
        signatory=form.text("signatory", required=True),
        any_age=season.rules.limit_is_choice and bool(request.form.get("any_age")),
        version=whole(request.form.get("version", "")),
    )
    form.done()
    return changed


def _save(request: Request, settings: SlipSettings) -> None:
    transaction = Transaction()
    store.save_settings(transaction, request.org, settings)
    transaction.commit_or_conflict()


def _settings_page(request: Request, errors: Mapping[str, Message] | None) -> Reply:
    season, local = _season(request, {}), request.local
    settings, sent = season.settings, request.form
    marked = get_class_groups(request.org, settings.class_groups)
    return render.page(
        request,
        "slips/settings.html",
        status=400 if errors else 200,
        errors=errors,
        kind=local.say(KIND_WORDS[season.rules.kind]),
        programmes=[
            (_PROGRAMME + each.id, local.text(each.title), _is_ticked(request, settings, each.id))
            for each in list_programmes(request.org)
        ],
        classes=[(each.id, local.text(each.title)) for each in marked.values()],
        fields=sent or {"words": "\n".join(settings.words), "issuer": settings.issuer, "signatory": settings.signatory},
        any_age=bool(sent.get("any_age")) if sent else settings.any_age,
        may_choose_age=season.rules.limit_is_choice,
        oldest=season.rules.oldest,
        issuer=local.say(ISSUER_WORDS[season.rules.kind]),
        version=sent.get("version", "") if sent else str(settings.version or ""),
        saved=request.query.get("saved", ""),
    )


def _is_ticked(request: Request, settings: SlipSettings, programme: str) -> bool:
    return _PROGRAMME + programme in request.form if request.form else programme in settings.programmes


@routes.get("/{org}/desk/slips/classes", Actor.STAFF, staff=OFFICE)
def show_classes(request: Request) -> Reply:
    """All classes, each with a button that makes it count by itself or not."""
    settings = _season(request, {}).settings
    found = list_classes(request.org, request.query.get("after", ""))
    return render.page(
        request,
        "slips/classes.html",
        classes=[
            (
                each.class_group,
                request.local.text(each.title),
                request.local.date(each.until),
                each.class_group in settings.class_groups,
            )
            for each in found.rows
        ],
        saved=request.query.get("saved", ""),
        **paging.links(request, "desk/slips/classes", found.next),
    )


@routes.post("/{org}/desk/slips/classes", Actor.STAFF, staff=OFFICE)
def mark_class(request: Request) -> Reply:
    """Makes a class count by itself, or not any more."""
    class_id = request.form.get("class_group", "")
    settings = _season(request, {}).settings
    if request.form.get("counts"):
        if class_id not in get_class_groups(request.org, [class_id] if class_id else []):
            raise NotFound
        _save(request, replace(settings, class_groups=settings.class_groups | {class_id}))
    else:
        _save(request, replace(settings, class_groups=settings.class_groups - {class_id}))
    return redirect(urls.portal(request.org, "desk/slips/classes", saved="1"))


@routes.get(_FAMILY, Actor.STAFF, staff=OFFICE, owns="household")
def show_family(request: Request) -> Reply:
    """A family in a tax year: where each child stands, and all slips side by side."""
    return _family_page(request, _season(request, request.query))


def _family_page(request: Request, season: Season, errors: Mapping[str, Message] | None = None) -> Reply:
    home = _home(request)
    found = gathering.look(request.org, season, home, store.get_file(request.org, home.household))
    return render.page(
        request,
        "slips/family.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        family=home.name,
        household=home.household,
        kind=request.local.say(KIND_WORDS[season.rules.kind]),
        year=str(season.year),
        list_url=urls.portal(request.org, _LIST, year=str(season.year)),
        children=[
            desk_child(each, season, home.household, request.org, request.local, request.today) for each in found
        ],
        saved=request.query.get("saved", ""),
    )


@routes.post(_FAMILY + "/release", Actor.STAFF, staff=OFFICE, owns="household")
def release_child(request: Request) -> Reply:
    """Releases the slips of one child, also anew where they were cancelled."""
    return _act(request, lambda desk: releasing.release(desk, request.form.get("child", "") or "-"))


@routes.post(_FAMILY + "/amend", Actor.STAFF, staff=OFFICE, owns="household")
def amend_child(request: Request) -> Reply:
    """Puts new slips in the place of those whose figures changed, with a reason that the family reads."""
    child = request.form.get("child", "")
    return _with_reason(request, child, lambda desk, reason: releasing.amend(desk, child, reason))


@routes.post(_FAMILY + "/{slip}/cancel", Actor.STAFF, staff=OFFICE, owns="slip")
def cancel_slip(request: Request) -> Reply:
    """Takes a slip back, with a reason that the family reads."""
    home = _home(request)
    slip = store.get_slip(request.org, home.household, request.params["slip"])
    if slip is None:
        raise NotFound
    season = gathering.season_of(request.organisation, slip.year)
    return _with_reason(request, slip.id, lambda desk, reason: releasing.cancel(desk, slip.id, reason), season)


def _with_reason(
    request: Request, about: str, act: Callable[[Desk, str], object], season: Season | None = None
) -> Reply:
    """Does what wants a reason; its field is named by what it is about, for the page has several."""
    season = season or _season(request, request.form)
    _home(request)
    form = Form(request.form)
    reason = form.lines(f"reason-{about}", required=True, maximum=_REASON)
    if form.errors:
        return _family_page(request, season, form.errors)
    return _act(request, lambda desk: act(desk, reason), season)


def _act(request: Request, act: Callable[[Desk], object], season: Season | None = None) -> Reply:
    season = season or _season(request, request.form)
    home, me = _home(request), request.me
    act(Desk(request.organisation, season, home.household, me.user, me.user_name, request.now))
    path = f"desk/slips/families/{home.household}"
    return redirect(urls.portal(request.org, path, year=str(season.year), saved="1"))


def _home(request: Request) -> Summary:
    return require_summary(request.org, request.params["household"])


def _season(request: Request, told: Mapping[str, str]) -> Season:
    return gathering.season_of(request.organisation, gathering.year_in(told.get("year", ""), request.today))
