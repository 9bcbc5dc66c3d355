"""Readers of whole partitions know every kind of item."""

import subprocess
import sys

from tests.docs import pages

_OTHERS = (
    "identity/", "calendar/feeds.py", "organisations/", "admin/imports/places.py", "data/outbox.py",
    "privacy/deletions.py", "privacy/ending.py", "privacy/reports.py", "api/", "clients/", "joining/", "moving/",
    "till/", "viewing/", "notifications/own_words.py", "notifications/pace.py", "feedback/", "migrating/",
)  # fmt: skip
"""Kinds that stand in partitions of users, organisations, imported ids, messages, requests, programs, the desk,
addresses and the whole installation."""


def test_every_kind_that_a_household_can_have_is_known_to_the_import() -> None:
    folder = pages.ROOT / "chalicelib"
    defining = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if "discriminator=" in path.read_text()
    }
    wanted = {name for name in defining if not name.startswith(_OTHERS)}
    asked = "import sys, chalicelib.admin.summaries; print('\\n'.join(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=pages.ROOT)

    names = {f"chalicelib.{name.removesuffix('.py').replace('/', '.')}" for name in wanted}
    assert len(names) > 8
    assert names <= set(loaded.stdout.split())
