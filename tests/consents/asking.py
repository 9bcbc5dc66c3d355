"""Consents for tests: written and published as the staff do it, signed as families do it."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.consents import drafting
from chalicelib.consents.domain import Act, Capacity, Listed, Manner, Rules, Signature, Wording
from chalicelib.consents.signing import Speaker, Wish, speak
from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import User
from tests.support.browser import Browser, Page
from tests.support.world import World

PHOTOS = Wording(
    title={"en": "Photographs", "fr": "Photographies", "ru": "Фотографии"},
    text={"en": "You may photograph my child.", "fr": "Vous pouvez photographier mon enfant.", "ru": "Снимайте."},
    after={"en": "Printed pictures stay.", "fr": "Les images imprimées restent."},
    basis="Law 25, s. 12",
)


def published(world: World, rules: Rules | None = None, wording: Wording = PHOTOS) -> Listed:
    """A consent that families are asked for."""
    consent = drafting.add(world.org, wording, rules or Rules())
    return drafting.publish(world.org, consent.id, "staff", world.now)


def reworded(world: World, listed: Listed, text: str) -> Listed:
    """The next version of a consent."""
    consent = drafting.require(world.org, listed.id)
    wording = consent.wording._replace(text={"en": text})
    drafting.change(world.org, replace(consent, wording=wording))
    return drafting.publish(world.org, listed.id, "staff", world.now)


def says(
    world: World, user: User, home: Household, listed: Listed, member: Person | None, act: Act = Act.SIGNED,
    **changes: object,
) -> Signature:  # fmt: skip
    """What a user says about a member, or about the household."""
    speaker = Speaker(user.id, user.name, home.id, "203.0.113.7", world.now)
    capacity = Capacity.GUARDIAN if member else Capacity.HOUSEHOLD
    manner = Manner("Marie Tremblay") if act is Act.SIGNED else Manner()
    wish = Wish(listed.id, member.id if member else "", listed.version, "en", act, capacity, manner)
    return speak(world.organisation, speaker, wish._replace(**changes))  # type: ignore[arg-type]


def fill(browser: Browser, page: Page, action: str, fields: Mapping[str, str]) -> Page:
    """Fills in a form and sends it, and goes where it leads."""
    form = page.form(action)
    return browser.post(form.action, {**form.fields, **fields}, follow=True)
