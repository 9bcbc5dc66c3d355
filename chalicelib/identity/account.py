"""The signed-in account as every page knows it: who, with which household, since when."""

from datetime import date, datetime

from chalicelib.households.domain import ADULT, Private, Role, age
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import StaffRole, Viewing
from chalicelib.identity.seeing import without_private
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import MINUTE

STEP_UP_SECONDS = 10 * MINUTE
"""A-28: how fresh a sign-in must be for acts that could lock the owner out."""


@frozen
class Account(Frozen):
    """A user, the household in view, and the session."""

    user: str
    user_name: str
    language: str
    session: str
    """Hash of the session's token: its name among the user's devices."""
    households: tuple[tuple[str, Role], ...]
    authenticated_at: datetime
    person: str = ""
    """The member whom the user is himself or herself; empty where nobody said so."""
    born: date | None = None
    """The user's day of birth, as he or she told it; None: not asked yet."""
    previous_visit: datetime | None = None
    summary: Summary | None = None
    """Of the household in view; None until one is chosen, or when there is none."""
    staff_role: StaffRole | None = None
    second_factor: bool = False
    """Whether a code of the authenticator was given in this session (A-28)."""
    viewing: Viewing | None = None
    """Staff who see the portal as the household in view does, and have no role of their own meanwhile (T-10)."""

    @property
    def household(self) -> str:
        """Id of the household in view. Raises LookupError when there is none."""
        return self.home.household

    @property
    def home(self) -> Summary:
        """Summary of the household in view. Raises LookupError when there is none."""
        if self.summary is None:
            raise LookupError("no household is in view")
        return self.summary

    @property
    def only_looks(self) -> bool:
        """Whether nothing may change through this session: staff look on who were not given the family's code."""
        return self.viewing is not None and not self.viewing.user

    @property
    def open_home(self) -> Summary:
        """The same, for reading about classes: without what members who grew up keep to themselves (NEW-14)."""
        return without_private(self.home, self.person)

    def may_see(self, member: str, private: Private) -> bool:
        """Whether a part of a member's life is open to the user: what a grown-up member keeps is his or hers alone."""
        return member == self.person or private.value not in self.home.keeps(member)

    @property
    def first_page(self) -> str:
        """Where somebody without a household in view belongs: staff who have none at the desk, others at the choice."""
        return "desk" if self.staff_role and not self.households else "households"

    @property
    def role(self) -> Role:
        """What the user is to the household in view."""
        return dict(self.households)[self.household]

    def works_as(self, roles: frozenset[str]) -> bool:
        """Whether the user is among the staff in one of these roles (`identity.staff`)."""
        return self.staff_role is not None and self.staff_role.value in roles

    def is_adult(self, today: date) -> bool | None:
        """Whether the user is of age (ACC-7); None: nobody told, so it is asked and never assumed (X-7)."""
        row = self.summary.member(self.person) if self.summary else None
        born = (row.birth_date if row else None) or self.born
        return age(born, today) >= ADULT if born else None

    def is_fresh(self, now: datetime) -> bool:
        """Whether the person proved who they are within the last ten minutes."""
        return (now - self.authenticated_at).total_seconds() <= STEP_UP_SECONDS
