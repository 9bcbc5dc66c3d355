"""What may still go to an address that is refused (decision 0076)."""

from chalicelib.feedback.domain import ANSWER, Refusal

_SAFETY = frozenset(
    {
        "authenticator", "data_ready", "deletion_asked", "deletion_decided", "deletion_done", "login_changed",
        "new_device", "stranger",
    }
)  # fmt: skip
"""What protects an account and what was asked of one's own data: it is owed to its reader, wanted or not. An invitation
and the news of a new account are not among them, for these are what strangers complain about."""


def holds(refused: str, template: str) -> bool:
    """Whether a message stays away from an address that is refused in such a way; "" for one that is not."""
    if refused == Refusal.COMPLAINED.value:
        return template not in _SAFETY
    if refused == Refusal.STOPPED.value:
        return template != ANSWER
    return bool(refused)
