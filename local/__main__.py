"""`python -m local`, which `make run` calls: checks the machine, then starts everything and waits for Ctrl-C.

The checks come before every import of our own, and in a form that older Pythons can read, so
that one of them can still say what is wrong.
"""

from __future__ import annotations

import os
import socket
import sys

_HOST = "127.0.0.1"
_OLDEST = (3, 11)
_PORTS = 4
_HIGHEST_PORT = 65535 - _PORTS + 1
_USUAL_PORT = 8000


def check_python(version: tuple[int, ...]) -> str:
    """What is wrong with a Python of this version; empty when nothing is."""
    if version >= _OLDEST:
        return ""
    return f"Foyer needs Python 3.11 or newer; this is {version[0]}.{version[1]}."


def check_port(text: str) -> str:
    """What is wrong with the number that was given for the portal's port; empty when nothing is."""
    if text.isdecimal() and 0 < int(text) <= _HIGHEST_PORT:
        return ""
    return f"PORT must be a number from 1 to {_HIGHEST_PORT}, not {text!r}."


def check_free(first: int) -> str:
    """What is wrong with the ports of portal, inbox, AWS and Stripe, which follow each other; empty when nothing is."""
    for port in range(first, first + _PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
                probe.listen()
            except PermissionError:
                return f"Port {port} is not open to this user; use another: make run PORT={_USUAL_PORT}"
            except OSError:
                return f"Port {port} is taken; stop what listens there, or use another: make run PORT={_other(first)}"
    return ""


def _other(port: int) -> int:
    return port + 100 if port + 100 <= _HIGHEST_PORT else _USUAL_PORT


def main() -> int:
    """Returns the exit code: 0 after Ctrl-C, 1 when something was wrong, which is said in one line."""
    given = os.environ.get("PORT") or str(_USUAL_PORT)
    problem = check_python(sys.version_info[:3]) or check_port(given) or check_free(int(given))
    if not problem:
        from local import portal

        problem = portal.run(int(given))
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
