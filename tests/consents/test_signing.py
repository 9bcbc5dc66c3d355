"""Saying yes and no: a ledger that only grows, each guardian's word its own, and what homes are told of it (NEW-13)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.consents import drafting, gate, record, store
from chalicelib.consents.domain import Act, Lasts, Rules, Signers, State
from chalicelib.consents.signing import Changed, look
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.summary import GivenRow, Summary
from chalicelib.identity.domain import HouseholdLink
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import day_begins
from tests.consents.asking import PHOTOS, published, reworded, says
from tests.support.wire import tapped
from tests.support.world import ZONE, World


def _home(world: World, home: Household) -> Summary:
    return households.get_summaries(world.org, (home.id,))[home.id]


def _ledger(world: World, home: Household) -> list[Act]:
    return [each.act for each in store.list_signatures(world.org, home.id).rows]


def _row(world: World, home: Household, consent: str, member: str) -> GivenRow:
    row = gate.given(_home(world, home), consent, member)
    assert row
    return row


def test_a_signature_keeps_what_was_read_by_whom_for_whom_and_when(world: World) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)

    made = says(world, user, home, listed, lea, language="fr")

    kept = store.get_signature(world.org, home.id, made.id)
    assert kept == made
    assert (kept.version, kept.language, kept.title) == (1, "fr", "Photographies")
    assert (kept.signer.user, kept.signer.name, kept.member, kept.member_name) == (
        user.id, "Marie Tremblay", lea.id, "Léa Tremblay",
    )  # fmt: skip
    assert (kept.at, kept.zone) == (world.now, "America/Toronto")
    assert kept.text_hash == record.text_hash(PHOTOS, "fr")
    assert "203.0.113.7" not in str(record.canonical(kept))
    assert record.is_genuine(kept, store.get_edition(world.org, listed.id, 1))
    row = _row(world, home, listed.id, lea.id)
    assert (row.state, row.version, row.until) == ("signed", 1, None)


def test_a_consent_is_looked_at_in_two_round_trips(world: World) -> None:
    """The catalogue, then text and standing together; the page waits for nothing else beside the guard."""
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)
    says(world, user, home, listed, lea)

    with tapped() as wire:
        shown = look(world.org, home.id, listed.id, lea.id)

    assert (shown.edition.number, len(shown.standing.words)) == (1, 1)
    assert wire.calls == ["GetItem", "BatchGetItem"]


def test_a_text_that_is_missing_in_a_language_is_signed_in_the_one_that_was_shown(world: World) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    listed = published(world, wording=PHOTOS._replace(text={"fr": "Oui."}))

    assert says(world, user, home, listed, lea, language="ru").language == "fr"


def test_the_same_said_by_thirty_two_threads_is_one_entry(world: World) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)

    with ThreadPoolExecutor(32) as pool:
        made = {each.id for each in pool.map(lambda _: says(world, user, home, listed, lea), range(32))}

    assert len(made) == 1
    assert _ledger(world, home) == [Act.SIGNED]


def test_a_changed_text_is_asked_again_and_the_old_signature_is_superseded(world: World) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    first = published(world, Rules(mandatory=True))
    old = says(world, user, home, first, lea)
    second = reworded(world, first, "Another text.")
    catalogue = store.get_catalogue(world.org)

    asked = gate.due(catalogue, _home(world, home), world.today, {})
    assert [(each.id, each.version, each.member) for each in asked] == [(first.id, 2, lea.id)]
    with pytest.raises(Changed):
        says(world, user, home, first, lea)
    says(world, user, home, second, lea)

    assert gate.due(catalogue, _home(world, home), world.today, {}) == []
    assert sorted(_ledger(world, home), key=lambda act: act.value) == [Act.SIGNED, Act.SIGNED, Act.SUPERSEDED]
    assert store.get_signature(world.org, home.id, old.id) == old
    assert record.is_genuine(old, store.get_edition(world.org, first.id, 1))


def test_rules_alone_ask_nobody_again(world: World) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)
    says(world, user, home, listed, lea)
    consent = drafting.require(world.org, listed.id)
    drafting.change(world.org, replace(consent, rules=Rules(mandatory=True)))
    again = drafting.publish(world.org, listed.id, "staff", world.now)

    assert (again.version, again.rules.mandatory) == (1, True)
    assert gate.due(store.get_catalogue(world.org), _home(world, home), world.today, {}) == []


def test_a_signature_for_months_runs_out_by_itself_and_the_next_one_says_so(world: World) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    listed = published(world, Rules(lasts=Lasts(months=12)))
    says(world, user, home, listed, lea)
    row = _row(world, home, listed.id, lea.id)
    assert row.until is not None
    assert gate.holds(listed, row, row.until)
    assert not gate.holds(listed, row, row.until + timedelta(days=1))

    world.now += timedelta(days=400)
    says(world, user, home, listed, lea)

    assert set(_ledger(world, home)) == {Act.SIGNED, Act.EXPIRED}
    assert gate.holds(listed, _row(world, home, listed.id, lea.id), world.today)


def test_nobody_signs_what_a_season_is_over_for(world: World) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    listed = published(world, Rules(lasts=Lasts(until=world.today)))
    assert says(world, user, home, listed, lea).until == world.today

    world.now = day_begins(world.today + timedelta(days=1), ZONE)

    assert gate.due(store.get_catalogue(world.org), _home(world, home), world.today, {}) == []
    with pytest.raises(NotFound):
        says(world, user, home, listed, lea)


def test_a_withdrawal_takes_back_and_is_said_once(world: World) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    listed = published(world, Rules(mandatory=True))
    signed = says(world, user, home, listed, lea)

    gone = says(world, user, home, listed, lea, Act.WITHDRAWN)
    again = says(world, user, home, listed, lea, Act.WITHDRAWN)

    assert again == gone
    assert (gone.ends, gone.version, gone.text_hash) == (signed.id, 1, signed.text_hash)
    assert _row(world, home, listed.id, lea.id).state == "withdrawn"
    catalogue = store.get_catalogue(world.org)
    assert [each.member for each in gate.missing(catalogue, _home(world, home), lea.id, "", "", world.today)] == [
        lea.id
    ]


def test_nobody_withdraws_what_was_not_signed(world: World) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)

    with pytest.raises(Conflict):
        says(world, user, home, listed, lea, Act.WITHDRAWN)
    assert _ledger(world, home) == []


def test_a_no_to_what_is_optional_is_not_asked_again_before_the_text_changes(world: World) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)

    says(world, user, home, listed, lea, Act.DECLINED)
    assert gate.due(store.get_catalogue(world.org), _home(world, home), world.today, {}) == []
    reworded(world, listed, "Another text.")

    assert len(gate.due(store.get_catalogue(world.org), _home(world, home), world.today, {})) == 1


def _shared(world: World, mine: Household, theirs: Household) -> Person:
    """A child of both homes."""
    child = world.member(mine, "Zoé")
    both = replace(child, households=(mine.id, theirs.id))
    transaction = Transaction()
    households.save_person(transaction, world.org, both)
    households.save_member_link(transaction, world.org, theirs.id, child.id)
    transaction.commit()
    world.builders[theirs.id].members += world.builders[mine.id].members
    world.settle(theirs)
    return both


def test_one_guardian_is_enough_for_both_homes_where_one_is(world: World) -> None:
    """NEW-2: each signature is of its own home's ledger, and the child's two homes know what holds."""
    mine, theirs = world.household("Mine"), world.household("Theirs")
    child = _shared(world, mine, theirs)
    user, other = world.user(mine), world.user(theirs, email="other@example.com")
    listed = published(world, Rules(mandatory=True))

    says(world, user, mine, listed, child)

    assert _row(world, theirs, listed.id, child.id).state == "signed"
    assert (_ledger(world, mine), _ledger(world, theirs)) == ([Act.SIGNED], [])
    says(world, other, theirs, listed, child, Act.DECLINED)
    assert _row(world, mine, listed.id, child.id).state == "signed"
    says(world, user, mine, listed, child, Act.WITHDRAWN)
    assert _row(world, theirs, listed.id, child.id).state == "withdrawn"


def test_all_guardians_of_both_homes_sign_where_all_must(world: World) -> None:
    """NEW-2: viewers and delegates are not asked; a no of one guardian decides."""
    mine, theirs = world.household("Mine"), world.household("Theirs")
    child = _shared(world, mine, theirs)
    user, other = world.user(mine), world.user(theirs, email="other@example.com")
    second = world.user(mine, email="second@example.com", role=Role.GUARDIAN)
    world.user(mine, email="viewer@example.com", role=Role.VIEWER)
    listed = published(world, Rules(mandatory=True, signers=Signers.ALL))

    states = []
    for who, home in ((user, mine), (other, theirs), (second, mine)):
        says(world, who, home, listed, child)
        states.append(_row(world, mine, listed.id, child.id).state)

    assert states == ["partly", "partly", "signed"]
    assert _row(world, theirs, listed.id, child.id).state == "signed"
    says(world, other, theirs, listed, child, Act.WITHDRAWN)
    assert _row(world, mine, listed.id, child.id).state == "withdrawn"
    says(world, other, theirs, listed, child)
    assert _row(world, mine, listed.id, child.id).state == State.SIGNED.value


def test_nobody_waits_for_a_guardian_whose_time_is_over(world: World) -> None:
    """NEW-7: an access that ran out signs nothing, and holds nothing up."""
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    listed = published(world, Rules(signers=Signers.ALL))
    over = HouseholdLink(home.id, Role.GUARDIAN, world.today - timedelta(days=1))
    world.user(email="ex@example.com", households=(over,))

    says(world, user, home, listed, lea)

    assert _row(world, home, listed.id, lea.id).state == State.SIGNED.value


def test_what_is_not_theirs_or_not_asked_is_not_found(world: World) -> None:
    """T-03."""
    home, other = world.household("Tremblay"), world.household("Other")
    lea, stranger, user = world.member(home, "Léa"), world.member(other, "Max"), world.user(home)
    listed, whole = published(world), published(world, Rules(audience=Rules().audience._replace(household=True)))
    draft = store.get_catalogue(world.org).consents[0]._replace(id="none")

    for consent, member in ((listed, stranger), (listed, None), (whole, lea), (draft, lea)):
        with pytest.raises(NotFound):
            says(world, user, home, consent, member)
    assert says(world, user, home, whole, None).member == ""
    assert _row(world, home, whole.id, "").state == "signed"


def test_who_signs_on_the_last_day_of_february_signs_for_a_year() -> None:
    assert Lasts(months=12).last_day(date(2028, 2, 29)) == date(2029, 2, 28)
