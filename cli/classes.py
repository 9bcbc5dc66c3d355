"""Commands of classes and their meetings, and who came."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chalicelib import bootstrap
from chalicelib.admin import class_file, operators
from chalicelib.enrolments import attending, changes
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import classes, listing, store
from chalicelib.schedule.classes import Done, Overlap, Staff
from chalicelib.schedule.domain import ClassGroup, Occurrence, Programme
from chalicelib.shared.texts import Texts, in_language
from chalicelib.shared.times import from_local, local, local_day
from chalicelib.web.forms import parse_day
from cli.asking import DocumentFile, Org, find, plainly, stop, tell, why

app = typer.Typer(help="Create classes, cancel and move meetings, see who came.", no_args_is_help=True)

ClassId = Annotated[str, typer.Argument(metavar="CLASS", help="Id of the class, as list shows it.")]
Day = Annotated[str, typer.Argument(metavar="DAY", help="A day such as 2026-12-24.")]
Days = Annotated[list[str], typer.Argument(metavar="DAY...", help="Days such as 2026-12-24.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in words for families.")]
AllTheSame = Annotated[bool, typer.Option("--overlap", help="Even where the room or the instructor is taken.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
_CLOCK = "%Y-%m-%d %H:%M"


@app.command()
def create(org: Org, file: DocumentFile, dry_run: DryRun = False, overlap: AllTheSame = False) -> None:
    """Create a class with its meetings; a file with an id that was used before only adds meetings that are new."""
    organisation = find(org)
    with plainly():
        wanted = class_file.read_class(file, organisation)
        _show_plan(wanted)
        if dry_run:
            return
        try:
            staff = _staff(organisation)
            classes.create(staff, wanted.group, overlap=overlap)
            done = classes.add_meetings(staff, wanted.group.id, wanted.meetings, overlap=overlap)
        except Overlap as refused:
            raise stop("The room or the instructor is taken:", *_clashes(refused, organisation)) from refused
    tell(f"Class {done.group.id} has {len(done.group.occurrences)} meetings")


def _show_plan(wanted: class_file.WantedClass) -> None:
    for day in wanted.plan.days:
        tell(f"{day:%a %Y-%m-%d}")
    for day in wanted.plan.left_out:
        tell(f"{day:%a %Y-%m-%d} left out")


def _clashes(refused: Overlap, organisation: Organisation) -> list[str]:
    return [
        f"{_at(clash.wanted.starts, organisation)}: {in_language(clash.other.title, organisation.language)}"
        f" ({clash.other.room if clash.what == 'room' else clash.other.instructor})"
        for clash in refused.clashes
    ]


@app.command("save-programme")
def save_programme(
    org: Org,
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Id of the programme, such as ballet.")],
    title: Annotated[list[str], typer.Option("--title", help="What it is called: fr=Ballet, once for each language.")],
) -> None:
    """Store a programme over the one with the same id; its rules stay as they are."""
    organisation = find(org)
    told = dict(each.split("=", 1) for each in title if "=" in each)
    if set(told) - set(organisation.languages) or not told:
        raise stop(f"--title must be such as {organisation.language}=Ballet.")
    known = store.get_programme(org, programme)
    classes.save_programme(org, (known or Programme(programme, {}))._replace(title=told))
    tell(f"Stored programme {programme}")


@app.command("list")
def list_classes(org: Org) -> None:
    """Show all classes, those that end last on top."""
    organisation = find(org)
    table = Table("id", "title", "instructor", "until", "open")
    after = ""
    while True:
        found = listing.list_classes(org, after)
        for each in found.rows:
            until = str(local_day(each.until, organisation.zone)) if each.until.year > 1970 else ""
            title = in_language(each.title, organisation.language)
            table.add_row(each.class_group, title, each.instructor, until, "yes" if each.is_open else "no")
        if not found.next:
            break
        after = found.next
    Console().print(table)


@app.command("cancel-meetings")
def cancel_meetings(org: Org, class_id: ClassId, days: Days, reason: Reason = "", dry_run: DryRun = False) -> None:
    """Cancel the meetings of a class on these days, and tell the families."""
    organisation = find(org)
    with plainly():
        group = _group(organisation, class_id)
        meetings = [each.id for each in _on(group, [_day(day) for day in days], organisation)]
        homes = changes.count_homes(organisation, class_id, meetings)
        if dry_run or not meetings:
            tell(f"{len(meetings)} meetings would be cancelled, and {homes} families told")
            return
        done = classes.cancel_meetings(_staff(organisation), class_id, meetings, _reason(organisation, reason))
        _tell_families(organisation, done)
    tell(f"Cancelled {len(meetings)} meetings; {homes} families concerned")


@app.command()
def move(
    org: Org,
    class_id: ClassId,
    day: Day,
    to: Annotated[str, typer.Argument(metavar="WHEN", help='Its new local time, such as "2026-12-24 16:30".')],
    room: Annotated[str, typer.Option("--room", help="Another room; without it the room stays.")] = "",
    reason: Reason = "",
    overlap: AllTheSame = False,
) -> None:
    """Move the meeting of a day to another time or room, and tell the families."""
    organisation = find(org)
    with plainly():
        found = _on(_group(organisation, class_id), [_day(day)], organisation)
        if len(found) != 1:
            raise stop(f"There are {len(found)} meetings on that day.")
        meeting, starts = found[0], from_local(_moment(to), organisation.zone)
        ends = starts + (meeting.ends - meeting.starts)
        told = _reason(organisation, reason)
        try:
            done = classes.move_meeting(
                _staff(organisation), class_id, meeting.id, starts, ends, room or meeting.room, told, overlap=overlap
            )
        except Overlap as refused:
            raise stop("The room or the instructor is taken:", *_clashes(refused, organisation)) from refused
        _tell_families(organisation, done)
    tell(f"Moved to {_at(starts, organisation)}")


@app.command()
def attendance(org: Org, class_id: ClassId, day: Day) -> None:
    """Print who is expected at the meetings of a day, and who came."""
    organisation = find(org)
    operators.work(organisation.slug, why(), bootstrap.clock().now())
    with plainly():
        group = _group(organisation, class_id)
        for meeting in _on(group, [_day(day)], organisation, cancelled=True):
            table = Table("name", "place", "attendance", title=_at(meeting.starts, organisation))
            for each in attending.sheet(organisation, class_id, meeting.id).expected:
                marked = each.mark.attendance.value if each.mark else ""
                table.add_row(each.person.name, each.enrolment.kind.value, marked)
            Console().print(table)


@app.command()
def show(org: Org, class_id: ClassId) -> None:
    """Show the meetings of a class."""
    organisation = find(org)
    with plainly():
        group = _group(organisation, class_id)
    table = Table(
        "begins", "minutes", "room", "instructor", "status", title=in_language(group.title, organisation.language)
    )
    for each in group.occurrences:
        minutes = int((each.ends - each.starts) / timedelta(minutes=1))
        teacher = listing.taught_by(group, each)
        table.add_row(_at(each.starts, organisation), str(minutes), each.room, teacher, each.status.value)
    Console().print(table)


@app.command("tell")
def tell_families() -> None:
    """Tell families of all changes that are due now, as the schedule does."""
    tell(f"Finished {changes.run(bootstrap.clock().now())} changes")


def _tell_families(organisation: Organisation, done: Done) -> None:
    """Goes through the homes of a change, and shows how far it got."""
    parts = changes.tell_in_parts(organisation, done.group.id, done.change, bootstrap.clock().now())
    with Console(stderr=True).status("Telling families") as status:
        for steps in parts:
            status.update(f"Telling families: {steps} steps")


def _staff(organisation: Organisation) -> Staff:
    return Staff(organisation.slug, bootstrap.clock().now())


def _group(organisation: Organisation, class_id: str) -> ClassGroup:
    found = store.get_class_groups(organisation.slug, [class_id], consistent=True).get(class_id)
    if found is None:
        raise stop(f"There is no class {class_id}.")
    return found


def _on(
    group: ClassGroup, days: list[date], organisation: Organisation, *, cancelled: bool = False
) -> list[Occurrence]:
    return [
        each
        for each in group.occurrences
        if local_day(each.starts, organisation.zone) in days and (cancelled or each.takes_place)
    ]


def _day(text: str) -> date:
    found = parse_day(text)
    if found is None:
        raise stop(f"{text} is no day such as 2026-12-24.")
    return found


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text.replace("T", " "), _CLOCK)  # noqa: DTZ007 - a wall clock's time
    except ValueError as error:
        raise stop(f'{text} is no time such as "2026-12-24 16:30".') from error


def _at(moment: datetime, organisation: Organisation) -> str:
    return local(moment, organisation.zone).strftime(_CLOCK)


def _reason(organisation: Organisation, reason: str) -> Texts:
    return {organisation.language: reason} if reason else {}
