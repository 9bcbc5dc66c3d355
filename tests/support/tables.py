"""A table without what all other tests of the process left, for what goes through the whole of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib import settings
from local import setup


@contextmanager
def of_its_own(name: str) -> Iterator[None]:
    """The process uses another table, empty at first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOYER_TABLE", f"foyer-{name}")
        settings.current.cache_clear()
        setup.make_resources()
        yield
    settings.current.cache_clear()
