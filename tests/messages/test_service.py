"""Threads as they are stored: counted, told, in the desk's inbox, and once however many write at once."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.admin.summaries import rebuild
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.store import list_news
from chalicelib.messages import service, store
from chalicelib.messages.domain import About, AboutKind, Author, Side, ThreadState, paused
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Contact
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import after
from tests.messages.talking import Talk, talk
from tests.support.race import together
from tests.support.world import World


@pytest.fixture
def told(world: World) -> Talk:
    return talk(world)


def _notice(told: Talk, thread: str, number: int) -> MessageItem | None:
    return read.one(MessageItem, keys.outbox(told.world.org, f"thread-{thread}-{number}"))


def _at_desk(told: Talk, state: ThreadState) -> list[str]:
    return [item.thread for item in store.list_for_desk(told.world.org, state).rows]


def test_a_question_of_the_family_waits_at_the_desk_and_the_organisation_is_told(told: Talk) -> None:
    """MSG-1."""
    thread = told.ask(text="Which shoes?\nAnd where?")

    assert told.find(thread) == replace(thread, version=1)
    [post] = store.list_posts(told.world.org, thread)
    assert (post.author, post.words.text) == (told.family, "Which shoes?\nAnd where?")
    assert _at_desk(told, ThreadState.OPEN) == [thread.id]
    assert told.summary.unread == 0
    assert "thread" in told.summary.holds
    notice = _notice(told, thread.id, 1)
    assert notice
    assert (notice.template, notice.address or "", notice.household or "") == (
        "message_to_desk",
        "desk@northside.example",
        "",
    )


def test_an_answer_is_unread_news_until_somebody_opens_it(told: Talk) -> None:
    thread = told.say(told.ask(), told.desk)
    assert told.summary.unread == 1
    assert [(row.kind, row.id, row.label) for row in told.summary.news] == [("message", thread.id, "Shoes")]
    assert [row.id for row in list_news(told.world.org, told.home.id).rows] == [thread.id]
    assert _at_desk(told, ThreadState.OPEN) == []
    assert _at_desk(told, ThreadState.WAITING) == [thread.id]
    notice = _notice(told, thread.id, 2)
    assert notice
    assert (notice.template, notice.user or "", notice.household or "") == ("message", "", told.home.id)

    service.opened(told.world.organisation, thread, Side.FAMILY, told.world.now)
    assert told.summary.unread == 0
    assert told.find(thread).unread_family == 0

    asked = told.say(thread, told.family, "Sure?")
    assert told.find(thread).unread_staff == 1
    service.opened(told.world.organisation, asked, Side.STAFF, told.world.now)
    assert told.find(thread).unread_staff == 0


def test_whoever_answers_has_read_what_was_there(told: Talk) -> None:
    """Also by mail, without ever opening the page."""
    thread = told.write()

    told.say(thread, told.family, "We come.")

    assert told.summary.unread == 0
    assert told.find(thread).unread_family == 0


def test_what_came_after_the_page_was_read_stays_unread(told: Talk) -> None:
    seen = told.write()
    told.say(seen, told.desk)

    service.opened(told.world.organisation, seen, Side.FAMILY, told.world.now)

    assert told.summary.unread == 2
    assert told.find(seen).unread_family == 2


def test_nothing_of_what_is_written_is_in_the_mail_unless_the_organisation_wants_it(told: Talk) -> None:
    """A health matter does not travel by mail; an excerpt only where the organisation says how long it may be."""
    thread = told.ask("Epilepsy", "Emma had a seizure.")
    notice = _notice(told, thread.id, 1)
    assert notice
    assert "pilepsy" not in str(notice.facts)
    assert "seizure" not in str(notice.facts)

    told.world.organisation = replace(told.world.organisation, mail_excerpt=12)
    again = _notice(told, told.ask("Epilepsy", "Emma had a seizure.").id, 1)
    assert again
    assert (again.facts["subject"], again.facts["excerpt"]) == ("Epilepsy", "Emma had a …")


def test_the_length_of_excerpts_is_kept_with_the_organisation(world: World) -> None:
    organisations.update(replace(world.organisation, mail_excerpt=80))

    found = organisations.get(world.org)
    assert found
    assert found.mail_excerpt == 80


def test_whoever_takes_care_of_it_is_told(told: Talk) -> None:
    thread = told.ask()
    service.assign(told.world.organisation, told.home.id, thread.id, told.staff, told.world.now)
    told.say(thread, told.family, "Hello?")
    assert _notice(told, thread.id, 2) is None
    told.say(thread, told.family, "Anybody?", at=after(told.world.now, 600))

    notice = _notice(told, thread.id, 3)
    assert notice
    assert (notice.user or "", notice.address or "") == (told.staff.id, "")
    assert told.find(thread).assigned_name == "Kate Murphy"

    service.assign(told.world.organisation, told.home.id, thread.id, None, told.world.now)
    assert told.find(thread).assigned == ""


def test_nobody_is_told_where_there_is_no_address(told: Talk) -> None:
    told.world.organisation = replace(told.world.organisation, contact=Contact())

    assert _notice(told, told.ask().id, 1) is None


def test_a_question_about_a_line_waits_until_it_is_answered(told: Talk) -> None:
    """NEW-16: and again when the family asks back."""
    about = About(AboutKind.INVOICE, "inv-1", "2026-1, Piano", line=1)
    thread = told.ask(about=about)
    questions = store.list_questions(told.world.org, told.home.id)
    assert paused(questions, "inv-1", 1)
    assert not paused(questions, "inv-1", 2)

    told.say(thread, told.desk)
    assert store.list_questions(told.world.org, told.home.id) == []

    told.say(thread, told.family, "I do not agree.")
    assert paused(store.list_questions(told.world.org, told.home.id), "inv-1", 1)

    service.set_state(told.world.organisation, told.home.id, thread.id, ThreadState.CLOSED, told.world.now)
    assert store.list_questions(told.world.org, told.home.id) == []


def test_the_desk_closes_and_opens_and_the_family_opens_again(told: Talk) -> None:
    thread = told.ask()
    org, home, now = told.world.organisation, told.home.id, told.world.now
    service.set_state(org, home, thread.id, ThreadState.CLOSED, now)
    service.set_state(org, home, thread.id, ThreadState.CLOSED, now)
    assert _at_desk(told, ThreadState.CLOSED) == [thread.id]
    assert _at_desk(told, ThreadState.OPEN) == []

    told.say(thread, told.family, "One more thing")
    assert _at_desk(told, ThreadState.CLOSED) == []
    assert _at_desk(told, ThreadState.OPEN) == [thread.id]


def test_the_desk_sees_first_what_waits_longest(told: Talk) -> None:
    first, second = told.ask("First"), told.ask("Second")
    told.say(first, told.desk)
    told.say(first, told.family, "Hm", at=after(told.world.now, 60))

    assert _at_desk(told, ThreadState.OPEN) == [second.id, first.id]


def test_eight_messages_at_once_are_all_there_and_all_counted(told: Talk) -> None:
    """D-04."""
    thread = told.ask()

    together([partial(told.say, thread, told.desk, f"Answer {number}") for number in range(8)])

    assert told.summary.unread == 8
    posts = store.list_posts(told.world.org, thread)
    assert [post.number for post in posts] == list(range(1, 10))
    assert {post.words.text for post in posts[1:]} == {f"Answer {number}" for number in range(8)}


def test_another_household_has_no_such_thread(told: Talk) -> None:
    """T-03."""
    thread, other = told.ask(), told.world.household("Roy")

    assert store.get_thread(told.world.org, other.id, thread.id) is None
    with pytest.raises(NotFound):
        service.answer(
            told.world.organisation, other.id, thread.id, store.list_posts(told.world.org, thread)[0].words,
            Author(Side.FAMILY, "x", "X"), told.world.now,
        )  # fmt: skip


def test_a_reply_address_fits_whatever_the_slug(told: Talk) -> None:
    """RFC 5321: at most 64 letters before the @."""
    thread = told.ask()

    assert len(f"reply+{'x' * 40}.{thread.reply}") <= 64
    found = store.find_reply_address(told.world.org, thread.reply)
    assert found
    assert (found.household, found.thread) == (told.home.id, thread.id)
    assert thread.reply not in str(read.raw([keys.reply_address(told.world.org, store.hash_of(thread.reply))]))
    assert store.find_reply_address(told.world.org, "a" * 16) is None


def test_a_summary_that_is_built_anew_says_the_same(told: Talk) -> None:
    """What is unread, that there are threads, and the news."""
    told.say(told.ask(), told.desk)
    told.write()
    before = told.summary

    assert rebuild(told.world.organisation, told.home.id, told.world.now) == before
    assert (before.unread, len(before.news)) == (2, 2)
