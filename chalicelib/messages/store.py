"""Reads and writes threads, with their places in lists."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.files.domain import StoredFile
from chalicelib.messages.domain import (
    About,
    AboutKind,
    Author,
    Post,
    Question,
    Side,
    Thread,
    ThreadState,
    Words,
    question_of,
)
from chalicelib.messages.models import (
    DeskThreadItem,
    QuestionItem,
    ReplyAddressItem,
    ThreadItem,
    ThreadMessageItem,
)
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import from_iso, moment_or_none, to_iso


def get_thread(org: str, household_id: str, thread_id: str) -> Thread | None:
    """The household's thread, or None. One strong read."""
    found = read.one(ThreadItem, keys.thread(org, household_id, thread_id)) if is_dated_id(thread_id) else None
    return thread_from(found) if found else None


def list_threads(org: str, household_id: str, after: str = "") -> read.Page[Thread]:
    """Threads of a household, those begun last first, 25 at a time. One round trip."""
    found = read.listed(ThreadItem, partial(keys.thread, org, household_id), after=after)
    return read.Page([thread_from(item) for item in found.rows], found.next)


def list_posts(org: str, thread: Thread, before: int = 0) -> list[Post]:
    """The last 25 messages of a thread, or those before number `before`, in the order they came. One round trip."""
    partition = keys.household_partition(org, thread.household)
    prefix = keys.thread_messages_prefix(thread.id)
    beyond = keys.thread_message(org, thread.household, thread.id, before).sk if before > 0 else ""
    found = read.page(ThreadMessageItem, partition, prefix, after=beyond, consistent=True)
    return [_post(item) for item in reversed(found.rows)]


def get_post(org: str, thread: Thread, number: int) -> Post | None:
    """A message of a thread, or None. One strong read."""
    found = read.one(ThreadMessageItem, keys.thread_message(org, thread.household, thread.id, number))
    return _post(found) if found else None


def list_for_desk(org: str, state: ThreadState, after: str = "") -> read.Page[DeskThreadItem]:
    """Threads of the whole organisation in one state, 25 at a time: what waits for us longest first, else the latest.

    The page goes on after what `next` says. One round trip.
    """
    start = keys.desk_thread(org, state.value, "", "", "")
    prefix = keys.desk_threads_prefix(state.value)
    newest_first = state is not ThreadState.OPEN
    beyond = f"{prefix}{after}" if after else ""
    found = read.page(DeskThreadItem, start.pk, prefix, after=beyond, newest_first=newest_first)
    return read.Page(found.rows, found.next.removeprefix(prefix))


def list_questions(org: str, household_id: str) -> list[Question]:
    """What a household asked about its things and waits for an answer to (NEW-16); for `domain.paused`."""
    found = read.each(QuestionItem, keys.household_partition(org, household_id), keys.QUESTIONS)
    return [Question(AboutKind(item.about), item.thing, int(item.line), item.thread) for item in found]


def save(transaction: Transaction, org: str, before: Thread | None, after: Thread) -> None:
    """Adds the write of a thread over what was stored of it; refused when it was changed meanwhile."""
    old = _items(org, before) if before else {}
    new = _items(org, after)
    for key in old.keys() - new.keys():
        transaction.delete("place of a thread", old[key])
    for item in new.values():
        transaction.put("thread", item)
    if before is None:
        transaction.create("reply address", _reply_item(org, after))


def save_post(transaction: Transaction, org: str, thread: Thread, post: Post) -> None:
    """Adds a new message of a thread."""
    pk, sk = keys.thread_message(org, thread.household, thread.id, post.number)
    item = ThreadMessageItem(
        pk,
        sk,
        number=post.number,
        side=post.author.side.value,
        user=post.author.user or None,
        name=post.author.name,
        at=to_iso(post.at),
        text=post.words.text or None,
        files=[file.to_json() for file in post.words.files] or None,
        by_mail=post.words.by_mail,
        shortened=post.words.shortened,
    )
    transaction.create("post", item)


def find_reply_address(org: str, token: str) -> ReplyAddressItem | None:
    """Which thread the secret of a reply address belongs to, or None. One strong read."""
    return read.one(ReplyAddressItem, keys.reply_address(org, hash_of(token)))


def hash_of(token: str) -> str:
    """What is stored of a reply address's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _items(org: str, thread: Thread) -> dict[Key, Item]:
    """The thread, its place at the desk, and its question if it waits for an answer."""
    items: list[Item] = [thread_item(org, thread), _desk_item(org, thread)]
    if asked := question_of(thread):
        pk, sk = keys.question(org, thread.household, asked.kind.value, asked.id, thread.id)
        items.append(QuestionItem(pk, sk, thread=thread.id, about=asked.kind.value, thing=asked.id, line=asked.line))
    return {item.key: item for item in items}


def _desk_item(org: str, thread: Thread) -> DeskThreadItem:
    updated = to_iso(thread.updated_at)
    pk, sk = keys.desk_thread(org, thread.state.value, updated, thread.household, thread.id)
    return DeskThreadItem(
        pk,
        sk,
        thread=thread.id,
        household=thread.household,
        household_name=thread.household_name,
        subject=thread.subject,
        excerpt=thread.excerpt or None,
        updated_at=updated,
        assigned_name=thread.assigned_name or None,
        unread=thread.unread_staff,
    )


def _reply_item(org: str, thread: Thread) -> ReplyAddressItem:
    pk, sk = keys.reply_address(org, hash_of(thread.reply))
    return ReplyAddressItem(pk, sk, household=thread.household, thread=thread.id)


def thread_item(org: str, thread: Thread) -> ThreadItem:
    """The item that stores `thread`."""
    pk, sk = keys.thread(org, thread.household, thread.id)
    return ThreadItem(
        pk,
        sk,
        thread=thread.id,
        household=thread.household,
        household_name=thread.household_name,
        subject=thread.subject,
        state=thread.state.value,
        created_at=to_iso(thread.created_at),
        updated_at=to_iso(thread.updated_at),
        posts=thread.count,
        about=_about_row(thread.about) if thread.about else None,
        assigned=thread.assigned or None,
        assigned_name=thread.assigned_name or None,
        unread_family=thread.unread_family,
        unread_staff=thread.unread_staff,
        reply=thread.reply,
        excerpt=thread.excerpt or None,
        answered_at=to_iso(thread.answered_at) if thread.answered_at else None,
        version=thread.version,
    )


def thread_from(item: ThreadItem) -> Thread:
    """The thread that `item` stores."""
    return Thread(
        id=item.thread,
        household=item.household,
        household_name=item.household_name,
        subject=item.subject,
        state=ThreadState(item.state),
        created_at=from_iso(item.created_at),
        updated_at=from_iso(item.updated_at),
        count=int(item.posts),
        about=_about(item.about) if item.about else None,
        assigned=item.assigned or "",
        assigned_name=item.assigned_name or "",
        unread_family=int(item.unread_family),
        unread_staff=int(item.unread_staff),
        reply=item.reply,
        excerpt=item.excerpt or "",
        answered_at=moment_or_none(item.answered_at),
        version=item.version,
    )


def _about_row(about: About) -> list[str | int]:
    return [about.kind.value, about.id, about.label, about.member, about.line]


def _about(row: Sequence[Any]) -> About:
    kind, thing, label, member, line = row
    return About(AboutKind(kind), thing, label, member, int(line))


def _post(item: ThreadMessageItem) -> Post:
    files = tuple(StoredFile.from_json(told) for told in item.files or ())
    words = Words(item.text or "", files, bool(item.by_mail), bool(item.shortened))
    return Post(int(item.number), Author(Side(item.side), item.user or "", item.name), from_iso(item.at), words)
