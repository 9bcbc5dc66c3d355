"""A ZIP that is written piece by piece, and gone on with."""

import io
import random
import zipfile
from datetime import UTC, datetime

import pytest

from chalicelib import bootstrap
from chalicelib.adapters import aws
from chalicelib.privacy import packing
from chalicelib.privacy.packing import Bag
from chalicelib.settings import current
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import new_id
from local.engine import Engine

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)


def fetched(name: str) -> zipfile.ZipFile:
    """The finished file."""
    place = {"Bucket": current().files_bucket, "Key": f"takeaways/{name}"}
    return zipfile.ZipFile(io.BytesIO(aws.client("s3").get_object(**place)["Body"].read()))


def noise(size: int, seed: int) -> bytes:
    """What can not be made smaller."""
    return random.Random(seed).randbytes(size)


def test_what_goes_in_comes_out(aws: Engine) -> None:
    """NEW-12: the library's own reader finds every file whole."""
    bag = Bag(bootstrap.archives(), name := new_id(), NOW)
    bag.add("read-me.txt", "Bonjour é".encode())
    bag.add("données/1.json", b"{}")
    size = bag.close()
    found = fetched(name)
    assert found.testzip() is None
    assert found.read("read-me.txt").decode() == "Bonjour é"
    assert found.namelist() == ["read-me.txt", "données/1.json"]
    assert size > 100


@pytest.mark.parametrize("leave_after", [1, 3, 5])
def test_another_process_goes_on_where_it_was_left(aws: Engine, leave_after: int) -> None:
    """NEW-12: pieces in the bucket and what has gathered since, to the byte; what was done twice is there once."""
    name = new_id()
    files = {f"{number}.bin": noise(3_000_000, number) for number in range(7)}
    bag = Bag(bootstrap.archives(), name, NOW)
    left = b""
    for number, (path, content) in enumerate(files.items()):
        bag.add(path, content)
        if number + 1 == leave_after:
            left = bag.leave()
    again = Bag.go_on(bootstrap.archives(), name, NOW, left)
    for path, content in list(files.items())[leave_after:]:
        again.add(path, content)
    again.close()
    found = fetched(name)
    assert found.testzip() is None
    assert {each: found.read(each) for each in found.namelist()} == files


def test_memory_holds_one_piece_at_most(aws: Engine) -> None:
    """NEW-12: what waits is never more than a piece and a file."""
    bag = Bag(bootstrap.archives(), new_id(), NOW)
    for number in range(8):
        bag.add(f"{number}.bin", noise(4_000_000, number))
        assert len(bag._stream.waiting) < packing.PIECE_BYTES
    assert bag.pieces == 3


def test_two_files_of_one_name_are_two_files(aws: Engine) -> None:
    """Also where the names differ in capitals alone, which some systems do not tell apart."""
    bag = Bag(bootstrap.archives(), name := new_id(), NOW)
    for content in (b"1", b"2", b"3"):
        bag.add("a.pdf" if content != b"2" else "A.pdf", content)
    bag.close()
    assert fetched(name).namelist() == ["a.pdf", "A-2.pdf", "a-3.pdf"]


def test_what_was_given_up_can_not_be_finished(aws: Engine) -> None:
    """The bucket forgets it, and says so."""
    with pytest.raises(NotFound):
        bootstrap.archives().noted(new_id())
