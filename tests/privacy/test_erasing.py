"""Carrying a family's deletion out (NEW-12): what goes, what stays, and that it can be cut short anywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.billing import store as billing
from chalicelib.billing.domain import InvoiceStatus
from chalicelib.consents.domain import Rules
from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.documents import store as documents
from chalicelib.enrolments import certifying
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.files import keeping
from chalicelib.forms.domain import Audience
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.activity import Deed
from chalicelib.households.domain import Household, Role, Status
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, StaffRole, User
from chalicelib.joining import merging
from chalicelib.privacy import deletions, erasing
from chalicelib.privacy.deletions import GRACE_SECONDS, Deletion, DeletionState
from chalicelib.privacy.gathering import files_of, holding_of
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import after
from chalicelib.web.uploads import Upload
from tests.consents.asking import published, says
from tests.documents.sharing import shared, shared_with_class
from tests.files.samples import PDF
from tests.privacy.packed import copy_of
from tests.support.stored import messages_of
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    """A family with a child, a paid invoice of this year and one that may go."""
    home = world.household("Tremblay", "Léa")
    for number, day in (("2026-1", world.today), ("2001-1", date(2001, 3, 1))):
        world.invoice(home, number, issued_on=day, status=InvoiceStatus.PAID, total_minor=0, lines=())
    return home


@pytest.fixture
def marie(world: World, home: Household) -> User:
    """Its mother."""
    return world.user(home)


def ask(world: World, home: Household, user: User) -> Deletion:
    """A request that the staff have checked."""
    asked = Deletion(
        home.id, DeletionState.RECEIVED, world.now, user.id, f"{home.name}, {user.name}", home.number, user.email, "en"
    )
    deletions.ask(world.organisation, asked, world.now)
    deletions.verify(world.org, home.id, "Kate", world.now)
    return deletions.require(world.org, home.id)


def carry_out(world: World, home: Household) -> str:
    """The clock, when the grace period is over."""
    return erasing.run(bootstrap.vault(), keys.deletion(world.org, home.id), after(world.now, GRACE_SECONDS))


def everything(world: World, home: Household, user: User, *members: str) -> Iterator[str]:
    """All text that is left of a family anywhere in its partitions."""
    partitions = [
        keys.household_partition(world.org, home.id), keys.user_partition(world.org, user.id),
        keys.deed(world.org, home.id, "").pk, *(keys.person_partition(world.org, each) for each in members),
    ]  # fmt: skip
    for partition in partitions:
        for item in read.whole(partition):
            yield repr(item.attribute_values)


def test_nothing_goes_before_it_is_checked_and_the_fortnight_is_over(
    world: World, home: Household, marie: User
) -> None:
    """NEW-12: a request alone is nothing that the clock sees."""
    asked = Deletion(home.id, DeletionState.RECEIVED, world.now, marie.id, "x", "", marie.email, "en")
    deletions.ask(world.organisation, asked, world.now)
    far = after(world.now, GRACE_SECONDS * 10)
    assert keys.deletion(world.org, home.id) not in deletions.due(far)
    assert carry_out(world, home) == "not due"
    deletions.verify(world.org, home.id, "Kate", world.now)
    assert keys.deletion(world.org, home.id) not in deletions.due(after(world.now, GRACE_SECONDS - 1))
    assert keys.deletion(world.org, home.id) in deletions.due(far)
    deletions.withdraw(world.org, home.id, world.now)
    assert keys.deletion(world.org, home.id) not in deletions.due(far)
    assert households.get_household(world.org, home.id) == replace(home, version=1)


def test_what_the_law_wants_stays_and_all_else_goes(world: World, home: Household, marie: User) -> None:
    """NEW-12: the invoice of this year with the name on it; no child, no sign-in, no way to reach anybody."""
    member = world.builders[home.id].members[0].id
    transaction = Transaction()
    activity.note(transaction, world.org, home.id, Deed("signed_in", world.now, marie.id, {"label": "SECRET"}))
    transaction.commit()
    ask(world, home, marie)

    assert carry_out(world, home) == "partly"

    assert [each.number for each in billing.list_invoices(world.org, home.id).rows] == ["2026-1"]
    left = households.get_household(world.org, home.id)
    assert left
    assert (left.name, left.email, left.phone, left.status) == ("Tremblay", "", "", Status.ARCHIVED)
    assert households.get_person(world.org, member) is None
    assert identity.get_user(world.org, marie.id) is None
    assert identity.find_login(world.org, "email:marie@example.com") is None
    told = "".join(everything(world, home, marie, member))
    for secret in ("Léa", "marie@example.com", "famille@example.com", "SECRET"):
        assert secret not in told
    deletion = deletions.require(world.org, home.id)
    assert deletion.state is DeletionState.PARTLY
    assert deletion.kept_until == date(world.today.year + 6, 12, 31)
    assert (deletion.name, deletion.address, deletion.user) == ("", "", "")


def test_what_stayed_goes_in_its_turn(world: World, home: Household, marie: User) -> None:
    """NEW-12: the day after the last day, with nobody asking again."""
    ask(world, home, marie)
    carry_out(world, home)
    key = keys.deletion(world.org, home.id)
    until = deletions.require(world.org, home.id).kept_until
    assert until
    later = world.now.replace(year=until.year + 1, month=1, day=3)
    assert key in deletions.due(later)
    assert erasing.run(bootstrap.vault(), key, later) == "done"
    assert list(everything(world, home, marie)) == []
    assert key not in deletions.due(later.replace(year=2099))


def test_a_family_without_history_is_gone_whole(world: World) -> None:
    """NEW-12: nothing to keep, nothing kept; the address can be somebody's again."""
    home = world.household("Tremblay", "Léa")
    marie = world.user(home)
    member = world.builders[home.id].members[0].id
    ask(world, home, marie)
    assert carry_out(world, home) == "done"
    assert list(everything(world, home, marie, member)) == []
    other = world.household("Other")
    world.user(other, email="marie@example.com")


def test_the_other_home_of_a_shared_child_keeps_it(world: World, home: Household, marie: User) -> None:
    """NEW-2: the child, its classes, and the other parent's way in."""
    other = world.household("Other")
    child = world.member(other, "Noé")
    shared = replace(child, households=(home.id, other.id))
    transaction = Transaction()
    households.save_person(transaction, world.org, shared)
    households.save_member_link(transaction, world.org, home.id, child.id)
    transaction.commit()
    father = world.user(other, email="father@example.com")
    place, group = world.enrolment(other, shared)
    listed = shared_with_class(world, group)
    for each in (home, other):
        documents.save_seen(world.org, each.id, listed, listed.current.file.id, world.now)
    ask(world, home, marie)
    carry_out(world, home)
    kept = households.get_person(world.org, child.id)
    assert kept
    assert (kept.first_name, kept.households) == ("Noé", (other.id,))
    assert any(item.sk.endswith(place.id) for item in read.whole(keys.person_partition(world.org, child.id)))
    assert identity.get_user(world.org, father.id)
    assert households.get_household(world.org, other.id)
    assert documents.get_seen(world.org, other.id, [listed])
    assert not documents.get_seen(world.org, home.id, [listed])


@pytest.mark.parametrize("is_shared", [False, True])
def test_papers_of_a_certificate_go_with_its_member(
    world: World, home: Household, marie: User, is_shared: bool
) -> None:
    """They lie with the member, for all homes see them: gone with an only home, kept for another, archived or not."""
    other, vault = world.household("Other"), bootstrap.vault()
    lea = world.member(home, "Zoé")
    if is_shared:
        transaction = Transaction()
        households.save_person(transaction, world.org, replace(lea, archived_in=(other.id,)))
        households.save_member_link(transaction, world.org, other.id, lea.id)
        transaction.commit()
    paper = keeping.keep(world.org, lea.id, Upload("a.pdf", PDF))
    days = (world.today, world.today)
    certifying.record(world.org, lea.id, CertificateKind.MEDICAL, days, world.today, paper=paper)
    name = f"files/{paper.name}"
    assert name in copy_of(world, home.id, marie.id, world.now).namelist()
    ask(world, home, marie)

    carry_out(world, home)

    left = households.get_person(world.org, lea.id)
    if is_shared:
        assert left
        assert (left.households, left.archived_in) == ((), (other.id,))
        assert vault.get(keeping.key(world.org, lea.id, paper.id)) == PDF
    else:
        assert left is None
        with pytest.raises(NotFound):
            vault.get(keeping.key(world.org, lea.id, paper.id))


def test_who_has_another_household_or_works_here_keeps_the_sign_in(world: World, home: Household, marie: User) -> None:
    """NEW-12: only the link to this household goes."""
    other = world.household("Other")
    both = world.user(home, other, email="both@example.com")
    staff = world.staff(StaffRole.DESK, home)
    ask(world, home, marie)
    carry_out(world, home)
    left = identity.get_user(world.org, both.id)
    assert left
    assert left.households == (HouseholdLink(other.id, Role.HOLDER),)
    employed = identity.get_user(world.org, staff.id)
    assert employed
    assert employed.households == ()


def test_what_is_open_again_puts_it_off(world: World, home: Household, marie: User) -> None:
    """NEW-12: an invoice that came meanwhile; a day later the clock looks again."""
    ask(world, home, marie)
    world.invoice(home, "2026-9")
    assert carry_out(world, home) == "put off"
    due = after(world.now, GRACE_SECONDS)
    key = keys.deletion(world.org, home.id)
    assert key not in deletions.due(due)
    assert key in deletions.due(due + timedelta(days=1))
    assert identity.get_user(world.org, marie.id)


@pytest.mark.parametrize("survives", [0, 1, 2, 4, 6, 8])
def test_cut_short_anywhere_the_next_run_goes_on(
    world: World, home: Household, marie: User, monkeypatch: pytest.MonkeyPatch, survives: int
) -> None:
    """NEW-12: a worker that dies after so many writes leaves nothing that the next one does not finish."""
    member = world.builders[home.id].members[0].id
    ask(world, home, marie)
    real, commit, left = write.delete, Transaction.commit, [survives]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("died")

    def delete(item: Any) -> None:
        count()
        real(item)

    def counted(transaction: Transaction) -> None:
        count()
        commit(transaction)

    with monkeypatch.context() as patched:
        patched.setattr(write, "delete", delete)
        patched.setattr(Transaction, "commit", counted)
        with pytest.raises(RuntimeError):
            carry_out(world, home)
    assert carry_out(world, home) == "partly"
    told = "".join(everything(world, home, marie, member))
    assert "Léa" not in told
    assert "marie@example.com" not in told
    assert identity.find_login(world.org, "email:marie@example.com") is None
    assert [each.number for each in billing.list_invoices(world.org, home.id).rows] == ["2026-1"]


def test_the_family_is_told_at_the_address_it_had(world: World, home: Household, marie: User) -> None:
    """NEW-12: once, in its language, with what stays and until when."""
    ask(world, home, marie)
    carry_out(world, home)
    (done,) = [each for each in messages_of(world.org) if each.template == "deletion_done"]
    assert done.address == "marie@example.com"
    assert done.facts["language"] == "en"
    assert len(done.facts["kept"]) == 1


def test_another_family_and_organisation_are_left_alone(world: World, home: Household, marie: User) -> None:
    """T-03."""
    other = world.household("Other", "Noé")
    user = world.user(other, email="other@example.com")
    before = sorted(everything(world, other, user))
    ask(world, home, marie)
    carry_out(world, home)
    assert sorted(everything(world, other, user)) == before


def merged(world: World, home: Household) -> Household:
    """A second record of the family, merged into its first one; a letter stayed there, for files do not move."""
    folded = world.household("Tremblay-Roy")
    shared(world, folded, upload=Upload("letter.pdf", PDF))
    merging.merge(
        world.organisation, merging.preview(world.organisation, home.id, folded.id, world.now), "K", world.now
    )
    return folded


def left_of(world: World, home: Household) -> str:
    """All text that is left in a household's own partition."""
    return "".join(repr(item.attribute_values) for item in read.whole(keys.household_partition(world.org, home.id)))


def test_what_stayed_with_a_household_that_was_merged_into_it_is_the_familys(world: World) -> None:
    """NEW-12: it is in its copy, with its file, and goes with the family; long after the note of the merge is gone."""
    home = world.household("Tremblay")
    marie = world.user(home)
    folded = merged(world, home)
    copied = copy_of(world, home.id, marie.id, world.now)
    assert [name for name in copied.namelist() if name.startswith("files/")]
    (document,) = [item for item in read.whole(keys.household_partition(world.org, folded.id)) if "DOCUMENT" in item.sk]
    holding = holding_of(document)
    assert holding
    (file,) = files_of(holding.record(document))
    assert bootstrap.vault().get(keeping.key(world.org, folded.id, file.id)) == PDF
    ask(world, home, marie)

    assert carry_out(world, home) == "done"

    assert left_of(world, home) == left_of(world, folded) == ""
    with pytest.raises(NotFound):
        bootstrap.vault().get(keeping.key(world.org, folded.id, file.id))


def test_what_the_law_keeps_of_a_merged_household_goes_in_its_turn(world: World) -> None:
    """NEW-12: until then the family's own partition remembers where it is, and nothing else."""
    home = world.household("Tremblay")
    marie = world.user(home)
    folded = world.household("Tremblay-Roy")
    says(world, marie, folded, published(world, Rules(Audience(household=True))), None)
    merging.merge(
        world.organisation, merging.preview(world.organisation, home.id, folded.id, world.now), "K", world.now
    )
    ask(world, home, marie)
    assert carry_out(world, home) == "partly"
    assert [item.sk for item in read.whole(keys.household_partition(world.org, home.id))] == [f"ABSORBED#{folded.id}"]
    assert folded.email not in left_of(world, folded)
    until = deletions.require(world.org, home.id).kept_until
    assert until

    later = world.now.replace(year=until.year + 1, month=1, day=3)
    assert erasing.run(bootstrap.vault(), keys.deletion(world.org, home.id), later) == "done"

    assert left_of(world, home) == left_of(world, folded) == ""


def test_a_merged_household_that_is_in_use_again_is_left_alone(world: World) -> None:
    """Undone, or brought back by the staff: it is a family of its own."""
    home = world.household("Tremblay")
    marie = world.user(home)
    folded = merged(world, home)
    stored = households.get_household(world.org, folded.id)
    assert stored
    transaction = Transaction()
    households.save_household(transaction, world.org, replace(stored, status=Status.ACTIVE))
    transaction.commit()
    ask(world, home, marie)
    carry_out(world, home)
    assert folded.email in left_of(world, folded)
