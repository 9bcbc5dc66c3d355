"""Answers, drafts and the household's summary are written together, once, whoever is quicker."""

from datetime import timedelta
from functools import partial

import pytest

from chalicelib.admin.summaries import rebuild
from chalicelib.forms import answering, store
from chalicelib.forms.answering import Author, Sheet
from chalicelib.forms.domain import Listed, Whom
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import Conflict, Unavailable
from chalicelib.shared.times import months_after
from tests.forms.asking import ANSWERED, AT_SIGN_IN, answered, published
from tests.support.race import together
from tests.support.world import World

MARIE = "Marie Tremblay"
HOUR = timedelta(hours=1)


@pytest.fixture
def family(world: World) -> tuple[Household, Person]:
    """A household with Léa."""
    home = world.household("Tremblay")
    return home, world.member(home, "Léa")


def sheet(world: World, form: Listed, home: Household, member: Person) -> Sheet:
    """The form before the family."""
    return answering.open_sheet(world.org, Whom(form.id, home.id, member.id))


def summary(world: World, home: Household) -> Summary:
    """The summary as it is stored."""
    return households.get_summaries(world.org, (home.id,))[home.id]


def marie(world: World) -> Author:
    """Who answers."""
    return Author("user", MARIE, "en", world.now)


def test_one_form_sent_by_many_at_once_is_one_answer(world: World, family: tuple[Household, Person]) -> None:
    """The same page sent thirty-two times leaves one answer and one note in the family's log (NEW-11)."""
    home, lea = family
    form = published(world)
    begun = sheet(world, form, home, lea)

    def send() -> str:
        return answering.send_in(world.organisation, begun, ANSWERED, marie(world), tail="a" * 32).id

    done = together([send] * 32)

    assert len({each for each in done if isinstance(each, str)}) == 1
    assert all(isinstance(each, str | Conflict | Unavailable) for each in done)
    assert len(store.list_answers(world.org, begun.whom, size=50)) == 1
    assert len(summary(world, home).given) == 1
    deeds = activity.page(world.org, home.id, world.now - HOUR, world.now + HOUR).rows
    assert [(deed.kind, deed.about) for deed in deeds if deed.kind == "form_answered"] == [
        ("form_answered", {"label": "Health form (fr)", "of": lea.id})
    ]


def test_answers_about_several_members_do_not_overwrite_each_other(world: World) -> None:
    """Each waits for the summary and goes on with what the others wrote."""
    home = world.household("Tremblay")
    members = [world.member(home, f"Child {number}") for number in range(8)]
    form = published(world)
    sheets = [sheet(world, form, home, member) for member in members]

    def send(number: int) -> int:
        for _ in range(20):
            try:
                answering.send_in(world.organisation, sheets[number], ANSWERED, marie(world), tail=f"{number}" * 32)
            except (Conflict, Unavailable):
                continue
            return 1
        return 0

    assert together([partial(send, number) for number in range(8)]) == [1] * 8
    assert {row.member for row in summary(world, home).given} == {member.id for member in members}


def test_a_draft_takes_nothing_back(world: World, family: tuple[Household, Person]) -> None:
    """Who begins to answer anew has still answered; sending it in ends the draft."""
    home, lea = family
    form = published(world)
    answered(world, form, home, lea)
    answering.keep_draft(world.organisation, sheet(world, form, home, lea), {"q-doctor": "Dr Lee"}, marie(world))
    assert sorted(row.state for row in summary(world, home).given) == ["done", "draft"]

    again = sheet(world, form, home, lea)
    assert again.fields == {"q-doctor": "Dr Lee"}
    answering.send_in(world.organisation, again, ANSWERED, marie(world))

    assert [row.state for row in summary(world, home).given] == ["done"]
    assert sheet(world, form, home, lea).draft is None


def test_a_summary_built_anew_says_the_same(world: World, family: tuple[Household, Person]) -> None:
    """C-5: what is due does not depend on how the summary came about."""
    home, lea = family
    first, second = published(world), published(world, rules=AT_SIGN_IN._replace(valid_months=6))
    for form in (first, first, second):
        answered(world, form, home, lea)
    answering.keep_draft(world.organisation, sheet(world, second, home, lea), {"q-doctor": "x"}, marie(world))
    kept = summary(world, home)
    assert {row.until for row in kept.given} == {None, months_after(world.today, 6)}

    built = rebuild(world.organisation, home.id, world.now + timedelta(hours=1))

    assert built
    assert (built.given, built.holds) == (kept.given, kept.holds)


def test_who_left_the_household_is_not_answered_about(world: World, family: tuple[Household, Person]) -> None:
    """T-03: the page was opened before."""
    from dataclasses import replace

    from chalicelib.data.write import Transaction
    from chalicelib.shared.errors import NotFound

    home, lea = family
    begun = sheet(world, published(world), home, lea)
    transaction = Transaction()
    households.save_summary(transaction, world.org, replace(summary(world, home), members=()))
    transaction.commit()

    with pytest.raises(NotFound):
        answering.send_in(world.organisation, begun, ANSWERED, marie(world))
