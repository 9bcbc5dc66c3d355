"""The command that makes the list of clients anew."""

from typer.testing import CliRunner

from chalicelib.clients.searching import search
from cli.__main__ import app
from tests.support.world import World, build


def test_the_list_of_clients_is_made_anew(world: World) -> None:
    """For records that are older than the list: nothing was told by the stream."""
    home = world.household("Tremblay", "Zoé")
    world.invoice(home, "2026-0041")
    build(f"{world.org}-b", world.now).household("Roy")

    done = CliRunner().invoke(app, ["clients", "index", world.org])

    assert done.exit_code == 0, done.output
    assert "1 households can be found" in done.output
    assert [hit.household for hit in search(world.org, "zoé").hits] == [home.id]
    assert search(world.org, "2026-0041").hits[0].invoice_number == "2026-0041"
    assert search(f"{world.org}-b", "roy").hits == ()


def test_an_organisation_that_is_not_there_is_said_to_be_none() -> None:
    done = CliRunner().invoke(app, ["clients", "index", "no-such"])
    assert done.exit_code == 1
