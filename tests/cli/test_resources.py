"""What can be booked, from the command line."""

from pathlib import Path

from typer.testing import CliRunner

from chalicelib.bookings import resource_store
from cli.__main__ import app
from tests.support.world import World

DEMO = Path(__file__).parents[2] / "demo" / "resources.toml"


def test_resources_are_stored_and_shown(world: World) -> None:
    """BOOK-3: from a file, each over the one with its id."""
    stored = CliRunner().invoke(app, ["resources", "import", world.org, str(DEMO)])
    assert (stored.exit_code, stored.stdout) == (0, "Stored 4 resources\n")
    assert len(resource_store.list_all(world.org)) == 4
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["resources", "show", world.org])
    assert "fri 17:00-23:00" in shown.stdout
    assert "sat 09:00-12:00, 13:00-23:00" in shown.stdout
    assert "6000 CAD per hour" in shown.stdout


def test_mistakes_are_told_and_nothing_is_stored(world: World, tmp_path: Path) -> None:
    """One line each."""
    file = tmp_path / "rooms.toml"
    file.write_text('[[resources]]\nid = "a"\nstep = 1\n')
    refused = CliRunner().invoke(app, ["resources", "import", world.org, str(file)])
    assert refused.exit_code == 1
    assert "resources[1].step must be from 5 to 1440" in refused.stderr
    assert resource_store.list_all(world.org) == []
