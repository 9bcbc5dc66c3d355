"""A service of AWS that answers every call with one error, on this machine: the SDK and its parsers take part."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
from botocore.config import Config


@contextmanager
def refusing(service: str, code: str, status: int = 400) -> Iterator[Any]:
    """A client of a service that refuses everything with the error `code`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(code, status))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield client(service, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client(service: str, endpoint: str) -> Any:
    """A client that asks `endpoint` once."""
    return botocore.session.get_session().create_client(
        service,
        region_name="ca-central-1",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}),
    )


def _handler(code: str, status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            is_json = self.path.startswith("/v2/")
            xml = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
            body = b'{"message": "no"}' if is_json else xml.encode()
            self.send_response(status)
            self.send_header("x-amzn-errortype", code)
            self.send_header("Content-Type", "application/json" if is_json else "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    return Handler
