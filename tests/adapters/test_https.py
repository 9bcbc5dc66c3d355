"""Posting to addresses that others chose: nothing but the internet, and nothing but the right certificate."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters import https
from chalicelib.adapters.https import HttpsPoster, is_public
from chalicelib.ports import Unreachable


class Receiver(NamedTuple):
    """A server with a certificate for `localhost`, and who trusts it."""

    port: int
    trusting: ssl.SSLContext
    got: list[tuple[str, dict[str, str], bytes]]
    says: list[bytes]
    """What it answers instead, piece by piece, with a pause before each."""


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """Answers as its path says: `/204`, or a redirect."""
    got: list[tuple[str, dict[str, str], bytes]] = []
    says: list[bytes] = []

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = {name.lower(): value for name, value in self.headers.items()}
            got.append((self.path, told, self.rfile.read(int(told["content-length"]))))
            if says:
                self._drip()
                return
            self.send_response(int(self.path[1:4]))
            self.send_header("Location", "https://127.0.0.1/inside")
            self.end_headers()

        def _drip(self) -> None:
            with suppress(OSError):  # cut off
                for piece in says:
                    time.sleep(0.1)
                    self.wfile.write(piece)

        def log_message(self, *_arguments: object) -> None:
            pass

    path = _certificate(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Receiver(server.server_port, ssl.create_default_context(cafile=str(path)), got, says)
    finally:
        server.shutdown()
        server.server_close()


def _anything(_address: str) -> bool:
    return True


def test_a_body_arrives_with_its_headers_and_the_status_comes_back(receiver: Receiver) -> None:
    poster = HttpsPoster(receiver.trusting, _anything, receiver.port)

    status = poster.post("https://localhost/204/in?a=1", b"{}", {"webhook-id": "e"})

    ((path, headers, body),) = receiver.got
    assert (status, path, headers["webhook-id"], body) == (204, "/204/in?a=1", "e", b"{}")
    assert headers["host"].startswith("localhost")


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """It could lead inside."""
    assert HttpsPoster(receiver.trusting, _anything, receiver.port).post("https://localhost/302", b"", {}) == 302
    assert len(receiver.got) == 1


def test_a_name_that_leads_to_an_address_of_ours_is_refused_before_anything_is_sent(receiver: Receiver) -> None:
    """The name is looked up at every post."""
    with pytest.raises(Unreachable, match="not_public"):
        HttpsPoster(receiver.trusting, port=receiver.port).post("https://localhost/204", b"", {})
    assert receiver.got == []


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver: Receiver) -> None:
    with pytest.raises(Unreachable, match="certificate"):
        HttpsPoster(allowed=_anything, port=receiver.port).post("https://localhost/204", b"", {})
    assert receiver.got == []


@pytest.mark.parametrize(
    "url", ["http://localhost/", "https://localhost:22/", "https:///nowhere", "file:///etc/passwd"]
)
def test_what_is_no_plain_https_is_refused(url: str) -> None:
    with pytest.raises(Unreachable, match="refused"):
        HttpsPoster(allowed=_anything).post(url, b"", {})


def test_a_name_is_looked_up_once_and_the_connection_goes_to_that_very_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a name server that says something else the next time is not asked a next time."""
    asked: list[str] = []
    reached: list[object] = []

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))]

    def connect(address: object, **_: object) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(Unreachable, match="no_answer"):
        HttpsPoster().post("https://rebinding.example.com/204", b"", {})

    assert asked == ["rebinding.example.com"]
    assert reached == [("93.184.215.14", 443)]


@pytest.mark.parametrize("inside", ["127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "fd00:ec2::254"])
def test_one_address_inside_among_those_of_a_name_spoils_them_all(inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (inside, 443, 0, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(Unreachable, match="not_public"):
        HttpsPoster().post("https://mixed.example.com/", b"", {})


@pytest.mark.parametrize(
    "drip",
    [
        [b"HTTP/1.1 200 OK\r\n", *[b"x-slow: 1\r\n"] * 80],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 80,
        [b"H", *[b"T"] * 80],
    ],
    ids=["headers", "not-yet", "letters"],
)
def test_who_answers_ever_so_slowly_is_cut_off(
    receiver: Receiver, drip: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each wait is short, and all of them together are not."""
    monkeypatch.setattr(https, "_ALL_SECONDS", 0.6)
    receiver.says[:] = drip
    begun = time.monotonic()

    with pytest.raises(Unreachable, match="no_answer"):
        HttpsPoster(receiver.trusting, _anything, receiver.port).post("https://localhost/204", b"", {})

    assert time.monotonic() - begun < 4


def test_an_endless_answer_is_not_read(receiver: Receiver) -> None:
    """Its status is all that counts."""
    receiver.says[:] = [b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n", b"x" * 100_000]
    begun = time.monotonic()

    assert HttpsPoster(receiver.trusting, _anything, receiver.port).post("https://localhost/204", b"", {}) == 200
    assert time.monotonic() - begun < 4


def test_more_headers_than_anybody_sends_are_no_answer(receiver: Receiver) -> None:
    receiver.says[:] = [b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 5000 + b"\r\n"]

    with pytest.raises(Unreachable, match="no_answer"):
        HttpsPoster(receiver.trusting, _anything, receiver.port).post("https://localhost/204", b"", {})


def test_nobody_there_is_no_answer(receiver: Receiver) -> None:
    poster = HttpsPoster(receiver.trusting, _anything, port=1)
    with pytest.raises(Unreachable, match="no_answer"):
        poster.post("https://localhost/204", b"", {})


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::ffff:169.254.169.254", False), ("fd00:ec2::254", False),
        ("fe80::1", False), ("64:ff9b::a9fe:a9fe", False), ("2002:a9fe:a9fe::", False), ("2001:0:1::1", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    """Mapped and tunnelled ones stand for others, and are none."""
    assert is_public(address) is public
