"""Sending one-time codes: a lane of its own, straight from the table's stream (M-12).

Only here is it found out whether anybody has the address that was typed. Unknown addresses get
nothing (A-19), known ones get the code at the address on file (A-20).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.identity import addresses, codes, signing_in, store
from chalicelib.identity.challenges import challenge_from
from chalicelib.identity.domain import Challenge, Channel, Purpose, User, channel_for
from chalicelib.identity.models import ChallengeItem, CodeDispatchItem
from chalicelib.notifications import compose
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.store import get as get_organisation
from chalicelib.ports import Mailer, Secrets, Texter
from chalicelib.settings import Settings
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.web.language import Local

OnFile = Callable[[Organisation, Challenge], str]
"""The address on file of whom a registration means; "" for nobody."""


@frozen
class Post(Frozen):
    """What sending needs."""

    mailer: Mailer
    texter: Texter
    secrets: Secrets
    settings: Settings
    on_file: OnFile
    """Finds where a code goes for somebody who claims to be on file (C6)."""


@frozen
class Destination(Frozen):
    """Where a code goes."""

    channel: Channel
    address: str
    local: Local


def send(post: Post, org: str, challenge_id: str, number: int, now: datetime) -> str:
    """Sends the `number`-th code of a challenge, unless it is stale or nobody has the address.

    Returns what happened, for the log: `text`, `mail`, `stale` or `nobody`. Running twice sends the
    same code twice, which is harmless (M-02). Raises DeliveryFailed or Unavailable: try again.
    """
    item = read.one(ChallengeItem, keys.challenge(org, challenge_id))
    organisation = get_organisation(org)
    if item is None or organisation is None:
        return "stale"
    if organisation.demo_of:
        return "nobody"
    challenge = challenge_from(item)
    if challenge.sent != number or not challenge.is_open(now):
        return "stale"
    if challenge.purpose is Purpose.ON_FILE:
        challenge = replace(challenge, target=post.on_file(organisation, challenge))
    destination = find_destination(organisation, challenge)
    if destination is None:
        return "nobody"
    try:
        _note(org, challenge, destination.channel)
    except write.ConditionFailed:
        return "stale"
    _deliver(post, organisation, challenge, destination)
    return destination.channel.value


def _note(org: str, challenge: Challenge, channel: Channel) -> None:
    """Writes down how the code travels, with the order to send it. Raises ConditionFailed when that is gone."""
    order = CodeDispatchItem(*keys.code_dispatch(org, challenge.id, challenge.sent))
    write.update(order, [CodeDispatchItem.travelled_by.set(channel.value)], CodeDispatchItem.pk.exists())


def find_destination(organisation: Organisation, challenge: Challenge) -> Destination | None:
    """Whom the code is for and how it travels (C3), or None when there is nobody."""
    if challenge.purpose is Purpose.NEW_LOGIN:
        return _new_address(organisation, challenge)
    if challenge.purpose in (Purpose.INVITATION, Purpose.JOIN, Purpose.ON_FILE):
        return _at_target(organisation, challenge)
    user = _user(organisation, challenge)
    if user is None:
        return None
    allowed = bool(user.mobile) and addresses.may_be_texted(user.mobile, organisation.text_countries)
    channel = channel_for(challenge.channel, user, allowed)
    if channel is None:
        return None
    address = user.mobile if channel is Channel.TEXT else user.email
    return Destination(channel, address, compose.local_for(organisation, user.language or challenge.language))


def _user(organisation: Organisation, challenge: Challenge) -> User | None:
    if challenge.purpose is Purpose.STEP_UP:
        return store.get_user(organisation.slug, challenge.user)
    return signing_in.find_user(organisation, challenge.identifier)


def _new_address(organisation: Organisation, challenge: Challenge) -> Destination | None:
    """A new login address gets its code there, unless it is somebody else's: then nothing is sent, or said."""
    login = store.find_login(organisation.slug, challenge.identifier)
    if login and login[0] != challenge.user:
        return None
    return _at_target(organisation, challenge)


def _at_target(organisation: Organisation, challenge: Challenge) -> Destination | None:
    """The address that shall be proved, whoever has it; None where there is none."""
    local = compose.local_for(organisation, challenge.language)
    if not challenge.target.startswith("+"):
        return Destination(Channel.MAIL, challenge.target, local) if challenge.target else None
    if not addresses.may_be_texted(challenge.target, organisation.text_countries):
        return None
    return Destination(Channel.TEXT, challenge.target, local)


def _asked_by(organisation: Organisation, challenge: Challenge) -> str:
    """Who of the staff is to be told the code, for whoever gets it to compare (C7); "" where nobody is."""
    if challenge.purpose is not Purpose.ACTING:
        return ""
    staff = store.get_user(organisation.slug, challenge.user)
    return staff.name if staff else ""


def _deliver(post: Post, organisation: Organisation, challenge: Challenge, destination: Destination) -> None:
    code = codes.code(post.secrets.pepper()[0], challenge.id, challenge.sent)
    facts = {
        "code": code, "purpose": challenge.purpose.value, "host": post.settings.host,
        "asked_by": _asked_by(organisation, challenge),
    }  # fmt: skip
    if destination.channel is Channel.TEXT:
        post.texter.send(destination.address, compose.text_message(organisation, destination.local, "code", facts))
        return
    reference = f"code-{challenge.id}-{challenge.sent}"
    post.mailer.send(compose.mail(organisation, destination.local, "code", destination.address, reference, facts))
