"""The signed-in account as every page knows it: who, with which household, since when."""

from datetime import datetime

from chalicelib.households.domain import Role
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import StaffRole
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
    previous_visit: datetime | None = None
    summary: Summary | None = None
    """Of the household in view; None until one is chosen, or when there is none."""
    staff_role: StaffRole | None = None
    second_factor: bool = False
    """Whether a code of the authenticator was given in this session (A-28)."""

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
    def first_page(self) -> str:
        """Where somebody without a household in view belongs: staff who have none at the desk, others at the choice."""
        return "desk" if self.staff_role and not self.households else "households"

    @property
    def role(self) -> Role:
        """What the user is to the household in view."""
        return dict(self.households)[self.household]

    def is_fresh(self, now: datetime) -> bool:
        """Whether the person proved who they are within the last ten minutes."""
        return (now - self.authenticated_at).total_seconds() <= STEP_UP_SECONDS
