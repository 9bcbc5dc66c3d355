"""Answers by mail: found by the address, believed by the sender, once, and nothing of machines (MSG-1)."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from chalicelib.data.items import Item
from chalicelib.households.domain import Role
from chalicelib.identity.domain import HouseholdLink, StaffRole, UserStatus
from chalicelib.messages import inbound, store
from chalicelib.messages.domain import MAX_TEXT, Post, Side, Thread
from chalicelib.messages.inbound import Envelope, receive
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.payments import parking
from chalicelib.payments.parking import ParkedItem
from tests.messages.talking import Talk, talk
from tests.messages.test_mail_parsing import mail
from tests.messages.test_routes import PDF
from tests.support.race import together
from tests.support.world import World, build


@pytest.fixture
def told(world: World) -> Talk:
    return talk(world)


def address(told: Talk, thread: Thread) -> str:
    return f"reply+{told.world.org}.{thread.reply}@answers.example"


def send(told: Talk, thread: Thread, made: EmailMessage | bytes, **envelope: object) -> str:
    """Hands a mail in, proven unless told otherwise."""
    usual = Envelope((address(told, thread),), proven=True, domain="", dangerous=False)
    raw = made if isinstance(made, bytes) else made.as_bytes()
    return receive(usual._replace(**envelope), raw, told.world.now)  # type: ignore[arg-type]


def posts(told: Talk, thread: Thread) -> list[Post]:
    return store.list_posts(told.world.org, thread)


def parked(told: Talk) -> list[ParkedItem]:
    return [item for item in parking.waiting(told.world.org) if isinstance(item, ParkedItem)]


def of_holder(told: Talk, text: str = "Black ones.\n\n> Which?", **headers: str) -> EmailMessage:
    return mail(text, From=f"Marie <{told.holder.email.upper()}>", **headers)


def test_a_familys_answer_is_in_the_thread(told: Talk) -> None:
    thread = told.write()

    assert send(told, thread, of_holder(told)) == "kept"

    [_, post] = posts(told, thread)
    assert (post.author, post.words.text, post.words.by_mail) == (told.family, "Black ones.", True)
    assert told.find(thread).unread_staff == 1


def test_an_answer_of_the_staff_is_unread_at_the_familys(told: Talk) -> None:
    thread = told.ask()

    assert send(told, thread, mail(From=told.staff.email)) == "kept"

    assert posts(told, thread)[1].author == told.desk
    assert told.summary.unread == 1


@pytest.mark.parametrize(
    ("sender", "side", "name"),
    [("famille@example.com", Side.FAMILY, "Tremblay"), ("desk@northside.example", Side.STAFF, "Musique du Nord")],
)
def test_the_addresses_we_write_to_may_answer(told: Talk, sender: str, side: Side, name: str) -> None:
    thread = told.write()

    assert send(told, thread, mail(From=sender)) == "kept"

    author = posts(told, thread)[1].author
    assert (author.side, author.user, author.name) == (side, "", name)


def test_whoever_may_not_write_is_put_before_the_desk(told: Talk) -> None:
    """A stranger, another household, a viewer, an instructor, somebody suspended, another organisation's desk."""
    thread = told.write()
    other, foreign = talk(told.world, "Roy"), talk(build(f"{told.world.org}-b", told.world.now), "Far")
    users = [
        told.world.user(told.home, email="viewer@example.com", role=Role.VIEWER),
        told.world.user(told.home, email="gone@example.com", status=UserStatus.SUSPENDED),
        told.world.staff(StaffRole.INSTRUCTOR),
        other.holder,
        foreign.staff,
    ]
    for number, sender in enumerate(["stranger@evil.example", *(user.email for user in users)]):
        assert send(told, thread, mail(From=sender, Message_ID=f"<{number}@x>")) == "parked"

    assert len(posts(told, thread)) == 1
    found = parked(told)
    assert len(found) == 6
    assert {item.reason for item in found} == {"sender not known"}
    assert found[0].household == told.home.id
    assert found[0].facts["text"] == "Black ones."


def test_whose_time_in_the_household_ran_out_writes_for_it_no_more(told: Talk) -> None:
    """NEW-7: who was a guardian until yesterday has the address of the thread in an old mail."""
    thread, world = told.write(), told.world
    for number, days in enumerate((0, 1)):
        link = HouseholdLink(told.home.id, Role.GUARDIAN, world.today - timedelta(days=days))
        user = world.user(email=f"ex{number}@example.com", households=(link,))
        outcome = send(told, thread, mail(From=user.email, Message_ID=f"<{number}@x>"))
        assert outcome == ("parked" if days else "kept")

    assert len(posts(told, thread)) == 2


def test_a_sender_that_nobody_proves_is_not_believed(told: Talk) -> None:
    thread = told.write()
    made = of_holder(told)

    assert send(told, thread, made, proven=False) == "parked"
    assert send(told, thread, of_holder(told, Message_ID="<2@x>"), proven=False, domain="evil.example") == "parked"
    assert [item.reason for item in parked(told)] == ["sender not proven"] * 2
    assert send(told, thread, of_holder(told, Message_ID="<3@x>"), proven=False, domain="example.com") == "kept"


def test_the_same_mail_says_nothing_twice(told: Talk) -> None:
    """M-02: also at the same moment."""
    thread, made = told.write(), of_holder(told)

    outcomes = together([lambda: send(told, thread, made)] * 8)

    assert sorted(map(str, outcomes)) == ["kept", *["known"] * 7]
    assert len(posts(told, thread)) == 2
    assert send(told, thread, made) == "known"
    stranger = mail(From="x@evil.example", Message_ID="<9@x>")
    assert [send(told, thread, stranger) for _ in range(2)] == ["parked", "known"]


def test_machines_are_not_listened_to(told: Talk) -> None:
    thread = told.write()

    assert send(told, thread, of_holder(told, Auto_Submitted="auto-replied")) == "automatic"
    assert send(told, thread, of_holder(told), dangerous=True) == "refused"
    assert len(posts(told, thread)) == 1
    assert parked(told) == []


def test_two_machines_that_talk_to_each_other_are_stopped(told: Talk) -> None:
    """Those that do not say what they are."""
    thread = told.write()
    outcomes = [send(told, thread, of_holder(told, Message_ID=f"<{number}@x>")) for number in range(22)]

    assert outcomes == ["kept"] * 20 + ["parked"] * 2
    assert {item.reason for item in parked(told)} == {"too many mails"}


@pytest.mark.parametrize(
    "recipient",
    ["", "reply@answers.example", "reply+x@answers.example", "reply+%.%@a", "reply+{org}.aaaaaaaaaaaaaaaa@a",
     "reply+none.{reply}@a", "x-reply+{org}.{reply}@a", "reply+../..{reply}@a", "reply+{org}.{reply}"],
)  # fmt: skip
def test_an_address_that_is_none_of_ours_is_nobodys(told: Talk, recipient: str) -> None:
    thread = told.write()
    to = recipient.replace("{org}", told.world.org).replace("{reply}", thread.reply)

    assert send(told, thread, of_holder(told), recipients=(to,)) == "unknown"
    assert send(told, thread, of_holder(told), recipients=(to, address(told, thread).upper())) == "kept"


def test_a_closed_portal_takes_no_mail(told: Talk) -> None:
    thread = told.write()
    organisations.update(replace(told.world.organisation, status=Status.SUSPENDED))

    assert send(told, thread, of_holder(told)) == "unknown"


def test_files_are_kept_as_far_as_they_are_files(told: Talk) -> None:
    """Checked by content; what is left out is said."""
    thread, made = told.write(), of_holder(told)
    made.add_attachment(PDF, maintype="image", subtype="png", filename="a.png")
    made.add_attachment(b"MZ\x90", maintype="application", subtype="pdf", filename="b.pdf")

    assert send(told, thread, made) == "kept"

    words = posts(told, thread)[1].words
    assert [file.name for file in words.files] == ["a.pdf"]
    assert words.shortened


def test_a_long_mail_is_cut_and_a_huge_one_not_read(told: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = told.write()
    assert send(told, thread, of_holder(told, "x" * (MAX_TEXT + 5000))) == "kept"
    words = posts(told, thread)[1].words
    assert (len(words.text), words.shortened) == (MAX_TEXT, True)

    monkeypatch.setattr(inbound, "MAX_MAIL_BYTES", 1000)
    assert send(told, thread, of_holder(told, "x" * 1000, Message_ID="<2@x>")) == "too large"
    monkeypatch.undo()
    assert send(told, thread, of_holder(told, " ", Message_ID="<3@x>")) == "empty"


def test_whatever_is_sent_ends_well(told: Talk) -> None:
    """Malformed mails to a right address: kept, parked or dropped, and never an error."""
    thread = told.write()
    raws = [
        b"", b"\xff\xfe\x00", b"From: " + told.holder.email.encode() + b"\r\n\r\n" + bytes(range(256)),
        b"From: " + b"a" * 5000 + b"@x\r\n\r\nhello", b"From: \xff@\xff\r\n\r\nhello", b"From: @\r\n\r\nx",
    ]  # fmt: skip

    assert {send(told, thread, raw) for raw in raws} <= {"kept", "parked", "empty"}
    assert all(isinstance(item, Item) for item in parked(told))
