"""Sharing and asking under load, for members who keep things to themselves, and as a rebuilt summary tells them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.admin import summaries
from chalicelib.data.write import Transaction
from chalicelib.documents import asking, service
from chalicelib.documents.domain import MAX_SENT, WantedState
from chalicelib.documents.service import Words
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Private
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from tests.documents.sharing import LETTER, reread, sent, shared, wanted
from tests.support.race import together
from tests.support.stored import messages_of
from tests.support.world import World


def summary(world: World, home: Household) -> Summary:
    return households.get_summaries(world.org, (home.id,))[home.id]


def test_a_paper_is_judged_once_however_many_press_at_once(world: World) -> None:
    """Thirty-two at the desk: one decides, the others are told that it is decided."""
    home = world.household()
    paper = sent(world, home, wanted(world, home))
    acts = [
        partial(
            asking.decide, world.organisation, home.id, paper.id, "Blurred." if number % 2 else "", "kate", world.now
        )
        for number in range(32)
    ]
    outcomes = together(acts)

    assert sum(each is None for each in outcomes) == 1
    assert all(each is None or isinstance(each, Conflict) for each in outcomes)
    assert reread(world, home, paper.id).state in (WantedState.ACCEPTED, WantedState.REJECTED)


def test_everything_that_is_shared_with_a_class_at_once_is_there(world: World) -> None:
    """No two take each other's place on the shelf."""
    group = world.class_group("Ballet", world.now + timedelta(days=1))
    acts = [
        partial(
            service.share_with_class, world.organisation, group.id, Words(f"List {number}"), LETTER, "kate", world.now
        )
        for number in range(8)
    ]
    outcomes = together(acts)

    assert [each for each in outcomes if isinstance(each, Exception)] == []
    found = service.shelf_of(world.org, group.id).documents
    assert {each.title for each in found} == {f"List {number}" for number in range(8)}


def test_a_family_may_send_so_many_files_until_somebody_has_looked(world: World) -> None:
    home = world.household()
    paper = wanted(world, home)
    for _ in range(MAX_SENT):
        sent(world, home, paper)
    with pytest.raises(Invalid):
        sent(world, home, paper)
    assert len(reread(world, home, paper.id).sent) == MAX_SENT


def test_what_is_no_households_is_not_found(world: World) -> None:
    """T-03."""
    home, other = world.household(), world.household("Roy")
    paper, document = wanted(world, home), shared(world, home)
    with pytest.raises(NotFound):
        asking.answer(world.organisation, other.id, paper.id, LETTER, "u", world.now)
    with pytest.raises(NotFound):
        service.withdraw(world.organisation, other.id, document.id, world.now)
    with pytest.raises(NotFound):
        service.replace_file(world.organisation, other.id, document.id, LETTER, "u", world.now)


@pytest.fixture
def grown_up(world: World) -> tuple[Household, Person]:
    """A household with a member who keeps the profile to herself."""
    home = world.household("Tremblay", "Léa")
    child = households.get_person(world.org, world.builders[home.id].members[0].id)
    assert child
    world.builders[home.id].members[0] = (
        world.builders[home.id].members[0]._replace(keeps=frozenset({Private.PROFILE.value}))
    )
    transaction = Transaction()
    households.save_person(transaction, world.org, replace(child, keeps=frozenset({Private.PROFILE})))
    transaction.commit()
    world.settle(home)
    return home, child


def test_what_a_grown_up_keeps_is_no_news_for_all_and_in_no_mail(
    world: World, grown_up: tuple[Household, Person]
) -> None:
    """NEW-14; the log says whom it is about, and so keeps what it is called from all others."""
    home, child = grown_up
    shared(world, home, "Psychologist's letter", member=child.id)
    wanted(world, home, "Proof of therapy", member=child)

    assert summary(world, home).news == ()
    told = [str(item.facts) for item in messages_of(world.org)]
    assert len(told) == 2
    assert not any("Psychologist" in each or "therapy" in each for each in told)
    noted = activity.page(world.org, home.id, world.now - timedelta(hours=1), world.now + timedelta(hours=1)).rows
    assert {deed.about["of"] for deed in noted} == {child.id}


@pytest.mark.parametrize("keeps", [False, True])
def test_a_rebuilt_summary_tells_the_same(world: World, grown_up: tuple[Household, Person], keeps: bool) -> None:
    """What is wanted, that there are documents, and the news of both."""
    home, child = grown_up
    member = child.id if keeps else ""
    shared(world, home, "Letter", member=member)
    wanted(world, home, member=child if keeps else None, due_on=world.today)
    sent(world, home, wanted(world, home, "Other", member=child if keeps else None))
    before = summary(world, home)
    after = summaries.rebuild(world.organisation, home.id, world.now)

    assert after is not None
    assert (after.wanted, after.holds, set(after.news)) == (before.wanted, before.holds, set(before.news))
    assert len(after.wanted) == 1
    assert len(after.news) == (0 if keeps else 2)
