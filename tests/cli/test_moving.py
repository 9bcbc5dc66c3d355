"""The command that makes an organisation anew from its export."""

from pathlib import Path

from chalicelib.organisations import store
from tests.cli.test_main import foyer
from tests.moving.test_restoring import exported, filled
from tests.support.world import World


def test_an_export_is_restored_under_another_slug(world: World, tmp_path: Path) -> None:
    path = exported(filled(world), tmp_path)

    said = foyer("restore", str(path), "--as", f"{world.org}-cli")

    assert f"Restored {world.org}-cli" in said
    assert store.get(f"{world.org}-cli")


def test_what_can_not_be_restored_is_said(world: World, tmp_path: Path) -> None:
    assert "there is an organisation" in foyer("restore", str(exported(world, tmp_path)), code=1)
