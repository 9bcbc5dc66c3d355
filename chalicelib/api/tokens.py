"""Tokens of the API: made at the desk, shown once, found by their hash, ended in one press."""

from collections.abc import Collection
from datetime import date, datetime

from chalicelib.api.domain import MOST_TOKENS, PREFIX, Scope, Token
from chalicelib.api.models import ApiTokenItem
from chalicelib.data import keys, read, write
from chalicelib.data.write import Transaction
from chalicelib.identity import tokens
from chalicelib.identity.models import CounterItem
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Entry
from chalicelib.shared.errors import Conflict, TooMany, Unavailable
from chalicelib.shared.ids import is_id
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import HOUR, MINUTE, after, epoch, from_iso, moment_or_none, to_iso

_TOUCHED = 5 * MINUTE
"""Seconds within which a token's use is written down once."""
_HINT = 4
_MADE = say("Token for a program made: %(label)s")
_ENDED = say("Token for a program ended: %(label)s")


def make(org: str, name: str, scopes: Collection[Scope], last_day: date, by: Author, now: datetime) -> str:
    """Stores a new token of somebody's and returns what the program has to say; it is never to be had again.

    It begins with its maker's id, so that one read finds both. Raises Conflict where the organisation has as many
    as it may.
    """
    if len(of(org)) >= MOST_TOKENS:
        raise Conflict(say("There are as many tokens as there may be. End one first."))
    told = f"{PREFIX}{by.user}_{tokens.new_token()}"
    token = Token(tokens.token_hash(told), name, told[-_HINT:], frozenset(scopes), by.user, now, last_day)
    transaction = Transaction()
    transaction.create("token", _item(org, token))
    _note(transaction, org, _MADE, token, by, now)
    transaction.commit()
    return told


def of(org: str) -> list[Token]:
    """All tokens of an organisation, the newest first. One round trip."""
    found = read.each(ApiTokenItem, keys.api_token(org, "").pk, keys.API_TOKENS)
    return sorted(map(token_from, found), key=lambda token: token.made_at, reverse=True)


def end(org: str, token_id: str, by: Author, now: datetime) -> None:
    """Ends a token at once; one that is ended already stays so."""
    item = read.one(ApiTokenItem, keys.api_token(org, token_id))
    if item is None:
        return
    transaction = Transaction()
    transaction.delete("token", item)
    _note(transaction, org, _ENDED, token_from(item), by, now)
    transaction.commit()


def keys_of(org: str, told: str) -> tuple[keys.Key, keys.Key]:
    """Where the token would be that a program says, and whoever made it."""
    maker = told.removeprefix(PREFIX).partition("_")[0]
    return keys.api_token(org, tokens.token_hash(told)), keys.user(org, maker if is_id(maker) else "none")


def touch(org: str, token: Token, now: datetime) -> None:
    """Writes down that a token is used, at most every few minutes. Failing spoils no call."""
    if token.used_at and (now - token.used_at).total_seconds() < _TOUCHED:
        return
    item = ApiTokenItem(*keys.api_token(org, token.id))
    try:
        write.update(item, [ApiTokenItem.used_at.set(to_iso(now))], ApiTokenItem.pk.exists())
    except (write.ConditionFailed, Unavailable):  # ended meanwhile, or busy
        return


def count(org: str, token: Token, most: int, now: datetime) -> None:
    """Counts a call. Raises TooMany when the token has made as many within this minute as it may."""
    minute, second = divmod(epoch(now), MINUTE)
    item = CounterItem(*keys.limit(org, "api", f"{token.id}#{minute}"))
    kind = CounterItem.kind.set(CounterItem)
    actions = [CounterItem.total.add(1), CounterItem.expires.set(after(now, HOUR)), kind]
    write.update(item, actions)
    if item.total > most:
        raise TooMany(retry_after=MINUTE - second)


def _note(transaction: Transaction, org: str, words: Message, token: Token, by: Author, now: datetime) -> None:
    """Tells it in the organisation's log: what a token opens is the families'."""
    about = {"what": words.key, "label": f"{token.name} (\u2026{token.hint})"}
    audit.note(transaction, org, Entry("token", now, by, about))


def _item(org: str, token: Token) -> ApiTokenItem:
    return ApiTokenItem(
        *keys.api_token(org, token.id),
        token=token.id,
        name=token.name,
        hint=token.hint,
        scopes=sorted(scope.value for scope in token.scopes),
        made_by=token.made_by,
        made_at=to_iso(token.made_at),
        last_day=token.last_day.isoformat(),
    )


def token_from(item: ApiTokenItem) -> Token:
    """The token that `item` stores."""
    return Token(
        id=item.token,
        name=item.name,
        hint=item.hint,
        scopes=frozenset(map(Scope, item.scopes)),
        made_by=item.made_by,
        made_at=from_iso(item.made_at),
        last_day=date.fromisoformat(item.last_day),
        used_at=moment_or_none(item.used_at),
    )
