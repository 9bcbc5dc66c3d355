"""The HTTP server in front of the portal, with a small Chalice app behind it."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.app import Chalice, Response

from chalicelib.web.app import App
from local import gateway
from local.engine import HOST
from local.events import Answer, Call
from local.gateway import ALL, Gateway, Server

_NOT_FOUND = Answer(404, [("Content-Type", "text/html; charset=utf-8")], b"<p>Not found")


def _app() -> Chalice:
    app = Chalice("small", configure_logs=False)

    @app.route("/{org}")
    def home(org: str) -> Response:
        headers: Any = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": ["a=1", "b=2"]}
        return Response(body=f"<p>é {org}", headers=headers)

    @app.route("/{org}/form", methods=["POST"], content_types=["application/x-www-form-urlencoded"])
    def form(org: str) -> dict[str, str]:
        request: Any = app.current_request
        return {"org": org, "sent": request.raw_body.decode()}

    @app.route("/{org}/slow")
    def slow(org: str) -> dict[str, Any]:
        mine = app.current_request
        time.sleep(0.05)
        return {"alone": mine is app.current_request}

    return app


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A running server."""
    app = _app()
    api = Gateway(app.routes, app, "http://127.0.0.1", refusals={403: _NOT_FOUND})
    running = gateway.serve(api, 0)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    """A connection to it."""
    opened = http.client.HTTPConnection(HOST, server.server_port, timeout=5)
    yield opened
    opened.close()


def _ask(connection: http.client.HTTPConnection, *request: Any, **more: Any) -> tuple[http.client.HTTPResponse, bytes]:
    connection.request(*request, **more)
    answer = connection.getresponse()
    return answer, answer.read()


def test_a_page_comes_with_all_its_cookies(connection: http.client.HTTPConnection) -> None:
    answer, body = _ask(connection, "GET", "/demo")
    assert answer.status == 200
    assert body == "<p>é demo".encode()
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_a_form_is_posted(connection: http.client.HTTPConnection) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    _, body = _ask(connection, "POST", "/demo/form", b"name=%C3%A9", headers)
    assert body == b'{"org":"demo","sent":"name=%C3%A9"}'


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    _ask(connection, "GET", "/demo")
    first = connection.sock
    _ask(connection, "GET", "/nothing/here")
    assert connection.sock is first is not None


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/demo/nothing"), ("HEAD", "/demo"), ("OPTIONS", "/demo"), ("PUT", "/demo/form")]
)
def test_what_has_no_resource_gets_the_gateway_s_own_page(
    connection: http.client.HTTPConnection, method: str, path: str
) -> None:
    answer, body = _ask(connection, method, path)
    assert answer.status == 404
    assert body == (b"" if method == "HEAD" else _NOT_FOUND.body)
    assert answer.headers["Content-Length"] == str(len(_NOT_FOUND.body))


def test_a_body_over_the_gateway_s_limit_is_refused_unread(server: Server) -> None:
    with socket.create_connection((HOST, server.server_port), timeout=5) as raw:
        raw.sendall(b"POST /demo/form HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("line", [b"Transfer-Encoding: chunked", b"Content-Length: many", b"Content-Length: -5"])
def test_a_body_of_unknown_length_is_refused(server: Server, line: bytes) -> None:
    with socket.create_connection((HOST, server.server_port), timeout=5) as raw:
        raw.sendall(b"POST /demo/form HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 411 ")


def test_one_request_is_handled_at_a_time(server: Server) -> None:
    """Chalice keeps the request on the app; two at once would mix two families' pages."""
    seen: list[bytes] = []

    def ask() -> None:
        connection = http.client.HTTPConnection(HOST, server.server_port, timeout=10)
        seen.append(_ask(connection, "GET", "/demo/slow")[1])
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [b'{"alone":true}'] * 6


def test_a_function_that_fails_is_a_502_and_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_event: Any, _context: Any) -> Any:
        raise ZeroDivisionError("secret")

    api = Gateway({"/": ["GET"]}, fail, "http://127.0.0.1")
    answer = api.answer(Call("GET", "/"))
    assert answer.status == 502
    assert b"secret" not in answer.body
    assert len(caplog.records) == 1


def test_without_pages_of_ours_the_gateway_speaks_for_itself() -> None:
    api = Gateway({"/": ["GET"]}, _app(), "http://127.0.0.1")
    answer = api.answer(Call("GET", "/nothing"))
    assert (answer.status, answer.body) == (403, b'{"message":"Missing Authentication Token"}')
    large = api.answer(Call("GET", "/", body=b"x" * (10 * 1024 * 1024 + 1)))
    assert large.status == 413
    too_large_for_lambda = api.answer(Call("GET", "/", body=b"x" * (5 * 1024 * 1024)))
    assert too_large_for_lambda.status == 413


def test_an_api_of_one_part_leaves_addresses_and_methods_to_its_function() -> None:
    """As it is deployed: the function knows its routes, the gateway does not (W-07)."""
    app = App("small")

    @app.route("/{org}/page/{name}")
    def page(org: str, name: str) -> dict[str, str]:
        return {"org": org, "name": name}

    api = Gateway(ALL, app, "http://127.0.0.1")
    found = api.answer(Call("GET", "/demo/page/caf%C3%A9/"))
    assert (found.status, found.body) == (200, b'{"org":"demo","name":"caf%C3%A9"}')
    assert api.answer(Call("GET", "/demo/page")).status == 404
    assert api.answer(Call("POST", "/demo/page/a")).status == 405
    assert api.answer(Call("GET", "//demo/page/a")).status == 403


def test_it_listens_on_loopback_and_stops_at_once(server: Server) -> None:
    assert server.server_address[0] == HOST
    other = gateway.serve(Gateway({}, _app(), "http://127.0.0.1"), 0)
    other.start()
    before = time.monotonic()
    other.stop()
    assert time.monotonic() - before < 20
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, other.server_port), timeout=1)
