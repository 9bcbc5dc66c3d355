"""The finder ends before and after each of its calls: told again, it leaves an index that is true."""

from collections.abc import Callable
from dataclasses import replace

import botocore.httpsession
import pytest

from chalicelib.clients import indexing, store
from chalicelib.households import service
from chalicelib.households.domain import Household
from tests.clients.test_indexing import index_of
from tests.support.crashes import Wire, everywhere
from tests.support.world import World


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """All of this process's calls to AWS go through it."""
    found, real = Wire(), botocore.httpsession.URLLib3Session.send
    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", lambda self, *args: found.call(real, self, *args))
    return found


def test_a_finder_that_is_cut_short_goes_on_when_it_is_told_again(world: World, wire: Wire) -> None:
    """Neither a word too many nor one too few, and an entry that says what is there."""
    home: Household

    def setting() -> Callable[[], object]:
        nonlocal home
        home = world.household("Tremblay", "Zoé")
        indexing.refresh(world.org, home.id)
        stored, summary = service.require_household(world.org, home.id), service.require_summary(world.org, home.id)
        service.change_household(world.org, replace(stored, name="Gagnon"), summary, world.now)
        return lambda: indexing.refresh(world.org, home.id)

    def proof() -> None:
        rows = {
            key.sk.partition("#")[0] for key, of in index_of(world.org).items() if "#FIND#" in key.pk and of == home.id
        }
        entry = store.get(world.org, home.id)
        assert entry
        assert entry.settled
        assert set(entry.words.split()) == rows
        assert "gagnon" in rows

    assert everywhere(wire, setting, proof) > 6
