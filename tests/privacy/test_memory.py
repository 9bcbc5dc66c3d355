"""The memory that a family's copy takes while it is made (NEW-12)."""

import gc
import random
import tracemalloc
from datetime import timedelta

from chalicelib import bootstrap
from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.documents.domain import Document, Edition
from chalicelib.documents.store import document_item
from chalicelib.files import keeping
from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.households import activity
from chalicelib.households.activity import Deed
from chalicelib.privacy import making, packing, takeaways
from chalicelib.shared.ids import dated_id, new_id
from tests.privacy.packed import copy_of, worker
from tests.support.world import World


def _filled(world: World, files: int, deeds: int) -> tuple[str, str]:
    """A family with so many files of three megabytes and so much in its log; and its user."""
    home = world.household(f"Family {files}", "Léa")
    user = world.user(home, email=f"u{files}@example.com")
    for number in range(files):
        content = random.Random(number).randbytes(3_000_000)
        file = StoredFile(new_id(), "report.pdf", FileKind.PDF, len(content), "0" * 64)
        edition = Edition(file, world.now, "staff")
        document = Document(dated_id(world.today), f"Report {number}", (edition,), household=home.id)
        write.put(document_item(world.org, document))
        bootstrap.vault().put(keeping.key(world.org, home.id, file.id), content, file.content_type)
    for start in range(0, deeds, 100):
        transaction = Transaction()
        for number in range(start, start + 100):
            deed = Deed("signed_in", world.now - timedelta(minutes=number), user.id, {"label": "Firefox " * 20})
            activity.note(transaction, world.org, home.id, deed)
        transaction.commit()
    return home.id, user.id


def _peak(world: World, household: str, user: str) -> int:
    """Bytes that making a copy held at most."""
    takeaways.ask(world.organisation, household, user, "en", world.now)
    asked = takeaways.latest(world.org, household, user)
    assert asked
    gc.collect()
    tracemalloc.start()
    try:
        assert making.make(worker(), asked.key, world.now) == "ready"
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_household(world: World) -> None:
    """NEW-12: six times as many files, forty times as much in the log, in the same memory, far below the function's."""
    little, much = _filled(world, 8, 100), _filled(world, 48, 4000)
    copy_of(world, *_filled(world, 0, 0), world.now)

    small, large = _peak(world, *little), _peak(world, *much)

    assert small > packing.PIECE_BYTES, "a whole piece has gathered"
    assert large < small + 3_000_000, (small, large)
    assert large < 60_000_000
