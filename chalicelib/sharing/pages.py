"""View models of who has access."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.calendar.domain import Entry
from chalicelib.calendar.pages import EntryView, Reader
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import User
from chalicelib.shared.texts import Message, say
from chalicelib.sharing.domain import Grant, Invitation, Share
from chalicelib.sharing.wording import ROLES
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted


class PersonView(NamedTuple):
    """Somebody with a role."""

    name: str
    meta: str
    href: str
    """Where it is changed; empty for oneself."""
    is_over: bool


class PendingView(NamedTuple):
    """Somebody who is invited, or a link."""

    id: str
    name: str
    meta: str
    is_over: bool = False


class Words:
    """Puts a household's access into words for one reader."""

    def __init__(self, home: Summary, local: Local, org: str, today: date) -> None:
        self._home = home
        self._local = local
        self._org = org
        self._today = today

    def person(self, user: User, me: str) -> PersonView:
        """Somebody with a role."""
        link = user.link(self._home.household)
        if link is None:
            raise LookupError("no role here")
        seen = user.last_sign_in
        last = say("Last here %(day)s", day=self._local.date(seen)) if seen else say("Has not signed in yet")
        return PersonView(
            name=user.name,
            meta=dotted(self.grant(Grant(link.role, link.until, link.members)), self._local.say(last)),
            href="" if user.id == me else urls.portal(self._org, f"access/people/{user.id}"),
            is_over=not link.is_open(self._today),
        )

    def invitation(self, invitation: Invitation) -> PendingView:
        """Somebody who is invited."""
        address = invitation.address
        shown = self._local.phone(address) if address.startswith("+") else address
        return PendingView(invitation.id, invitation.name, dotted(shown, self.grant(invitation.grant)))

    def share(self, share: Share) -> PendingView:
        """A link."""
        member = self._home.member(share.member)
        about = say("Schedule of %(name)s", name=member.first_name if member else "")
        used = share.seen_at
        last = say("last opened %(when)s", when=self._local.datetime(used)) if used else say("never opened")
        told = (self._local.say(words) for words in (about, self._until(share.until), last))
        return PendingView(share.hash, share.name, dotted(*told), not share.is_open(self._today))

    def grant(self, grant: Grant) -> str:
        """A role with its limits."""
        names = [row.first_name for row in self._home.members if row.id in grant.members]
        parts = [self._local.say(ROLES[grant.role][0]), ", ".join(names)]
        return dotted(*parts, self._local.say(self._until(grant.until)) if grant.until else "")

    def roles(self) -> list[tuple[str, str]]:
        """The roles to choose from, each with what it may do."""
        say_it = self._local.say
        return [(role.value, f"{say_it(title)} \N{EN DASH} {say_it(does)}") for role, (title, does) in ROLES.items()]

    def _until(self, day: date) -> Message:
        return say("until %(day)s", day=day)


def open_entries(reader: Reader, entries: Sequence[Entry]) -> list[EntryView]:
    """Entries for whoever has a link: when, what and where; nothing that leads on, lets in or tells why."""
    plain = (entry._replace(door=None, note="", attendance=None) for entry in entries)
    return [reader.view(entry)._replace(href="", who="", colour=0) for entry in plain]
