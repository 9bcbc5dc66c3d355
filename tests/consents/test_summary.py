"""A summary that is built anew tells of consents what the ledger's latest words come to."""

from dataclasses import replace

from chalicelib.admin.summaries import rebuild
from chalicelib.consents.domain import Act, Rules
from chalicelib.data.write import Transaction
from chalicelib.forms.domain import Audience
from chalicelib.households import store as households
from tests.consents.asking import published, says
from tests.support.world import World


def test_a_summary_built_anew_knows_what_was_signed(world: World) -> None:
    home = world.household("Tremblay")
    lea, user = world.member(home, "Léa"), world.user(home)
    says(world, user, home, published(world), lea)
    says(world, user, home, published(world), lea, Act.DECLINED)
    says(world, user, home, published(world, Rules(Audience(household=True))), None)
    before = households.get_summaries(world.org, (home.id,))[home.id]
    assert len(before.given) == 3
    transaction = Transaction()
    bare = world.builders[home.id].build(home.id, home.name, home.number)
    households.save_summary(transaction, world.org, replace(bare, version=before.version))
    transaction.commit()

    after = rebuild(world.organisation, home.id, world.now)

    assert after
    assert (after.given, "consent" in after.holds) == (before.given, True)
