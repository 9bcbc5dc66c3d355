"""Merging two records of one member of a household. What the folded one has goes over to the one that is kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Person, Status
from chalicelib.households.service import require_summary
from chalicelib.households.summary import GIVEN_UP, Summary
from chalicelib.identity import store as identity
from chalicelib.joining import loading, merges
from chalicelib.joining.loading import Load
from chalicelib.joining.merges import Access, Merge, MergeState, What
from chalicelib.joining.merging import finish, move, move_back, require_unchanged
from chalicelib.joining.rewriting import Rename
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import dated_id
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local_day


@frozen
class MemberPreview(Frozen):
    """What a merge of two members would do."""

    home: Summary
    kept: Person
    folded: Person
    load: Load
    stops: tuple[Message, ...]


def preview(organisation: Organisation, household: str, kept_id: str, folded_id: str) -> MemberPreview:
    """What merging one member of a household into another would do. Raises NotFound."""
    home = require_summary(organisation.slug, household)
    kept, folded = (_member(organisation.slug, home, each) for each in (kept_id, folded_id))
    if kept.id == folded.id:
        raise NotFound
    load = loading.of_member(organisation, household, folded_id)
    stops = (*load.stops.values(), *_obstacles(home, kept, folded, load))
    return MemberPreview(home, kept, folded, load, stops)


def _member(org: str, home: Summary, person_id: str) -> Person:
    found = households.get_person(org, person_id) if home.member(person_id) else None
    if found is None:
        raise NotFound
    return found


def _obstacles(home: Summary, kept: Person, folded: Person, load: Load) -> Iterator[Message]:
    if len({*folded.households, *folded.archived_in}) > 1:
        yield say("The member belongs to another home as well: keep this record")
    if folded.keeps:
        yield say("The member keeps something from the others: keep this record")
    places = [row for row in home.enrolments if row.status not in GIVEN_UP and not row.meeting]
    mine, theirs = ({row.class_group for row in places if row.member == each.id} for each in (kept, folded))
    if mine & theirs:
        yield say("Both have a place in the same class: give one of them up first")
    if load.tells_of(kept.id):
        yield say("There are papers about both of them")


def merge(organisation: Organisation, seen: MemberPreview, by: str, now: datetime) -> Merge:
    """Merges what a preview showed. Raises Invalid for what stops it, Conflict when something was changed since."""
    if seen.stops:
        raise Invalid({"": seen.stops[0]})
    org, home = organisation.slug, seen.home
    users = tuple(
        Access(user.id) for user in identity.list_household(org, home.household) if user.person == seen.folded.id
    )
    begun = Merge(
        dated_id(local_day(now, organisation.zone)), What.MEMBERS, home.household, seen.kept.id, seen.folded.id,
        seen.kept.name, seen.folded.name, by, now, users=users,
    )  # fmt: skip
    gone = replace(seen.folded, households=(), archived_in=(home.household,), status=Status.ARCHIVED)
    transaction = Transaction()
    merges.save(transaction, org, begun)
    households.save_person(transaction, org, gone)
    households.save_summary(transaction, org, home.put_away(gone.id))
    transaction.commit_or_conflict()
    return carry_on(organisation, begun.id, now)


def carry_on(organisation: Organisation, merge_id: str, now: datetime) -> Merge:
    """Does what is left of a merge that was begun; of one that is done, nothing. Raises NotFound, Conflict."""
    org, begun = organisation.slug, merges.require(organisation.slug, merge_id)
    if begun.state is not MergeState.MOVING or begun.what is not What.MEMBERS:
        return begun
    move(org, begun, loading.of_member(organisation, begun.household, begun.folded), Rename(begun.folded, begun.kept))
    _be(org, begun, begun.folded, begun.kept)
    return finish(organisation, begun, MergeState.DONE, "member_merged", now)


def _be(org: str, begun: Merge, before: str, after: str) -> None:
    """Has the users who are the one member be the other."""
    for access in begun.users:
        user = identity.get_user(org, access.user)
        if user and user.person == before:
            transaction = Transaction()
            merges.check_state(transaction, org, begun)
            identity.save_user(transaction, org, replace(user, person=after))
            transaction.commit_or_conflict()


def undo(organisation: Organisation, merge_id: str, now: datetime) -> Merge:
    """Takes a merge of members back. Raises NotFound, Conflict when something was changed since."""
    org, done = organisation.slug, merges.require(organisation.slug, merge_id)
    if done.state is not MergeState.GOING_BACK:
        require_unchanged(org, done, now)
        _begin_undo(org, done)
        done = merges.require(org, merge_id)
    move_back(org, done, Rename(done.folded, done.kept))
    _be(org, done, done.kept, done.folded)
    return finish(organisation, done, MergeState.UNDONE, "member_merge_undone", now)


def _begin_undo(org: str, done: Merge) -> None:
    person = households.get_person(org, done.folded)
    if person is None:
        raise NotFound
    home = require_summary(org, done.household)
    back = replace(person, households=(done.household,), archived_in=(), status=Status.ACTIVE)
    transaction = Transaction()
    merges.save(transaction, org, replace(done, state=MergeState.GOING_BACK))
    households.save_person(transaction, org, back)
    households.save_summary(transaction, org, home.with_member(households.member_row(back)))
    transaction.commit_or_conflict()
