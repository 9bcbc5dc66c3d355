"""Signing in, for tests of what lies behind the door."""

from dataclasses import dataclass

from chalicelib.data import read
from chalicelib.entry import code_sender
from chalicelib.identity.models import CodeDispatchItem
from tests.support.browser import Browser, Page
from tests.support.sent import Sent


@dataclass
class Door:
    """A browser in front of one organisation's portal; codes go out when somebody asks for one."""

    browser: Browser
    sent: Sent
    org: str

    def ask(self, address: str) -> Page:
        """Asks for a code and lets the sender run. Returns the page for the code."""
        page = self.browser.get(f"/{self.org}/sign-in")
        page = self.browser.submit(page, "sign-in", address=address)
        self.dispatch()
        return page

    def dispatch(self) -> dict[str, list[dict[str, str]]]:
        """Hands the newest order of this browser's challenge to the sender, as the table's stream does."""
        cookie = next(value for name, value in self.browser.cookies.items() if name.endswith(f"code-{self.org}"))
        challenge = cookie.partition(".")[0]
        orders = list(read.each(CodeDispatchItem, f"ORG#{self.org}#CHALLENGE#{challenge}", "DISPATCH#"))
        return code_sender.handler({"Records": [record(orders[-1])]}, None)

    def enter(self, address: str, reached_at: str = "") -> Page:
        """Signs in and returns the first page."""
        page = self.ask(address)
        return self.browser.submit(page, "sign-in/code", code=self.sent.code(reached_at or address))


def record(order: CodeDispatchItem) -> dict[str, object]:
    """The stream's record of a new order."""
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": "1",
            "Keys": {"pk": {"S": order.pk}, "sk": {"S": order.sk}},
            "NewImage": order.serialize(null_check=False),
        },
    }
