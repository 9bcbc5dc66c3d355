"""Keeps the tests on this machine: whatever connects elsewhere, or asks a name server, fails (I-11)."""

import ipaddress
import sys

attempts: list[str] = []
"""Where something tried to connect to; the failing test names it even if the code swallowed the error."""

_LOCAL_NAMES = frozenset({"", "localhost"})


class LeftTheMachine(Exception):
    """A test tried to reach another machine."""


def guard() -> None:
    """Installs the guard for the rest of the process."""
    sys.addaudithook(_watch)


def is_local(host: object) -> bool:
    """Whether `host`, a name or an address, is this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host: object = address[0] if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not is_local(host):
        attempts.append(str(host))
        raise LeftTheMachine(f"tests must not reach {host}")
