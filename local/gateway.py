"""API Gateway and the portal's function on one machine: an HTTP server in front of a Lambda handler."""

import logging
import socket
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local import events
from local.engine import HOST
from local.events import Answer, Call, Handler, Resources

_log = logging.getLogger("local")

_IDLE_SECONDS = 75
_POLL_SECONDS = 0.1

_AWS_WORDS = {
    403: "Missing Authentication Token",
    413: "Request Too Long",
    502: "Internal server error",
}
"""What API Gateway says by itself, in JSON, where no page of ours replaces it."""


ANY = "ANY"
"""What a resource calls all methods."""
ALL: Mapping[str, Iterable[str]] = {"/": [ANY], "/{proxy+}": [ANY]}
"""Resources of an API that hands everything to one function."""


@dataclass(slots=True)
class Gateway:
    """An API: its resources, the function behind them, and its own pages for what never reaches the function.

    `refusals` holds those pages by API Gateway's own status; the deployed API turns its 403 for unknown
    addresses and methods into a 404 in the same way.
    """

    routes: Mapping[str, Iterable[str]]
    handler: Handler
    base_url: str
    stage: str = "local"
    refusals: Mapping[int, Answer] = field(default_factory=dict)
    _resources: Resources = field(init=False)
    _one_at_a_time: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._resources = Resources(self.routes)

    def answer(self, call: Call) -> Answer:
        """The response to `call`. A Lambda environment serves one request at a time; so does this."""
        resource = self._resources.find(events.path_in_api(call.target, self.base_url))
        if resource is None or not {call.method, ANY} & resource.methods:
            return self._refuse(403)
        if len(call.body) > events.MAX_BODY_BYTES:
            return self._refuse(413)
        event = events.build(call, resource, base_url=self.base_url, stage=self.stage)
        context = events.LambdaContext()
        try:
            with self._one_at_a_time:
                return events.invoke(self.handler, event, context)
        except events.TooLarge:
            return self._refuse(413)
        except events.BadAnswer as error:
            _log.error("%s %s: %s", call.method, resource.path, error)
            return self._refuse(502)

    def _refuse(self, status: int) -> Answer:
        own = Answer(status, [("Content-Type", "application/json")], f'{{"message":"{_AWS_WORDS[status]}"}}'.encode())
        return self.refusals.get(status, own)


class Server(ThreadingHTTPServer):
    """An HTTP server on loopback that runs in the background and stops at once."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        """Binds `port` (0: any free one). Raises OSError when it is taken."""
        super().__init__((HOST, port), handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True)

    def server_bind(self) -> None:
        """Binds without looking up the machine's name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers drop connections at will; that is not worth a traceback."""
        _log.debug("connection %s from %s dropped", request, client_address, exc_info=True)

    def start(self) -> None:
        """Serves from now on, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stops serving and frees the port."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()


class Page(BaseHTTPRequestHandler):
    """HTTP/1.1 with kept-alive connections; subclasses say what to answer."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True

    def respond(self, call: Call) -> Answer:
        """The response to `call`."""
        raise NotImplementedError

    def handle_one_request(self) -> None:
        """Reads one request and answers it, whatever its method."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or len(self.raw_requestline) > 65536 or not self.parse_request():
            self.close_connection = True
            return
        try:
            length = self._length()
        except ValueError:
            self._send(Answer(HTTPStatus.LENGTH_REQUIRED, [], b""), close=True)
            return
        if length > events.MAX_BODY_BYTES:
            self._send(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [], b""), close=True)
            return
        call = Call(self.command, self.path, self.headers.items(), self.rfile.read(length), self.client_address[0])
        self._send(self.respond(call))

    def _length(self) -> int:
        """Bytes of the body. Raises ValueError where the request does not say; browsers always do."""
        if "Transfer-Encoding" in self.headers:
            raise ValueError("chunked")
        length = int(self.headers.get("Content-Length", "0"))
        if length < 0:
            raise ValueError("negative length")
        return length

    def _send(self, answer: Answer, *, close: bool = False) -> None:
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        for name, value in answer.headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()


def serve(gateway: Gateway, port: int) -> Server:
    """A server for `gateway`, bound but not started. Raises OSError when the port is taken."""

    class Front(Page):
        def respond(self, call: Call) -> Answer:
            return gateway.answer(call)

    return Server(port, Front)
