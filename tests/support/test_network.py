"""The guard of the tests themselves: nothing leaves this machine (I-11)."""

import socket

import pytest

from tests.support import network


@pytest.mark.parametrize("host", ["93.184.216.34", "2001:db8::1", "0.0.0.0", "169.254.169.254"])
def test_another_address_is_refused(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as opened, pytest.raises(network.LeftTheMachine):
        opened.connect((host, 80))
    assert network.attempts == [host]
    network.attempts.clear()


def test_a_name_is_not_even_looked_up() -> None:
    with pytest.raises(network.LeftTheMachine):
        socket.getaddrinfo("example.com", 443)
    assert network.attempts == ["example.com"]
    network.attempts.clear()


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        socket.create_connection(listening.getsockname()).close()
    assert network.attempts == []
