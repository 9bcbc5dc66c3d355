"""Sending one-time codes: a lane of its own, straight from the table's stream (M-12).

Only here is it found out whether anybody has the address that was typed. Unknown addresses get
nothing (A-19), known ones get the code at the address on file (A-20).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.feedback.addresses import code_ways, note_code
from chalicelib.identity import addresses, codes, signing_in, store
from chalicelib.identity.challenges import challenge_from
from chalicelib.identity.domain import Challenge, Channel, Purpose, User, channel_for
from chalicelib.identity.models import ChallengeItem, CodeDispatchItem
from chalicelib.notifications import compose
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.store import get as get_organisation
from chalicelib.ports import DeliveryFailed, Mailer, Secrets, Texter
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
    is_counted: bool = False
    """Whether it is the one code of the day for an address whose mails come back."""


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
    try:
        return _send_somewhere(post, organisation, challenge, now)
    except write.ConditionFailed:
        return "stale"


def _send_somewhere(post: Post, organisation: Organisation, challenge: Challenge, now: datetime) -> str:
    """Sends the code to the first address that is taken. Raises DeliveryFailed as the first one that was tried did."""
    refused: DeliveryFailed | None = None
    for destination in find_destinations(organisation, challenge, now):
        _note(organisation.slug, challenge, destination.channel)
        try:
            _deliver(post, organisation, challenge, destination)
        except DeliveryFailed as failed:
            if not failed.elsewhere:
                raise
            refused = refused or failed
            continue
        if destination.is_counted:
            note_code(organisation.slug, destination.address, _name(challenge), now)
        return destination.channel.value
    if refused:
        raise refused
    return "nobody"


def _name(challenge: Challenge) -> str:
    """What this code is called: a repeat of its sending is the same one."""
    return f"{challenge.id}#{challenge.sent}"


def _note(org: str, challenge: Challenge, channel: Channel) -> None:
    """Writes down how the code travels, with the order to send it. Raises ConditionFailed when that is gone."""
    order = CodeDispatchItem(*keys.code_dispatch(org, challenge.id, challenge.sent))
    write.update(order, [CodeDispatchItem.travelled_by.set(channel.value)], CodeDispatchItem.pk.exists())


def find_destinations(organisation: Organisation, challenge: Challenge, now: datetime) -> list[Destination]:
    """Whom the code is for and how it travels (C3), the way to try first at the beginning; none when there is nobody.

    Where mails come back, texts are not wanted, or none goes out any more this month, it goes the other way that is on
    file (decision 0076).
    """
    if challenge.purpose is Purpose.NEW_LOGIN:
        return _new_address(organisation, challenge, now)
    if challenge.purpose in (Purpose.INVITATION, Purpose.JOIN, Purpose.ON_FILE):
        return _at_target(organisation, challenge, now)
    user = _user(organisation, challenge)
    if user is None:
        return []
    allowed = bool(user.mobile) and addresses.may_be_texted(user.mobile, organisation.text_countries)
    channel = channel_for(challenge.channel, user, allowed)
    if channel is None:
        return []
    mobile = user.mobile if allowed else ""
    on_file = (mobile, user.email) if channel is Channel.TEXT else (user.email, mobile)
    local = compose.local_for(organisation, user.language or challenge.language)
    return _destinations(organisation, challenge, on_file, local, now)


def _destinations(
    organisation: Organisation, challenge: Challenge, on_file: Iterable[str], local: Local, now: datetime
) -> list[Destination]:
    """Those of the addresses to which the code may go."""
    org = organisation.slug

    def is_known() -> bool:
        order = read.one(CodeDispatchItem, keys.code_dispatch(org, challenge.id, challenge.sent))
        return order is not None and bool(order.known)

    return [
        Destination(Channel.TEXT if way.address.startswith("+") else Channel.MAIL, way.address, local, way.is_counted)
        for way in code_ways(org, on_file, _name(challenge), is_known, now)
    ]


def _user(organisation: Organisation, challenge: Challenge) -> User | None:
    if challenge.purpose is Purpose.STEP_UP:
        return store.get_user(organisation.slug, challenge.user)
    return signing_in.find_user(organisation, challenge.identifier)


def _new_address(organisation: Organisation, challenge: Challenge, now: datetime) -> list[Destination]:
    """A new login address gets its code there, unless it is somebody else's: then nothing is sent, or said."""
    login = store.find_login(organisation.slug, challenge.identifier)
    if login and login[0] != challenge.user:
        return []
    return _at_target(organisation, challenge, now)


def _at_target(organisation: Organisation, challenge: Challenge, now: datetime) -> list[Destination]:
    """The address that shall be proved, whoever has it; none where there is none."""
    local = compose.local_for(organisation, challenge.language)
    channel = Channel.TEXT if challenge.target.startswith("+") else Channel.MAIL
    if channel is Channel.TEXT and not addresses.may_be_texted(challenge.target, organisation.text_countries):
        return []
    return _destinations(organisation, challenge, (challenge.target,), local, now)


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
    mail = compose.mail(organisation, destination.local, "code", destination.address, reference, facts)
    post.mailer.send(mail._replace(org=organisation.slug))  # so that its bounce is told of the address (M-13)
