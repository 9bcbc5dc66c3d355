"""The one way a code is refused, whatever was wrong with it (A-30)."""

from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say

WRONG = say("This code does not work: check it, or ask for a new one")
"""A-30: one sentence for wrong, expired, used, another browser's and too many."""


WRONG_PROOF = say("This code does not work: type the one that your authenticator shows now, or a recovery code")
"""The same for the second factor, which nobody can ask to be sent."""


class WrongProof(Invalid):
    """The code is none of the authenticator's, or was taken before."""

    def __init__(self) -> None:
        super().__init__({"code": WRONG_PROOF})


class WrongCode(Invalid):
    """The code opens nothing."""

    def __init__(self) -> None:
        super().__init__({"code": WRONG})
