"""Finds who is here already: by the addresses that people sign in with, and by name and day of birth."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.staging import batches
from chalicelib.data import keys, read
from chalicelib.households.store import get_summaries
from chalicelib.identity.domain import email_identifier, phone_identifier
from chalicelib.identity.models import LoginItem
from chalicelib.identity.store import get_users
from chalicelib.moving.domain import Row
from chalicelib.moving.translating import Translation
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.contacts import parse_email, parse_phone

_BATCH = 50


class Duplicate(NamedTuple):
    """Somebody in the files who has an account here already."""

    user: str
    """Id in the files."""
    name: str
    address: str
    """By which he or she is known here."""
    place: int
    known: str
    """Id of the user here."""


def duplicates(organisation: Organisation, translated: Translation) -> Iterator[Duplicate]:
    """Users of the files whose address belongs to somebody here. One round trip for each fifty."""
    for found in batches(translated.users(), _BATCH):
        wanted = {
            keys.login(organisation.slug, identifier): (user, name, address, place)
            for user, name, email, mobile, place in found
            for identifier, address in _identifiers(organisation, email, mobile)
        }
        taken = read.many(LoginItem, list(wanted)) if wanted else {}
        told = set()
        for key, item in taken.items():
            user, name, address, place = wanted[key]
            if user not in told and item.user != internal_id(organisation, "user", user):
                told.add(user)
                yield Duplicate(user, name, address, place, item.user)


def _identifiers(organisation: Organisation, email: str, mobile: str) -> Iterator[tuple[str, str]]:
    """What an address is stored under. One that can not be read is the import's to complain of."""
    try:
        if email:
            yield email_identifier(parse_email(email)), email
        if mobile:
            yield phone_identifier(parse_phone(mobile, organisation.country)), mobile
    except ValueError:
        return


def duplicate_rows(org: str, translated: Translation, found: tuple[Duplicate, ...]) -> Iterator[Row]:
    """Duplicates with the families that they have here, side by side."""
    for part in batches(found, _BATCH):
        users = get_users(org, {each.known for each in part})
        homes = {link.household for user in users.values() for link in user.households}
        summaries = get_summaries(org, tuple(sorted(homes))) if homes else {}
        for each in part:
            origin, user = translated.at(each.place), users.get(each.known)
            links = [link.household for link in user.households if link.household in summaries] if user else []
            here = ", ".join(summaries[home].name for home in links) or (user.name if user else "")
            place = f"{origin.file.name}:{origin.line}"
            yield Row(place, each.name, each.address, here, each.name, links[0] if links else "")


def namesakes(translated: Translation) -> Iterator[Row]:
    """Members whom two families of the files have under one name and day of birth."""
    for name, birth_date, one, other in translated.namesakes():
        places = [f"{origin.file.name}:{origin.line}" for origin in (translated.at(one), translated.at(other))]
        yield Row(places[0], name, birth_date, places[1], name)
