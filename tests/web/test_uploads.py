"""Forms with files: what is read, and what is refused before any feature sees it (W-07, W-09)."""

import pytest
from chalice.app import Chalice

from chalicelib.identity.guard import guard
from chalicelib.web import csrf, serve
from chalicelib.web.http import MAX_FORM_BYTES, Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.uploads import MAX_UPLOAD_BYTES, Unreadable, Upload, read
from local.events import Call
from local.gateway import Gateway
from tests.support.browser import Browser, File, multipart
from tests.support.world import World

BASE_URL = "https://portal.test"
_TYPE = "multipart/form-data; boundary=b"


def body(*parts: str) -> bytes:
    return "".join(f"--b\r\n{part}\r\n" for part in parts).encode() + b"--b--\r\n"


def field(name: str, value: str = "v", more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}'


def test_fields_and_files_are_read_by_name() -> None:
    raw = multipart("b", {"note": "Été"}, {"file": ('my "scan".pdf', b"\x00\r\n--c-\xff"), "empty": ("", b"")})
    assert read(raw, _TYPE) == ({"note": "Été"}, {"file": Upload('my "scan".pdf', b"\x00\r\n--c-\xff")})


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (body(field("a"), field("a")), _TYPE),
        (body(field("a"), field("a", more='; filename="x"')), _TYPE),
        (body(field("a", more='; filename="x"'), field("a", more='; filename="y"')), _TYPE),
        (body(field("a"))[:-4], _TYPE),
        (b"", _TYPE),
        (b"a=1", _TYPE),
        (body(field("a")), "multipart/form-data"),
        (body(field("a")), "multipart/form-data; boundary="),
        (body(field("a")), "multipart/form-data; boundary=" + "x" * 5000),
        (body("Content-Type: text/plain\r\n\r\nv"), _TYPE),
        (body("X" * 9000 + ": y\r\n\r\nv"), _TYPE),
        (body(*(field(f"f{number}") for number in range(300))), _TYPE),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--\r\n', _TYPE),
    ],
)
def test_a_body_that_can_be_read_in_two_ways_is_not_read(raw: bytes, content_type: str) -> None:
    with pytest.raises(Unreadable):
        read(raw, content_type)


@pytest.mark.parametrize("charset", ["nonsense", "utf-7", "rot13", "undefined", '"a\x00b"'])
def test_a_field_is_utf_8_whatever_it_says_of_itself(charset: str) -> None:
    """W-09: of two ways to read it one is taken, and none ends in an error of ours."""
    raw = body(f'Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset={charset}\r\n\r\n+ADw-é')
    assert read(raw, _TYPE) == ({"a": "+ADw-é"}, {})


@pytest.fixture
def taking(world: World) -> Browser:
    """A portal with one form that takes files, and one that does not."""
    routes, seen = Routes(), []

    @routes.post("/{org}/take", Actor.ANYONE, uploads=True)
    def take(request: Request) -> Reply:
        seen.append(request)
        told = {name: len(file.content) for name, file in request.files.items()}
        return Reply(body=f"{told} {request.form.get('note', '')!r}", content_type="text/plain; charset=utf-8")

    @routes.post("/{org}/plain", Actor.ANYONE)
    def plain(_request: Request) -> Reply:
        raise AssertionError("never asked")

    @routes.get("/{org}/token", Actor.ANYONE)
    def token(request: Request) -> Reply:
        return Reply(body=csrf.token(request.csrf_key, request.org), content_type="text/plain",
                     cookies=request.new_cookies)  # fmt: skip

    app = Chalice("taking", configure_logs=False)
    serve.install(app, guard, [routes])
    return Browser(Gateway(app.routes, app, BASE_URL, "test"))


def send(taking: Browser, world: World, path: str = "take", **files: File) -> tuple[int, str]:
    token = taking.get(f"/{world.org}/token").html
    page = taking.post_files(f"/{world.org}/{path}", {csrf.FIELD: token, "note": "a\x00b\x1bc"}, files)
    return page.status, page.html


def test_fields_beside_files_are_no_longer_than_without(taking: Browser, world: World) -> None:
    """W-07: what is kept of them has to fit into an item."""
    token = taking.get(f"/{world.org}/token").html
    sent = [taking.post_files(f"/{world.org}/take", {csrf.FIELD: token, "note": "é" * size}, {"file": ("a", b"x")})
            for size in (100_000, MAX_FORM_BYTES // 2)]  # fmt: skip
    assert [page.status for page in sent] == [200, 413]


def test_a_file_reaches_its_view_and_control_characters_do_not(taking: Browser, world: World) -> None:
    assert send(taking, world, file=("a.pdf", b"12345")) == (200, "{'file': 5} 'abc'")


def test_a_form_with_files_needs_the_token_as_every_form_does(taking: Browser, world: World) -> None:
    """S-10."""
    taking.get(f"/{world.org}/token")
    assert taking.post_files(f"/{world.org}/take", {"note": ""}, {"file": ("a", b"x")}).status == 403


def test_files_are_taken_only_where_the_route_says_so(taking: Browser, world: World) -> None:
    assert send(taking, world, "plain", file=("a.pdf", b"x"))[0] == 415


def test_a_form_that_is_too_large_is_told_how_much_may_be_sent(taking: Browser, world: World) -> None:
    """By us, and by the gateway for what Lambda would not take."""
    fits = MAX_UPLOAD_BYTES - 1000
    assert send(taking, world, file=("a.pdf", bytes(fits)))[0] == 200
    status, page = send(taking, world, file=("a.pdf", bytes(MAX_UPLOAD_BYTES)))
    assert (status, "Files may be up to 4 MB in all." in page) == (413, True)
    call = Call("POST", f"/{world.org}/take", [("Content-Type", _TYPE)], bytes(5 * 1024 * 1024))
    assert taking.portal.answer(call).status == 413
