"""Mails and texts about a changed login: true for each address that gets them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.notifications import compose
from chalicelib.organisations.domain import Organisation
from chalicelib.ports import Mail
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web.language import Local

pytestmark = pytest.mark.usefixtures("aws")

_WAS = "porte cette adresse, ou la portait jusqu’ici"


def _organisation() -> Organisation:
    name = {"fr": "École Arabesque", "en": "Arabesque School", "ru": "Школа «Арабеск»"}
    return Organisation("demo", name, "CA", "America/Toronto", "CAD", LANGUAGES)


def _mail(language: str, **facts: str) -> Mail:
    told: dict[str, Any] = {"name": "Marie", "at": datetime(2026, 12, 1, tzinfo=UTC), **facts}
    local = Local(language, "CA", "America/Toronto")
    return compose.mail(_organisation(), local, "login_changed", "marie@example.com", "ref", told)


def test_the_mail_to_a_former_address_does_not_call_it_the_accounts() -> None:
    """A-29."""
    mail = _mail("fr", old="m•••@example.com", new="n•••@example.com")

    for part in (mail.text, mail.html):
        assert _WAS in part
        assert "porte cette adresse." not in part


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("m•••@example.com", "n•••@example.com", "The email address you sign in with was changed."),
        ("", "n•••@example.com", "The email address you sign in with was changed."),
        ("•••23", "•••45", "The mobile number you sign in with was changed."),
        ("", "•••45", "The mobile number you sign in with was changed."),
        ("•••23", "", "The mobile number you sign in with was removed."),
    ],
)
def test_a_number_is_called_a_number(old: str, new: str, sentence: str) -> None:
    """A-29."""
    mail = _mail("en", old=old, new=new)

    assert sentence in mail.text
    assert sentence in mail.html
    assert ("address you sign in" in mail.text) is ("email" in sentence)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("enrolled", "An authenticator now opens the staff's pages for you."),
        ("removed", "Your authenticator was removed, and you are signed out everywhere."),
        ("recovery", "A recovery code was used to open the staff's pages. 9 codes are left."),
        ("codes", "New recovery codes were made; the ones before no longer work."),
    ],
)
def test_what_happened_to_an_authenticator_is_said(act: str, sentence: str) -> None:
    """A-28."""
    told = {"name": "Kate", "at": datetime(2026, 12, 1, tzinfo=UTC), "act": act, "left": 9}
    local = Local("en", "CA", "America/Toronto")

    mail = compose.mail(_organisation(), local, "authenticator", "kate@example.com", "ref", told)

    assert sentence in mail.text
    assert sentence in mail.html


@pytest.mark.parametrize("template", ["login_changed", "new_device", "authenticator", "staff_role"])
def test_a_warning_in_russian_has_room_for_the_whole_name(template: str) -> None:
    """A-23: half a name says nothing."""
    facts = {"name": "Елена", "browser": "Firefox", "old": "", "new": "•••45"}

    text = compose.text_message(_organisation(), Local("ru", "CA", "America/Toronto"), template, facts)

    assert text.endswith("\nШкола «Арабеск»")
