"""Checks what Amazon SNS signed. With `sealing` and `signed`, one of the few modules that load a library of ciphers.

A certificate is asked for at the address that the notice names, which whoever asks has found to be SNS's own; it
comes over TLS, without redirects, within seconds and in a few kilobytes, or not at all.
"""

import http.client
import ssl
from contextlib import closing
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from chalicelib.ports import Forged, Signed
from chalicelib.shared.errors import Unavailable

_HASHES: dict[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - what version 1 of SNS is
_LEAST_BITS = 2048
_SECONDS = 3.0
_MOST_BYTES = 16_384
_MOST_KEPT = 8
"""Certificates; SNS changes its own about once a year."""


class SnsSignatures:
    """Believes what is signed with the certificates of SNS. `stand_in` plays SNS on this machine."""

    def __init__(self, stand_in: str = "") -> None:
        self._stand_in = stand_in
        self._kept: dict[str, x509.Certificate] = {}

    def check(self, signed: Signed, now: datetime) -> None:
        """Does nothing for what SNS signed. Raises Forged or Unavailable."""
        algorithm = _HASHES.get(signed.version)
        if algorithm is None:
            raise Forged("version")
        certificate = self._certificate(signed.certificate)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise Forged("expired")
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
            raise Forged("key")
        try:
            key.verify(signed.signature, signed.text, PKCS1v15(), algorithm)
        except InvalidSignature as wrong:
            raise Forged("signature") from wrong

    def _certificate(self, url: str) -> x509.Certificate:
        if url not in self._kept:
            found = _read(self._ask(url))
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[url] = found
        return self._kept[url]

    def _ask(self, url: str) -> bytes:
        """What is at an address of SNS; on one machine, at the same path of the stand-in."""
        path = urlsplit(url).path
        there = urlsplit(self._stand_in or url)
        secure = there.scheme == "https"
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(there.netloc, timeout=_SECONDS, context=ssl.create_default_context())
            if secure
            else http.client.HTTPConnection(there.netloc, timeout=_SECONDS)
        )
        with closing(connection):
            try:
                connection.request("GET", f"{there.path}{path}" if self._stand_in else path)
                answer = connection.getresponse()
                content = answer.read(_MOST_BYTES + 1)
            except (OSError, http.client.HTTPException) as error:
                raise Unavailable() from error
        if answer.status != http.client.OK:  # 403 and 404 too: SNS may be late with a new one, and what is real is kept
            raise Unavailable()
        return content


def _read(content: bytes) -> x509.Certificate:
    if len(content) > _MOST_BYTES:
        raise Forged("certificate")
    try:
        return x509.load_pem_x509_certificate(content)
    except ValueError as wrong:
        raise Forged("certificate") from wrong
