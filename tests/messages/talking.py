"""Threads for tests, written through the service."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.households.domain import Household
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import StaffRole, User
from chalicelib.messages import service, store
from chalicelib.messages.domain import About, Author, Side, Thread, Words
from chalicelib.messages.service import Beginning
from tests.support.world import World


@dataclass
class Talk:
    """A household with a holder, and somebody at the desk."""

    world: World
    home: Household
    holder: User
    staff: User

    @property
    def family(self) -> Author:
        """The holder."""
        return Author(Side.FAMILY, self.holder.id, self.holder.name)

    @property
    def desk(self) -> Author:
        """The desk."""
        return Author(Side.STAFF, self.staff.id, self.staff.name)

    @property
    def summary(self) -> Summary:
        """As it is stored."""
        return get_summaries(self.world.org, (self.home.id,))[self.home.id]

    def ask(self, subject: str = "Shoes", text: str = "Which shoes?", about: About | None = None) -> Thread:
        """The family begins."""
        return self._begin(self.family, subject, text, about)

    def write(self, subject: str = "Concert", text: str = "Come at five.") -> Thread:
        """The desk begins."""
        return self._begin(self.desk, subject, text, None)

    def _begin(self, author: Author, subject: str, text: str, about: About | None) -> Thread:
        beginning = Beginning(subject, Words(text), about)
        return service.begin(self.world.organisation, self.home.id, beginning, author, self.world.now)

    def say(self, thread: Thread, author: Author, text: str = "Black ones.", at: datetime | None = None) -> Thread:
        """Somebody answers."""
        now = at or self.world.now
        return service.answer(self.world.organisation, self.home.id, thread.id, Words(text), author, now)

    def find(self, thread: Thread) -> Thread:
        """As it is stored."""
        found = store.get_thread(self.world.org, self.home.id, thread.id)
        assert found
        return found


def talk(world: World, name: str = "Tremblay") -> Talk:
    """A household and a desk that may talk."""
    home = world.household(name, "Emma")
    holder = world.user(home, email=f"{name.lower()}@example.com")
    return Talk(world, home, holder, world.staff(StaffRole.DESK))
