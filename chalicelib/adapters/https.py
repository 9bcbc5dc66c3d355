"""Posts to addresses that organisations chose, without letting any of them lead into our own network (SSRF).

The name is looked up here, every address behind it has to be public, and the connection goes to the very address that
was looked at, so no second look-up can answer otherwise. Only TLS with a certificate for the name; no redirects; the
answer is not read beyond its status.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from chalicelib.ports import Unreachable

_PORT = 443
_SECONDS = 5.0
"""For each wait, for the connection as for the answer."""
_ALL_SECONDS = 10.0
"""For the whole call, however slowly somebody answers."""
_UNICAST = IPv6Network("2000::/3")


def is_public(address: str) -> bool:
    """Whether an IP address is anybody's on the internet, and stands for no other address of ours."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        return found.is_global and found in _UNICAST and found.sixtofour is None and found.teredo is None
    return found.is_global and not found.is_multicast


class HttpsPoster:
    """Posts over TLS to public addresses."""

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        allowed: Callable[[str], bool] = is_public,
        port: int = _PORT,
    ) -> None:
        """Tests name other certificates, addresses and another port; nothing else does."""
        self._context = context or ssl.create_default_context()
        self._allowed = allowed
        self._port = port

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Posts `body` and returns the status of the answer. Raises Unreachable."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.port not in (None, _PORT):
            raise Unreachable("refused")
        target = parts.path or "/"
        connection = _Pinned(parts.hostname, self._address(parts.hostname), self._port, self._context)
        try:
            return connection.ask(f"{target}?{parts.query}" if parts.query else target, body, headers)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unreachable("certificate" if isinstance(error, ssl.SSLError) else "no_answer") from error
        finally:
            connection.close()

    def _address(self, host: str) -> str:
        """The address to connect to. One that is not public among those of a name spoils them all."""
        try:
            found = [str(each[4][0]) for each in socket.getaddrinfo(host, self._port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as error:
            raise Unreachable("unknown_name") from error
        if not found or not all(map(self._allowed, found)):
            raise Unreachable("not_public")
        return found[0]


class _Pinned(http.client.HTTPSConnection):
    """A connection to a name at an address that was looked at."""

    def __init__(self, host: str, address: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=_SECONDS, context=context)
        self._to = (address, port)
        self._tls = context
        self._is_late = False

    def connect(self) -> None:
        """Connects to that address, and has it prove the name."""
        plain = socket.create_connection(self._to, timeout=_SECONDS)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def ask(self, target: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that a post is answered with, within the time for the whole call."""
        self.connect()
        end = threading.Timer(_ALL_SECONDS, self._cut)
        end.daemon = True
        end.start()
        try:
            self.request("POST", target, body, {**headers, "user-agent": "Foyer", "connection": "close"})
            status = self.getresponse().status
        finally:
            end.cancel()
        if self._is_late:  # headers that were cut off look like the last ones
            raise TimeoutError
        return status

    def _cut(self) -> None:
        self._is_late, open_still = True, self.sock
        if open_still:
            with suppress(OSError):  # it was closed just now
                open_still.shutdown(socket.SHUT_RDWR)
