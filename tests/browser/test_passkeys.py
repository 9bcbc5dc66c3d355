"""Somebody of the staff with a passkey, in Chromium with a device of its own (A-28): made at the first sign-in, asked
for at the next, and what is there when it is lost.

The portal has a name here: browsers make no passkeys for an address of numbers.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.browser.looks import Inspector
from tests.browser.people import KATE
from tests.browser.portal import Portal, running
from tests.browser.visitor import Visitor

_DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def named() -> Iterator[Portal]:
    """A portal whose address is a name."""
    with running(host="localhost") as started:
        yield started


class Device:
    """The telephone beside a visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self._tools: CDPSession = visitor.context.new_cdp_session(visitor.page)
        self._tools.send("WebAuthn.enable")
        added = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        self.id = added["authenticatorId"]

    def passkeys(self) -> int:
        """How many it keeps."""
        return len(self._tools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])

    def refuse(self) -> None:
        """Its owner is not recognised from now on."""
        self._tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})
        self._tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


def test_a_passkey_is_made_asked_for_and_lost(chromium: Browser, named: Portal) -> None:
    """A-28: from the first sign-in to the desk without a code of an app; every page on the way is sound."""
    visitor, inspector = Visitor(chromium, named), Inspector()
    page, device = visitor.page, Device(visitor)
    _give_code(visitor)
    page.wait_for_url("**/settings/authenticator")
    inspector.inspect(visitor)
    visitor.follow(page.locator("[data-passkey] button"))
    page.locator("main ol").wait_for()
    codes = page.locator("bdi.code").all_inner_texts()
    assert (device.passkeys(), len(codes)) == (1, 10)
    page.locator("main a.button--primary").click()
    page.wait_for_url("**/desk")
    visitor.open("settings/authenticator")
    inspector.inspect(visitor)
    visitor.sign_out()

    _give_code(visitor)
    page.wait_for_url("**/second-factor*")
    inspector.inspect(visitor)
    button = page.locator("[data-passkey] button")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    visitor.sign_out()

    device.refuse()
    _give_code(visitor)
    page.wait_for_url("**/second-factor*")
    page.locator("[data-passkey] button").click()
    page.locator("[data-passkey] [role=alert]:not(:empty)").wait_for()
    visitor.problems.clear()  # Chromium tells the console that its device has no such passkey
    page.locator("main details summary").click()
    page.locator("#field-recovery").click()
    page.keyboard.type("0000 0000 0000 0000")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    inspector.inspect(visitor)
    page.locator("#field-recovery").click()
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert visitor.problems == []
    visitor.close()


def _give_code(visitor: Visitor) -> None:
    """Signs in as far as the second proof."""
    post = visitor.portal.post_of(KATE.mail)
    visitor.ask_for_code(KATE.mail)
    visitor.enter_code(post.code())
