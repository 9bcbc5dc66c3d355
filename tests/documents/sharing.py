"""Documents and requests, made through the use cases, for tests of what comes after."""

from datetime import date

from chalicelib.documents import asking, service, store
from chalicelib.documents.asking import Asking
from chalicelib.documents.domain import Document, Wanted
from chalicelib.documents.service import Words
from chalicelib.households.domain import Household, Person
from chalicelib.schedule.domain import ClassGroup
from chalicelib.shared.ids import new_id
from chalicelib.web.uploads import Upload
from tests.files.samples import PDF
from tests.support.world import World

LETTER = Upload("letter.pdf", PDF)


def shared(
    world: World, home: Household, title: str = "Letter", *, member: str = "", upload: Upload = LETTER
) -> Document:
    """A document of one household."""
    made = service.share(world.organisation, [home.id], member, Words(title), upload, new_id(), world.now)
    document = store.get_document(world.org, home.id, made)
    assert document
    return document


def shared_with_class(
    world: World, group: ClassGroup, title: str = "Packing list", upload: Upload = LETTER
) -> Document:
    """A document of a class group."""
    made = service.share_with_class(world.organisation, group.id, Words(title), upload, new_id(), world.now)
    return service.on_shelf(service.shelf_of(world.org, group.id), made)


def wanted(
    world: World, home: Household, title: str = "Medical certificate", *, member: Person | None = None,
    due_on: date | None = None,
) -> Wanted:  # fmt: skip
    """A paper that is asked for."""
    told = Asking(title, "Of this year, please.", member.id if member else "", due_on)
    made = asking.ask(world.organisation, home.id, told, new_id(), world.now)
    return reread(world, home, made)


def sent(world: World, home: Household, paper: Wanted, upload: Upload = LETTER) -> Wanted:
    """The same once the family sent a file."""
    asking.answer(world.organisation, home.id, paper.id, upload, new_id(), world.now)
    return reread(world, home, paper.id)


def reread(world: World, home: Household, wanted_id: str) -> Wanted:
    """A request as it is stored."""
    found = store.get_wanted(world.org, home.id, wanted_id)
    assert found
    return found
