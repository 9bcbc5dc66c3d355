"""Calls that are done once: a program that got no answer tries again under the same key, and gets the first one."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.api.models import ApiCallItem
from chalicelib.api.operations import Answer, Call, Operation
from chalicelib.api.problems import Problem
from chalicelib.data import keys, read, write
from chalicelib.shared.times import DAY, after, to_iso

_KEPT = DAY
_LEASE_SECONDS = 30
"""After which a call that was never answered counts as broken off: no function works longer on one."""


def digest(operation: Operation, params: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """What a call asks for, in a word: another thing, or for another household, is another word."""
    return _digest(operation.route, json.dumps([dict(params), body], sort_keys=True))


def do(operation: Operation, call: Call) -> Answer:
    """What the call is answered with, now or when it was first made.

    What is made is named after the call (`Call.new_id`), so one that broke off halfway is simply begun again.
    Raises Problem for a key that was used for something else, or while the first try is still under way.
    """
    place = keys.api_call(call.org, _digest(call.token.id, call.key))
    before = _begin(place, call.asked, call.now)
    if before is not None:
        return before
    try:
        answer = operation.view(call)
    except BaseException:
        write.delete(ApiCallItem(*place))  # nothing was done: the same key may be tried with what is right
        raise
    told = {"body": answer.body, "version": answer.version}
    write.put(_item(place, call.asked, call.now, told))
    return answer


def _begin(place: keys.Key, asked: str, now: datetime) -> Answer | None:
    """The answer that was given before; None where the call is this caller's to do now."""
    late = ApiCallItem.begun_at < to_iso(after(now, -_LEASE_SECONDS))
    broken_off = (ApiCallItem.asked == asked) & late & ApiCallItem.answer.does_not_exist()
    try:
        write.put(_item(place, asked, now), ApiCallItem.pk.does_not_exist() | broken_off)
    except write.ConditionFailed:
        return _earlier(read.one(ApiCallItem, place), asked)
    return None


def _earlier(found: ApiCallItem | None, asked: str) -> Answer:
    if found and found.asked != asked:
        raise Problem(422, "This Idempotency-Key was used for another call.")
    if found and found.answer is not None:
        return Answer(found.answer["body"], found.answer["version"])
    raise Problem(409, "The same call is under way.", headers={"Retry-After": "2"})


def _item(place: keys.Key, asked: str, now: datetime, answer: dict[str, Any] | None = None) -> ApiCallItem:
    return ApiCallItem(*place, asked=asked, begun_at=to_iso(now), answer=answer, expires=after(now, _KEPT))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
