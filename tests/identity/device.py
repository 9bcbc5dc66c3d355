"""A device that keeps passkeys, asked as browsers ask it: it signs as WebAuthn says, or as it should not."""

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib import settings

_PRESENT, _ATTESTED = 0x01, 0x40


@dataclass
class Device:
    """One key pair; what it signs next can be made wrong by another `host`, `origin` or `count`."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"a passkey of Kate's"
    host: str = field(default_factory=lambda: settings.current().host)
    origin: str = field(default_factory=lambda: settings.current().base_url)
    count: int = 0

    def make(self, asked: dict[str, Any]) -> str:
        """The answer to a page that asks for a new passkey."""
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(cose)
        content = {"fmt": "none", "attStmt": {}, "authData": self._facts(_PRESENT | _ATTESTED) + attested}
        told = {"clientDataJSON": self._client("webauthn.create", asked), "attestationObject": cbor2.dumps(content)}
        return self._answer(told)

    def prove(self, asked: dict[str, Any]) -> str:
        """The answer to a page that asks for a passkey that there is."""
        facts, client = self._facts(_PRESENT), self._client("webauthn.get", asked)
        signature = self.key.sign(facts + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": facts, "signature": signature})

    def _facts(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        told = {name: _base64(value) for name, value in response.items()}
        return json.dumps({"id": _base64(self.id), "rawId": _base64(self.id), "type": "public-key", "response": told})


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
