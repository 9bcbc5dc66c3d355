"""Merging households and members: everything is there afterwards, money adds up, and undone all is as before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.admin.summaries import rebuild
from chalicelib.billing import splits
from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.ledger import EntryKind, check
from chalicelib.billing.models import LedgerItem
from chalicelib.billing.sharing_out import Share
from chalicelib.billing.store import entry_from
from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Role
from chalicelib.households.service import require_summary
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink
from chalicelib.joining import loading, member_merging, merges, merging
from chalicelib.joining.fates import FATES, ONLINE, SHARED
from chalicelib.joining.loading import Load
from chalicelib.joining.merges import Merge, MergeState
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import store as payments
from chalicelib.payments.domain import Method
from chalicelib.payments.models import ClaimItem
from chalicelib.privacy.gathering import HOLDINGS
from chalicelib.schedule.store import get_rolls
from chalicelib.shared.errors import Conflict, Invalid
from tests.support.race import together
from tests.support.stored import messages_of, stored_items
from tests.support.world import World

ORGANISATION_S = ("MERGE", "ACTIVITY", "JOURNAL", "LEDGER")


class Twice:
    """A family that is on file twice: Léa in both, money on both sides."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept, self.folded = world.household("Tremblay"), world.household("Tremblay-Roy")
        self.lea, self.second = world.member(self.kept, "Léa"), world.member(self.folded, "Léa")
        self.marie = world.user(self.kept, email="marie@example.com")
        self.luc = world.user(self.folded, email="luc@example.com", role=Role.GUARDIAN)
        starts = world.now + timedelta(days=3)
        self.place, self.group = world.enrolment(self.folded, self.second, "Piano", starts)
        world.enrol(self.kept, self.lea, self.group)
        self._bill()

    def _bill(self) -> None:
        world = self.world
        for home, minor in ((self.kept, 5000), (self.folded, 18000)):
            world.invoice(home, f"2026-{minor}", minor=minor)
        _open(world, self.kept, self.folded)
        invoice = require_summary(world.org, self.folded.id).unpaid[0]
        told = Received(7000, "cash", invoices=(invoice.id,))
        desk.record(world.organisation, self.folded.id, told, world.now)
        desk.give_credit(world.organisation, self.folded.id, 1500, "Kindness", world.now)
        for home in (self.kept, self.folded):
            rebuild(world.organisation, home.id, world.now)

    def preview(self) -> merging.Preview:
        """What merging would do."""
        return merging.preview(self.world.organisation, self.kept.id, self.folded.id, self.world.now)

    def merge(self) -> Merge:
        """Merges them."""
        return merging.merge(self.world.organisation, self.preview(), "Kate", self.world.now)


def _open(world: World, *homes: Household) -> None:
    """Books what the invoices that tests wrote come to, so that ledgers begin right."""

    def post(books: Books) -> None:
        invoice = books.invoices.get(books.summary.unpaid[0].id)
        books.post(EntryKind.INVOICE, invoice.balance_minor, invoice, invoice.issued_on)

    for home in homes:
        keep(world.organisation, home.id, world.now, post)


@pytest.fixture
def twice(world: World) -> Twice:
    """The family."""
    return Twice(world)


def _state(org: str) -> dict[str, Any]:
    """All that is stored but for logs, ledgers, versions and word on its way: what an undo has to bring back."""
    found: dict[str, Any] = {}
    for key, item in stored_items(org).items():
        if not any(part in f"{key}" for part in (*ORGANISATION_S, "#OUTBOX#")):
            found[str(key)] = {name: value for name, value in item.items() if name not in ("version", "expires")}
    return found


def test_every_kind_of_record_has_a_fate() -> None:
    """A feature that keeps something new has to say here what a merge does with it."""
    assert set(FATES) == set(HOLDINGS)


def test_everything_comes_to_the_household_that_is_kept(twice: Twice) -> None:
    """ACC-15: one account, with all that was in both."""
    world = twice.world
    done = twice.merge()

    home = require_summary(world.org, twice.kept.id)
    assert done.state is MergeState.DONE
    assert {row.id for row in home.members} == {twice.lea.id, twice.second.id}
    assert len(home.unpaid) == 2
    assert {row.id for row in home.enrolments} >= {twice.place.id}
    gone = require_summary(world.org, twice.folded.id)
    assert gone.archived
    assert not gone.members
    assert not gone.unpaid
    assert not gone.enrolments
    users = {user.id: user for user in identity.list_household(world.org, twice.kept.id)}
    assert set(users) == {twice.marie.id, twice.luc.id}
    link = users[twice.luc.id].link(twice.kept.id)
    assert link
    assert link.role is Role.GUARDIAN
    assert users[twice.luc.id].link(twice.folded.id) is None
    seats = get_rolls(world.org, [twice.group.id])[twice.group.id].seats
    assert {seat.household for seat in seats} == {twice.kept.id}


def test_money_adds_up(twice: Twice) -> None:
    """INV, NEW-4: the balance is the sum of both, by ledger, documents and summary; both ledgers follow from entry to
    entry, and say what went over.
    """
    world = twice.world
    [(currency, kept, folded)] = twice.preview().balances()
    assert (kept, folded) == (5000, 18000 - 7000 - 1500)

    twice.merge()

    home, gone = (require_summary(world.org, each.id) for each in (twice.kept, twice.folded))
    assert merging.balances_of(home) == {currency: kept + folded}
    assert merging.balances_of(gone) in ({}, {currency: 0})
    assert home.due()[currency] - home.credit().get(currency, 0) <= kept + folded
    open_minor = sum(row.balance for row in home.unpaid)
    left = sum(credit.left_minor for credit in billing.list_credits(world.org, home.household).rows)
    assert open_minor - left == kept + folded
    for each in (home, gone):
        [account] = each.accounts
        entries = [entry_from(item) for item in read.each(LedgerItem, *_ledger(world, each.household, currency))]
        check(entries)
        assert entries[-1].balance_minor == account.balance
        assert entries[-1].number in ("H-1", "Tremblay")
    _, payment = desk.mark_paid(world.organisation, home.household, home.unpaid[0].id, Received(0, "cash"), world.now)
    assert payment is not None


def _ledger(world: World, household: str, currency: str) -> keys.Key:
    partition = keys.household_partition(world.org, household)
    return keys.Key(partition, keys.ledger_prefix("", currency))


def test_undone_everything_is_as_before(twice: Twice) -> None:
    """The preview's promise: nothing is lost, in either direction."""
    world = twice.world
    before = _state(world.org)

    done = twice.merge()
    assert _state(world.org) != before
    undone = merging.undo(world.organisation, done.id, world.now)

    after = _state(world.org)
    assert undone.state is MergeState.UNDONE
    assert set(after) == set(before)
    for key, item in before.items():
        if item["kind"]["S"] not in ("summary", "agenda"):
            assert after[key] == item, key
    for home in (twice.kept, twice.folded):
        assert merging.balances_of(require_summary(world.org, home.id)) == {"CAD": 5000 if home is twice.kept else 9500}


def test_both_logs_tell(twice: Twice) -> None:
    """NEW-11: each family's own log says what was merged into what."""
    world = twice.world
    twice.merge()

    for home, other in ((twice.kept, twice.folded), (twice.folded, twice.kept)):
        deeds = activity.page(world.org, home.id, world.now - timedelta(1), world.now + timedelta(1)).rows
        [deed] = [each for each in deeds if each.kind == "household_merged"]
        assert deed.about["label"] == other.name


def test_both_holders_hear_of_who_came(twice: Twice) -> None:
    """C5, S-05: a family that opened a record like another's comes to nobody's account unheard."""
    world = twice.world
    eve = world.user(twice.folded, email="eve@example.com", name="Eve Roy")
    twice.merge()

    told = {item.user: item.facts for item in messages_of(world.org) if item.template == "joined"}
    assert set(told) == {twice.marie.id, eve.id}
    assert "Eve Roy" in told[twice.marie.id]["who"]
    assert told[eve.id]["who"] == "Marie Tremblay"


def test_what_was_changed_since_is_not_undone(twice: Twice) -> None:
    """An undo that overwrote what happened since would lose it."""
    world = twice.world
    done = twice.merge()
    desk.give_credit(world.organisation, twice.kept.id, 100, "Later", world.now)

    with pytest.raises(Conflict):
        merging.undo(world.organisation, done.id, world.now)
    assert merges.require(world.org, done.id).state is MergeState.DONE


def test_a_merge_that_was_cut_short_goes_on(twice: Twice, monkeypatch: pytest.MonkeyPatch) -> None:
    """X: a crash between two packs leaves nothing half: pressed again, the rest moves, and once."""
    world = twice.world
    monkeypatch.setattr("chalicelib.joining.rewriting.MOST_WRITES", 4)
    calls = iter(range(100))
    real = merges.note_part

    def dies(*args: Any) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(merges, "note_part", dies)
    with pytest.raises(KeyboardInterrupt):
        twice.merge()
    [begun] = merges.page(world.org).rows
    assert begun.state is MergeState.MOVING

    done = merging.carry_on(world.organisation, begun.id, world.now)

    assert done.state is MergeState.DONE
    assert merging.balances_of(require_summary(world.org, twice.kept.id)) == {"CAD": 14500}
    assert merging.carry_on(world.organisation, begun.id, world.now).state is MergeState.DONE
    assert merging.balances_of(require_summary(world.org, twice.kept.id)) == {"CAD": 14500}
    assert merging.undo(world.organisation, done.id, world.now).state is MergeState.UNDONE


def test_what_only_the_provider_could_follow_stops_it(twice: Twice) -> None:
    """P-02: Stripe knows a card by its household; so that household is the one to keep."""
    world = twice.world
    write.put(payments.method_item(world.org, twice.folded.id, Method("pm_1", "card", "visa", "4242", "2031-05", True)))

    assert twice.preview().stops
    with pytest.raises(Invalid):
        twice.merge()
    assert merging.preview(world.organisation, twice.folded.id, twice.kept.id, world.now).stops == ()


def test_two_homes_of_a_child_are_no_duplicates(twice: Twice) -> None:
    """NEW-2: homes that share a child stay two."""
    world = twice.world
    shared = households.get_person(world.org, twice.second.id)
    assert shared
    write.put(households.person_item(world.org, replace(shared, households=(twice.folded.id, twice.kept.id))))

    assert any("two homes" in message.key for message in twice.preview().stops)


def test_a_change_between_preview_and_press_is_a_conflict(twice: Twice) -> None:
    """D-04: what is merged is what was shown."""
    seen = twice.preview()
    desk.give_credit(twice.world.organisation, twice.kept.id, 100, "Meanwhile", twice.world.now)

    with pytest.raises(Conflict):
        merging.merge(twice.world.organisation, seen, "Kate", twice.world.now)


def test_the_same_two_are_merged_once_however_many_press(twice: Twice) -> None:
    """P-11: one comes first, in whichever direction; everybody else is told to look again."""
    world = twice.world
    seen = [twice.preview() for _ in range(3)]
    seen.append(merging.preview(world.organisation, twice.folded.id, twice.kept.id, world.now))
    acts = [lambda each=each: merging.merge(world.organisation, each, "Kate", world.now) for each in seen]

    came = together(acts)

    [done] = [each for each in came if isinstance(each, Merge)]
    assert all(isinstance(each, Conflict) for each in came if each is not done)
    assert [each.state for each in merges.page(world.org).rows] == [MergeState.DONE]
    assert merging.balances_of(require_summary(world.org, done.kept)) == {"CAD": 14500}
    assert merging.balances_of(require_summary(world.org, done.folded)) in ({}, {"CAD": 0})


@pytest.mark.parametrize("left", ["everything", "users", "money"])
def test_one_who_goes_on_late_changes_nothing_after_the_undo(
    twice: Twice, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """A worker that was held up believes that the merge is under way; it was finished and taken back meanwhile."""
    world, real, stood = twice.world, loading.of_household, dict[str, Any]()
    if left == "money":
        transaction = Transaction()
        identity.save_user(transaction, world.org, replace(twice.luc.unlinked(twice.folded.id), version=1))
        identity.forget_link(transaction, world.org, twice.folded.id, twice.luc.id)
        transaction.commit()
    with monkeypatch.context() as held_up:
        held_up.setattr(merging, "move", _dies)
        with pytest.raises(KeyboardInterrupt):
            twice.merge()
    [begun] = merges.page(world.org).rows

    def slow(organisation: Organisation, household: str) -> Load:
        monkeypatch.setattr(loading, "of_household", real)
        load = real(organisation, household) if left == "everything" else Load(household)
        done = merging.carry_on(world.organisation, begun.id, world.now)
        merging.undo(world.organisation, done.id, world.now)
        stood.update(_state(world.org))
        return load

    monkeypatch.setattr(loading, "of_household", slow)
    with pytest.raises(Conflict):
        merging.carry_on(world.organisation, begun.id, world.now)

    assert merges.require(world.org, begun.id).state is MergeState.UNDONE
    assert _state(world.org) == stood


def _dies(*_: Any) -> None:
    raise KeyboardInterrupt


def test_currencies_stay_apart(twice: Twice) -> None:
    """M: what is owed in one currency is not added to what is owed in another, there and back."""
    world = twice.world
    euros = world.invoice(twice.folded, "2026-700", minor=700, currency="EUR")

    def post(books: Books) -> None:
        books.post(EntryKind.INVOICE, 700, euros, euros.issued_on)

    keep(world.organisation, twice.folded.id, world.now, post)
    rebuild(world.organisation, twice.folded.id, world.now)
    assert twice.preview().balances() == [("CAD", 5000, 9500), ("EUR", 0, 700)]

    done = twice.merge()
    home, gone = (require_summary(world.org, each.id) for each in (twice.kept, twice.folded))
    assert merging.balances_of(home) == {"CAD": 14500, "EUR": 700}
    assert not any(merging.balances_of(gone).values())

    merging.undo(world.organisation, done.id, world.now)
    home, gone = (require_summary(world.org, each.id) for each in (twice.kept, twice.folded))
    assert {code: minor for code, minor in merging.balances_of(home).items() if minor} == {"CAD": 5000}
    assert merging.balances_of(gone) == {"CAD": 9500, "EUR": 700}


def test_a_payment_under_way_stops_it(twice: Twice) -> None:
    """P-11: the invoice that somebody pays at this moment stays where the payment is to be booked."""
    world = twice.world
    [row] = require_summary(world.org, twice.folded.id).unpaid
    claim = keys.claim(world.org, twice.folded.id, row.id)
    write.put(ClaimItem(*claim, invoice=row.id, checkout="checkout", attempt=1))

    assert [message.key for message in twice.preview().stops] == [ONLINE.key]
    with pytest.raises(Invalid):
        twice.merge()
    assert not require_summary(world.org, twice.folded.id).archived


def test_homes_that_share_costs_are_not_merged(twice: Twice) -> None:
    """NEW-2: neither with each other, nor one of them into somebody else."""
    world = twice.world
    third = world.household("Gagnon")
    shared = households.get_person(world.org, twice.second.id)
    assert shared
    write.put(households.person_item(world.org, replace(shared, households=(twice.folded.id, third.id))))
    write.put(households.member_link_item(world.org, third.id, shared.id))
    shares = (Share(twice.folded.id, 500_000), Share(third.id, 500_000))
    splits.set_shares(world.org, shared.id, "", shares, world.now)

    assert SHARED.key in [message.key for message in twice.preview().stops]
    with pytest.raises(Invalid):
        twice.merge()
    seen = merging.preview(world.organisation, twice.folded.id, third.id, world.now)
    assert any("two homes" in message.key for message in seen.stops)


def test_whoever_gets_access_is_named_before(twice: Twice) -> None:
    """S-05: a record that a stranger opened under a family's number would let him in."""
    assert [user.name for user in twice.preview().users] == [twice.luc.name]
    both = replace(twice.luc, households=(*twice.luc.households, HouseholdLink(twice.kept.id, Role.VIEWER)))
    transaction = Transaction()
    identity.save_user(transaction, twice.world.org, replace(both, version=1))
    transaction.commit()
    assert twice.preview().users == ()


def test_no_login_address_changes_by_a_merge_or_its_undo(twice: Twice) -> None:
    """AUTH-13."""
    world = twice.world

    def logins() -> dict[str, tuple[str, ...]]:
        return {each.id: identity.require_user(world.org, each.id).identifiers for each in (twice.marie, twice.luc)}

    before = logins()
    done = twice.merge()
    assert logins() == before
    merging.undo(world.organisation, done.id, world.now)
    assert logins() == before


def test_two_members_become_one_and_two_again(twice: Twice) -> None:
    """After two households, the child who was in both is still there twice."""
    world = twice.world
    twice.merge()
    before = _state(world.org)
    seen = member_merging.preview(world.organisation, twice.kept.id, twice.lea.id, twice.second.id)
    assert any("same class" in message.key for message in seen.stops)

    alone = world.member(twice.kept, "Léa")
    rebuild(world.organisation, twice.kept.id, world.now)
    before = _state(world.org)
    seen = member_merging.preview(world.organisation, twice.kept.id, alone.id, twice.second.id)
    assert seen.stops == ()
    done = member_merging.merge(world.organisation, seen, "Kate", world.now)

    home = require_summary(world.org, twice.kept.id)
    assert {row.id for row in home.members} == {twice.lea.id, alone.id}
    assert {row.member for row in home.enrolments if row.id == twice.place.id} == {alone.id}
    seats = get_rolls(world.org, [twice.group.id])[twice.group.id].seats
    assert {seat.person for seat in seats} == {twice.lea.id, alone.id}

    member_merging.undo(world.organisation, done.id, world.now)
    after = _state(world.org)
    for key, item in before.items():
        if item["kind"]["S"] not in ("summary", "agenda"):
            assert after[key] == item, key
