"""What the portal sent during a test, as the embedded AWS took it for delivery."""

from local import inbox
from local.inbox import Message


class Sent:
    """Mails and texts since this was made, newest first."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._before = {message.id for message in inbox.read(endpoint)}

    def __call__(self, address: str = "") -> list[Message]:
        """Messages to `address`, or all of them."""
        return [message for message in inbox.read(self._endpoint, address) if message.id not in self._before]

    def last(self, address: str) -> Message:
        """The newest message to `address`. Fails when there is none."""
        messages = self(address)
        assert messages, f"nothing was sent to {address}"
        return messages[0]

    def code(self, address: str) -> str:
        """The one-time code in the newest message to `address`."""
        codes = self.last(address).codes
        assert len(codes) == 1, f"expected one code for {address}, found {codes}"
        return codes[0]
