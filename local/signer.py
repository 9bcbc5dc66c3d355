"""A key that signs notices as SNS signs its, with the certificate of that key."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from local import engine

_YEARS = timedelta(days=3650)
_HASHES: Mapping[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")


class SigningKey:
    """A key with its certificate."""

    def __init__(
        self, since: datetime | None = None, until: datetime | None = None, bits: int = 2048, kept: Path | None = None
    ) -> None:
        """A key of its own, or the one that another signer kept."""
        now = datetime.now(UTC)
        self.key = _read(kept) if kept else rsa.generate_private_key(65537, bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.example")])
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(since or now - _YEARS).not_valid_after(until or now + _YEARS)
        self.certificate = made.sign(self.key, SHA256()).public_bytes(Encoding.PEM)
        point = self.key.public_key().public_numbers().n
        self.file = f"SimpleNotificationService-{hashlib.sha256(str(point).encode()).hexdigest()[:32]}.pem"

    @property
    def url(self) -> str:
        """Where SNS would have the certificate."""
        return f"https://sns.{engine.REGION}.amazonaws.com/{self.file}"

    def signed(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The notice with its signature, by the version that it names."""
        lines = [part for name in _SIGNED if told.get(name) is not None for part in (name, str(told[name]))]
        text = "".join(f"{line}\n" for line in lines).encode()
        signature = self.key.sign(text, PKCS1v15(), _HASHES[told["SignatureVersion"]])
        return {**told, "Signature": base64.b64encode(signature).decode()}

    def keep(self, path: Path) -> None:
        """Writes the key down, for another process that signs with it."""
        path.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _read(path: Path) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key
