"""Rules of documents and of papers that are asked for."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.documents import domain
from chalicelib.documents.domain import Document, Edition, Sent, Shelf, Wanted, WantedState
from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.shared.errors import Conflict

NOW = datetime(2026, 11, 22, 17, tzinfo=UTC)
FILE = StoredFile("f", "a.pdf", FileKind.PDF, 9, "0" * 64)
EDITION = Edition(FILE, NOW, "kate")
PLAIN = Wanted("w", "h", "Certificate", NOW, "kate", due_on=date(2026, 11, 22))


def in_state(state: WantedState) -> Wanted:
    return Wanted("w", "h", "Certificate", NOW, "kate", state=state, due_on=PLAIN.due_on)


@pytest.mark.parametrize("state", WantedState)
def test_files_are_taken_until_it_is_settled(state: WantedState) -> None:
    wanted = in_state(state)
    if state in (WantedState.ACCEPTED, WantedState.WITHDRAWN):
        with pytest.raises(Conflict):
            domain.answered(wanted, Sent(FILE, NOW, "marie"))
        with pytest.raises(Conflict):
            domain.given_up(wanted, "kate", NOW)
    else:
        assert domain.answered(wanted, Sent(FILE, NOW, "marie")).state is WantedState.SENT
        assert domain.given_up(wanted, "kate", NOW).state is WantedState.WITHDRAWN


@pytest.mark.parametrize("state", WantedState)
def test_only_what_was_sent_is_judged(state: WantedState) -> None:
    if state is WantedState.SENT:
        assert domain.decided(in_state(state), "", "kate", NOW).state is WantedState.ACCEPTED
        assert domain.decided(in_state(state), "Blurred", "kate", NOW).reason == "Blurred"
    else:
        with pytest.raises(Conflict):
            domain.decided(in_state(state), "", "kate", NOW)


@pytest.mark.parametrize(("day", "late"), [(21, False), (22, False), (23, True)])
def test_the_last_day_is_still_in_time(day: int, late: bool) -> None:
    assert PLAIN.is_late(date(2026, 11, day)) is late
    assert not in_state(WantedState.SENT).is_late(date(2026, 11, day))


def test_a_newer_version_stands_first_and_is_unopened() -> None:
    document = Document("d", "Rules", (EDITION,), opened_at=NOW, opened_by="marie")
    newer = Edition(FILE._replace(id="g"), NOW, "kate")
    after = domain.replaced(document, newer)
    assert (after.current, after.editions[1], after.opened_at) == (newer, EDITION, None)
    assert after.file("f") == FILE
    assert after.file("x") is None


def test_a_changed_document_keeps_its_place_on_the_shelf() -> None:
    first, second = (Document(each, each, (EDITION,)) for each in "ab")
    shelf = domain.put_on(domain.put_on(Shelf("c"), first), second)
    assert [each.id for each in shelf.documents] == ["b", "a"]
    changed = domain.put_on(shelf, domain.replaced(first, EDITION))
    assert [(each.id, len(each.editions)) for each in changed.documents] == [("b", 1), ("a", 2)]
    assert [each.id for each in domain.take_off(changed, "b").documents] == ["a"]
