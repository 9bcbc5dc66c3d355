"""The vault: what is taken, where it lies, and who gets to it for how long."""

import hashlib
import urllib.request
from collections.abc import Collection
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from chalicelib import bootstrap
from chalicelib.files import keeping, lending
from chalicelib.files.domain import FAMILY_KINDS, PICTURES, STAFF_KINDS, FileKind, StoredFile
from chalicelib.shared.errors import Invalid, NotFound, Unavailable
from chalicelib.shared.ids import new_id
from chalicelib.web.uploads import Upload
from local.engine import Engine
from tests.files.samples import CSV, EXE, HTML, PDF, picture
from tests.support.wire import Fault, tapped


def test_a_file_is_kept_as_what_it_is(org: str) -> None:
    home = new_id()
    file = keeping.keep(org, home, Upload("../scan du 3.exe", PDF))

    assert (file.name, file.kind, file.size) == ("scan du 3.pdf", FileKind.PDF, len(PDF))
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert StoredFile.from_json(file.to_json()) == file
    assert bootstrap.vault().get(keeping.key(org, home, file.id)) == PDF
    with pytest.raises(NotFound):
        bootstrap.vault().get(keeping.key(org, new_id(), file.id))


@pytest.mark.parametrize(
    ("upload", "kinds", "said"),
    [
        (None, FAMILY_KINDS, "Choose a file"),
        (Upload("a.pdf", b""), FAMILY_KINDS, "This file is empty"),
        (Upload("a.pdf", EXE), STAFF_KINDS, "Send one of these kinds: PDF, JPEG, PNG, WebP, HEIC, Word, Excel, ODT"),
        (Upload("a.pdf", HTML), FAMILY_KINDS, "Send one of these kinds: PDF, JPEG, PNG, WebP, HEIC"),
        (Upload("a.csv", CSV), FAMILY_KINDS, "We could not recognise this file."),
        (Upload("a.png", PDF), PICTURES, "Send one of these kinds: JPEG, PNG, WebP"),
    ],
)
def test_what_may_not_be_kept_is_refused_beside_its_field(
    org: str, upload: Upload | None, kinds: Collection[FileKind], said: str
) -> None:
    with tapped() as wire, pytest.raises(Invalid) as refused:
        keeping.keep(org, new_id(), upload, kinds=kinds, field="paper")
    told = refused.value.errors["paper"]
    assert said in told.key % told.values
    assert wire.calls == [], "nothing is put away"


def test_staff_may_keep_tables(org: str) -> None:
    assert keeping.keep(org, keeping.ORGANISATION, Upload("a.csv", CSV), kinds=STAFF_KINDS).kind is FileKind.CSV


def test_a_file_is_lent_for_a_minute_and_to_be_saved(org: str) -> None:
    """Never shown in a page, whatever is in it: I-12."""
    home = new_id()
    file = keeping.keep(org, home, Upload("Reçu.pdf", PDF))
    reply = lending.lend(org, home, file)

    assert reply.status == 303
    assert "X-Amz-Expires=60" in reply.headers["Location"]
    with urllib.request.urlopen(reply.headers["Location"]) as answer:
        assert answer.read() == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="Recu.pdf"')
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_gets_there_without_an_address_that_was_signed(org: str, aws: Engine) -> None:
    home = new_id()
    file = keeping.keep(org, home, Upload("a.pdf", PDF))
    parts = urlsplit(lending.lend(org, home, file).headers["Location"])
    assert "X-Amz-Signature=" in parts.query
    assert "a.pdf" not in parts.path
    assert parts.path.endswith(f"kept/{org}/{home}/{file.id}")


def test_only_pictures_are_shown_in_pages(org: str) -> None:
    content = picture("WEBP")
    shown = lending.show(org, "h", keeping.keep(org, "h", Upload("me.webp", content)))
    assert (shown.status, shown.content_type, shown.body) == (200, "image/webp", content)
    with pytest.raises(NotFound):
        lending.show(org, "h", keeping.keep(org, "h", Upload("a.pdf", PDF)))


def test_what_is_dropped_is_gone_and_dropping_twice_does_no_harm(org: str) -> None:
    file = keeping.keep(org, "h", Upload("a.pdf", PDF))
    keeping.drop(org, "h", file)
    keeping.drop(org, "h", file)
    with pytest.raises(NotFound):
        bootstrap.vault().get(keeping.key(org, "h", file.id))
    with pytest.raises(HTTPError):
        urllib.request.urlopen(lending.lend(org, "h", file).headers["Location"])


def test_a_vault_that_does_not_answer_is_unavailable(org: str) -> None:
    """D-09."""
    with tapped(Fault.DOWN, 1), pytest.raises(Unavailable):
        keeping.keep(org, "h", Upload("a.pdf", PDF))
