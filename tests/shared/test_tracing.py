"""One id through everything that one cause sets off."""

import threading
from types import SimpleNamespace

import pytest

from chalicelib.shared import tracing
from chalicelib.shared.ids import is_id


def test_what_was_begun_is_what_one_works_for() -> None:
    tracing.begin("one")
    tracing.begin("other")

    assert tracing.current() == "other"


def test_another_thread_works_for_nothing_until_it_begins() -> None:
    """Without a request nothing breaks, and nobody takes over the id of somebody else."""
    tracing.begin("mine")
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(tracing.current()))
    thread.start()
    thread.join()

    assert found == [""]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("4e1b1f3a-5c2d-4d7e-9a6b-0f1e2d3c4b5a", "4e1b1f3a-5c2d-4d7e-9a6b-0f1e2d3c4b5a"),
        ("evt_1PqXyZ", "evt_1PqXyZ"),
        ("JKJaXFPrt-8Hg=", "JKJaXFPrt-8Hg="),
        ("a\r\nBcc: someone@example.com", "aBccsomeoneexamplecom"),
        ("x" * 500, "x" * 64),
        ("", ""),
    ],
)
def test_an_id_fits_a_log_and_a_header_whatever_was_given(given: str, kept: str) -> None:
    """W-04: it goes into headers of mails, so no line break ever gets through."""
    tracing.begin(given)

    assert tracing.current() == kept


def test_a_run_has_the_id_that_lambda_gave_it_or_one_of_its_own() -> None:
    tracing.begin_run(SimpleNamespace(aws_request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd"))
    given = tracing.current()
    tracing.begin_run(None)

    assert given == "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
    assert is_id(tracing.current())
